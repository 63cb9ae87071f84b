import Console
import Quantities

/// A number with its unit as a person writes it, and the words for what is wrong with one.
struct QuantityText {
  /// What is asked for: `a power`.
  let name: String
  let units: [UnitOfMeasure]
  let example: String

  init<Q: Quantity>(_ type: Q.Type, like example: String) {
    (name, units, self.example) = (Q.name, Q.units, example)
  }

  /// A span of time, counted in milliseconds.
  static func time(like example: String) -> QuantityText { QuantityText(name: "a time", units: timeUnits, example: example) }

  private init(name: String, units: [UnitOfMeasure], example: String) {
    (self.name, self.units, self.example) = (name, units, example)
  }

  private static let timeUnits = [
    UnitOfMeasure("s", 1000), UnitOfMeasure("min", 60_000), UnitOfMeasure("h", 3_600_000), UnitOfMeasure("d", 86_400_000),
    UnitOfMeasure("ms", 1),
  ]

  /// "a power such as `5 kW` (kW, W, MW, kWp, mW)"
  var form: String { "\(name) such as `\(example)` (\(units.map(\.symbol).joined(separator: ", ")))" }

  /// What is wrong with `text`, the value of `key`.
  func complaint(_ error: QuantityError, key: String, text: String) -> String {
    switch error {
    case .unitMissing(let number): return "'\(key)' is '\(number)' without a unit; expected \(form)"
    case .unknownUnit(let unit) where unit.first?.isNumber == true || unit.wholeMatch(of: /[eE][-+]?[0-9].*/) != nil:
      return "'\(key)' is '\(text)'; write the number in full and without blanks; expected \(form)"
    case .unknownUnit(let unit): return "'\(key)' has the unit '\(unit)'\(advice(on: unit))"
    case .notANumber: return "'\(key)' is '\(text)', not a number with a unit; expected \(form)"
    case .decimalComma(let pointed):
      if (try? parseCount(pointed, units: units)) != nil {
        return "'\(key)' is '\(text)' with a decimal comma; write '\(pointed)'"
      }
      return "'\(key)' is '\(text)'; write the number with a decimal point and without other separators; expected \(form)"
    case .outOfRange: return "'\(key)' is '\(text)', too large a number; expected \(form)"
    }
  }

  private func advice(on unit: String) -> String {
    if let other = Self.quantity(of: unit) { return ", which is for \(other); expected \(form)" }
    if let nearest = Spelling.nearest(to: unit, among: units.map(\.symbol)) {
      return ", did you mean '\(nearest)'? Expected \(form)"
    }
    return "; expected \(form)"
  }

  /// Which quantity has this unit: `an energy` for kWh.
  private static func quantity(of unit: String) -> String? {
    let known: [(name: String, units: [UnitOfMeasure])] = [
      (Power.name, Power.units), (Energy.name, Energy.units), (EnergyPrice.name, EnergyPrice.units),
      (PowerPrice.name, PowerPrice.units), (Money.name, Money.units), (Fraction.name, Fraction.units),
      (LossRate.name, LossRate.units), (Temperature.name, Temperature.units),
      (EmissionFactor.name, EmissionFactor.units), (CarbonPrice.name, CarbonPrice.units), ("a time", timeUnits),
    ]
    return known.first { $0.units.contains { $0.symbol == unit } }?.name
  }

  // MARK: - Ranges

  /// "from 0 kW to 1000000 kW", or "more than 0 kW and at most 1000000 kW" where the range begins with the smallest amount.
  static func words<Q: Quantity>(_ range: ClosedRange<Q>) -> String {
    if range.lowerBound.count == 1 { return "more than \(words(Q.zero)) and at most \(words(range.upperBound))" }
    return "from \(words(range.lowerBound)) to \(words(range.upperBound))"
  }

  private static func words<Q: Quantity>(_ quantity: Q) -> String {
    let unit = Q.units[0]
    return "\(quantity.count * unit.per / unit.count) \(unit.symbol)"
  }

  /// "from 200 ms to 1 h"
  static func words(_ range: ClosedRange<Duration>) -> String { "from \(words(range.lowerBound)) to \(words(range.upperBound))" }

  static func words(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    let unit = timeUnits.sorted { $0.count > $1.count }.first { milliseconds >= $0.count && milliseconds % $0.count == 0 }
    return unit.map { "\(milliseconds / $0.count) \($0.symbol)" } ?? "\(milliseconds) ms"
  }
}
