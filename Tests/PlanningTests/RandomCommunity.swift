import CommunityModel
import MarketTime
import Planning
import Quantities
import TestSupport

/// A community that a seed repeats: one to three sites with loads, sun, batteries and cars, 12 to 24 steps of a quarter hour,
/// half an hour or an hour, prices that may be negative. Connections are wide, so that nothing is beyond a limit.
struct RandomCommunity {
  /// A battery of the community, in the terms of its formulas.
  struct Store {
    var capacity: Double
    var power: Double
    var efficiency: (in: Double, out: Double)
    var loss: Double
    var wear: Double
    var opening: Double
    var endValue: Double
  }

  struct Place {
    var load: [Double]
    var sun: [Double]
    var isCurtailable: Bool
    var store: Store?
    /// First step, number of steps, kWh.
    var sessions: [(Int, Int, Double)]
    var importPrices: [Double]
    var feedInPrices: [Double]
    var importLimit = 60.0
    var exportLimit = 60.0
    var peakPrice = 0.0
    var peakSoFar = 0.0
  }

  var horizon: PlanningHorizon
  var places: [Place]
  var priceFactor = 1.0

  static let chargingPower = 7.0

  init(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 12...24, using: &generator)
    let start = QuarterHour(index: .random(in: 1_900_000...2_000_000, using: &generator))
    let length = [1, 2, 4].randomElement(using: &generator) ?? 1
    let horizon = PlanningHorizon(start: start, count: count, quarterHoursPerStep: length)
    let places = Int.random(in: 1...3, using: &generator)
    let hasNegativePrices = Int.random(in: 0..<3, using: &generator) == 0
    self.horizon = horizon
    self.places = (0..<places).map { _ in Self.place(horizon, hasNegativePrices: hasNegativePrices, &generator) }
  }

  private static func place(
    _ horizon: PlanningHorizon, hasNegativePrices: Bool, _ generator: inout SeededGenerator
  ) -> Place {
    func random(_ range: ClosedRange<Double>) -> Double {
      // Whole thousandths, so that prices have whole micro-euros and factors keep them whole.
      (Double.random(in: range, using: &generator) * 1000).rounded() / 1000
    }
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    let steps = 0..<horizon.count
    let importPrices = steps.map { _ in random(hasNegativePrices ? -0.2...0.4 : 0.05...0.4) }
    var sessions: [(Int, Int, Double)] = []
    if chance(50) {
      let first = Int.random(in: 0..<horizon.count - 4, using: &generator)
      let length = Int.random(in: 2...4, using: &generator)
      let reach = Double(length) * horizon.hours(of: 0) * chargingPower
      sessions.append((first, length, random(0...reach)))
    }
    let capacity = random(2...15)
    return Place(
      load: steps.map { _ in random(0...4) }, sun: steps.map { _ in chance(60) ? random(0...9) : 0 }, isCurtailable: chance(70),
      store: chance(80)
        ? Store(
          capacity: capacity, power: random(1...6), efficiency: (random(0.8...1), random(0.8...1)),
          loss: chance(50) ? 0 : random(0...0.02), wear: chance(50) ? 0 : random(0...0.05), opening: random(0...capacity),
          endValue: random(0...0.3)) : nil,
      sessions: sessions, importPrices: importPrices, feedInPrices: importPrices.map { min($0, random(-0.05...0.1)) },
      peakPrice: chance(30) ? random(0...5) : 0, peakSoFar: random(0...5))
  }

  static func site(_ position: Int) -> Site.ID { Site.ID("site\(position)") }

  var problem: PlanningProblem {
    PlanningProblem(horizon: horizon, sites: places.indices.map(conditions), assets: places.indices.flatMap(assets))
  }

  private func conditions(_ position: Int) -> SiteConditions {
    let place = places[position]
    return SiteConditions(
      site: Self.site(position),
      connection: GridConnection(
        importLimit: Power(kilowatts: place.importLimit), exportLimit: Power(kilowatts: place.exportLimit)),
      importPrice: horizon.series(place.importPrices) { EnergyPrice(eurosPerKilowattHour: $0 * priceFactor) },
      feedInPrice: horizon.series(place.feedInPrices) { EnergyPrice(eurosPerKilowattHour: $0 * priceFactor) },
      peakPrice: PowerPrice(count: Int64((place.peakPrice * priceFactor * 1e6).rounded())),
      peakSoFar: Power(kilowatts: place.peakSoFar))
  }

  private func assets(_ position: Int) -> [any Asset] {
    let place = places[position]
    let site = Self.site(position)
    var assets: [any Asset] = [
      FixedLoad(id: AssetID("load\(position)"), site: site, demand: horizon.series(place.load) { Power(kilowatts: $0) }),
      RenewablePlant(
        id: AssetID("pv\(position)"), site: site, available: horizon.series(place.sun) { Power(kilowatts: $0) },
        isCurtailable: place.isCurtailable),
    ]
    if let store = place.store {
      assets.append(
        battery(
          AssetID("battery\(position)"), site: site, capacity: store.capacity, power: store.power, efficiency: store.efficiency,
          loss: store.loss, wear: store.wear * priceFactor, opening: .content(Energy(kilowattHours: store.opening)),
          endValue: store.endValue * priceFactor))
    }
    if !place.sessions.isEmpty {
      assets.append(
        ChargingPoint(
          id: AssetID("car\(position)"), site: site, power: Power(kilowatts: Self.chargingPower), efficiency: Fraction(0.9),
          sessions: place.sessions.map { first, count, energy in
            EnergyWindow(
              span: horizon.steps[first].lowerBound..<horizon.steps[first + count - 1].upperBound,
              energy: Energy(kilowattHours: energy * 0.9))
          }))
    }
    return assets
  }
}
