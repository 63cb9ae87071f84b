import Glibc

/// One page over HTTP, for programs on this machine only: on 127.0.0.1, `GET`, one answer a connection.
public final class LoopbackPage: Sendable {
  /// The port cannot be had; the system's reason.
  public struct Failure: Error, Sendable, CustomStringConvertible {
    let port: Int
    let reason: String
    /// Which port, why.
    public var description: String { "port \(port) on 127.0.0.1: \(reason); name another one" }
  }

  /// The port that it listens on.
  public let port: Int
  private let listener: Listener

  /// The most bytes that a request may have.
  private static let longestRequest = 8192
  /// So many reads may a request take, so that no slow asker holds up the others for long.
  private static let mostReads = 8

  /// Serves `text` at `path`, as `type`.
  ///
  /// - Parameter port: 0 for any free one.
  /// - Throws: `Failure`.
  public init(port: Int, path: String, type: String, text: @escaping @Sendable () -> String) throws(Failure) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw Failure(port: port, reason: Socket.message(errno)) }
    var on: Int32 = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(clamping: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard isListening else {
      let code = errno
      close(socket)
      throw Failure(port: port, reason: Socket.message(code))
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
    listener = Listener(socket, name: "loopback page") { connection in
      guard let request = Self.request(from: connection) else { return }
      Socket.sendAll(Array(Self.answer(to: request, path: path, type: type, text: text).utf8), to: connection)
    }
  }

  /// Serves nobody any more.
  public func stop() { listener.stop() }

  /// The head of the request; nil when it does not come in time or is too long.
  private static func request(from connection: Int32) -> String? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<mostReads {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      guard bytes.count <= longestRequest else { return nil }
      let text = String(decoding: bytes, as: UTF8.self)
      if text.contains("\r\n\r\n") { return text }
    }
    return nil
  }

  /// The whole answer to a request's head.
  static func answer(to request: String, path: String, type: String, text: () -> String) -> String {
    // CR LF is one character here.
    let lines = request.split(separator: "\r\n", omittingEmptySubsequences: false)
    let words = lines[0].split(separator: " ")
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return page("400 Bad Request", "not HTTP/1\n") }
    // A page elsewhere whose name was made to point here (DNS rebinding) names itself.
    let host = lines.dropFirst().first { $0.lowercased().hasPrefix("host:") }?.dropFirst(5)
    guard isLocal(host.map { $0.drop { $0 == " " } } ?? "localhost") else {
      return page("403 Forbidden", "for this machine only\n")
    }
    guard words[0] == "GET" || words[0] == "HEAD" else { return page("405 Method Not Allowed", "GET only\n") }
    guard words[1] == path else { return page("404 Not Found", "there is \(path)\n") }
    return page("200 OK", text(), type: type, isHead: words[0] == "HEAD")
  }

  private static func isLocal(_ host: Substring) -> Bool {
    let name = host.hasSuffix("]") ? host : host.split(separator: ":").first ?? ""
    return ["localhost", "127.0.0.1"].contains(name.lowercased())
  }

  private static func page(_ status: String, _ text: String, type: String = "text/plain", isHead: Bool = false) -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(text.utf8.count)\r\nX-Content-Type-Options: nosniff\r\n"
      + "Connection: close\r\n\r\n\(isHead ? "" : text)"
  }
}
