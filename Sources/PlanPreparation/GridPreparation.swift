import CommunityModel
import MarketTime
import Planning
import Quantities

/// What the grid's rules make of a site's tariff: times of the day that cost more.
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
}
