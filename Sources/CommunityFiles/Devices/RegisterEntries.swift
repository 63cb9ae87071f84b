import Console
import DeviceProfiles
import Quantities
import Readings
import Yams

/// The registers of a profile.
extension DeviceProfileReader {
  /// A register with its place in the file.
  struct Placed {
    let field: RegisterField
    let mark: Mark?
  }

  /// Those written here, and those of the profile that this one extends as far as nothing replaces them.
  func registers(limits: RequestLimits, hasSunSpec: Bool) -> [RegisterField] {
    let mayBeEmpty = hasSunSpec || root.has("extends")
    let nodes =
      mayBeEmpty ? root.list("registers") : root.items("registers", expected: "this or 'sunspec', else nothing would be read")
    let own = nodes.compactMap { register(Fields($0, subject: "a register", problems: problems), limits: limits) }
    let left = without()
    var replacing = Dictionary(own.map { ($0.field.key, $0) }) { first, _ in first }
    var all: [Placed] = (base?.registers ?? []).filter { !left.contains($0.key) }.map { old in
      replacing.removeValue(forKey: old.key) ?? Placed(field: old, mark: root.node("extends")?.mark)
    }
    all += own.filter { replacing[$0.field.key] != nil }
    checkTwice(own)
    checkOverlaps(all)
    for register in all where own.allSatisfy({ $0.field.key != register.field.key }) {
      check(register.field.summands, of: register.field.channel, limits: limits, at: { _ in register.mark })
    }
    return all.map(\.field)
  }

  /// The registers of the extended profile that this device does not have.
  private func without() -> Set<PartChannel> {
    let known = Set(base?.registers.map(\.key) ?? [])
    let keys = root.list("without").compactMap { node -> PartChannel? in
      let entry = Fields(node, subject: "'without'", problems: problems)
      let part = entry.text("part", default: "main")
      let channel: Channel? = entry.choice("channel")
      entry.finish()
      guard let part, let channel else { return nil }
      let key = PartChannel(DevicePart(part), channel)
      guard base == nil || known.contains(key) else {
        problems.add("the extended profile has no \(key)", at: node.mark)
        return nil
      }
      return key
    }
    if root.has("without"), !root.has("extends") {
      problems.add("'without' goes with 'extends' only; delete it", at: root.place(of: "without"))
    }
    return Set(keys)
  }

  private func register(_ fields: Fields, limits: RequestLimits) -> Placed? {
    let part = fields.text("part", default: "main").map { DevicePart($0) }
    if let part, !DevicePart.known.contains(part.name) {
      let nearest = Spelling.nearest(to: part.name, among: DevicePart.known)
      let advice = nearest.map { ", did you mean '\($0)'?" } ?? "; docs/formats/device-profile.md lists those there are"
      problems.add("there is no part '\(part)'\(advice)", at: fields.node("part")?.mark)
    }
    let channel: Channel? = fields.choice("channel")
    let summands = fields.has("sum") ? sum(fields) : summand(fields, table: nil).map { [$0] }
    let unit = channel.flatMap { ChannelUnitEntry.read(fields, channel: $0) }
    let scale = decimal("scale", in: fields)
    let scaleRegister = fields.fields("scale_register").flatMap { registerAddress($0) }
    let offset = decimal("offset", in: fields)
    let positive: Direction? = fields.has("positive") ? fields.choice("positive") : nil
    let direction = channel.flatMap { directionRegister(fields, channel: $0) }
    let counter = channel.flatMap { counterEntry(fields, channel: $0, unit: unit) }
    let states = channel.map { self.states(fields, channel: $0) } ?? [:]
    fields.finish(except: "unit", "direction", "counter", "states")
    guard let part, let channel, let summands, let first = summands.first, let unit else { return nil }
    checkDirection(positive, of: channel, in: fields)
    if offset != nil, channel.isCounter {
      problems.add("\(channel.rawValue) is a counter, which counts from 0; delete 'offset'", at: fields.place(of: "offset"))
    }
    check(summands, of: channel, limits: limits) { fields.place(of: $0) }
    let field = RegisterField(
      part: part, channel: channel, sum: first, Array(summands.dropFirst()), scale: scale, offset: offset,
      scaleRegister: scaleRegister, unit: unit, positive: positive, direction: direction, counter: counter, states: states)
    return Placed(field: field, mark: fields.mark)
  }

  // MARK: - Where the bits are

  /// `sum: [{address, type}, ...]`, in place of an address and a type.
  private func sum(_ fields: Fields) -> [RegisterSummand]? {
    let table: RegisterTable? = fields.has("table") ? fields.choice("table") : nil
    for key in ["address", "type", "bits", "word_order", "not_available", "scale_register"] where fields.has(key) {
      problems.add("'\(key)' does not go with 'sum'; write it in the summands or delete it", at: fields.place(of: key))
    }
    let nodes = fields.items("sum", expected: "two or more such as `{address: 3501, type: u16}`")
    if nodes.count == 1 {
      problems.add("'sum' has one summand; write its address and type without 'sum'", at: fields.place(of: "sum"))
    }
    let summands = nodes.compactMap { node -> RegisterSummand? in
      let entry = Fields(node, subject: "a summand", problems: problems)
      defer { entry.finish() }
      let scale = decimal("scale", in: entry)
      return summand(entry, table: table, scale: scale)
    }
    return summands.count == nodes.count ? summands : nil
  }

  private func summand(_ fields: Fields, table fallback: RegisterTable?, scale: DecimalNumber? = nil) -> RegisterSummand? {
    let table: RegisterTable? = fields.has("table") || fallback == nil ? fields.choice("table") : fallback
    let address = fields.integer("address", in: 0...65_535)
    let type: RawType? = fields.choice("type", others: RawType.othersNames)
    let order: WordOrder? = fields.has("word_order") ? fields.choice("word_order") : nil
    let bits = type.flatMap { self.bits(fields, type: $0) }
    let ownPattern = fields.node("not_available")
    let pattern = type.flatMap { type in ownPattern.map { patterns($0, type: type, bits: bits) } }
    _ = fields.node("bits")
    guard let table, let address, let type else { return nil }
    if table.holdsBits != (type == .bit) {
      problems.add(
        table.holdsBits
          ? "table \(table.rawValue) holds single bits; write `type: bit`"
          : "type bit is for the tables coil and discrete; of a register take `type: u16` with `bits`",
        at: fields.place(of: "type"))
    }
    return RegisterSummand(
      table: table, address: UInt16(address), type: type, wordOrder: order, bits: bits, scale: scale, notAvailable: pattern)
  }

  /// `bits: 3` or `bits: 8-15`.
  private func bits(_ fields: Fields, type: RawType) -> ClosedRange<Int>? {
    guard let node = fields.node("bits") else { return nil }
    let ends = (node.string ?? "").split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard type.isUnsigned else {
      problems.add("'bits' are taken from u16, u32 and u64 only, not from \(type.rawValue)", at: node.mark)
      return nil
    }
    guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, (0...last).contains(first),
      last < type.bitCount
    else {
      problems.add(
        "'bits' is '\(node.string ?? "")', it must be one bit such as 3, or the lowest and the highest such as 8-15, of 0 to "
          + "\(type.bitCount - 1)", at: node.mark)
      return nil
    }
    return first...last
  }

  private func registerAddress(_ fields: Fields) -> RegisterAddress? {
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    fields.finish()
    guard let table, let address else { return nil }
    if table.holdsBits { problems.add("a power of ten lies in table holding or input", at: fields.place(of: "table")) }
    return RegisterAddress(table: table, address: UInt16(address))
  }

  // MARK: - What they mean

  private func checkDirection(_ positive: Direction?, of channel: Channel, in fields: Fields) {
    if fields.has("direction") {
      if positive != nil {
        problems.add("'positive' does not go with 'direction', which says it; delete one", at: fields.place(of: "positive"))
      }
    } else if channel.hasDirection, positive == nil {
      problems.add(
        "\(channel.rawValue) needs 'positive': what a positive value on the wire means; one of "
          + Direction.allCases.map(\.rawValue).joined(separator: ", "), at: fields.mark)
    }
    if positive != nil, !channel.mayHaveDirection {
      problems.add("\(channel.rawValue) has no direction; delete 'positive'", at: fields.mark)
    }
  }

  /// `direction: {address: 33135, charge: 0, discharge: 1}`
  private func directionRegister(_ fields: Fields, channel: Channel) -> DirectionRegister? {
    guard let entry = fields.fields("direction") else { return nil }
    let inherited = fields.node("table")?.string.flatMap { RegisterTable(rawValue: $0) }
    let table: RegisterTable? = entry.has("table") || inherited == nil ? entry.choice("table") : inherited
    let address = entry.integer("address", in: 0...65_535)
    let type: RawType = table?.holdsBits == true ? .bit : .u16
    let bits = self.bits(entry, type: type)
    var codes: [UInt64: Direction] = [:]
    var idle: Set<UInt64> = []
    for key in Direction.allCases.map(\.rawValue) + ["idle"] {
      guard let node = entry.node(key) else { continue }
      for code in patterns(node, type: type, bits: bits) {
        if codes[code] != nil || idle.contains(code) {
          problems.add("code \(code) stands twice in 'direction': it says one thing only", at: node.mark)
          continue
        }
        if let way = Direction(rawValue: key) { codes[code] = way } else { idle.insert(code) }
      }
    }
    entry.finish()
    guard channel.mayHaveDirection else {
      problems.add("\(channel.rawValue) has no direction; delete 'direction'", at: fields.place(of: "direction"))
      return nil
    }
    guard let table, let address else { return nil }
    let register = DirectionRegister(table: table, address: UInt16(address), bits: bits, codes: codes, idle: idle)
    if !register.tellsBothWays(of: channel) {
      problems.add(
        "'direction' must say which codes mean one way and which the other, such as `charge: 0, discharge: 1`", at: entry.mark)
    }
    return register
  }

  private func decimal(_ key: String, in fields: Fields) -> DecimalNumber? {
    guard let node = fields.node(key) else { return nil }
    guard let text = node.string, let number = DecimalNumber(text), number.mantissa != 0 else {
      problems.add("'\(key)' must be a decimal number other than 0, such as 0.1", at: node.mark)
      return nil
    }
    return number
  }

  private func counterEntry(_ fields: Fields, channel: Channel, unit: UnitOfMeasure?) -> RegisterField.Counter? {
    guard let counter = fields.fields("counter") else { return nil }
    defer { counter.finish() }
    guard channel.isCounter else {
      _ = counter.all()
      problems.add("\(channel.rawValue) is no counter; delete 'counter'", at: fields.place(of: "counter"))
      return nil
    }
    guard let text = counter.text("modulus"), let unit else { return nil }
    let parts = text.split(separator: " ")
    guard parts.count == 2, String(parts[1]) == unit.symbol, let number = DecimalNumber(parts[0]), number.mantissa > 0 else {
      problems.add("'modulus' must be a quantity in the register's unit, such as `1000000 \(unit.symbol)`", at: counter.mark)
      return nil
    }
    return RegisterField.Counter(modulus: number)
  }

  /// `states: {0: starting, 3: charging}`
  private func states(_ fields: Fields, channel: Channel) -> [Int64: String] {
    guard let entries = fields.fields("states") else { return [:] }
    guard channel.unit == .number, channel != .errorFlags, channel != .warningFlags else {
      problems.add("\(channel.rawValue) has no states to name; delete 'states'", at: fields.place(of: "states"))
      return [:]
    }
    var states: [Int64: String] = [:]
    for entry in entries.all() {
      let number = entry.key.hasPrefix("0x") ? Int64(entry.key.dropFirst(2), radix: 16) : Int64(entry.key)
      guard let number else {
        problems.add("'\(entry.key)' is no whole number; write `states: {0: off, 1: on}`", at: entry.mark)
        continue
      }
      states[number] = entries.scalar(entry.value, key: entry.key, expected: "the name of a state")
    }
    return states
  }
}

extension Channel {
  /// Whether a profile may say what this channel's positive values mean.
  fileprivate var mayHaveDirection: Bool {
    hasDirection || ["dc_power", "dc_current"].contains { rawValue.hasPrefix($0) }
  }
}

extension RawType {
  /// What register lists and other programs call the types.
  static let othersNames: [String: RawType] = [
    "i16": .s16, "int16": .s16, "short": .s16, "sint16": .s16, "uint16": .u16, "word": .u16, "unsigned": .u16,
    "i32": .s32, "int32": .s32, "int": .s32, "long": .s32, "sint32": .s32, "uint32": .u32, "dword": .u32, "ulong": .u32,
    "i64": .s64, "int64": .s64, "sint64": .s64, "uint64": .u64, "qword": .u64,
    "float": .f32, "float32": .f32, "real": .f32, "single": .f32, "double": .f64, "float64": .f64,
    "bool": .bit, "boolean": .bit,
  ]
}
