import ModbusIO
import Testing

@Suite("A faulty Modbus TCP device")
struct ModbusTCPFaultTests {
  @Test("yields no value and is healed by the next request", arguments: FaultCase.immediate)
  func immediate(fault: FaultCase) async throws {
    try await failThenHeal(fault, within: Bench.patient)
  }

  @Test("yields no value after the deadline and is healed by the next request", arguments: FaultCase.slow)
  func slow(fault: FaultCase) async throws {
    try await failThenHeal(fault, within: Bench.brief)
  }

  private func failThenHeal(_ fault: FaultCase, within deadline: Duration) async throws {
    let units = SimulatedUnits([5: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    let block = try Bench.block()
    #expect(await Bench.read(bus, block, unit: 5).kind == "words")
    units.inject(fault.fault)
    #expect(await Bench.read(bus, block, unit: 5, within: deadline).kind == fault.expected)
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 5, deadline: Bench.patient) == [1020, 1021, 1022])
    #expect(server.connectionCount == 2)
  }

  @Test("cannot pair a late answer with a newer request, even through a gateway that brings it on the next connection")
  func lateAnswer() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(.lateByOneRequest)
    #expect(await Bench.read(bus, try Bench.block(.holding, 10, 3), within: Bench.brief).kind == "no answer")
    #expect(await Bench.read(bus, try Bench.block(.holding, 20, 3)).kind == "broken")
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }

  @Test("may answer twice: the second answer is never read")
  func twice() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(.twice)
    #expect(try await bus.read(Bench.block(.holding, 10, 3), unit: 1, deadline: Bench.patient) == [1010, 1011, 1012])
    #expect(try await bus.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
    #expect(server.connectionCount == 2)
  }

  @Test("that was restarted between two reads is read on without an error")
  func restarted() async throws {
    let first = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank()]))
    let bus = ModbusConnection(first.link)
    #expect(await Bench.read(bus, try Bench.block()).kind == "words")
    first.stop()
    #expect(await Bench.read(bus, try Bench.block()).kind == "refused")
    let second = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank(plus: 7)]), port: first.port)
    #expect(try await bus.read(Bench.block(.holding, 0, 1), unit: 1, deadline: Bench.patient) == [1007])
    second.stop()
    let third = try SimulatedModbusServer(SimulatedUnits([1: Bench.bank(plus: 9)]), port: first.port)
    #expect(try await bus.read(Bench.block(.holding, 0, 1), unit: 1, deadline: Bench.patient) == [1009])
    third.stop()
  }

  /// Without a bound on the whole answer 125 registers, a byte each 30 ms, would arrive after 7.8 s and count as an answer.
  @Test("that dribbles its bytes holds the bus no longer than the deadline and a little")
  func dribble() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    units.inject(.dribble(every: .milliseconds(30)))
    let bus = ModbusConnection(server.link)
    let block = try Bench.block(.holding, 0, 125)
    let time = await ContinuousClock().measure {
      #expect(await Bench.read(bus, block, within: .milliseconds(200)).kind == "no answer")
    }
    #expect(time >= .milliseconds(200))
  }

  @Test("that takes its time within the deadline is waited for")
  func slowButInTime() async throws {
    let reached = Recorder<String>()
    let units = SimulatedUnits([1: Bench.bank()]) { request in reached.add("\(request.functionCode)") }
    let server = try SimulatedModbusServer(units)
    units.inject(.dribble(every: .milliseconds(1)))
    #expect(await Bench.read(ModbusConnection(server.link), try Bench.block()).kind == "words")
    #expect(reached.entries == ["3"])
  }

  @Test("never makes a wrong word come out, whatever it does")
  func storm() async throws {
    let units = SimulatedUnits([1: Bench.bank(), 2: Bench.bank(plus: 500)])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    let faults =
      FaultCase.immediate.map(\.fault) + [
        .lateByOneRequest, .twice, .exception(.deviceBusy), .silent, .split(after: 9, pause: .zero),
      ]
    var random = Seeded(state: 20_260_104)
    var good = 0
    for _ in 0..<1500 {
      if Int.random(in: 0..<3, using: &random) == 0, let fault = faults.randomElement(using: &random) { units.inject(fault) }
      let address = UInt16.random(in: 0..<100, using: &random)
      let unit = UInt8.random(in: 1...2, using: &random)
      let block = try Bench.block(.holding, address, 4)
      guard case .success(let words) = await Bench.read(bus, block, unit: unit, within: .milliseconds(10)) else { continue }
      #expect(words == (0..<4).map { 1000 + address + $0 + (unit == 2 ? 500 : 0) })
      good += 1
    }
    #expect(good > 300)
    #expect(Set(units.requests.map(\.functionCode)).isSubset(of: [3, 4]))
    #expect(units.requests.allSatisfy { $0.message.count == 5 })
  }

  @Test("hears nothing but function codes 3 and 4", arguments: FaultCase.immediate + FaultCase.slow)
  func onlyReads(fault: FaultCase) async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let server = try SimulatedModbusServer(units)
    let bus = ModbusConnection(server.link)
    units.inject(fault.fault, times: nil)
    _ = await Bench.read(bus, try Bench.block(.holding), within: Bench.brief)
    _ = await Bench.read(bus, try Bench.block(.input), within: Bench.brief)
    #expect(units.requests.map(\.functionCode) == [3, 4])
    #expect(units.requests.map(\.message) == [[3, 0, 10, 0, 3], [4, 0, 10, 0, 3]])
  }
}
