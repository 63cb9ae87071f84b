import Glibc

/// Keeps a serial device for this line alone: two programs on one line spoil each other's answers.
///
/// An advisory lock (`flock`), as other Modbus masters take it, before anything is set at the device; then exclusive use (`TIOCEXCL`),
/// which also keeps out those that ask nobody. The kernel drops both when the program ends, however it ends.
final class SerialLock {
  private let descriptor: Descriptor

  /// Why a device cannot be had.
  struct Refusal: Error {
    /// What is wrong and what to do about it.
    let reason: String
  }

  /// Locks the device at `path`.
  init(_ path: String) throws(Refusal) {
    let opened = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
    let code = errno
    guard let descriptor = Descriptor(opened) else { throw Refusal(reason: Self.reason(code, at: path)) }
    guard flock(descriptor.number, LOCK_EX | LOCK_NB) == 0 else { throw Refusal(reason: Self.reason(errno, at: path)) }
    self.descriptor = descriptor
  }

  /// A child process that has not let go of its copy yet would keep the lock.
  deinit { _ = flock(descriptor.number, LOCK_UN) }

  /// Lets nobody else open the terminal at `opened`.
  func takeAlone(_ opened: Int32) { _ = ioctl(opened, UInt(TIOCEXCL)) }

  /// Lets others open it again: who holds it open in between, such as a simulator, would keep them out for ever.
  func release(_ opened: Int32) { if opened >= 0 { _ = ioctl(opened, UInt(TIOCNXCL)) } }

  /// Why the device at `path` cannot be opened, and what to do.
  static func reason(_ code: Int32, at path: String) -> String {
    switch code {
    case ENOENT, ENXIO, ENODEV:
      "there is no such device file \(path); check the path, and that the adapter is plugged in (ls -l /dev/serial/by-id)"
    case EACCES, EPERM:
      "this program may not open \(path); on Debian its user must be in the group dialout"
    case ENOTTY: "\(path) is no serial device"
    case EBUSY, EWOULDBLOCK:
      "another program uses this line\(LockHolder.name(at: path).map { ": \($0)" } ?? ""); stop it first"
    default: "\(path): \(SystemCall.text(code))"
    }
  }
}

/// The program that has locked a device, as the kernel lists it.
private enum LockHolder {
  /// As in `energy-collector (process 4711)`; nil where the kernel does not tell.
  static func name(at path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0, let locks = text(of: "/proc/locks") else { return nil }
    // `7: FLOCK  ADVISORY  WRITE 4711 00:1f:3 0 EOF`
    let inode = ":\(status.st_ino)"
    for line in locks.split(separator: "\n") {
      let cells = line.split(separator: " ")
      guard cells.count > 5, cells[1] == "FLOCK", cells[5].hasSuffix(inode), let process = Int32(cells[4]) else { continue }
      // The program's path stands before the first NUL; the kernel's short name is cut to 15 letters.
      let path = text(of: "/proc/\(process)/cmdline")?.split(separator: "\0").first
      return "\(path?.split(separator: "/").last ?? "a program") (process \(process))"
    }
    return nil
  }

  private static func text(of path: String) -> String? {
    guard let file = Descriptor(open(path, O_RDONLY | O_CLOEXEC)) else { return nil }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let length = read(file.number, &buffer, buffer.count)
      guard length > 0 else { break }
      text += buffer[..<length]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
