import CommunityModel
import DeviceProfiles
import Diagnosing
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@Suite("The signs of a site")
struct SignDiagnosisTests {
  /// A meter whose profile reads power and both counters.
  private static let profile = DeviceProfile(
    maker: "Test", model: "T1", kind: .meter,
    registers: [
      RegisterField(
        channel: .activePower, table: .holding, address: 40, type: .s32, scale: DecimalNumber("0.1"),
        unit: UnitOfMeasure("W", 1000), positive: .import),
      RegisterField(channel: .energyImport, table: .holding, address: 50, type: .u32, unit: UnitOfMeasure("Wh", 1000)),
      RegisterField(channel: .energyExport, table: .holding, address: 52, type: .u32, unit: UnitOfMeasure("Wh", 1000)),
    ])

  /// Power each 10 s for an hour in W, with the counters that belong to it, or the other way round.
  private func meter(
    _ point: MeteringPoint.ID, _ measures: MeteringPoint.Measures, turned: Bool = false, countersTurned: Bool = false,
    charge: ((Int64) -> Int64)? = nil, _ watts: (Int64) -> Int64
  ) -> SiteMeter {
    var samples: [Channel: [Sample]] = [:]
    var (imported, exported): (Int64, Int64) = (0, 0)
    for step in Int64(0)..<360 {
      let time = Timestamp(milliseconds: 1_782_640_800_000 + step * 10_000)
      let power = watts(step)
      // mW for 10 s are a 360th of a mWh.
      if power > 0 { imported += power * 1000 / 360 } else { exported -= power * 1000 / 360 }
      samples[.activePower, default: []].append(Sample(at: time, value: power * 1000 * (turned ? -1 : 1)))
      let counts = countersTurned ? (exported, imported) : (imported, exported)
      samples[.energyImport, default: []].append(Sample(at: time, value: counts.0))
      samples[.energyExport, default: []].append(Sample(at: time, value: counts.1))
      if let charge { samples[.stateOfCharge, default: []].append(Sample(at: time, value: charge(step))) }
    }
    return SiteMeter(
      point, measures: measures, device: "d-\(point)", profileName: "test/t1", profile: Self.profile, part: .main,
      samples: samples)
  }

  private func sun(_ step: Int64) -> Int64 { [6000, 1500, 4800, 900][Int(step / 12 % 4)] }
  private func load(_ step: Int64) -> Int64 { [500, 1700, 900][Int(step / 30 % 3)] }

  private func remarks(_ meters: [SiteMeter]) -> [Remark] { SignDiagnosis(SiteMeters("S", meters: meters)).remarks }

  @Test("are right where everything fits")
  func right() {
    let remarks = remarks([meter("G", .grid) { load($0) - sun($0) }, meter("P", .generation) { -sun($0) }])
    #expect(remarks.map(\.code) == ["signs_agree"])
    #expect(remarks.map(\.level) == [.ok])
  }

  @Test("of a meter that is wired the wrong way round: power and counters both, and the line that would turn it")
  func wired() {
    let remarks = remarks([
      meter("G", .grid, turned: true, countersTurned: true) { load($0) - sun($0) }, meter("P", .generation) { -sun($0) },
    ])
    #expect(remarks.map(\.code) == ["import_export_swapped"])
    #expect(remarks.first?.subject == "G (device d-G)")
    #expect(remarks.first?.next?.hasPrefix("turn the meter") == true)
    #expect(
      remarks.first?.lines
        == ["- {channel: active_power, table: holding, address: 40, type: s32, scale: 0.1, unit: W, positive: export}"])
  }

  @Test("of a profile with the wrong sign: the counters are right")
  func profile() {
    let remarks = remarks([meter("G", .grid, turned: true) { load($0) - sun($0) }, meter("P", .generation) { -sun($0) }])
    #expect(remarks.map(\.code) == ["import_export_swapped"])
    #expect(remarks.first?.next?.hasPrefix("its counters are right") == true)
  }

  @Test("of exchanged counters beside a right power")
  func counters() {
    let remarks = remarks([
      meter("G", .grid, countersTurned: true) { load($0) - sun($0) }, meter("P", .generation) { -sun($0) },
    ])
    #expect(remarks.map(\.code) == ["counters_swapped"])
    #expect(
      remarks.first?.lines == [
        "- {channel: energy_export, table: holding, address: 50, type: u32, unit: Wh}",
        "- {channel: energy_import, table: holding, address: 52, type: u32, unit: Wh}",
      ])
  }

  @Test("of a plant that uses power and of a battery whose state of charge goes the other way, also without a balance")
  func alone() {
    #expect(remarks([meter("P", .generation, turned: true) { -sun($0) }]).map(\.code) == ["import_export_swapped"])
    let battery = meter("B", .storage, turned: true, charge: { 200_000 + $0 / 8 * 10_000 }) { _ in 4500 }
    #expect(remarks([battery]).map(\.code) == ["import_export_swapped"])
    #expect(remarks([meter("P", .generation) { -sun($0) }]).map(\.code) == ["no_connection_meter"])
  }
}

@Suite("The phases of a site")
struct PhaseDiagnosisTests {
  private static let powers: [Channel] = [.activePowerL1, .activePowerL2, .activePowerL3]

  /// A meter at the connection and a plant on L2, each 10 s for an hour; powers of the phases in W as the meter shows them.
  private func site(_ phases: (_ load: Int64, _ sun: Int64) -> [Int64]) -> SiteMeters {
    var grid: [Channel: [Sample]] = [:]
    var plant: [Channel: [Sample]] = [:]
    for step in Int64(0)..<360 {
      let time = Timestamp(milliseconds: 1_782_640_800_000 + step * 10_000)
      let sun: Int64 = [6000, 1500, 4800, 900, 3000][Int(step / 12 % 5)]
      let shown = phases([700, 2600, 1300][Int(step / 30 % 3)], sun)
      for (channel, power) in zip(Self.powers, shown) { grid[channel, default: []].append(Sample(at: time, value: power * 1000)) }
      grid[.activePower, default: []].append(Sample(at: time, value: shown.reduce(0, +) * 1000))
      plant[.activePower, default: []].append(Sample(at: time, value: -sun * 1000))
    }
    func meter(_ point: MeteringPoint.ID, _ measures: MeteringPoint.Measures, _ samples: [Channel: [Sample]]) -> SiteMeter {
      SiteMeter(
        point, measures: measures, device: "d-\(point)", profileName: "test/t1",
        profile: DeviceProfile(maker: "Test", model: "T1", kind: .meter), part: .main, samples: samples)
    }
    return SiteMeters("S", meters: [meter("G", .grid, grid), meter("P", .generation, plant)])
  }

  @Test("fit, and the plant is seen where it hangs")
  func right() {
    let site = site { load, sun in [load / 2, load / 3 - sun, load / 6] }
    #expect(PhaseDiagnosis(site).remarks.map(\.code) == ["phases_agree", "hangs_on"])
    #expect(PhaseDiagnosis(site).remarks.last?.text == "hangs on L2 of G: the phase that moves with it")
    #expect(SignDiagnosis(site).remarks.map(\.code) == ["signs_agree"])
  }

  @Test("show one turned transformer, which from afar looks like a turned meter")
  func turned() {
    let site = site { load, sun in [load / 2, sun - load / 3, load / 6] }
    let remarks = PhaseDiagnosis(site).remarks.filter { $0.level == .problem }
    #expect(remarks.map(\.code) == ["transformers_wrong"])
    #expect(remarks.first?.next == "turn the current transformer on L2; then run doctor again")
    #expect(SignDiagnosis(site).remarks.isEmpty)
  }

  @Test("of a meter that is turned as a whole are no business of single transformers")
  func wholeMeter() {
    let site = site { load, sun in [-load / 2, sun - load / 3, -load / 6] }
    #expect(PhaseDiagnosis(site).remarks.filter { $0.level == .problem }.isEmpty)
    #expect(SignDiagnosis(site).remarks.map(\.code) == ["import_export_swapped"])
  }
}
