import Quantities

/// The way from a raw number to whole numbers of a channel's unit and back.
///
/// `count = (raw * scale * 10^exponent + offset) * unit`, turned where the sign conventions differ, to the nearest whole number,
/// half away from zero. Whole raw numbers are computed exactly, floating-point ones with one rounding per step.
struct ValueConversion: Hashable, Sendable {
  var unit: UnitOfMeasure
  var scale: DecimalNumber?
  var offset: DecimalNumber?
  var exponent = 0
  var isTurned = false

  /// How many of the channel's unit `number` is; nil when that does not fit 64 bits.
  func count(of number: RawNumber) -> Int64? {
    guard unit.per > 0 else { return nil }
    let count: Int128? =
      switch number {
      case .integer(let raw): exactCount(raw)
      case .float(let raw): floatCount(raw)
      }
    return count.flatMap { Int64(exactly: isTurned ? -$0 : $0) }
  }

  /// The raw number nearest to `count`; nil when there is none.
  func number(of count: Int64, isFloat: Bool) -> RawNumber? {
    guard unit.per > 0, unit.count > 0, scale?.mantissa != 0 else { return nil }
    let count = isTurned ? -Int128(count) : Int128(count)
    if isFloat {
      let amount = Double(count) * Double(unit.per) / Double(unit.count) - (offset?.double ?? 0)
      let raw = amount * decimalDivisor / decimalFactor
      return raw.isFinite ? .float(raw) : nil
    }
    return exactNumber(count).map { .integer($0) }
  }

  /// The finest exponent that makes sense: one step of a raw number is one of the channel's unit or a little less.
  var finestExponent: Int {
    var exponent = 0
    var worth = Int128(unit.per)
    while exponent > -10, unit.count > worth {
      worth *= 10
      exponent -= 1
    }
    return exponent
  }

  // MARK: - Exact

  fileprivate var powersDown: Int { (scale?.decimals ?? 0) + max(-exponent, 0) }
  fileprivate var powersUp: Int { max(exponent, 0) }

  private func exactCount(_ raw: Int128) -> Int128? {
    guard let divisor = powerOfTen(powersDown + (offset?.decimals ?? 0)),
      let per = product(divisor, UInt128(unit.per)), let up = powerOfTen(powersUp),
      let scaled = product(raw, Int128(scale?.mantissa ?? 1))
    else { return nil }
    guard let offset else { return nearest(scaled, times: UInt128(unit.count.magnitude) * up, over: per) }
    // raw * m / 10^d + o / 10^p = (raw * m * 10^p + o * 10^d) / 10^(d + p)
    guard let shift = powerOfTen(offset.decimals + powersUp).flatMap({ Int128(exactly: $0) }),
      let down = powerOfTen(powersDown).flatMap({ Int128(exactly: $0) }),
      let left = product(scaled, shift), let right = product(Int128(offset.mantissa), down)
    else { return nil }
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? nil : nearest(sum, times: UInt128(unit.count.magnitude), over: per)
  }

  private func exactNumber(_ count: Int128) -> Int128? {
    let mantissa = scale?.mantissa ?? 1
    guard let shift = powerOfTen(offset?.decimals ?? 0), let up = powerOfTen(powersUp), let down = powerOfTen(powersDown),
      let signedShift = Int128(exactly: shift), let amount = product(count, Int128(unit.per)),
      let left = product(amount, signedShift),
      let right = product(Int128(offset?.mantissa ?? 0), Int128(unit.count)),
      let worth = product(UInt128(unit.count), shift), let scaled = product(worth, UInt128(mantissa.magnitude)),
      let divisor = product(scaled, up)
    else { return nil }
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    guard !overflow, let raw = nearest(difference, times: down, over: divisor) else { return nil }
    return mantissa < 0 ? -raw : raw
  }

  // MARK: - Floating point

  private var decimalFactor: Double { Double(scale?.mantissa ?? 1) * Self.power(powersUp) }
  private var decimalDivisor: Double { Self.power(powersDown) }

  // Factors and divisors are whole numbers, exact in a Double up to 2^53: one rounding each, no 0.1 in between.
  fileprivate var floatFactor: Double { decimalFactor * Double(unit.count) }
  fileprivate var floatDivisor: Double { decimalDivisor * Double(unit.per) }
  fileprivate var floatShift: Double { (offset?.double ?? 0) * Double(unit.count) / Double(unit.per) }

  private func floatCount(_ raw: Double) -> Int128? {
    Int64(exactly: (raw * floatFactor / floatDivisor + floatShift).rounded()).map { Int128($0) }
  }

  private static func power(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent { power *= 10 }
    return power
  }
}

/// A conversion whose factors are worked out beforehand: the same counts where they fit 64 bits on the way.
struct PreparedConversion: Sendable {
  /// For whole numbers: count = raw * numerator / denominator.
  private let numerator: Int64
  private let denominator: Int64
  private let factor: Double
  private let divisor: Double
  private let isTurned: Bool

  /// Does what `conversion` does; nil for one with an offset, and where 64 bits do not do.
  init?(_ conversion: ValueConversion) {
    guard conversion.offset == nil, let ratio = conversion.ratio else { return nil }
    (numerator, denominator) = ratio
    factor = conversion.floatFactor
    divisor = conversion.floatDivisor
    isTurned = conversion.isTurned
  }

  /// How many of the channel's unit `number` is; nil where the conversion itself must be asked.
  @inline(__always)
  func count(of number: RawNumber) -> Int64? {
    var count: Int64
    switch number {
    case .float(let raw):
      guard let whole = Int64(exactly: (raw * factor / divisor).rounded()) else { return nil }
      count = whole
    case .integer(let raw):
      guard let raw = Int64(exactly: raw) else { return nil }
      let (product, overflow) = raw.multipliedReportingOverflow(by: numerator)
      guard !overflow else { return nil }
      let (quotient, rest) = product.quotientAndRemainder(dividingBy: denominator)
      let roundsUp = rest.magnitude >= denominator.magnitude - rest.magnitude
      count = roundsUp ? quotient + (product < 0 ? -1 : 1) : quotient
    }
    if isTurned {
      guard count != .min else { return nil }
      count = -count
    }
    return count
  }
}

extension ValueConversion {
  /// Whole numbers as exact products and quotients: count = raw * numerator / denominator; nil where 64 bits do not do.
  fileprivate var ratio: (numerator: Int64, denominator: Int64)? {
    guard unit.per > 0, let up = powerOfTen(powersUp), let down = powerOfTen(powersDown),
      let steps = Int128(exactly: up).flatMap({ product($0, Int128(scale?.mantissa ?? 1)) }),
      let numerator = product(steps, Int128(unit.count)).flatMap({ Int64(exactly: $0) }),
      let denominator = Int128(exactly: down).flatMap({ product($0, Int128(unit.per)) }).flatMap({ Int64(exactly: $0) })
    else { return nil }
    return (numerator, denominator)
  }
}

/// `10^exponent`; nil from `10^39` on, which has more than 128 bits.
private func powerOfTen(_ exponent: Int) -> UInt128? {
  guard exponent <= 38 else { return nil }
  var power: UInt128 = 1
  for _ in 0..<exponent { power *= 10 }
  return power
}

/// The product; nil when it does not fit.
private func product<Number: FixedWidthInteger>(_ left: Number, _ right: Number) -> Number? {
  let (product, overflow) = left.multipliedReportingOverflow(by: right)
  return overflow ? nil : product
}

/// `numerator * factor / divisor` to the nearest whole number, half away from zero; the product may have up to 256 bits.
private func nearest(_ numerator: Int128, times factor: UInt128, over divisor: UInt128) -> Int128? {
  let product = numerator.magnitude.multipliedFullWidth(by: factor)
  guard product.high < divisor else { return nil }
  let (quotient, remainder) = divisor.dividingFullWidth(product)
  guard quotient < UInt128(Int128.max) else { return nil }
  let rounded = Int128(remainder >= divisor - remainder ? quotient + 1 : quotient)
  return numerator < 0 ? -rounded : rounded
}
