import CommunityModel
import Quantities
import Yams

/// What the grid's operator and the law ask of a site.
extension CommunityReader {
  func gridRules(_ fields: Fields) -> GridRules {
    let limits = fields.has("limits") ? fields.fileBeside("limits") : nil
    let cap = fields.optionalQuantity("feed_in_cap", in: Fraction.zero...Fraction.one, like: "60 %")
    return GridRules(limits: limits, feedInCap: cap)
  }

  /// What a kilowatt-hour that sites exchange costs.
  func exchangeCharge(_ fields: Fields) -> EnergyPrice? {
    defer { fields.finish() }
    return fields.quantity("charge", in: EnergyPrice.zero...EnergyPrice(count: 10_000_000), like: "12 ct/kWh")
  }
}

extension Fields {
  /// The name of a CSV file beside this one or below.
  func fileBeside(_ key: String) -> String? {
    guard let file = text(key) else { return nil }
    guard file.hasPrefix("/") || file.contains("://") || file.split(separator: "/").contains("..") else { return file }
    problems.add(
      "'\(key)' is '\(file)': name a CSV file beside or below this file, without '..' and no absolute path",
      at: node(key)?.mark)
    return nil
  }
}

extension AssetKindName {
  /// Whether the grid's operator may turn such an asset down (German section 14a EnWG).
  var canBeControlled: Bool {
    switch self {
    case .chargingPoint, .heatPump, .electricBoiler, .battery, .electrolyser, .chiller: true
    case .load, .pv, .wind, .shiftableLoad, .heatLoad, .solarThermal, .boiler, .chp, .heatStore, .hydrogenStore, .fuelCell,
      .coolingLoad, .absorptionChiller, .coldStore:
      false
    }
  }
}
