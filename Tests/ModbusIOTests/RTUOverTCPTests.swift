import ModbusIO
import Testing

@Suite("Modbus RTU over TCP")
struct RTUOverTCPTests {
  private func gateway(_ units: SimulatedUnits, port: Int = 0) throws -> SimulatedModbusServer {
    try SimulatedModbusServer(units, port: port, framing: .serial)
  }

  @Test("reads all four tables of several units on one connection")
  func happy() async throws {
    let server = try gateway(SimulatedUnits([1: Bench.bank(), 255: Bench.bits()]))
    let bus = ModbusConnection(server.link)
    for count in [1, 2, 60, 125] {
      let words = try await bus.read(Bench.block(.holding, 5, count), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<count).map { UInt16(1005 + $0) })
      #expect(try await bus.read(Bench.block(.input, 3, count), unit: 1, deadline: Bench.patient).first == 20003)
      #expect(try await bus.read(Bench.block(.coil, 1, count), unit: 255, deadline: Bench.patient) == Bench.thirds(1, count))
      #expect(
        try await bus.read(Bench.block(.discrete, 2, count), unit: 255, deadline: Bench.patient) == Bench.sevenths(2, count))
    }
    #expect(server.connectionCount == 1)
  }

  @Test("puts answers together that are split at any byte")
  func splits() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    for offset in 1..<(5 + 2 * 10) {
      units.inject(.split(after: offset, pause: .milliseconds(2)))
      let words = try await bus.read(Bench.block(.holding, 0, 10), unit: 1, deadline: Bench.patient)
      #expect(words == (0..<10).map { 1000 + $0 }, "split at \(offset)")
    }
    #expect(server.connectionCount == 1)
  }

  @Test("hands every exception code on and keeps the connection")
  func exceptions() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    let block = try Bench.block(.input)
    let request = RegisterRequest(link: server.link, unit: 1, block: block)
    for code in UInt8.min...UInt8.max {
      units.inject(.exception(ModbusException(rawValue: code)))
      #expect(await Bench.read(bus, block).failure == .exception(request, code: ModbusException(rawValue: code)))
    }
    #expect(server.connectionCount == 1)
  }

  @Test(
    "takes no value from a faulty answer and is healed by the next request, on a new connection",
    arguments: [
      FaultCase(fault: .lastByteWrong, expected: "broken"), FaultCase(fault: .wrongUnit, expected: "broken"),
      FaultCase(fault: .wrongFunction, expected: "broken"), FaultCase(fault: .registerMissing, expected: "broken"),
      FaultCase(fault: .registerTooMany, expected: "broken"), FaultCase(fault: .twice, expected: "broken"),
      FaultCase(fault: .closed, expected: "lost"), FaultCase(fault: .reset, expected: "lost"),
      FaultCase(fault: .halfThenClose, expected: "lost"), FaultCase(fault: .silent, expected: "no answer"),
      FaultCase(fault: .halfThenSilent, expected: "no answer"),
    ])
  func faults(fault: FaultCase) async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
    units.inject(fault.fault)
    #expect(await Bench.read(bus, try Bench.block(), within: .milliseconds(300)).kind == fault.expected)
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
    #expect(server.connectionCount == 2)
    #expect(Set(units.requests.map(\.functionCode)) == [3])
  }

  @Test(
    "takes no value from noise of any length, an echo or another protocol, and is healed", arguments: 1...20)
  func noise(length: Int) async throws {
    var random = Seeded(state: UInt64(length))
    let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    for fault in [SimulatedFault("noise") { [.send(bytes + $0.bytes)] }, .echo, .garbage] {
      units.inject(fault)
      #expect(["broken", "no answer", "lost"].contains(await Bench.read(bus, try Bench.block(), within: Bench.brief).kind))
      #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
    }
  }

  /// The gateway keeps the answer until the next request has come, on whatever connection: nothing in it tells it from that one's.
  @Test("never takes a late answer for that to a later request, however late it comes", arguments: [10, 20] as [UInt16])
  func lateAnswer(address: UInt16) async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    units.inject(.lateByOneRequest)
    #expect(await Bench.read(bus, try Bench.block(.holding, 10, 3), within: Bench.brief).kind == "no answer")
    #expect(await Bench.read(bus, try Bench.block(.holding, address, 3)).kind == "broken")
    #expect(
      try await bus.read(Bench.block(.holding, address, 3), unit: 1, deadline: Bench.patient)
        == (0..<3).map { 1000 + address + $0 })
  }

  /// Each answer comes when the next request has come, for ever: the gateway is off by one.
  @Test("takes nothing from a gateway that is off by one for good")
  func offByOne() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    units.inject(.lateByOneRequest, times: 12)
    for address in UInt16(0)..<8 {
      let outcome = await Bench.read(bus, try Bench.block(.holding, address, 3), within: .milliseconds(20))
      #expect(outcome.failure != nil, "\(outcome)")
    }
  }

  @Test("finds out a gateway that sends the answer to another block again before the new one")
  func replay() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try gateway(units)
    let bus = ModbusConnection(server.link)
    let old = [1, 3, 6, 0x03, 0xF2, 0x03, 0xF3, 0x03, 0xF4] as [UInt8]
    #expect(try await bus.read(Bench.block(.holding, 10, 3), unit: 1, deadline: Bench.patient) == [1010, 1011, 1012])
    units.inject(
      SimulatedFault("replay") { [.send(old + CRC16Modbus.trailer(for: old)), .pause(.milliseconds(10)), .send($0.bytes)] })
    #expect(await Bench.read(bus, try Bench.block(.holding, 20, 3)).kind == "broken")
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  @Test("believes two blocks that truly say the same")
  func equalBlocks() async throws {
    let bank = RegisterBank()
    bank.set([0, 0, 0, 0], at: 0)
    let server = try gateway(SimulatedUnits([1: bank]))
    let bus = ModbusConnection(server.link)
    for address: UInt16 in [0, 2, 0, 2] {
      #expect(try await bus.read(Bench.block(.holding, address, 2), unit: 1, deadline: Bench.patient) == [0, 0])
    }
    #expect(server.connectionCount == 1)
  }

  @Test("does not ask unit 0, which is the broadcast address of the line behind the gateway")
  func broadcast() async throws {
    let server = try gateway(SimulatedUnits([0: Bench.bank()]))
    #expect(await Bench.read(ModbusConnection(server.link), try Bench.block(), unit: 0).kind == "invalid")
    #expect(server.units.requests.isEmpty)
  }
}
