import CommunityModel
import MarketTime
import Readings
import TestSupport
import Testing

/// Row V11 of the fault catalogue, on sites whose true flows are drawn at random.
@Suite("The site's balance")
struct DirectionCheckTests {
  /// The true powers of a site's meters over an hour, every 10 s, in mW: unmetered load, a plant, a battery that follows neither.
  private struct Hour {
    var load: [Int64] = []
    var sun: [Int64] = []
    var charging: [Int64] = []

    /// - Parameter clouds: whether the plant's power moves; at night it is zero.
    init(peak: Int64, clouds: Bool, _ generator: inout SeededGenerator) {
      var base = Int64.random(in: 250_000...900_000, using: &generator)
      var extra: Int64 = 0
      var share: Int64 = 70
      var battery: Int64 = 0
      for step in 0..<360 {
        base += Int64.random(in: -20_000...20_000, using: &generator)
        base = min(max(base, 150_000), 1_500_000)
        if step % 30 == 0 { extra = Bool.random(using: &generator) ? Int64.random(in: 0...1_500_000, using: &generator) : 0 }
        if clouds, step % 12 == 0 { share = Int64.random(in: 15...100, using: &generator) }
        if step % 60 == 0 { battery = Int64.random(in: -2_000_000...2_000_000, using: &generator) }
        load.append(base + extra)
        sun.append(peak * share / 100)
        charging.append(battery)
      }
    }

    /// What the meters show, the one called `swapped` with the opposite sign; power in mW, positive for consumption.
    func meters(swapped: MeteringPoint.ID? = nil, battery: Bool = true) -> [DirectionCheck.Meter] {
      func shown(_ id: MeteringPoint.ID, _ measures: MeteringPoint.Measures, _ power: (Int) -> Int64) -> DirectionCheck.Meter {
        let sign: Int64 = id == swapped ? -1 : 1
        // Devices are polled one after another: the plant 2 s, the battery 4 s after the grid meter.
        let delay: Int64 = measures == .grid ? 0 : measures == .generation ? 2 : 4
        return DirectionCheck.Meter(
          id, measures: measures, power: load.indices.map { sample(Int64($0) * 10 + delay, sign * power($0)) })
      }
      let grid = shown("GRID", .grid) { load[$0] - sun[$0] + (battery ? charging[$0] : 0) }
      let plant = shown("SUN", .generation) { -sun[$0] }
      return battery ? [grid, plant, shown("BATTERY", .storage) { charging[$0] }] : [grid, plant]
    }
  }

  private static let seeds: [UInt64] = Array(1...40)

  @Test("finds nothing where nothing is swapped", arguments: seeds)
  func straight(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for clouds in [true, false] {
      let hour = Hour(peak: clouds ? 6_000_000 : 0, clouds: clouds, &generator)
      #expect(DirectionCheck().finding(of: hour.meters()) == nil, "seed \(seed)")
      #expect(DirectionCheck().finding(of: hour.meters(battery: false)) == nil, "seed \(seed)")
    }
  }

  @Test("finds the swapped meter within an hour of moving sun", arguments: ["GRID", "SUN", "BATTERY"] as [MeteringPoint.ID])
  func swapped(_ meter: MeteringPoint.ID) {
    let count = FaultFigure.count(Self.seeds.count, large: 1000)
    var found = 0
    for seed in 1...UInt64(count) {
      var generator = SeededGenerator(seed: seed)
      let hour = Hour(peak: 6_000_000, clouds: true, &generator)
      if DirectionCheck().finding(of: hour.meters(swapped: meter))?.suspects == [meter] { found += 1 }
    }
    #expect(
      FaultFigure.tell(
        "V11 swapped \(meter) found within 1 h", ours: "\(found) of \(count)", limit: "\(count)", goal: "all",
        reached: found == count))
  }

  @Test("finds a swapped connection at night by its export out of nothing", arguments: seeds)
  func night(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let hour = Hour(peak: 0, clouds: false, &generator)
    #expect(DirectionCheck().finding(of: hour.meters(swapped: "GRID", battery: false))?.suspects == ["GRID"], "seed \(seed)")
  }

  @Test("works on counters, too")
  func counters() {
    // Half an hour each minute: 3 kW from the grid until minute 15, then the sun makes 5 kW of which the site uses 3.
    func counted(_ watts: (Int64) -> Int64) -> [Sample] {
      var total: Int64 = 0
      return (Int64(0)..<30).map { minute in
        total += watts(minute) * 1000 / 60
        return sample(minute * 60, total)
      }
    }
    let towards = counted { $0 < 15 ? 3000 : 0 }
    let back = counted { $0 < 15 ? 0 : 2000 }
    let made = counted { $0 < 15 ? 0 : 5000 }
    let still = counted { _ in 0 }
    let plant = DirectionCheck.Meter("SUN", measures: .generation, import: still, export: made)
    #expect(
      DirectionCheck().finding(of: [DirectionCheck.Meter("GRID", measures: .grid, import: towards, export: back), plant]) == nil)
    #expect(
      DirectionCheck().finding(of: [DirectionCheck.Meter("GRID", measures: .grid, import: back, export: towards), plant])?
        .suspects
        == ["GRID"])
  }

  @Test("says nothing without a connection, without a second meter, without readings of the same moments")
  func tooLittle() {
    var generator = SeededGenerator(seed: 1)
    let meters = Hour(peak: 6_000_000, clouds: true, &generator).meters(swapped: "GRID")
    #expect(DirectionCheck().finding(of: Array(meters.dropFirst())) == nil)
    #expect(DirectionCheck().finding(of: [meters[0]]) == nil)
    let tomorrow = meters[1].power.map { Sample(at: $0.time + .seconds(86_400), value: $0.value) }
    let later = DirectionCheck.Meter("SUN", measures: .generation, power: tomorrow)
    #expect(DirectionCheck().finding(of: [meters[0], later]) == nil)
    #expect(DirectionCheck().finding(of: []) == nil)
  }
}
