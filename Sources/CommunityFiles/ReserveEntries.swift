import CommunityModel
import Quantities
import Yams

extension CommunityReader {
  /// What a site's battery holds for a failure of the grid.
  func reserve(_ fields: Fields) -> EmergencyReserve? {
    defer { fields.finish() }
    let times = Duration.seconds(900)...Duration.seconds(7 * 86_400)
    let hours = fields.duration("hours", default: nil, in: times, like: "4 h")
    let critical = criticalLoad(fields)
    let shares = Fraction.zero...Fraction.one
    let sun = fields.optionalQuantity("assured_sun", in: shares, like: "50 %") ?? Fraction(0.5)
    let wind = fields.optionalQuantity("assured_wind", in: shares, like: "0 %") ?? .zero
    guard let hours, let critical else { return nil }
    return EmergencyReserve(duration: hours, criticalLoad: critical, assuredSun: sun, assuredWind: wind)
  }

  private func criticalLoad(_ fields: Fields) -> EmergencyReserve.CriticalLoad? {
    let key = "critical_load"
    let expected = "a share of the site's loads such as `30 %`, or a power such as `2 kW`"
    guard let node = fields.required(key, expected: expected), let text = fields.scalar(node, key: key, expected: expected) else {
      return nil
    }
    if text.hasSuffix("%") {
      return fields.quantity(key, in: Fraction.zero...Fraction.one, like: "30 %").map { .share($0) }
    }
    return fields.quantity(key, in: Power.zero...Power(kilowatts: 1_000_000), like: "2 kW").map { .power($0) }
  }
}
