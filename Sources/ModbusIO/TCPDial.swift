import Glibc

/// Opens a TCP connection within a deadline.
///
/// libmodbus 3.1.6 could do this itself, but reports an unknown name or a missing route as "connection refused", and gives each
/// address of a name the whole time.
struct TCPDial {
  let host: String
  let port: Int

  /// A connected socket that does not block and is not inherited; the caller closes it.
  /// - Throws: `connectionRefused` or `unreachable`, told by the last address tried.
  func connect(for request: RegisterRequest, until end: ContinuousClock.Instant) throws(ModbusError) -> Int32 {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host, String(port), &hints, &found)
    guard failure == 0, let first = found else {
      throw .unreachable(request, reason: "the name '\(host)' has no address (\(String(cString: gai_strerror(failure))))")
    }
    defer { freeaddrinfo(first) }
    let addresses = Array(sequence(first: first) { $0.pointee.ai_next })
    var code = ETIMEDOUT
    for (index, address) in addresses.enumerated() {
      let left = ContinuousClock.now.duration(to: end)
      guard left > .zero else { break }
      switch Self.connect(to: address.pointee, until: .now + left / (addresses.count - index)) {
      case .success(let socket): return socket
      case .failure(let failed): code = failed.code
      }
    }
    if code == ECONNREFUSED { throw .connectionRefused(request) }
    let reason = code == ETIMEDOUT ? "nobody answered the connection attempt in time" : SystemCall.text(code)
    throw .unreachable(request, reason: reason)
  }

  /// An `errno`.
  private struct Failure: Error {
    let code: Int32
  }

  private static func connect(to address: addrinfo, until end: ContinuousClock.Instant) -> Result<Int32, Failure> {
    let kind = address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(address.ai_family, kind, address.ai_protocol)
    var code = errno
    guard socket >= 0 else { return .failure(Failure(code: code)) }
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    let connected = Glibc.connect(socket, address.ai_addr, address.ai_addrlen)
    code = connected == 0 ? 0 : errno
    if code == EINPROGRESS {
      code = ETIMEDOUT
      if SystemCall.wait(socket, for: Int16(POLLOUT), until: end) {
        var size = socklen_t(MemoryLayout<Int32>.size)
        let asked = getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
        if asked != 0 { code = errno }
      }
    }
    guard code == 0 else {
      close(socket)
      return .failure(Failure(code: code))
    }
    return .success(socket)
  }
}
