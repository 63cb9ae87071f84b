import CommunityModel
import Planning
import Quantities
import Yams

/// What could be built.
extension CommunityReader {
  private static let costs = Money.zero...Money(euros: 1_000_000_000)

  /// An asset at its largest, with what it would cost a year.
  mutating func candidate(_ fields: Fields) -> AssetCandidate? {
    if let id = fields.node("id")?.string, names.knows(id, kind: "asset") {
      problems.add("there is an asset '\(id)' already; give the candidate another id", at: fields.node("id")?.mark)
    }
    if fields.has("metering_point") {
      problems.add(
        "a candidate is not there yet and measures nothing; delete 'metering_point'", at: fields.place(of: "metering_point"))
    }
    let description = asset(fields)
    let fixed = fields.optionalQuantity("yearly_fixed_cost", in: Self.costs, like: "150 EUR") ?? .zero
    guard let description else {
      // In which unit the cost is told depends on the kind.
      _ = fields.node("yearly_cost")
      return nil
    }
    let yearly: Money?
    switch description.size {
    case .energy(let energy):
      let price = fields.quantity(
        "yearly_cost", in: EnergyPrice(count: 1)...EnergyPrice(count: 1_000_000_000), like: "55 EUR/kWh")
      yearly = price.map { energy * $0 }
    case .power(let power):
      let price = fields.quantity("yearly_cost", in: PowerPrice(count: 1)...PowerPrice(count: 100_000_000_000), like: "80 EUR/kW")
      yearly = price.map { power * $0 }
    case nil:
      _ = fields.node("yearly_cost")
      problems.add(
        "\(fields.subject) comes in one size: of loads, cars, engines, absorption chillers, plants that cannot be curtailed and what has "
          + "rules of running or a 'part_load' no size can be sought; add it to 'assets', or leave these keys out",
        at: fields.place(of: "kind"))
      return nil
    }
    return yearly.map { AssetCandidate(description, yearlyCost: $0, yearlyFixedCost: fixed) }
  }
}
