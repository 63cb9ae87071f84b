import Glibc
public import Messages

/// Mail through this machine's own mail system: `sendmail -i -f SENDER -- RECIPIENT`.
public struct SendmailChannel: DeliveryChannel {
  private let program: String
  private let sender: MailSender
  private let timeout: Duration

  /// Through `program`.
  public init(program: String = "/usr/sbin/sendmail", sender: MailSender, timeout: Duration = .seconds(60)) {
    self.program = program
    self.sender = sender
    self.timeout = timeout
  }

  /// What is wrong with a mail address.
  public func objection(to address: String) -> String? { MailAddress.objection(to: address) }

  /// Gives it the mail, and reads its exit status (sysexits.h).
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let mail: MailText
    let recipient: MailAddress
    do {
      mail = try parcel.mail(from: sender)
      recipient = try MailAddress(parcel.address)
    } catch { return .permanent("\(error)") }
    // It wants the ends of lines as Unix has them.
    let input = Array(mail.text.utf8.filter { $0 != UInt8(ascii: "\r") })
    guard let status = run(["-i", "-f", sender.address.text, "--", recipient.text], input) else {
      return .channelDown("\(program) cannot be started: \(String(cString: strerror(errno)))")
    }
    switch status {
    case 0: return .delivered("taken by \(program)")
    // Wrong address, data or recipient; see sysexits(3).
    case 65, 67, 68: return .permanent("\(program) refuses it, exit status \(status)")
    case -1: return .doubtful("\(program) did not end within \(timeout)")
    default: return .passing("\(program) ended with exit status \(status)")
    }
  }

  /// The exit status; -1 where the time was up, nil where it did not start.
  private func run(_ arguments: [String], _ input: [UInt8]) -> Int32? {
    var ends: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let outcome = posix_spawn(&child, program, &actions, nil, &words, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard outcome == 0 else {
      errno = outcome
      return nil
    }
    let deadline = ContinuousClock.now + timeout
    feed(input, to: ends[0], until: deadline)
    shutdown(ends[0], Int32(SHUT_WR))
    return end(of: child, watching: ends[0], until: deadline)
  }

  private func feed(_ input: [UInt8], to descriptor: Int32, until deadline: ContinuousClock.Instant) {
    var rest = input[...]
    while !rest.isEmpty, wait(for: Int16(POLLOUT), of: descriptor, until: deadline) {
      let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR, errno != EAGAIN { return }
    }
  }

  /// Waits until the child lets go of its end, as it does when it ends.
  private func end(of child: pid_t, watching descriptor: Int32, until deadline: ContinuousClock.Instant) -> Int32 {
    var byte: UInt8 = 0
    var hasHungUp = false
    while !hasHungUp, wait(for: Int16(POLLIN), of: descriptor, until: deadline) {
      let count = recv(descriptor, &byte, 1, 0)
      hasHungUp = count == 0 || (count < 0 && errno != EINTR)
    }
    if !hasHungUp { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    if !hasHungUp { return -1 }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }

  private func wait(for event: Int16, of descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    while true {
      let left = Int32(clamping: Int64((deadline - .now) / .milliseconds(1)))
      guard left > 0 else { return false }
      var polled = pollfd(fd: descriptor, events: event, revents: 0)
      let count = poll(&polled, 1, left)
      if count > 0 { return true }
      if count == 0 || errno != EINTR { return false }
    }
  }
}
