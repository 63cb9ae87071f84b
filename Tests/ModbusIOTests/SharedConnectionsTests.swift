import ModbusIO
import Testing

@Suite("Connections that places share")
struct SharedConnectionsTests {
  @Test("are one for each host and port: a gateway that takes one connection sees no second one (M17)")
  func oneConnection() async throws {
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank(), 2: Bench.bank(plus: 5)]), maximumConnections: 1)
    let shared = SharedConnections()
    let held = shared.connection(to: server.link)
    let block = try Bench.block(.holding, 0, 1)
    let words = await withTaskGroup(of: Int.self) { group in
      for place in 0..<20 {
        group.addTask {
          let bus = shared.connection(to: server.link)
          var right = 0
          for _ in 0..<10 {
            let unit = UInt8(1 + place % 2)
            if case .success(let words) = await Bench.read(bus, block, unit: unit), words == [unit == 1 ? 1000 : 1005] {
              right += 1
            }
          }
          return right
        }
      }
      return await group.reduce(0, +)
    }
    #expect(words == 200)
    #expect(server.connectionCount == 1)
    _ = held
    print("M17 second connections of 20 places to a gateway that takes one | \(server.connectionCount - 1) | - | - | 0 | reached")
  }

  @Test("are the same while somebody holds them, whatever the capitals of the host, and new afterwards")
  func identity() {
    let shared = SharedConnections()
    var first: ModbusConnection? = shared.connection(to: .tcp(host: "Gateway.local", port: 502))
    let second = shared.connection(to: .tcp(host: "gateway.LOCAL", port: 502))
    #expect(first === second)
    #expect(shared.connection(to: .tcp(host: "gateway.local", port: 503)) !== second)
    first = nil
    let number = ObjectIdentifier(second)
    #expect(ObjectIdentifier(shared.connection(to: .tcp(host: "gateway.local", port: 502))) == number)
  }

  @Test("refuse a line that is in use with other settings, and say so")
  func conflict() async throws {
    let shared = SharedConnections()
    let held = shared.connection(to: .tcp(host: "gateway", port: 4001))
    let failure = await Bench.read(shared.connection(to: .rtuOverTCP(host: "gateway", port: 4001)), try Bench.block()).failure
    #expect(failure?.description.contains("in use as gateway:4001") == true)
    let slow = shared.connection(to: .serial(SerialLine(path: "/dev/null", baud: 9600)))
    let fast = shared.connection(to: .serial(SerialLine(path: "/dev/null", baud: 19200)))
    #expect(await Bench.read(fast, try Bench.block()).kind == "invalid")
    _ = (held, slow)
  }

  @Test("rest after connecting as long as the one who needs most asked, once for each connection")
  func rest() async throws {
    let arrivals = Recorder<ContinuousClock.Instant>()
    let server = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]) { _ in arrivals.add(.now) })
    let bus = ModbusConnection(server.link)
    await bus.rest(afterConnecting: .milliseconds(120))
    await bus.rest(afterConnecting: .zero)
    let start = ContinuousClock.now
    // The rest is not the device's time: a deadline shorter than it is kept.
    for _ in 0..<2 { #expect(await Bench.read(bus, try Bench.block(), within: .milliseconds(100)).kind == "words") }
    #expect(start.duration(to: try #require(arrivals.entries.first)) >= .milliseconds(120))
    #expect(server.connectionCount == 1)
  }
}
