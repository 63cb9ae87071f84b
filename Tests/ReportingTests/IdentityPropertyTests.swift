import CommunityModel
import MarketTime
import Quantities
import TestSupport
import Testing

@testable import Reporting

/// A house with a roof and a battery that is charged from surplus and serves consumption, drawn at random but lawful.
private struct SimulatedHouse {
  var flows: [EnergyFlows] = []
  let lossesAndStock: Energy

  /// `both` adds import and export at once, as a real meter counts within a quarter hour.
  init(using generator: inout SeededGenerator, count: Int, both: Bool) {
    let capacity = Int64.random(in: 1_000_000...20_000_000, using: &generator)
    let efficiency = Int64.random(in: 800...1000, using: &generator)
    let opening = Int64.random(in: 0...capacity, using: &generator)
    var stock = opening
    var losses: Int64 = 0
    for _ in 0..<count {
      let sun = Bool.random(using: &generator) ? Int64.random(in: 0...4_000_000, using: &generator) : 0
      let load = Int64.random(in: 0...2_000_000, using: &generator)
      let surplus = max(0, sun - load)
      let need = max(0, load - sun)
      let charge = min(surplus, (capacity - stock) * 1000 / efficiency, Int64.random(in: 0...3_000_000, using: &generator))
      let discharge = min(need, stock, Int64.random(in: 0...3_000_000, using: &generator))
      let stored = charge * efficiency / 1000
      stock += stored - discharge
      losses += charge - stored
      // Only while the battery rests: else the meters cannot tell whether it was the battery that exchanged with the grid.
      let swap = both && charge == 0 && discharge == 0 ? min(load, sun) / 3 : 0
      flows.append(
        EnergyFlows(
          gridImport: Energy(count: need - discharge + swap), gridExport: Energy(count: surplus - charge + swap),
          generation: Energy(count: sun), charged: Energy(count: charge), discharged: Energy(count: discharge),
          consumption: Energy(count: load)))
    }
    lossesAndStock = Energy(count: losses + stock - opening)
  }

  /// The house's meters; consumption is derived unless `measured`.
  func house(_ id: Site.ID, measured: Bool = false) -> House {
    func series(_ part: KeyPath<EnergyFlows, Energy>) -> TimeSeries<IntervalEnergy> {
      TimeSeries(start: QuarterHour(index: 0), values: flows.map { .measured($0[keyPath: part]) })
    }
    var house = House(id: id)
    house.points = [
      (.grid, series(\.gridImport), series(\.gridExport)), (.generation, nil, series(\.generation)),
      (.storage, series(\.charged), series(\.discharged)),
    ]
    if measured { house.points.append((.consumption, series(\.consumption), nil)) }
    return house
  }
}

@Suite("Identities of the key figures")
struct IdentityPropertyTests {
  @Test("SC G = SS L + losses + SOC change, to the milliwatt-hour", arguments: 1...60)
  func selfConsumptionAndSufficiency(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let simulated = SimulatedHouse(using: &generator, count: 200, both: seed % 2 == 0)
    let figures = try simulated.house("house").figures()
    let flows = figures.flows
    let use = figures.use
    #expect(flows.consumption == simulated.flows.reduce(Energy.zero) { $0 + $1.consumption })
    let usedOfOwn = flows.generation - use.generationExport
    let covered = flows.consumption - flows.gridImport
    #expect(usedOfOwn == covered + simulated.lossesAndStock)
    // The general formula finds the same cover once what the battery held before is added, and never a grey kWh.
    #expect(use.localCover + use.storedBefore == covered)
    #expect(use.storedGrey == .zero)
    #expect(figures.isChargedFromGrid == false)
    let including = try #require(figures.selfSufficiencyIncludingStock)
    let excluding = try #require(figures.selfSufficiencyExcludingStock)
    #expect(excluding <= including)
    #expect(including <= .one)
    // The same with consumption measured instead of derived.
    let checked = try simulated.house("house", measured: true).figures()
    #expect(checked.flows == flows)
    #expect(checked.use == use)
    #expect(checked.quality.residual?.absolute == .zero)
  }

  @Test("a community never imports more as one than its sites, and is never less self-sufficient", arguments: 1...30)
  func netting(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let houses = (1...4).map { SimulatedHouse(using: &generator, count: 100, both: true).house(Site.ID("h\($0)")) }
    let community = try CommunityBalance(houses)
    let virtual = KeyFigures(of: community, .virtualSum)
    let together = KeyFigures(of: community, .sitesTogether)
    #expect(virtual.flows.gridImport <= together.flows.gridImport)
    #expect(
      virtual.flows.gridImport - virtual.flows.gridExport == together.flows.gridImport - together.flows.gridExport)
    #expect(virtual.flows.consumption == together.flows.consumption)
    #expect(virtual.matched >= together.matched)
    #expect(virtual.use.localCover + virtual.use.storedBefore == virtual.flows.consumption - virtual.flows.gridImport)
    #expect(virtual.use.storedGrey == .zero)
    #expect(virtual.use.generationExport == virtual.flows.gridExport)
    let asOne = try #require(virtual.selfSufficiencyIncludingStock)
    let each = try #require(together.selfSufficiencyIncludingStock)
    #expect(asOne >= each)
    // The sites' own figures add up.
    let sites = try houses.map { try $0.figures() }
    #expect(together.use == sites.map(\.use).reduce(OwnEnergyUse(), +))
  }

  @Test("whatever the meters say, shares stay between none and all, and no colour gives more than it got", arguments: 1...60)
  func bounds(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    func series() -> [Double?] {
      (0..<100).map { _ in
        Int.random(in: 0..<20, using: &generator) == 0 ? nil : Double(Int.random(in: 0...3000, using: &generator)) / 1000
      }
    }
    var house = House()
    house.add(.grid, in: series(), out: series())
    house.add(.generation, out: series())
    house.add(.storage, in: series(), out: series())
    if seed % 2 == 0 { house.add(.consumption, in: series()) }
    let figures = try house.figures()
    let shares = [
      figures.selfSufficiency, figures.selfSufficiencyIncludingStock, figures.selfSufficiencyExcludingStock,
      figures.selfConsumption, figures.selfConsumptionExcludingLosses, figures.directUse, figures.matchedShare,
    ]
    for share in shares.compactMap(\.self) { #expect((Fraction.zero...Fraction.one).contains(share), "seed \(seed)") }
    let use = figures.use
    #expect(use.storedGrey <= figures.flows.charged)
    #expect(use.storedGreen + use.direct + use.generationExport <= figures.flows.generation, "seed \(seed)")
    for part in [use.direct, use.storedGreen, use.storedGrey, use.storedBefore, use.generationExport, use.batteryExport] {
      #expect(part >= .zero)
    }
    #expect(figures.quality.valid + figures.quality.incomplete + figures.quality.implausible == figures.quality.expected)
  }
}
