import Glibc

/// A Unix socket in the file system that hands a text to whoever connects, this user and root only (mode 0600).
public final class StatusSocket: Sendable {
  /// Why a status could not be served or asked for.
  public enum Failure: Error, Sendable, Equatable {
    /// Nobody serves there.
    case notServed(path: String)
    /// Somebody else serves there already.
    case served(path: String)
    /// It cannot be served or asked there; `reason` says why and what to do.
    case refused(path: String, reason: String)
  }

  /// Where it is.
  public let path: String
  private let listener: Listener
  private let mark: FileMark

  /// Serves `text` at `path`. A socket file that a dead process left behind is replaced; anything else there is left alone.
  ///
  /// - Throws: `Failure`; nothing has changed at `path` then.
  public init(at path: String, text: @escaping @Sendable () -> String) throws(Failure) {
    guard let address = UnixAddress(path), !path.hasPrefix("@") else {
      throw .refused(path: path, reason: "a socket's path has 1 to \(UnixAddress.longestPath) bytes; name a shorter one")
    }
    try Self.makeRoom(at: path)
    guard let socket = Socket.unix(SOCK_STREAM) else { throw .refused(path: path, reason: Socket.message(errno)) }
    // Before it has a name, so that nobody else ever gets in.
    fchmod(socket, 0o600)
    guard address.withAddress({ bind(socket, $0, $1) }) == 0, listen(socket, 8) == 0, let mark = FileMark(path) else {
      let code = errno
      close(socket)
      throw .refused(path: path, reason: "\(Socket.message(code)); name another place")
    }
    self.path = path
    self.mark = mark
    listener = Listener(socket, name: "status socket") { Socket.sendAll(Array(text().utf8), to: $0) }
  }

  deinit { stop() }

  /// Serves nobody any more and takes the socket file away, if it is still this one's.
  public func stop() {
    listener.stop()
    if FileMark(path) == mark { unlink(path) }
  }

  /// Takes a dead process's socket out of the way.
  private static func makeRoom(at path: String) throws(Failure) {
    guard let mark = FileMark(path) else { return }
    guard mark.isSocket else {
      throw .refused(path: path, reason: "a file stands there that is no socket; move it away or name another place")
    }
    do {
      close(try connect(to: path))
    } catch {
      guard case .notServed = error, FileMark(path) == mark else { throw error }
      unlink(path)
      return
    }
    throw .served(path: path)
  }

  /// What the service at `path` says.
  ///
  /// - Parameter limit: the most bytes that are read.
  /// - Throws: `Failure`.
  public static func ask(_ path: String, limit: Int = 16 << 20) throws(Failure) -> String {
    let socket = try connect(to: path)
    defer { close(socket) }
    Socket.limit(socket, seconds: 5)
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while text.count < limit {
      let count = recv(socket, &buffer, buffer.count, 0)
      let code = errno
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      if count < 0, code == EINTR { continue }
      guard count > 0 else {
        let isSilent = code == EAGAIN || code == EWOULDBLOCK
        throw .refused(path: path, reason: isSilent ? "the service does not answer within 5 s" : Socket.message(code))
      }
      text += buffer[..<count]
    }
    throw .refused(path: path, reason: "the answer has more than \(limit) bytes")
  }

  private static func connect(to path: String) throws(Failure) -> Int32 {
    guard let address = UnixAddress(path) else {
      throw .refused(path: path, reason: "a socket's path has 1 to \(UnixAddress.longestPath) bytes; name a shorter one")
    }
    guard let socket = Socket.unix(SOCK_STREAM) else { throw .refused(path: path, reason: Socket.message(errno)) }
    guard address.withAddress({ Glibc.connect(socket, $0, $1) }) == 0 else {
      let code = errno
      close(socket)
      switch code {
      case ENOENT, ECONNREFUSED, ENOTDIR: throw .notServed(path: path)
      case EACCES, EPERM: throw .refused(path: path, reason: "it belongs to another user; ask as that user or as root (sudo)")
      default: throw .refused(path: path, reason: Socket.message(code))
      }
    }
    return socket
  }
}

extension StatusSocket.Failure: CustomStringConvertible {
  /// Where, what, what to do.
  public var description: String {
    switch self {
    case .notServed(let path): "\(path): no service answers there"
    case .served(let path): "\(path): another service answers there already; name another place"
    case .refused(let path, let reason): "\(path): \(reason)"
    }
  }
}

/// Which file a path stands for.
private struct FileMark: Equatable {
  private let device: UInt
  private let number: UInt
  let isSocket: Bool

  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
  }
}
