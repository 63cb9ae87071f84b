import Collecting
import DeviceProfiles
import ModbusIO
import Quantities
import Readings
import Testing

@Suite("A scan of a bus")
struct BusScanTests {
  /// Volts and hertz in tenths and hundredths.
  private static let tenths = DeviceProfile(
    maker: "Tenth", model: "T1", kind: .meter,
    registers: [
      field(.voltageL1, 0, .u16, "V", scale: "0.1"), field(.frequency, 1, .u16, "Hz", scale: "0.01"),
    ])
  /// The same registers with other scales, so that the first one's words are nonsense.
  private static let hundredths = DeviceProfile(
    maker: "Hundredth", model: "H1", kind: .meter,
    registers: [
      field(.voltageL1, 0, .u16, "V", scale: "0.01"), field(.frequency, 1, .u16, "Hz", scale: "0.1"),
    ])
  private static let elsewhere = DeviceProfile(
    maker: "Else", model: "E1", kind: .meter, registers: [field(.voltageL1, 900, .u16, "V")])

  private let profiles: [(name: String, profile: DeviceProfile)] = [
    ("else/e1", elsewhere), ("hundredth/h1", hundredths), ("tenth/t1", tenths), ("sun/spec", Profiles.sunSpecMeter),
  ]

  @Test("finds the units that answer and the profile whose values make sense, and shows the words")
  func ranks() async throws {
    // 230.5 V, 49.98 Hz.
    let units = SimulatedUnits([3: RegisterBank([2305, 4998], at: 0)])
    let scan = BusScan(units: [1, 2, 3], profiles: profiles)
    let outcome = await scan.run(InMemoryRegisterSource(units), uptime: { .zero })
    #expect(outcome.failure == nil)
    #expect(outcome.found.map(\.unit) == [3])
    let found = try #require(outcome.found.first)
    #expect(found.fits.map(\.name) == ["tenth/t1"])
    #expect(found.fits.first?.fit.score == 9)
    #expect(found.fits.first?.fit.evidence.map(\.text).contains { $0.contains("230.500 V") && $0.contains("0901") } == true)
    #expect(found.profilesTried == 4)
  }

  @Test("sends no request twice and asks nothing but reads")
  func polite() async {
    let units = SimulatedUnits([3: RegisterBank([2305, 4998], at: 0)])
    _ = await BusScan(units: [3], profiles: profiles).run(InMemoryRegisterSource(units), uptime: { .zero })
    let asked = units.requests.map(\.message)
    #expect(Set(asked).count == asked.count)
    #expect(asked.allSatisfy { [1, 2, 3, 4].contains($0[0]) })
  }

  @Test("finds a SunSpec map and who the device says it is")
  func sunSpec() async throws {
    let image = try Profiles.sunSpecMeter.encodeSunSpec(
      [PartChannel(.main, .activePower): 1_500_000],
      identity: DeviceIdentity(manufacturer: "test", model: "M", firmware: "1.2", serial: "S9"), models: [1, 203])
    let bank = RegisterBank()
    for words in image.contents { bank.set(words.words, at: words.address) }
    let outcome = await BusScan(units: [1], profiles: profiles).run(
      InMemoryRegisterSource(SimulatedUnits([1: bank])), uptime: { .zero })
    let found = try #require(outcome.found.first)
    #expect(found.chain?.base == 40000)
    #expect(found.chain?.models.map(\.id) == [1, 203])
    #expect(found.identity.serial == "S9")
    #expect(found.fits.first?.name == "sun/spec")
  }

  @Test("tells a device that answers to two numbers, and one that no profile knows")
  func twins() async {
    let bank = RegisterBank([1, 2, 3], at: 0)
    let outcome = await BusScan(units: [1, 2], profiles: profiles).run(
      InMemoryRegisterSource(SimulatedUnits([1: bank, 2: bank])), uptime: { .zero })
    #expect(outcome.found.map(\.twin) == [nil, 1])
    #expect(outcome.found.map(\.fits.count) == [0, 0])
  }

  @Test("cuts a request that runs over registers which do not exist")
  func gap() async {
    let gapped = DeviceProfile(
      maker: "Gap", model: "G1", kind: .meter, limits: RequestLimits(gap: 20),
      registers: [field(.voltageL1, 0, .u16, "V", scale: "0.1"), field(.frequency, 10, .u16, "Hz", scale: "0.01")])
    let bank = RegisterBank([2305], at: 0)
    bank.set([4998], at: 10)
    let outcome = await BusScan(units: [1], profiles: [("gap/g1", gapped)]).run(
      InMemoryRegisterSource(SimulatedUnits([1: bank])), uptime: { .zero })
    #expect(outcome.found.first?.fits.map(\.name) == ["gap/g1"])
  }

  /// 2399.5 W in steps of 0.5 W is 4799, 0x000012BF; in the wrong order 0x12BF0000 are 157 MW.
  @Test("says that a value is impossible, and does not take such a profile")
  func impossible() async throws {
    let wrong = DeviceProfile(
      maker: "Wrong", model: "W1", kind: .meter,
      registers: [
        field(.voltageL1, 0, .u16, "V", scale: "0.1"), field(.activePower, 1, .s32, "W", scale: "0.5", positive: .import),
      ])
    let units = SimulatedUnits([1: RegisterBank([2305, 0x12BF, 0], at: 0)])
    let outcome = await BusScan(units: [1], profiles: [("wrong/w1", wrong)]).run(
      InMemoryRegisterSource(units), uptime: { .zero })
    #expect(outcome.found.first?.fits.isEmpty == true)
    let probe = await DeviceProbe(
      wrong, unit: 1, on: InMemoryRegisterSource(units), pacing: TestClock().pacing, uptime: { .zero })
    #expect(probe.quantities.map(\.isImpossible) == [false, true])
    #expect(probe.refusal == nil)
  }

  @Test("takes a refusal for an answer when it measures how fast a device is")
  func answerTime() async {
    // The first request is answered after 9 s, the refusal of the second after 1 s.
    let units = SimulatedUnits([1: RegisterBank([1], at: 0)])
    let outcome = await BusScan(units: [1], profiles: [("else/e1", Self.elsewhere)]).run(
      InMemoryRegisterSource(units), uptime: Self.slowFirst())
    #expect(outcome.found.first?.answerTime == .seconds(1))
  }

  /// A clock of which the first span is 9 s and every other one 1 s.
  private static func slowFirst() -> @Sendable () -> Duration {
    let clock = TestClock()
    return {
      let now = clock.seconds
      clock.advance(by: .seconds(now == 0 ? 9 : 1))
      return .seconds(now)
    }
  }

  @Test("gives a device up when its time is over")
  func bounded() async {
    let units = SimulatedUnits([1: RegisterBank([2305, 4998], at: 0)])
    let clock = TestClock()
    let scan = BusScan(units: [1], profiles: profiles, limit: .seconds(2))
    let outcome = await scan.run(InMemoryRegisterSource(units)) {
      clock.advance(by: .seconds(1))
      return .seconds(clock.seconds)
    }
    #expect(outcome.found.first?.profilesTried ?? 9 < profiles.count)
  }
}
