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
