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
    try FileVersion.check(fields)
    let result = DeviceProfileReader(root: fields, problems: problems, models: sunSpecModels).read()
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: file, message: "describes no device")]) }
    let shared = result.problems.compactMap { problem -> FileProblem? in
      guard case .overlap(let left, let right) = problem else { return nil }
      return FileProblem(
        file: file, message: "a value, scale or identity at \(left) and another at \(right) share some registers")
    }
    if !shared.isEmpty { throw FileProblems(shared) }
    profile = result
  }
}

/// Walks through a profile's sections.
struct DeviceProfileReader {
  let root: Fields
  let problems: ProblemList
  let models: [SunSpecModelDefinition]

  func read() -> DeviceProfile? {
    let maker = root.text("maker")
    let model = root.text("model")
    let kind: DeviceKind? = root.choice("kind")
    let status = status()
    let sources = texts("sources", root.items("sources", expected: "where its facts come from"))
    let link = link()
    let limits = limits()
    let isSunSpec = root.has("sunspec")
    let wordOrder: WordOrder = root.choice("word_order", default: WordOrder.highFirst) ?? .highFirst
    let notAvailable = root.fields("not_available").map { patterns($0) } ?? [:]
    let identity = root.fields("identity").map { identityFields($0, limits: limits) } ?? []
    if isSunSpec {
      for key in ["registers", "word_order", "not_available", "identity"] where root.has(key) {
        problems.add("'\(key)' does not go with 'sunspec', whose standard fixes it; delete one of them", at: root.place(of: key))
      }
    }
    let nodes =
      isSunSpec ? root.list("registers") : root.items("registers", expected: "this or 'sunspec', else nothing would be read")
    let registers = nodes.compactMap { register(Fields($0, subject: "a register", problems: problems), limits: limits) }
    checkRegisters(registers)
    let sunSpec = root.fields("sunspec").flatMap { sunSpecMapping($0, kind: kind) }
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
    let missing = texts("missing", root.list("missing"))
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

  private func texts(_ key: String, _ nodes: [Node]) -> [String] {
    nodes.compactMap { root.scalar($0, key: key, expected: "a list of texts") }
  }

  private func link() -> LinkDefaults {
    guard root.required("link", expected: "the factory settings, 'rtu' or 'tcp'") != nil, let fields = root.fields("link") else {
      return LinkDefaults()
    }
    let rtu = fields.fields("rtu")
    let tcp = fields.fields("tcp")
    if fields.isMapping, rtu == nil, tcp == nil {
      problems.add(
        "'link' needs `rtu: {baud: 9600, parity: none, stop_bits: 1}` or `tcp: {port: 502}`", at: root.place(of: "link"))
    }
    let serial = rtu.flatMap { serialSettings($0) }
    let port = tcp?.integer("port", in: 1...65_535)
    tcp?.finish()
    let unit = fields.has("unit") ? fields.integer("unit", in: 0...255) : nil
    fields.finish()
    return LinkDefaults(serial: serial, tcpPort: port.map { UInt16($0) }, unit: unit.map { UInt8($0) })
  }

  private func serialSettings(_ fields: Fields) -> LinkDefaults.SerialSettings? {
    defer { fields.finish() }
    let baud = SerialRates.read(fields)
    let parity: LinkDefaults.Parity? = fields.choice("parity")
    let stopBits = fields.integer("stop_bits", in: 1...2)
    guard let baud, let parity, let stopBits else { return nil }
    return LinkDefaults.SerialSettings(baud: baud, parity: parity, stopBits: stopBits)
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

  func patterns(_ node: Node, type: RawType) -> [UInt64] {
    let nodes = node.sequence.map { Array($0) } ?? [node]
    return nodes.compactMap { node in
      let text = node.string ?? ""
      let pattern = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
      let largest = UInt64.max >> UInt64(64 - 16 * type.registerCount)
      guard let pattern, pattern <= largest else {
        problems.add("'\(text)' is no pattern of type \(type.rawValue), such as 0x7FFF", at: node.mark)
        return nil
      }
      return pattern
    }
  }

  private func identityFields(_ fields: Fields, limits: RequestLimits) -> [IdentityField] {
    fields.all().compactMap { entry in
      guard let item = IdentityField.Item(rawValue: entry.key) else {
        let known = IdentityField.Item.allCases.map(\.rawValue)
        problems.add("unknown key '\(entry.key)' in 'identity'\(Spelling.hint(for: entry.key, among: known))", at: entry.mark)
        return nil
      }
      return identityField(item, Fields(entry.value, subject: "'\(entry.key)'", problems: problems), limits: limits)
    }
  }

  private func identityField(_ item: IdentityField.Item, _ fields: Fields, limits: RequestLimits) -> IdentityField? {
    defer { fields.finish() }
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
    guard let table, let address, let kind else { return nil }
    check(kind.registerCount, of: "\(item.rawValue)", from: address, limits: limits, at: fields)
    return IdentityField(item, table: table, address: UInt16(clamping: address), type: kind, wordOrder: order)
  }

  // MARK: - SunSpec

  private func sunSpecMapping(_ fields: Fields, kind: DeviceKind?) -> SunSpecMapping? {
    defer { fields.finish() }
    let bases = fields.items("bases", expected: "where the marker is looked for, such as [40000, 50000, 0]")
      .compactMap { fields.integer($0, key: "bases", in: 0...65_535).map { UInt16($0) } }
    let inverter = direction("inverter_positive", of: [.production, .consumption], in: fields)
    let meter = direction("meter_positive", of: [.import, .export], in: fields)
    if kind == .inverter || kind == .hybridInverter, !fields.has("inverter_positive") {
      problems.add("'sunspec' of an inverter lacks the key 'inverter_positive': production or consumption", at: fields.mark)
    }
    if kind == .meter, !fields.has("meter_positive") {
      problems.add("'sunspec' of a meter lacks the key 'meter_positive': import or export", at: fields.mark)
    }
    let modules = fields.fields("modules").map { moduleRoles($0) }
    return SunSpecMapping(bases: bases, inverterPositive: inverter, meterPositive: meter, modules: modules, models: models)
  }

  private func direction(_ key: String, of allowed: [Direction], in fields: Fields) -> Direction? {
    guard fields.has(key), let direction: Direction = fields.choice(key) else { return nil }
    if allowed.contains(direction) { return direction }
    problems.add(
      "'\(key)' is '\(direction.rawValue)', it must be \(allowed.map(\.rawValue).joined(separator: " or "))",
      at: fields.node(key)?.mark)
    return nil
  }

  private func moduleRoles(_ fields: Fields) -> SunSpecMapping.Modules {
    let pv = fields.list("pv").compactMap { fields.integer($0, key: "pv", in: 1...64) }
    let charge = fields.has("battery_charge") ? fields.integer("battery_charge", in: 1...64) : nil
    let discharge = fields.has("battery_discharge") ? fields.integer("battery_discharge", in: 1...64) : nil
    fields.finish()
    return SunSpecMapping.Modules(pv: pv, batteryCharge: charge, batteryDischarge: discharge)
  }
}
