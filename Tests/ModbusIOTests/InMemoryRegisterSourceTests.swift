import ModbusIO
import Testing

@Suite("Registers in memory")
struct InMemoryRegisterSourceTests {
  @Test("are read as over a wire")
  func happy() async throws {
    let source = InMemoryRegisterSource(SimulatedUnits([1: Bench.bank()]))
    #expect(try await source.read(Bench.block(.input, 3, 2), unit: 1, deadline: .seconds(1)) == [20003, 20004])
    #expect(await Bench.read(source, try Bench.block(), unit: 2).kind == "exception")
    #expect(await Bench.read(source, try Bench.block(.holding, 199, 2)).kind == "exception")
    await source.close()
    #expect(await Bench.read(source, try Bench.block()).kind == "words")
  }

  @Test(
    "make the faults of a TCP device without waiting",
    arguments: FaultCase.immediate + [
      FaultCase(fault: .silent, expected: "no answer"), FaultCase(fault: .halfThenSilent, expected: "no answer"),
      FaultCase(fault: .delay(.seconds(60)), expected: "no answer"),
      FaultCase(fault: .dribble(every: .seconds(10)), expected: "no answer"),
      FaultCase(fault: .delay(.seconds(40)), expected: "words"), FaultCase(fault: .twice, expected: "words"),
      FaultCase(fault: .exception(.deviceBusy), expected: "exception"),
    ])
  func faults(fault: FaultCase) async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let source = InMemoryRegisterSource(units)
    units.inject(fault.fault)
    let block = try Bench.block()
    let time = await ContinuousClock().measure {
      #expect(await Bench.read(source, block, within: .seconds(50)).kind == fault.expected)
    }
    #expect(time < .seconds(20))
    #expect(await Bench.read(source, try Bench.block()).kind == "words")
  }

  @Test("cannot pair a late answer with a newer request")
  func lateAnswer() async throws {
    let units = SimulatedUnits([1: Bench.bank()])
    let source = InMemoryRegisterSource(units)
    units.inject(.lateByOneRequest)
    #expect(await Bench.read(source, try Bench.block(.holding, 10, 3)).kind == "no answer")
    #expect(await Bench.read(source, try Bench.block(.holding, 20, 3)).kind == "broken")
    #expect(try await source.read(Bench.block(.holding, 20, 3), unit: 1, deadline: Bench.patient) == [1020, 1021, 1022])
  }
}
