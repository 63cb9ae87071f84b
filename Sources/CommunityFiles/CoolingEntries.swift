import CommunityModel
import Planning
import Quantities
import Yams

/// Cold networks and what cools.
extension CommunityReader {
  private static let powers = Power(count: 1)...Power(kilowatts: 1_000_000)
  private static let shares = Fraction.zero...Fraction.one

  /// A cold network: the keys of a heat network, and no id of one.
  mutating func coldNetwork(_ fields: Fields) -> HeatNetwork? {
    if let id = fields.node("id")?.string, names.knows(id, kind: "heat network") {
      problems.add("there is a heat network '\(id)' already; give the cold network another id", at: fields.node("id")?.mark)
    }
    return network(fields, carries: .cold)
  }

  /// What `kind` is with its cold network; nil where something is wrong.
  mutating func coolingAsset(_ kind: AssetKindName, _ fields: Fields) -> AssetDescription.Kind? {
    let network: HeatNetwork.ID? = reference("cold_network", in: fields, kind: "cold network")
    switch kind {
    case .coolingLoad:
      let annual = fields.quantity(
        "annual_consumption", in: Energy.zero...Energy(kilowattHours: 1_000_000_000), like: "20 MWh")
      let steady = fields.optionalQuantity("steady", in: Self.shares, like: "30 %") ?? .zero
      guard let network, let annual else { return nil }
      return .coolingLoad(network, CoolingLoadDescription(annualConsumption: annual, steady: steady))
    case .chiller:
      let power = fields.quantity("power", in: Self.powers, like: "15 kW")
      let sink = fields.optionalQuantity("sink_temperature", in: Self.temperatures, like: "14 degC")
      let quality = fields.optionalQuantity("quality", in: Fraction(0.1)...Fraction(0.7), like: "30 %") ?? Fraction(0.3)
      let rules = rules(fields)
      guard let network, let power else { return nil }
      return .chiller(network, ChillerDescription(power: power, sink: sink, quality: quality, rules: rules))
    case .absorptionChiller:
      let source: HeatNetwork.ID? = reference("heat_network", in: fields, kind: "heat network")
      let cold = fields.quantity("cold_power", in: Self.powers, like: "20 kW")
      let ratio = fields.optionalQuantity("heat_ratio", in: Fraction(0.1)...Fraction(2), like: "70 %") ?? Fraction(0.7)
      guard let network, let source, let cold else { return nil }
      return .absorptionChiller(network, .init(heatSource: source, coldPower: cold, heatRatio: ratio))
    default:
      let store = tank(fields, loss: "cold_loss")
      return network.flatMap { network in store.map { .coldStore(network, $0) } }
    }
  }

  /// A tank of hot or cold water.
  func tank(_ fields: Fields, loss key: String) -> HeatStoreDescription? {
    let capacity = fields.quantity("capacity", in: Energy(count: 1)...Energy(kilowattHours: 1_000_000_000), like: "900 kWh")
    let power = fields.optionalQuantity("power", in: Self.powers, like: "200 kW")
    let loss = fields.optionalQuantity(key, in: LossRate.zero...LossRate(perHour: 0.5), like: "0.2 %/h") ?? .zero
    let charge = fields.optionalQuantity("state_of_charge", in: Self.shares, like: "50 %")
    return capacity.map { HeatStoreDescription(capacity: $0, power: power, loss: loss, charge: charge) }
  }
}
