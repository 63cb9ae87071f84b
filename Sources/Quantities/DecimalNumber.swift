/// A decimal number as written: `mantissa / 10^decimals`, exact.
///
/// Meter files and prices are decimal; going through binary floating point would turn 0.07860 into something else.
public struct DecimalNumber: Hashable, Sendable {
  /// The digits without the point, with the sign.
  public let mantissa: Int64
  /// How many of the digits stand behind the point, 0...18.
  public let decimals: Int

  /// Reads `-12.5`, `+3`, `.5`, `1e-3`; nil for anything else, a comma, or digits that do not fit 64 bits.
  ///
  /// What stands behind the eighteenth decimal is cut off.
  public init?(_ text: some StringProtocol) {
    var digits: Int64 = 0
    var decimals = 0
    var exponent = 0
    var seenPoint = false
    var seenDigit = false
    var negative = false
    var bytes = Substring(text).utf8[...]
    if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      negative = sign == UInt8(ascii: "-")
      bytes = bytes.dropFirst()
    }
    while let byte = bytes.first {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (shifted, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = shifted.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
        if overflow || carry { return nil }
        digits = sum
        seenDigit = true
        if seenPoint { decimals += 1 }
      case UInt8(ascii: ".") where !seenPoint:
        seenPoint = true
      case UInt8(ascii: "e"), UInt8(ascii: "E"):
        guard let parsed = Int(Substring(bytes.dropFirst())), (-30...30).contains(parsed) else { return nil }
        exponent = parsed
        bytes = bytes.suffix(1)
      default:
        return nil
      }
      bytes = bytes.dropFirst()
    }
    guard seenDigit else { return nil }
    decimals -= exponent
    while decimals < 0 {
      let (shifted, overflow) = digits.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      digits = shifted
      decimals += 1
    }
    while decimals > 18 {
      digits /= 10
      decimals -= 1
    }
    self.mantissa = negative ? -digits : digits
    self.decimals = decimals
  }

  /// The nearest whole number of `self * factor / divisor`, half away from zero; nil when it does not fit 64 bits.
  public func scaled(by factor: Int64, over divisor: Int64 = 1) -> Int64? {
    var denominator = Int128(divisor)
    for _ in 0..<decimals { denominator *= 10 }
    let product = Int128(mantissa) * Int128(factor)
    let half = denominator / 2
    return Int64(exactly: (product + (product < 0 ? -half : half)) / denominator)
  }

  /// The nearest binary floating-point number, for the solver's side of things.
  public var double: Double {
    var divisor = 1.0
    for _ in 0..<decimals { divisor *= 10 }
    return Double(mantissa) / divisor
  }
}
