import ModbusIO
import TestSupport
import Testing

/// Fault row M18 on the wire: a device that resets every connection. How often the collector connects is in the tests of its buses;
/// M17 (one connection) in `SharedConnectionsTests`, M16 (adapter plugged in anew) there and in `ModbusRTUTests`.
@Suite("Fault row M18: a device that resets connections")
struct ConnectionFaultTests {
  @Test("M18: a storm of resets leaves no descriptor behind")
  func resets() async throws {
    let count = FaultFigure.count(300, large: 10_000)
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(.reset, times: nil)
    for _ in 0..<count { #expect(await Bench.read(bus, try Bench.block()).kind == "lost") }
    let left = Bench.sockets(connectedTo: server.port)
    #expect(
      FaultFigure.tell(
        "M18 descriptors left by \(count) resets", ours: "\(left)", limit: "\(count)", goal: "0", reached: left == 0))
    #expect(server.connectionCount == count)
  }
}
