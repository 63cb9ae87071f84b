import Readings

/// A value on its way into registers, its power of ten not yet chosen.
struct EncodableValue {
  let key: PartChannel
  let value: Int64
  let type: RawType
  let conversion: ValueConversion
  /// The largest bit pattern that has room.
  let largestPattern: UInt64
  /// What the registers must not hold, because it means "no value".
  let patterns: [UInt64]

  init(
    key: PartChannel, value: Int64, type: RawType, conversion: ValueConversion, largestPattern: UInt64? = nil, patterns: [UInt64]
  ) {
    self.key = key
    self.value = value
    self.type = type
    self.conversion = conversion
    self.largestPattern = largestPattern ?? type.largestPattern
    self.patterns = patterns
  }

  /// What `field`, which is no sum, shows for `value`; a counter with a modulus starts again there.
  init(_ value: Int64, for field: RegisterField, patterns: [UInt64]) {
    let value = field.shown(value)
    let modulus = field.counterModulus.flatMap { $0 > 0 ? $0 : nil }
    self.init(
      key: field.key, value: modulus.map { value % $0 } ?? value, type: field.type, conversion: field.conversion(exponent: 0),
      largestPattern: field.first.largestPattern, patterns: patterns)
  }

  /// The bits that say the value with this power of ten; nil when the type has none for it.
  func bits(power: Int) -> UInt64? {
    guard ScaleExponent.valid.contains(power) else { return nil }
    var conversion = conversion
    conversion.exponent = power
    guard let number = conversion.number(of: value, isFloat: type.isFloat), let bits = type.bits(of: number) else { return nil }
    return bits > largestPattern || patterns.contains(bits) ? nil : bits
  }

  /// The smallest power of ten with which all of `values` fit, not finer than the channels' units; nil when there are no values.
  ///
  /// - Throws: `DeviceProfileError.doesNotFit` for a value that fits with none.
  static func smallestPower(for values: [EncodableValue]) throws(DeviceProfileError) -> Int? {
    guard let finest = values.map(\.conversion.finestExponent).min() else { return nil }
    for power in finest...10 where values.allSatisfy({ $0.bits(power: power) != nil }) { return power }
    let culprit = values.first { $0.bits(power: 10) == nil } ?? values[0]
    throw .doesNotFit(culprit.key, value: culprit.value)
  }
}
