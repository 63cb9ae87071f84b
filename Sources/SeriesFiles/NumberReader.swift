import Quantities

/// Reads numbers of a file as whole counts of a unit, and holds the file to one decimal mark.
///
/// Same results as `DecimalNumber.scaled`, without a `String` for the usual digits and mark.
struct NumberReader {
  /// Whether a comma may be the decimal mark: not where commas separate the cells.
  let allowsComma: Bool
  /// The decimal mark that the file has used so far.
  private var mark: UInt8?

  init(allowsComma: Bool) { self.allowsComma = allowsComma }

  private static let powersOfTen: [Int64] = (0...18).map { (0..<$0).reduce(Int64(1)) { power, _ in power * 10 } }
  /// More digits than this might not fit 64 bits.
  private static let digitLimit = 18

  /// The nearest whole number of the unit's counts, half away from zero. `bytes` is not empty.
  mutating func count(_ cell: ArraySlice<UInt8>, in unit: UnitOfMeasure) throws(SeriesFileError.Fault) -> Int64 {
    let bytes = cell.span
    var mantissa: Int64 = 0
    var digits = 0
    var decimals = 0
    var found: UInt8?
    let isNegative = bytes[0] == UInt8(ascii: "-")
    for position in (isNegative || bytes[0] == UInt8(ascii: "+") ? 1 : 0)..<bytes.count {
      let byte = bytes[position]
      if byte &- UInt8(ascii: "0") < 10 {
        digits += 1
        mantissa = mantissa &* 10 &+ Int64(byte &- UInt8(ascii: "0"))
        if found != nil { decimals += 1 }
      } else if found == nil, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") && allowsComma {
        found = byte
      } else {
        return try slowCount(cell, in: unit)
      }
    }
    guard (1...Self.digitLimit).contains(digits) else { return try slowCount(cell, in: unit) }
    if let found { try keepToMark(found, in: cell) }
    guard let count = scale(isNegative ? -mantissa : mantissa, decimals: decimals, in: unit) else {
      return try slowCount(cell, in: unit)
    }
    return count
  }

  /// The scaled number, when all of it fits 64 bits on the way; else nil.
  private func scale(_ mantissa: Int64, decimals: Int, in unit: UnitOfMeasure) -> Int64? {
    let (product, isTooLarge) = mantissa.multipliedReportingOverflow(by: unit.count)
    let (divisor, isTooFine) = Self.powersOfTen[decimals].multipliedReportingOverflow(by: unit.per)
    if isTooLarge || isTooFine { return nil }
    if divisor == 1 { return product }
    let (raised, isTooLargeToRound) = product.addingReportingOverflow(product < 0 ? -(divisor / 2) : divisor / 2)
    return isTooLargeToRound ? nil : raised / divisor
  }

  /// All that is rare: exponents, many digits, and what is no number.
  private mutating func slowCount(_ bytes: ArraySlice<UInt8>, in unit: UnitOfMeasure) throws(SeriesFileError.Fault) -> Int64 {
    let text = String(decoding: bytes, as: UTF8.self)
    let commas = bytes.count { $0 == UInt8(ascii: ",") }
    let withPoint = String(text.map { $0 == "," ? "." : $0 })
    guard commas <= 1, bytes.allSatisfy({ $0 < 0x80 }), let number = DecimalNumber(withPoint) else {
      throw .row(.notANumber(text))
    }
    if commas == 1 {
      guard allowsComma else { throw .row(.decimalComma(text)) }
      try keepToMark(UInt8(ascii: ","), in: bytes)
    } else if text.contains(".") {
      try keepToMark(UInt8(ascii: "."), in: bytes)
    }
    guard let count = number.scaled(by: unit.count, over: unit.per) else { throw .row(.outOfRange) }
    return count
  }

  private mutating func keepToMark(_ found: UInt8, in bytes: ArraySlice<UInt8>) throws(SeriesFileError.Fault) {
    if let mark, mark != found { throw .row(.mixedDecimalMarks(String(decoding: bytes, as: UTF8.self))) }
    mark = found
  }
}
