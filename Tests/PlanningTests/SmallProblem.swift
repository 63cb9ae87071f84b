import CommunityModel
import HighsSolver
import LinearOptimization
import MarketTime
import Planning
import Quantities
import Testing

/// Problems small enough to be solved by hand: one site called `house`, steps of an hour unless told, so that kW are kWh.
struct SmallProblem {
  var horizon: PlanningHorizon
  var importPrices: [Double]
  var feedInPrices: [Double]
  var importLimit = 1000.0
  var exportLimit = 1000.0
  var peakPrice = 0.0
  var peakSoFar = 0.0
  /// kg a kWh from the grid, one a step.
  var emissions: [Double]?
  /// EUR a tonne.
  var carbonPrice: Int64 = 0
  var assets: [any Asset] = []

  /// Where all small problems begin.
  static let start = QuarterHour(index: 2_000_000)

  /// So many steps as there are prices, in EUR/kWh; feed-in at the same price everywhere, zero unless told.
  init(prices: [Double], feedIn: Double = 0, quarterHoursPerStep: Int = 4) {
    self.init(prices: prices, feedIn: Array(repeating: feedIn, count: prices.count), quarterHoursPerStep: quarterHoursPerStep)
  }

  init(prices: [Double], feedIn: [Double], quarterHoursPerStep: Int = 4) {
    horizon = PlanningHorizon(start: Self.start, count: prices.count, quarterHoursPerStep: quarterHoursPerStep)
    importPrices = prices
    feedInPrices = feedIn
  }

  var problem: PlanningProblem {
    let conditions = SiteConditions(
      site: "house",
      connection: GridConnection(importLimit: Power(kilowatts: importLimit), exportLimit: Power(kilowatts: exportLimit)),
      importPrice: horizon.series(importPrices) { EnergyPrice(eurosPerKilowattHour: $0) },
      feedInPrice: horizon.series(feedInPrices) { EnergyPrice(eurosPerKilowattHour: $0) },
      peakPrice: PowerPrice(count: Int64(peakPrice * 1e6)), peakSoFar: Power(kilowatts: peakSoFar),
      emissions: emissions.map { horizon.series($0) { EmissionFactor(count: Int64(($0 * 1e6).rounded())) } })
    return PlanningProblem(
      horizon: horizon, sites: [conditions], assets: assets, carbonPrice: CarbonPrice(count: carbonPrice * 1_000_000))
  }

  func solved() throws -> Plan { try optimal(problem) }

  // MARK: - Assets

  func load(_ kilowatts: [Double]) -> FixedLoad {
    FixedLoad(id: "load", site: "house", demand: horizon.series(kilowatts) { Power(kilowatts: $0) })
  }

  func sun(_ kilowatts: [Double], id: AssetID = "pv", isCurtailable: Bool = true) -> RenewablePlant {
    RenewablePlant(
      id: id, site: "house", available: horizon.series(kilowatts) { Power(kilowatts: $0) }, isCurtailable: isCurtailable)
  }

  /// A car that takes up to 10 kW at any time.
  func car(_ kilowattHours: Double) -> ChargingPoint {
    ChargingPoint(
      id: "car", site: "house", power: Power(kilowatts: 10), sessions: [window(0, horizon.count, kilowattHours: kilowattHours)])
  }

  /// So many steps of the horizon from `first` on.
  func window(_ first: Int, _ count: Int, kilowattHours: Double) -> EnergyWindow {
    EnergyWindow(
      span: horizon.steps[first].lowerBound..<horizon.steps[first + count - 1].upperBound,
      energy: Energy(kilowattHours: kilowattHours))
  }
}

/// A battery of 10 kWh and 10 kW, without losses and wear unless told.
func battery(
  _ id: AssetID = "battery", site: Site.ID = "house", capacity: Double = 10, power: Double = 10, charge: Double? = nil,
  discharge: Double? = nil, efficiency: (in: Double, out: Double) = (1, 1), loss: Double = 0, least: Double = 0, wear: Double = 0,
  opening: Battery.Opening = .content(.zero), leastAtEnd: Double = 0, endValue: Double = 0,
  exclusivity: Battery.Exclusivity = .whereNeeded
) -> Battery {
  Battery(
    id: id, site: site,
    parameters: Battery.Parameters(
      capacity: Energy(kilowattHours: capacity), chargePower: Power(kilowatts: charge ?? power),
      dischargePower: Power(kilowatts: discharge ?? power), chargeEfficiency: Fraction(efficiency.in),
      dischargeEfficiency: Fraction(efficiency.out), selfDischarge: LossRate(perHour: loss),
      leastContent: Energy(kilowattHours: least), wearCost: EnergyPrice(eurosPerKilowattHour: wear)),
    opening: opening, leastAtEnd: Energy(kilowattHours: leastAtEnd), endValue: EnergyPrice(eurosPerKilowattHour: endValue),
    exclusivity: exclusivity)
}

/// The plan, proven optimal to the solver's tolerance.
func optimal(_ problem: PlanningProblem, goals: PlanGoals = .cost) throws -> Plan {
  var options = SolveOptions()
  options.relativeGap = 0
  options.absoluteGap = 1e-9
  let plan = try Planner(solver: HighsSolver()).plan(problem, goals: goals, options: options)
  guard case .solved(.optimal, _, _) = plan.origin else {
    Issue.record("not proven optimal: \(plan.origin)")
    return plan
  }
  return plan
}

extension PlanningHorizon {
  /// One value a step, as a series of quarter hours.
  func series<Value: Sendable>(_ values: [Double], _ make: (Double) -> Value) -> TimeSeries<Value> {
    TimeSeries(start: start, values: zip(steps, values).flatMap { step, value in step.map { _ in make(value) } })
  }
}

extension Plan {
  /// What an asset does, by its name.
  func schedule(_ id: AssetID) throws -> AssetSchedule {
    try #require(sites.flatMap(\.assets).first { $0.id == id }, "there is no asset \(id)")
  }

  /// Mean power of an asset in each step, kW.
  func kilowatts(_ id: AssetID) throws -> [Double] { try schedule(id).power.map(\.kilowatts) }

  /// Mean power over the first site's connection in each step, kW.
  var gridKilowatts: [Double] { sites[0].grid.map(\.kilowatts) }
}

/// Whether numbers agree to a thousandth of a watt or a thousandth of a cent.
func isClose(_ values: [Double], _ expected: [Double], within tolerance: Double = 1e-5) -> Bool {
  values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance }
}

func isClose(_ value: Double?, _ expected: Double, within tolerance: Double = 1e-5) -> Bool {
  value.map { abs($0 - expected) <= tolerance } ?? false
}
