import Quantities
import Readings

extension DeviceProfile {
  /// The registers that the device would show for `value`: the inverse of decoding, for simulated devices.
  ///
  /// Without a value they hold the device's sign for "no value"; where it has none, NaN for floats. Whole numbers without such a sign
  /// have no registers then: any that they held would be a value. Bits of a register that belong to other values are zero.
  ///
  /// - Parameters:
  ///   - value: in the channel's unit; nil for none. Counters with a modulus wrap.
  ///   - key: the part and channel, which the register map must have.
  ///   - power: what the field's scale register holds, -10...10; of no effect on fields without one.
  /// - Returns: the words of each summand; of most fields there is one. Behind them those that tell the direction. None where the device cannot say that there is no value.
  /// - Throws: `DeviceProfileError`.
  public func encode(
    _ value: Int64?, for key: PartChannel, power: Int = 0
  ) throws(DeviceProfileError) -> [RegisterWords] {
    guard let field = registers.first(where: { $0.key == key }) else { throw .noSuchChannel(key) }
    let directions = try value.map { (value) throws(DeviceProfileError) in try directionCodes(for: [key: value]) } ?? [:]
    return try bits(of: value, for: field, power: power).map { words(of: $1, for: $0) }
      + directions.map { words(of: $1, for: $0) }
  }

  /// All registers of the register map, as a device with these values would show them.
  ///
  /// Where several entries share registers, the value of one that has them to itself counts before a sum, and both before "no value";
  /// the direction of a value counts before them all.
  ///
  /// - Parameters:
  ///   - values: in the channels' units; fields without one show that they have none, or are not there where they cannot.
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
        values[field.key].map { EncodableValue($0, for: field, patterns: patterns(of: field.first)) }
      }
      powers[register] = try EncodableValue.smallestPower(for: scaled) ?? 0
    }
    var contents: [RegisterBlock: [UInt16]] = [:]
    func lay(_ bits: UInt64, into summand: RegisterSummand) {
      let new = words(of: bits, for: summand)
      let mask = words(of: summand.largestPattern, for: summand).words
      let old = contents[new.block] ?? Array(repeating: 0, count: mask.count)
      contents[new.block] = zip(zip(old, new.words), mask).map { $0.0 & ~$1 | $0.1 & $1 }
    }
    for field in registers.sorted(by: { $0.rank(values[$0.key]) < $1.rank(values[$1.key]) }) {
      let power = field.scaleRegister.flatMap { powers[$0] } ?? 0
      for (summand, bits) in try self.bits(of: values[field.key], for: field, power: power) { lay(bits, into: summand) }
    }
    for (place, code) in try directionCodes(for: values) { lay(code, into: place) }
    var all = contents.map { RegisterWords(table: $0.table, address: $0.address, words: $1) }
    for (register, power) in powers {
      all.append(RegisterWords(table: register.table, address: register.address, words: [ScaleExponent.word(of: power)]))
    }
    // What is read along between the summands of a counter must be there, too.
    var held = Set(all.flatMap { $0.block.registers })
    let shown = registers.filter { field in field.isReadAtOnce && field.summands.contains { contents[$0.block] != nil } }
    for register in shown.flatMap({ $0.span.registers }) where held.insert(register).inserted {
      all.append(RegisterWords(table: register.table, address: register.address, words: [0]))
    }
    for field in self.identity { all.append(try encode(identity[field.item], for: field)) }
    return RegisterImage(all.sorted { $0.block < $1.block })
  }

  /// The bits of each summand that say `value`.
  private func bits(
    of value: Int64?, for field: RegisterField, power: Int
  ) throws(DeviceProfileError) -> [(RegisterSummand, UInt64)] {
    guard let value else {
      // Of a sum one summand is enough to say it.
      let signs = field.summands.map { noValue(of: $0) }
      return signs.contains { $0 != nil } ? zip(field.summands, signs).map { ($0, $1 ?? 0) } : []
    }
    if !field.others.isEmpty { return zip(field.summands, try sum(of: value, for: field)).map { ($0, $1) } }
    let encodable = EncodableValue(value, for: field, patterns: patterns(of: field.first))
    guard let bits = encodable.bits(power: field.scaleRegister == nil ? 0 : power) else {
      throw .doesNotFit(field.key, value: value)
    }
    return [(field.first, bits)]
  }

  /// The codes that say which way `values` count, by their places.
  ///
  /// - Throws: `DeviceProfileError.doesNotFit` for a value that counts the other way than one with the same direction register.
  private func directionCodes(for values: [PartChannel: Int64]) throws(DeviceProfileError) -> [RegisterSummand: UInt64] {
    var codes: [RegisterSummand: UInt64] = [:]
    var flowing: Set<RegisterSummand> = []
    for field in registers {
      guard let direction = field.direction, let value = values[field.key] else { continue }
      guard let code = direction.code(for: value, of: field.channel) else { throw .doesNotFit(field.key, value: value) }
      if value == 0 {
        codes[direction.place] = codes[direction.place] ?? code
      } else {
        let isFirst = flowing.insert(direction.place).inserted
        guard isFirst || codes[direction.place] == code else { throw .doesNotFit(field.key, value: value) }
        codes[direction.place] = code
      }
    }
    return codes
  }

  /// The bits by which the summands of `field` add up to `value`: the largest summand takes what it can, the next one the rest.
  private func sum(of value: Int64, for field: RegisterField) throws(DeviceProfileError) -> [UInt64] {
    let decimals = field.summands.map { $0.scale?.decimals ?? 0 }.max() ?? 0
    let modulus = field.counterModulus.flatMap { $0 > 0 ? $0 : nil }
    let isFloat = field.summands.contains(where: \.type.isFloat)
    let conversion = field.conversion(exponent: isFloat ? 0 : -decimals)
    let shown = field.shown(value)
    guard let total = conversion.number(of: modulus.map { shown % $0 } ?? shown, isFloat: isFloat) else {
      throw .doesNotFit(field.key, value: value)
    }
    let numbers = isFloat ? field.summands.floats(adding: total) : field.summands.wholes(adding: total, decimals: decimals)
    var bits: [UInt64] = []
    for (summand, number) in zip(field.summands, numbers ?? []) {
      guard let raw = summand.type.bits(of: number), !patterns(of: summand).contains(raw) else { break }
      bits.append(raw)
    }
    guard bits.count == field.summands.count else { throw .doesNotFit(field.key, value: value) }
    return bits
  }

  private func words(of bits: UInt64, for summand: RegisterSummand) -> RegisterWords {
    let order = summand.wordOrder ?? wordOrder
    return RegisterWords(
      table: summand.table, address: summand.address,
      words: order.words(of: summand.placed(bits), count: summand.type.registerCount))
  }

  private func noValue(of summand: RegisterSummand) -> UInt64? {
    if let pattern = patterns(of: summand).first { return pattern }
    switch summand.type {
    case .f32: return SunSpecType.float32.notAvailable
    case .f64: return SunSpecType.float64.notAvailable
    case .u16, .s16, .u32, .s32, .u64, .s64, .bit: return nil
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

extension RegisterField {
  /// The order in which entries are written: those that stand above others come later.
  fileprivate func rank(_ value: Int64?) -> Int {
    guard value != nil else { return 0 }
    return others.isEmpty ? (first.bits == nil ? 2 : 3) : 1
  }
}

extension [RegisterSummand] {
  /// Whole numbers, one a summand, that add up to `total` steps of `10^-decimals` or as near as the finest summand comes; nil where
  /// they cannot.
  fileprivate func wholes(adding total: RawNumber, decimals: Int) -> [RawNumber]? {
    guard case .integer(var rest) = total else { return nil }
    let steps = map { RawSum.whole(1, times: $0.scale, decimals: decimals) ?? 0 }
    guard !steps.contains(0) else { return nil }
    var numbers = [Int128](repeating: 0, count: count)
    let order = indices.sorted { steps[$0].magnitude > steps[$1].magnitude }
    for index in order {
      let range = self[index].range
      numbers[index] = Swift.min(Swift.max(rest / steps[index], range.lowerBound), range.upperBound)
      rest -= numbers[index] * steps[index]
    }
    guard let finest = order.last else { return nil }
    if 2 * rest.magnitude >= steps[finest].magnitude {
      let step: Int128 = (rest < 0) == (steps[finest] < 0) ? 1 : -1
      guard self[finest].range.contains(numbers[finest] + step) else { return nil }
      numbers[finest] += step
      rest -= step * steps[finest]
    }
    return rest.magnitude < steps[finest].magnitude ? numbers.map { .integer($0) } : nil
  }

  /// All of `total` in the first summand that can be a fraction, nothing in the others.
  fileprivate func floats(adding total: RawNumber) -> [RawNumber]? {
    guard case .float(let total) = total, let place = firstIndex(where: \.type.isFloat) else { return nil }
    return indices.map { index in
      guard self[index].type.isFloat else { return .integer(0) }
      return .float(index == place ? total / (self[index].scale?.double ?? 1) : 0)
    }
  }
}
