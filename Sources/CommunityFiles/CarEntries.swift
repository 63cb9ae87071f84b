import CommunityModel
import MarketTime
import Planning
import Quantities
import Yams

/// Charging points whose cars' batteries are known.
extension CommunityReader {
  /// Keys that only such a charging point has.
  static let carKeys = ["battery", "gives_back", "minimum_charge", "wear_cost"]

  private static let shares = Fraction.zero...Fraction.one

  func cars(_ fields: Fields) -> AssetDescription.Kind? {
    let powers = Power(count: 1)...Power(kilowatts: 1_000_000)
    let power = fields.quantity("power", in: powers, like: "11 kW")
    let capacity = fields.quantity("battery", in: Energy(count: 1)...Energy(kilowattHours: 100_000), like: "58 kWh")
    let back = fields.optionalQuantity("gives_back", in: Power.zero...Power(kilowatts: 1_000_000), like: "10 kW") ?? .zero
    let least = fields.optionalQuantity("minimum_charge", in: Self.shares, like: "20 %") ?? .zero
    let efficiency = fields.optionalQuantity("efficiency", in: Fraction(count: 1)...Fraction.one, like: "90 %") ?? .one
    let wear =
      fields.optionalQuantity("wear_cost", in: EnergyPrice.zero...EnergyPrice(count: 10_000_000), like: "5 ct/kWh") ?? .zero
    let example = "at least one such as `{from: \"18:00\", until: \"06:30\", arrives_with: 40 %, leaves_with: 80 %}`"
    let sessions = fields.items("sessions", expected: example).compactMap { node in
      session(Fields(node, subject: "'sessions' of \(fields.subject)", problems: problems), capacity)
    }
    guard let power, let capacity else { return nil }
    return .cars(
      CarDescription(
        parameters: .init(
          power: power, givesBack: back, capacity: capacity, leastContent: capacity * least, efficiency: efficiency,
          wearCost: wear),
        sessions: sessions))
  }

  private func session(_ fields: Fields, _ capacity: Energy?) -> CarDescription.Session? {
    let arrives = fields.quantity("arrives_with", in: Self.shares, like: "40 %")
    guard fields.has("leaves_with") else {
      guard let window = window(fields), let arrives, let capacity else { return nil }
      let leaves = arrives + Fraction(window.energy.kilowattHours / capacity.kilowattHours)
      guard leaves <= .one else {
        problems.add(
          "'energy' and what the car arrives with are more than its battery holds; correct one of them",
          at: fields.place(of: "energy"))
        return nil
      }
      return CarDescription.Session(window: window, arrivesWith: arrives, leavesWith: leaves)
    }
    if fields.has("energy") {
      problems.add("\(fields.subject) has both 'energy' and 'leaves_with'; keep one", at: fields.place(of: "energy"))
    }
    guard let leaves = fields.quantity("leaves_with", in: Self.shares, like: "80 %"), let arrives, let capacity else {
      _ = fields.all()
      return nil
    }
    let gain = Energy(kilowattHours: max(0, (leaves - arrives).value) * capacity.kilowattHours)
    return window(fields, energy: gain).map { CarDescription.Session(window: $0, arrivesWith: arrives, leavesWith: leaves) }
  }
}
