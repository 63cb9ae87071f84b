import Glibc

/// A socket that waits for connections at an address of this machine.
struct Listener {
  let socket: Descriptor
  /// The port it listens on, 1...65535.
  let port: Int

  /// Why nothing listens.
  struct Failure: Error {
    let reason: String
  }

  /// Listens at `host`, an IPv4 or IPv6 address of this machine, on `port`; 0 takes any free port.
  init(host: String, port: Int) throws(Failure) {
    guard (0...65535).contains(port) else { throw Failure(reason: "port \(port) is not within 0...65535") }
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
      throw Failure(reason: "'\(host)' is no address of this machine")
    }
    defer { freeaddrinfo(found) }
    let kind = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let number = Glibc.socket(address.ai_family, kind, address.ai_protocol)
    var code = errno
    guard let socket = Descriptor(number) else { throw Failure(reason: SystemCall.text(code)) }
    var on: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    let bound = bind(number, address.ai_addr, address.ai_addrlen)
    code = errno
    guard bound == 0 else { throw Failure(reason: "\(host) port \(port): \(SystemCall.text(code))") }
    let listening = listen(number, 128)
    code = errno
    guard listening == 0 else { throw Failure(reason: "\(host) port \(port): \(SystemCall.text(code))") }
    self.socket = socket
    self.port = try Self.port(of: socket)
  }

  private static func port(of listener: Descriptor) throws(Failure) -> Int {
    guard let address = SocketAddress(of: listener.number, by: getsockname) else {
      throw Failure(reason: SystemCall.text(errno))
    }
    return address.port
  }
}

/// The address of one end of a connection.
struct SocketAddress {
  /// Four bytes, or sixteen; an IPv4 address in IPv6's clothes is four.
  let bytes: [UInt8]
  /// As in "192.168.1.9" or "fd00::9".
  let text: String
  let port: Int

  /// What `ask` (getsockname, getpeername) tells of `socket`; nil if it has no such address.
  init?(
    of socket: Int32,
    by ask: (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32
  ) {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let asked = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(socket, $0, &size) }
    }
    guard asked == 0 else { return nil }
    let raw = withUnsafeBytes(of: storage) { Array($0) }
    // sockaddr_in: family, port, address; sockaddr_in6: family, port, flow, address. Ports and addresses are in network order.
    port = Int(raw[2]) << 8 | Int(raw[3])
    switch Int32(storage.ss_family) {
    case AF_INET: bytes = Array(raw[4..<8])
    case AF_INET6:
      bytes = raw[8..<18].allSatisfy({ $0 == 0 }) && raw[18..<20] == [255, 255] ? Array(raw[20..<24]) : Array(raw[8..<24])
    default: return nil
    }
    text = Self.text(bytes)
  }

  private static func text(_ bytes: [UInt8]) -> String {
    var name = [CChar](repeating: 0, count: 64)
    guard inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &name, socklen_t(name.count)) != nil else { return "?" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
