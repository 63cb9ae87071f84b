/// A unit a person may write after a number, and how many smallest units it is worth.
public struct UnitOfMeasure: Hashable, Sendable {
  /// As written: `kWh`, `ct/kWh`.
  public let symbol: String
  /// Smallest units per `per` of this unit: `kW` is 1 000 000 mW, `Wh/h` would be 1000 over 1.
  public let count: Int64
  /// The divisor of `count`; 1 for all but fractions of the smallest unit.
  public let per: Int64

  /// A unit worth `count / per` smallest units.
  public init(_ symbol: String, _ count: Int64, per: Int64 = 1) {
    self.symbol = symbol
    self.count = count
    self.per = per
  }
}

/// Why a text is not the quantity asked for.
public enum QuantityError: Error, Hashable, Sendable {
  /// A number stands there without a unit.
  case unitMissing(number: String)
  /// The unit is not one of this quantity's.
  case unknownUnit(String)
  /// The number is not one: letters, a decimal comma, nothing at all.
  case notANumber(String)
  /// The number is written with a decimal comma; the payload is the text with a point instead.
  case decimalComma(String)
  /// The number is too large: its digits, or its smallest units, do not fit 64 bits.
  case outOfRange(String)
}

extension Quantity {
  /// Reads `12 kWh`, `-3.5 kW`, `31.2 ct/kWh`: a decimal number with a point, a blank or none, a unit of this quantity.
  ///
  /// A number finer than the smallest unit is rounded, half away from zero.
  ///
  /// - Throws: `QuantityError` that says which half is wrong.
  public init(text: some StringProtocol) throws(QuantityError) {
    self.init(count: try Self.parse(text))
  }

  /// The count that `text` says; see `init(text:)`.
  private static func parse(_ text: some StringProtocol) throws(QuantityError) -> Int64 {
    try parseCount(text, units: units)
  }

  /// `a power such as 5.5 kW`: for messages that say what was expected.
  public static var expectedForm: String {
    "\(name), a number with its unit (\(units.map(\.symbol).joined(separator: ", ")))"
  }
}

/// The count of smallest units that `text` says, read with `units`.
///
/// - Throws: `QuantityError`.
package func parseCount(_ text: some StringProtocol, units: [UnitOfMeasure]) throws(QuantityError) -> Int64 {
  let trimmed = text.drop(while: { $0 == " " })
  let numberEnd = trimmed.firstIndex(where: { !($0.isASCII && ($0.isNumber || "+-.,".contains($0))) }) ?? trimmed.endIndex
  let number = String(trimmed[..<numberEnd])
  var symbol = trimmed[numberEnd...].drop(while: { $0 == " " })
  while symbol.last == " " { symbol.removeLast() }
  if number.contains(",") {
    throw .decimalComma(String(String(trimmed).map { $0 == "," ? "." : $0 }))
  }
  guard let decimal = DecimalNumber(number) else {
    throw isDecimalNumeral(number) ? .outOfRange(number) : .notANumber(String(text))
  }
  guard !symbol.isEmpty else { throw .unitMissing(number: number) }
  guard let unit = units.first(where: { $0.symbol == symbol }) else { throw .unknownUnit(String(symbol)) }
  guard let count = decimal.scaled(by: unit.count, over: unit.per) else { throw .outOfRange(number) }
  return count
}

/// Whether `text` is written as a decimal number with a point, of however many digits.
private func isDecimalNumeral(_ text: String) -> Bool {
  let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
  return digits.contains(where: \.isNumber) && digits.allSatisfy { $0.isNumber || $0 == "." } && digits.count { $0 == "." } <= 1
}
