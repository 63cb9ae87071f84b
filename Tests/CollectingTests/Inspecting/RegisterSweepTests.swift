import Collecting
import DeviceProfiles
import ModbusIO
import Readings
import Testing

@Suite("Recording registers that nobody knows")
struct RegisterSweepTests {
  private typealias Block = DeviceProfiles.RegisterBlock

  @Test("finds exactly the registers that exist, neighbours put together")
  func holes() async {
    let bank = RegisterBank([1, 2, 3], at: 10)
    bank.set([4], at: 13)
    bank.set([7, 8], at: 90, in: .input)
    bank.set([9], at: 99)
    let outcome = await RegisterSweep([
      Block(table: .holding, address: 0, count: 100), Block(table: .input, address: 80, count: 20),
    ]).run(InMemoryRegisterSource(SimulatedUnits([5: bank])), unit: 5, pacing: TestClock().pacing)
    #expect(outcome.failure == nil)
    #expect(
      outcome.words == [
        RegisterWords(table: .holding, address: 10, words: [1, 2, 3, 4]), RegisterWords(table: .holding, address: 99, words: [9]),
        RegisterWords(table: .input, address: 90, words: [7, 8]),
      ])
    #expect(outcome.refused == 113)
  }

  @Test("reads a whole range in as few requests as allowed, up to register 65535")
  func requests() async {
    let bank = RegisterBank([UInt16](repeating: 1, count: 100), at: 65_436)
    let units = SimulatedUnits([1: bank])
    let outcome = await RegisterSweep([Block(table: .holding, address: 65_436, count: 100)], registersPerRequest: 40)
      .run(InMemoryRegisterSource(units), unit: 1, pacing: TestClock().pacing)
    #expect(outcome.requests == 3)
    #expect(outcome.words.map(\.words.count) == [100])
    #expect(units.asked == ["65436+40", "65476+40", "65516+20"])
  }

  @Test("costs little more than a request for each register of a hole, and few where registers exist")
  func cost() async {
    let bank = RegisterBank()
    bank.set([UInt16](repeating: 1, count: 12), at: 100, in: .input)
    bank.set([2, 2, 2, 2], at: 140, in: .input)
    bank.set([3], at: 124, in: .input)
    let outcome = await RegisterSweep([Block(table: .input, address: 0, count: 500)])
      .run(InMemoryRegisterSource(SimulatedUnits([1: bank])), unit: 1, pacing: TestClock().pacing)
    #expect(outcome.words.map { "\($0.address)+\($0.words.count)" } == ["100+12", "124+1", "140+4"])
    #expect(outcome.refused == 483)
    // 483 registers that do not exist, half as much again for the first 100, before it is known that single registers are read.
    #expect(outcome.requests < 483 + 50 + 40)
    #expect(outcome.limit == nil)
  }

  @Test("finds values of a device that reads no single registers, only pairs")
  func pairs() async {
    let device = PickySource { block in
      block.address >= 40 && Int(block.address) + block.count <= 46 && block.address.isMultiple(of: 2)
        && block.count.isMultiple(of: 2)
    }
    let outcome = await RegisterSweep([Block(table: .input, address: 0, count: 100)])
      .run(device, unit: 1, pacing: TestClock().pacing)
    #expect(outcome.words.map { "\($0.address)+\($0.words.count)" } == ["40+6"])
    #expect(outcome.refused == 94)
  }

  @Test("learns how long a request the device takes, and asks for no longer ones")
  func longest() async {
    let device = PickySource { $0.count <= 30 }
    let outcome = await RegisterSweep([Block(table: .input, address: 0, count: 600)])
      .run(device, unit: 1, pacing: TestClock().pacing)
    #expect(outcome.words.map(\.words.count) == [600])
    #expect(outcome.limit == 30)
    #expect(outcome.longestAnswered == 30)
    #expect(outcome.requests <= 600 / 30 + 8)
  }

  @Test("that is stopped keeps what was read")
  func stopped() async {
    let device = PickySource { block in
      if block.address == 120 { withUnsafeCurrentTask { $0?.cancel() } }
      return true
    }
    let sweep = RegisterSweep([Block(table: .input, address: 0, count: 600)])
    let outcome = await Task { await sweep.run(device, unit: 1, pacing: TestClock().pacing) }.value
    #expect(outcome.wasStopped)
    #expect(outcome.words.map(\.words.count) == [180])
    #expect(outcome.failure == nil)
  }

  /// Answers with zeros what it likes and refuses the rest.
  private struct PickySource: RegisterSource {
    let likes: @Sendable (ModbusIO.RegisterBlock) -> Bool

    func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
      guard likes(block) else {
        let request = RegisterRequest(link: .tcp(host: "picky", port: 502), unit: unit, block: block)
        throw .exception(request, code: .illegalDataAddress)
      }
      return [UInt16](repeating: 0, count: block.count)
    }

    func close() async {}
  }

  @Test("asks a silent device again and gives it up after three silences")
  func silence() async {
    let units = SimulatedUnits([1: RegisterBank([1, 2], at: 0)])
    let sweep = RegisterSweep([Block(table: .holding, address: 0, count: 2)])
    units.inject(.silent, times: 2)
    let patient = await sweep.run(InMemoryRegisterSource(units), unit: 1, pacing: TestClock().pacing)
    #expect(patient.failure == nil)
    #expect(patient.words.map(\.words) == [[1, 2]])
    units.inject(.silent, times: nil)
    let dead = await sweep.run(InMemoryRegisterSource(units), unit: 1, pacing: TestClock().pacing)
    #expect(dead.failure != nil)
    #expect(dead.requests == 3)
  }

  @Test("by a profile holds all it reads, knows where the serial number is, and shows each value with its words")
  func recording() async throws {
    let profile = DeviceProfile(
      maker: "test", model: "named", kind: .meter,
      identity: [IdentityField(.serial, table: .holding, address: 50, type: .string(registers: 2))],
      registers: Profiles.meter.registers)
    let bank = RegisterBank.meter()
    bank.set([0x4142, 0x3132], at: 50)
    let recording = await DeviceRecording(
      profile, unit: 1, on: InMemoryRegisterSource(SimulatedUnits([1: bank])), pacing: TestClock().pacing, uptime: { .zero })
    #expect(recording.words.map(\.block.count) == [2, 4, 1])
    #expect(recording.serialNumbers == [Block(table: .holding, address: 50, count: 2)])
    let probe = await DeviceProbe(
      profile, unit: 1, on: InMemoryRegisterSource(SimulatedUnits([1: bank])), pacing: TestClock().pacing, uptime: { .zero })
    #expect(probe.identity.serial == "AB12")
    let voltage = try #require(probe.quantities.first { $0.key.channel == .voltageL1 })
    // Tenths of a volt, 230.1 V: see RegisterBank.meter().
    #expect(voltage.words == [[2301]])
    #expect(voltage.value.count == 230_100)
  }
}
