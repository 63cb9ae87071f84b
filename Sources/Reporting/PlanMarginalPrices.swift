import CommunityModel
import Console
import Planning
import Quantities

extension PlanReport {
  /// What one more kilowatt-hour of power costs at `site` in each step; null where the plan is not proven.
  func marginalPrices(at site: Site.ID) -> JSONValue { Self.prices(plan.marginalPrices?.power[site]) }

  /// What one more kilowatt-hour of heat costs at each place of each network; null where the plan is not proven.
  var marginalHeatPrices: JSONValue {
    guard let prices = plan.marginalPrices else { return .null }
    return .array(
      prices.heat.map { place in
        .object([
          ("network_id", .string(place.network.text)), ("site_id", .optional(place.site?.text)),
          ("marginal_price_eur_per_kwh", Self.prices(place.price)),
        ])
      })
  }

  static func prices(_ prices: [EnergyPrice]?) -> JSONValue {
    prices.map { .array($0.map { .number(decimalText($0.count, digits: 6)) }) } ?? .null
  }
}
