import CommunityModel
import MarketTime
import Planning
import Quantities

/// What the grid's rules make of a site: times of the day that cost more, limits that someone orders.
extension Preparation {
  /// `prices` with what the windows that are open in each quarter hour add.
  func surcharged(_ prices: TimeSeries<EnergyPrice>, by windows: [PriceWindow]) -> TimeSeries<EnergyPrice> {
    guard !windows.isEmpty else { return prices }
    return TimeSeries(start: prices.start, values: zip(prices.span, prices.values).map { $1 + surcharge(at: $0, windows) })
  }

  private func surcharge(at quarter: QuarterHour, _ windows: [PriceWindow]) -> EnergyPrice {
    let (day, time) = community.calendar.local(quarter.start)
    return windows.reduce(.zero) { $1.contains(time, on: day) ? $0 + $1.plus : $0 }
  }

  /// What energy from the grid costs in the horizon's quarter hours; a price that never changes once.
  func importCurve(of tariff: Tariff) throws(PlanInputError) -> [EnergyPrice] {
    let prices = try curve(tariff.importPrice)
    guard !tariff.importWindows.isEmpty else { return prices }
    let quarters = Array(horizon.span)
    guard prices.count == 1 || prices.count == quarters.count else { return prices }
    return quarters.indices.map { prices[prices.count == 1 ? 0 : $0] + surcharge(at: quarters[$0], tariff.importWindows) }
  }

  /// What is ordered at `site`, and how much of its solar power may be fed in; nil where nothing is.
  func limits(at site: Site, with assets: [AssetDescription]) -> GridLimits? {
    let orders = (site.rules.limits.flatMap { knowledge.orders[$0] } ?? []).filter { $0.span.overlaps(horizon.span) }
    let cap = site.rules.feedInCap.map { share in
      Power(count: scaled(peakOfSun(at: site.id, assets).count, by: share.count, over: Fraction.one.count))
    }
    guard !orders.isEmpty || cap != nil else { return nil }
    func least(_ limit: (GridOrder) -> Power?, _ always: Power? = nil) -> TimeSeries<Power?> {
      TimeSeries(
        start: horizon.start,
        values: horizon.span.map { quarter in
          (orders.filter { $0.span.contains(quarter) }.compactMap(limit) + [always].compactMap { $0 }).min()
        })
    }
    return GridLimits(
      imports: least(\.imports), exports: least(\.exports, cap), controllable: least(\.controllable),
      assets: Set(assets.filter { $0.site == site.id && $0.isControllable }.map(\.id)))
  }

  private func peakOfSun(at site: Site.ID, _ assets: [AssetDescription]) -> Power {
    assets.reduce(.zero) { sum, asset in
      guard asset.site == site, case .plant(let plant) = asset.kind, plant.source == .pv else { return sum }
      return sum + plant.peakPower
    }
  }
}
