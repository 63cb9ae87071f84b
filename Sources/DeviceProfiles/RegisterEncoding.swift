import Readings

extension DeviceProfile {
  /// The registers that the device would show for `value`: the inverse of decoding, for simulated devices.
  ///
  /// Without a value they hold the device's sign for "no value"; where it has none, NaN for floats, and zero for whole numbers, as
  /// such devices send it.
  ///
  /// - Parameters:
  ///   - value: in the channel's unit; nil for none. Counters with a modulus wrap.
  ///   - key: the part and channel, which the register map must have.
  ///   - power: what the field's scale register holds, -10...10; of no effect on fields without one.
  /// - Throws: `DeviceProfileError`.
  public func encode(_ value: Int64?, for key: PartChannel, power: Int = 0) throws(DeviceProfileError) -> RegisterWords {
    guard let field = registers.first(where: { $0.key == key }) else { throw .noSuchChannel(key) }
    guard let value else { return words(of: noValue(of: field), for: field) }
    let encodable = EncodableValue(value, for: field, patterns: patterns(of: field))
    guard let bits = encodable.bits(power: field.scaleRegister == nil ? 0 : power) else {
      throw .doesNotFit(key, value: value)
    }
    return words(of: bits, for: field)
  }

  /// All registers of the register map, as a device with these values would show them.
  ///
  /// - Parameters:
  ///   - values: in the channels' units; fields without one show that they have none.
  ///   - identity: who the device says it is; what is nil reads as zeros.
  ///   - powers: what scale registers hold, -10...10; the others hold the smallest power by which all of their values fit.
  /// - Throws: `DeviceProfileError`.
  public func encode(
    _ values: [PartChannel: Int64], identity: DeviceIdentity = DeviceIdentity(), powers: [RegisterAddress: Int] = [:]
  ) throws(DeviceProfileError) -> RegisterImage {
    if let stranger = Set(values.keys).subtracting(registers.map(\.key)).min() { throw .noSuchChannel(stranger) }
    var powers = powers
    for register in Set(registers.compactMap(\.scaleRegister)) where powers[register] == nil {
      let scaled = registers.filter { $0.scaleRegister == register }.compactMap { field in
        values[field.key].map { EncodableValue($0, for: field, patterns: patterns(of: field)) }
      }
      powers[register] = try EncodableValue.smallestPower(for: scaled) ?? 0
    }
    var contents: [RegisterWords] = []
    for field in registers {
      contents.append(try encode(values[field.key], for: field.key, power: field.scaleRegister.flatMap { powers[$0] } ?? 0))
    }
    for (register, power) in powers {
      contents.append(RegisterWords(table: register.table, address: register.address, words: [ScaleExponent.word(of: power)]))
    }
    for field in self.identity { contents.append(try encode(identity[field.item], for: field)) }
    return RegisterImage(contents.sorted { $0.block < $1.block })
  }

  private func words(of bits: UInt64, for field: RegisterField) -> RegisterWords {
    let order = field.wordOrder ?? wordOrder
    return RegisterWords(
      table: field.table, address: field.address, words: order.words(of: bits, count: field.type.registerCount))
  }

  private func noValue(of field: RegisterField) -> UInt64 {
    if let pattern = patterns(of: field).first { return pattern }
    switch field.type {
    case .f32: return SunSpecType.float32.notAvailable
    case .f64: return SunSpecType.float64.notAvailable
    case .u16, .s16, .u32, .s32, .u64, .s64: return 0
    }
  }

  private func encode(_ text: String?, for field: IdentityField) throws(DeviceProfileError) -> RegisterWords {
    let text = text ?? ""
    let words: [UInt16]?
    switch field.type {
    case .string(let registers):
      words = RegisterText.words(of: text, count: registers)
    case .number(let type):
      let number = type.isFloat ? Double(text).map(RawNumber.float) : Int128(text).map(RawNumber.integer)
      let bits = text.isEmpty ? 0 : number.flatMap { type.bits(of: $0) }
      words = bits.map { (field.wordOrder ?? wordOrder).words(of: $0, count: type.registerCount) }
    }
    guard let words else { throw .identityDoesNotFit(field.item, text: text) }
    return RegisterWords(table: field.table, address: field.address, words: words)
  }
}

/// A value on its way into registers, its power of ten not yet chosen.
struct EncodableValue {
  let key: PartChannel
  let value: Int64
  let type: RawType
  let conversion: ValueConversion
  /// What the registers must not hold, because it means "no value".
  let patterns: [UInt64]

  init(key: PartChannel, value: Int64, type: RawType, conversion: ValueConversion, patterns: [UInt64]) {
    self.key = key
    self.value = value
    self.type = type
    self.conversion = conversion
    self.patterns = patterns
  }

  /// What `field` shows for `value`; a counter with a modulus starts again there.
  init(_ value: Int64, for field: RegisterField, patterns: [UInt64]) {
    let modulus = field.counterModulus.flatMap { $0 > 0 ? $0 : nil }
    self.init(
      key: field.key, value: modulus.map { value % $0 } ?? value, type: field.type, conversion: field.conversion(exponent: 0),
      patterns: patterns)
  }

  /// The bits that say the value with this power of ten; nil when the type has none for it.
  func bits(power: Int) -> UInt64? {
    guard ScaleExponent.valid.contains(power) else { return nil }
    var conversion = conversion
    conversion.exponent = power
    guard let number = conversion.number(of: value, isFloat: type.isFloat), let bits = type.bits(of: number) else { return nil }
    return patterns.contains(bits) ? nil : bits
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
