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
  private let loop: ServingLoop<SimulatedWire>

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
    let listener: Listener
    do throws(Listener.Failure) {
      listener = try Listener(host: "127.0.0.1", port: port)
    } catch {
      throw .simulatorFailed(reason: error.reason)
    }
    guard let wakeUp = WakeUp() else { throw .simulatorFailed(reason: "this program has too many files open") }
    self.port = listener.port
    self.units = units
    self.framing = framing
    self.loop = ServingLoop(
      "modbus simulator", wakeUp: wakeUp, listener: listener.socket, maximumConnections: max(maximumConnections, 1)
    ) { socket, number, _ in
      SimulatedWire(socket, number: number, framing: framing, isSocket: true, units: units)
    }
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
}
