import Glibc

/// A Modbus TCP device, or a gateway that carries serial frames, on this machine's loopback address, to try things without
/// hardware and for tests.
///
/// Reachable from this machine only. Stops when it is no longer held.
public final class SimulatedModbusServer: Sendable {
  /// The TCP port it listens on, 1...65535.
  public let port: Int
  /// The units that answer.
  public let units: SimulatedUnits
  private let framing: SimulatedReply.Framing
  private let loop: SimulatorLoop

  /// Starts a server on 127.0.0.1.
  /// - Parameters:
  ///   - units: the units that answer.
  ///   - port: 0...65535; 0 takes any free port, see `port`.
  ///   - framing: `tcp` for Modbus TCP, `serial` for RTU over TCP.
  ///   - maximumConnections: connections at the same time, from 1; further ones are accepted and closed at once.
  /// - Throws: `ModbusError.simulatorFailed`, for example if the port is taken.
  public init(_ units: SimulatedUnits, port: Int = 0, framing: SimulatedReply.Framing = .tcp, maximumConnections: Int = 64)
    throws(ModbusError)
  {
    let listener = try Self.listen(on: port)
    self.port = try Self.port(of: listener)
    self.units = units
    self.framing = framing
    self.loop = try SimulatorLoop(
      units, listener: listener, framing: framing, wire: nil, maximumConnections: max(maximumConnections, 1))
  }

  deinit { loop.stop() }

  /// Where a `ModbusConnection` finds it.
  public var link: ModbusLink {
    framing == .tcp ? .tcp(host: "127.0.0.1", port: port) : .rtuOverTCP(host: "127.0.0.1", port: port)
  }

  /// Connections accepted so far.
  public var connectionCount: Int { loop.connectionCount }

  /// Closes the port and all connections, and returns when the server's thread has ended.
  public func stop() {
    loop.stop()
  }

  private static func listen(on port: Int) throws(ModbusError) -> Descriptor {
    guard let portNumber = UInt16(exactly: port) else {
      throw .simulatorFailed(reason: "port \(port) is not within 0...65535")
    }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let number = socket(AF_INET, kind, 0)
    var code = errno
    guard let listener = Descriptor(number) else { throw .simulatorFailed(reason: SystemCall.text(code)) }
    var on: Int32 = 1
    setsockopt(listener.number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = portNumber.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    code = errno
    guard bound == 0 else { throw .simulatorFailed(reason: "port \(port): \(SystemCall.text(code))") }
    let listening = Glibc.listen(listener.number, 128)
    code = errno
    guard listening == 0 else { throw .simulatorFailed(reason: "port \(port): \(SystemCall.text(code))") }
    return listener
  }

  private static func port(of listener: Descriptor) throws(ModbusError) -> Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let asked = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener.number, $0, &size) }
    }
    let code = errno
    guard asked == 0 else { throw .simulatorFailed(reason: SystemCall.text(code)) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
