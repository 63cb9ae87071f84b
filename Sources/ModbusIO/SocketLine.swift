import Glibc

/// A connected socket to a device or gateway: Modbus TCP, or frames of a serial line carried unchanged.
///
/// Cuts answers out of the stream itself, each by the length that it announces. libmodbus 3.1.6 could do that, but takes wrong
/// units, protocol ids and lengths for answers, sends transaction id 0 every time, and cannot wait for descriptors from 1024 on.
final class SocketLine: BusLine {
  /// Silence after which a late answer has come in whole; gateways hand on what their serial line brings in lumps.
  private static let silence = Duration.milliseconds(50)
  private static let longestDrain = Duration.milliseconds(500)

  /// How much longer than asked the system may let a read wait, so that it need not be told anew for each request of the same deadline.
  private static let tolerance = Duration.milliseconds(2)

  private let socket: Int32
  private let framing: ReadFrame.Framing
  private var buffer = [UInt8](repeating: 0, count: ReadFrame.longest)
  /// How long the system lets a read wait, as it was told last.
  private var patience = Duration.zero
  /// Whether more came than the answer.
  private var hasSurplus = false
  private var replays = ReplayGuard()

  /// Takes over a connected socket. Its reads block from now on: a request costs one call less when the read itself waits.
  init(_ socket: Int32, framing: ReadFrame.Framing) {
    self.socket = socket
    self.framing = framing
    _ = fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK)
  }

  deinit { close(socket) }

  func isReadyToAsk(afterLateAnswer limit: ContinuousClock.Instant?) -> Bool {
    if let limit, SystemCall.waitForInput(socket, until: limit) { drain() }
    guard !hasSurplus else { return false }
    var byte: UInt8 = 0
    let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    let code = errno
    return count < 0 && (code == EAGAIN || code == EWOULDBLOCK)
  }

  /// Drops what comes in until there is silence.
  private func drain() {
    let limit = ContinuousClock.now + Self.longestDrain
    repeat {
      guard recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT)) > 0 else { return }
    } while ContinuousClock.now < limit && SystemCall.waitForInput(socket, until: min(.now + Self.silence, limit))
  }

  func exchange(_ frame: ReadFrame, until end: ContinuousClock.Instant) -> ReadOutcome {
    guard bePatient(until: end) else { return .noAnswer }
    let bytes = frame.bytes(framing)
    let sent = send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    if sent < 0 { return .lost(SystemCall.text(errno)) }
    return sent == bytes.count ? receive(frame, until: end) : .lost("the request did not leave whole")
  }

  private func receive(_ frame: ReadFrame, until end: ContinuousClock.Instant) -> ReadOutcome {
    var filled = 0
    while true {
      // The first read waits as long as the whole answer may take; only what comes in pieces needs a look at the clock for each.
      guard filled == 0 || SystemCall.waitForInput(socket, until: end) else { return .noAnswer }
      let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress?.advanced(by: filled), $0.count - filled, 0) }
      guard count > 0 else {
        let code = count < 0 ? errno : ECONNRESET
        if code == ECONNRESET { return .lost("the other end closed it") }
        guard code == EAGAIN || code == EINTR else { return .lost(SystemCall.text(code)) }
        guard bePatient(until: end) else { return .noAnswer }
        continue
      }
      filled += count
      guard let length = framing.length(of: buffer[..<filled]) else { continue }
      guard length <= ReadFrame.longest else { return .broken("it is longer than a Modbus message can be") }
      guard filled >= length else { continue }
      hasSurplus = filled > length
      return believed(frame, buffer[..<length], until: end)
    }
  }

  /// Makes the system let a read wait until `end`, or a little longer; false when that time has come already, or it will not.
  private func bePatient(until end: ContinuousClock.Instant) -> Bool {
    let left = ContinuousClock.now.duration(to: end)
    guard left > .zero else { return false }
    guard patience < left || patience > left + Self.tolerance else { return true }
    let wait = left + Self.tolerance / 2
    let (seconds, attoseconds) = wait.components
    var time = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    guard setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size)) == 0 else { return false }
    patience = wait
    return true
  }

  /// What the answer says. Without transaction ids an old answer looks like a new one: where two come in one go nobody knows which
  /// is which, and one that repeats the answer to another request is believed only when no further one follows it.
  private func believed(_ frame: ReadFrame, _ reply: ArraySlice<UInt8>, until end: ContinuousClock.Instant) -> ReadOutcome {
    let outcome = frame.outcome(of: reply, framing)
    guard framing == .serial, case .words = outcome else { return outcome }
    let replayed = ReadOutcome.broken("another answer came with it, and one of the two is old: the gateway repeats itself")
    if hasSurplus { return replayed }
    if replays.isRepeated(reply, to: frame), SystemCall.waitForInput(socket, until: min(.now + Self.silence, end)) {
      return replayed
    }
    replays.remember(reply, to: frame)
    return outcome
  }
}

/// The last answers on a line without transaction ids, to tell one that a gateway sends again for another request.
private struct ReplayGuard {
  private static let memory = 16
  private var recent: [(unit: UInt8, block: RegisterBlock, reply: ArraySlice<UInt8>)] = []

  /// Whether `reply` is, byte for byte, what came for another block of the same unit lately. Blocks of zeros are that, too.
  func isRepeated(_ reply: ArraySlice<UInt8>, to frame: ReadFrame) -> Bool {
    recent.contains { $0.unit == frame.unit && $0.block != frame.block && $0.reply == reply }
  }

  mutating func remember(_ reply: ArraySlice<UInt8>, to frame: ReadFrame) {
    recent.removeAll { $0.unit == frame.unit && $0.block == frame.block }
    if recent.count == Self.memory { recent.removeFirst() }
    recent.append((frame.unit, frame.block, ArraySlice(Array(reply))))
  }
}
