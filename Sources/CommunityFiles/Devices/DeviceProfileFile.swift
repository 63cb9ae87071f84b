public import DeviceProfiles
import Quantities
import Readings
import Yams

/// A device profile as its YAML file says, checked. The format is specified in `docs/formats/device-profile.md`.
public struct DeviceProfileFile: Sendable {
  /// What the registers of the device mean.
  public let profile: DeviceProfile

  /// Reads and checks the file at `path`; a SunSpec profile knows the models `sunSpecModels`.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String, sunSpecModels: [SunSpecModelDefinition]) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path, sunSpecModels: sunSpecModels)
  }

  /// Reads and checks `bytes`; `file` names them in messages.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String, sunSpecModels: [SunSpecModelDefinition]) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    let fields = Fields(root, subject: "the profile", problems: problems)
    let result = DeviceProfileReader(root: fields, problems: problems, models: sunSpecModels).read()
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: file, message: "describes no device")]) }
    profile = result
  }
}

/// Walks through a profile's sections.
private struct DeviceProfileReader {
  let root: Fields
  let problems: ProblemList
  let models: [SunSpecModelDefinition]

  func read() -> DeviceProfile? {
    FileVersion.check(root)
    let maker = root.text("maker")
    let model = root.text("model")
    let kind: DeviceKind? = root.choice("kind")
    let status = status()
    let sources = texts("sources")
    if sources.isEmpty { problems.add("the profile lacks 'sources': where its facts come from", at: root.place(of: "sources")) }
    let link = link()
    let limits = limits()
    let isSunSpec = root.has("sunspec")
    let wordOrder: WordOrder = root.choice("word_order", default: WordOrder.highFirst) ?? .highFirst
    let notAvailable = root.fields("not_available").map { patterns($0) } ?? [:]
    let identity = root.fields("identity").map { identityFields($0) } ?? []
    if isSunSpec {
      for key in ["registers", "word_order", "not_available", "identity"] where root.has(key) {
        problems.add("'\(key)' does not go with 'sunspec', whose standard fixes it; delete one of them", at: root.place(of: key))
      }
    }
    let registers = root.list("registers").compactMap { node in
      register(Fields(node, subject: "a register", problems: problems))
    }
    if !isSunSpec, root.list("registers").isEmpty {
      problems.add("the profile has neither 'registers' nor 'sunspec'; nothing would be read", at: root.mark)
    }
    checkOverlaps(registers, limit: limits.registersPerRequest)
    let sunSpec = root.fields("sunspec").flatMap { sunSpecMapping($0) }
    root.finish()
    guard let maker, let model, let kind, let status else { return nil }
    return DeviceProfile(
      maker: maker, model: model, kind: kind, status: status, sources: sources, link: link, limits: limits, wordOrder: wordOrder,
      notAvailable: notAvailable, identity: identity, registers: registers.map(\.field), sunSpec: sunSpec)
  }

  // MARK: - Head

  private enum StatusName: String, CaseIterable {
    case confirmed, unconfirmed
  }

  private func status() -> ProfileStatus? {
    let name: StatusName? = root.choice("status")
    let missing = texts("missing")
    switch name {
    case .confirmed:
      if !missing.isEmpty {
        problems.add("'missing' does not go with status confirmed; delete it", at: root.place(of: "missing"))
      }
      return .confirmed
    case .unconfirmed:
      if missing.isEmpty {
        problems.add("status unconfirmed needs a list 'missing': what would confirm the facts", at: root.place(of: "status"))
      }
      return .unconfirmed(missing: missing)
    case nil: return nil
    }
  }

  private func texts(_ key: String) -> [String] {
    root.list(key).compactMap { root.scalar($0, key: key, expected: "a list of texts") }
  }

  private func link() -> LinkDefaults {
    guard let fields = root.fields("link") else {
      problems.add("the profile lacks 'link': rtu or tcp settings", at: root.mark)
      return LinkDefaults()
    }
    var serial: LinkDefaults.SerialSettings?
    if let rtu = fields.fields("rtu") {
      let baud = rtu.integer("baud", in: 300...1_000_000)
      let parity: LinkDefaults.Parity? = rtu.choice("parity")
      let stopBits = rtu.integer("stop_bits", in: 1...2)
      rtu.finish()
      if let baud, let parity, let stopBits {
        serial = LinkDefaults.SerialSettings(baud: baud, parity: parity, stopBits: stopBits)
      }
    }
    let tcp = fields.fields("tcp")
    let port = tcp?.integer("port", in: 1...65_535)
    tcp?.finish()
    let unit = fields.has("unit") ? fields.integer("unit", in: 0...255) : nil
    fields.finish()
    return LinkDefaults(serial: serial, tcpPort: port.map { UInt16($0) }, unit: unit.map { UInt8($0) })
  }

  private func limits() -> RequestLimits {
    guard let fields = root.fields("limits") else { return RequestLimits() }
    let registers = fields.integer("registers_per_request", default: 125, in: 1...125)
    let gap = fields.integer("gap", default: 0, in: 0...124)
    let pause = fields.duration("pause", default: .zero, in: .zero...(.seconds(60)), like: "100 ms")
    let timeout = fields.duration("timeout", default: .seconds(1), in: .milliseconds(10)...(.seconds(60)), like: "1 s")
    fields.finish()
    return RequestLimits(
      registersPerRequest: registers ?? 125, gap: gap ?? 0, pause: pause ?? .zero, timeout: timeout ?? .seconds(1))
  }

  // MARK: - Patterns and identity

  private func patterns(_ fields: Fields) -> [RawType: [UInt64]] {
    var patterns: [RawType: [UInt64]] = [:]
    for entry in fields.all() {
      guard let type = RawType(rawValue: entry.key) else {
        problems.add(
          "'\(entry.key)' is no register type\(Spelling.hint(for: entry.key, among: RawType.allCases.map(\.rawValue)))",
          at: entry.mark)
        continue
      }
      patterns[type] = self.patterns(entry.value, type: type)
    }
    return patterns
  }

  private func patterns(_ node: Node, type: RawType) -> [UInt64] {
    let nodes = node.sequence.map { Array($0) } ?? [node]
    return nodes.compactMap { node in
      let text = node.string ?? ""
      let pattern = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
      let largest = UInt64.max >> UInt64(64 - 16 * type.registerCount)
      guard let pattern, pattern <= largest else {
        problems.add("'\(text)' is no pattern of a \(type.rawValue), such as 0x7FFF", at: node.mark)
        return nil
      }
      return pattern
    }
  }

  private func identityFields(_ fields: Fields) -> [IdentityField] {
    let items = fields.all()
    return items.compactMap { entry in
      guard let item = IdentityField.Item(rawValue: entry.key) else {
        let known = IdentityField.Item.allCases.map(\.rawValue)
        problems.add("unknown key '\(entry.key)' in 'identity'\(Spelling.hint(for: entry.key, among: known))", at: entry.mark)
        return nil
      }
      let fields = Fields(entry.value, subject: "'\(entry.key)'", problems: problems)
      let table: RegisterTable? = fields.choice("table")
      let address = fields.integer("address", in: 0...65_535)
      let order: WordOrder? = fields.has("word_order") ? fields.choice("word_order") : nil
      let kind: IdentityField.Kind?
      if fields.node("type")?.string == "string" {
        kind = fields.integer("count", in: 1...125).map { .string(registers: $0) }
      } else {
        let type: RawType? = fields.choice("type")
        kind = type.map { .number($0) }
      }
      fields.finish()
      guard let table, let address, let kind else { return nil }
      return IdentityField(item, table: table, address: UInt16(address), type: kind, wordOrder: order)
    }
  }

  // MARK: - Registers

  private struct Placed {
    let field: RegisterField
    let mark: Mark?
  }

  private func register(_ fields: Fields) -> Placed? {
    let part = fields.text("part", default: "main").map { DevicePart($0) }
    if let part, !Self.parts.contains(part.name) {
      problems.add("there is no part '\(part)'\(Spelling.hint(for: part.name, among: Self.parts))", at: fields.node("part")?.mark)
    }
    let channel: Channel? = fields.choice("channel")
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    let type: RawType? = fields.choice("type")
    let unit = channel.flatMap { ChannelUnitEntry.read(fields, channel: $0) }
    let scale = decimal("scale", in: fields)
    let scaleRegister = fields.fields("scale_register").flatMap { registerAddress($0) }
    let order: WordOrder? = fields.has("word_order") ? fields.choice("word_order") : nil
    let positive: Direction? = fields.has("positive") ? fields.choice("positive") : nil
    let pattern = type.flatMap { type in fields.node("not_available").map { patterns($0, type: type) } }
    let counter = channel.flatMap { counterEntry(fields, channel: $0, unit: unit) }
    fields.finish()
    guard let part, let channel, let table, let address, let type, let unit else { return nil }
    checkDirection(positive, of: channel, at: fields.mark)
    if address + type.registerCount > 65_536 {
      problems.add(
        "\(type.rawValue) at \(address) needs \(type.registerCount) registers and ends behind 65535",
        at: fields.place(of: "address"))
      return nil
    }
    let field = RegisterField(
      part: part, channel: channel, table: table, address: UInt16(address), type: type, wordOrder: order, scale: scale,
      scaleRegister: scaleRegister, unit: unit, positive: positive, notAvailable: pattern, counter: counter)
    return Placed(field: field, mark: fields.mark)
  }

  private static let parts = ["main", "grid", "pv", "battery", "load"]

  private func checkDirection(_ positive: Direction?, of channel: Channel, at mark: Mark?) {
    if channel.hasDirection, positive == nil {
      problems.add(
        "\(channel.rawValue) needs 'positive': what a positive value on the wire means; one of "
          + Direction.allCases.map(\.rawValue).joined(separator: ", "), at: mark)
    }
    if positive != nil, !channel.mayHaveDirection {
      problems.add("\(channel.rawValue) has no direction; delete 'positive'", at: mark)
    }
  }

  private func decimal(_ key: String, in fields: Fields) -> DecimalNumber? {
    guard let node = fields.node(key) else { return nil }
    guard let text = node.string, let number = DecimalNumber(text), number.mantissa != 0 else {
      problems.add("'\(key)' must be a decimal number other than 0, such as 0.1", at: node.mark)
      return nil
    }
    return number
  }

  private func registerAddress(_ fields: Fields) -> RegisterAddress? {
    let table: RegisterTable? = fields.choice("table")
    let address = fields.integer("address", in: 0...65_535)
    fields.finish()
    guard let table, let address else { return nil }
    return RegisterAddress(table: table, address: UInt16(address))
  }

  private func counterEntry(_ fields: Fields, channel: Channel, unit: UnitOfMeasure?) -> RegisterField.Counter? {
    guard let counter = fields.fields("counter") else { return nil }
    defer { counter.finish() }
    guard channel.isCounter else {
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

  private func checkOverlaps(_ registers: [Placed], limit: Int) {
    var first: [PartChannel: Mark?] = [:]
    for register in registers {
      let field = register.field
      if let earlier = first[field.key] {
        let line = earlier.map { ", first in line \($0.line)" } ?? ""
        problems.add("part \(field.part), channel \(field.channel.rawValue) stands twice\(line)", at: register.mark)
      } else {
        first[field.key] = register.mark
      }
      if field.type.registerCount > limit {
        problems.add("a \(field.type.rawValue) does not fit into a request of \(limit) registers", at: register.mark)
      }
    }
    let sorted = registers.sorted { ($0.field.table.rawValue, $0.field.address) < ($1.field.table.rawValue, $1.field.address) }
    for (left, right) in zip(sorted, sorted.dropFirst()) where left.field.table == right.field.table {
      if Int(left.field.address) + left.field.type.registerCount > Int(right.field.address) {
        problems.add(
          "\(right.field.channel.rawValue) at \(right.field.address) overlaps \(left.field.channel.rawValue) at \(left.field.address)",
          at: right.mark)
      }
    }
  }

  // MARK: - SunSpec

  private func sunSpecMapping(_ fields: Fields) -> SunSpecMapping? {
    let bases = fields.list("bases").compactMap { fields.integer($0, key: "bases", in: 0...65_535).map { UInt16($0) } }
    if bases.isEmpty {
      problems.add(
        "'sunspec' lacks 'bases': where the marker is looked for, such as [40000, 50000, 0]", at: fields.place(of: "bases"))
    }
    let inverter: Direction? = fields.has("inverter_positive") ? fields.choice("inverter_positive") : nil
    let meter: Direction? = fields.has("meter_positive") ? fields.choice("meter_positive") : nil
    let modules = fields.fields("modules").map { moduleRoles($0) }
    fields.finish()
    return SunSpecMapping(bases: bases, inverterPositive: inverter, meterPositive: meter, modules: modules, models: models)
  }

  private func moduleRoles(_ fields: Fields) -> SunSpecMapping.Modules {
    let pv = fields.list("pv").compactMap { fields.integer($0, key: "pv", in: 1...64) }
    let charge = fields.has("battery_charge") ? fields.integer("battery_charge", in: 1...64) : nil
    let discharge = fields.has("battery_discharge") ? fields.integer("battery_discharge", in: 1...64) : nil
    fields.finish()
    return SunSpecMapping.Modules(pv: pv, batteryCharge: charge, batteryDischarge: discharge)
  }
}

/// The key `unit` of a register, point or sample: a unit of the channel.
enum ChannelUnitEntry {
  /// The unit that `fields` names for `channel`; counted numbers have none.
  static func read(_ fields: Fields, channel: Channel) -> UnitOfMeasure? {
    let symbols = channel.unit.symbols
    if channel.unit == .number {
      if fields.has("unit") {
        fields.problems.add("\(channel.rawValue) is a number without a unit", at: fields.place(of: "unit"))
      }
      return symbols.first
    }
    let customary = symbols.map(\.symbol)
    guard let node = fields.required("unit", expected: "one of \(customary.joined(separator: ", "))") else { return nil }
    if let unit = symbols.first(where: { $0.symbol == node.string }) { return unit }
    fields.problems.add(
      "'\(node.string ?? "")' is no unit of \(channel.rawValue); write one of \(customary.joined(separator: ", "))", at: node.mark
    )
    return nil
  }
}

extension Channel {
  /// Whether a profile may say what this channel's positive values mean.
  fileprivate var mayHaveDirection: Bool {
    hasDirection || ["dc_power", "dc_current"].contains { rawValue.hasPrefix($0) }
  }
}
