import Console
public import DeviceProfiles
import Quantities
import Readings
import Yams

/// A device profile as its YAML file says, checked. The format is specified in `docs/formats/device-profile.md`.
public struct DeviceProfileFile: Sendable {
  /// What the registers of the device mean.
  public let profile: DeviceProfile

  /// Finds the profile that another one extends, by its name.
  typealias BaseLookup = (_ name: String) throws(BaseFailure) -> DeviceProfile

  /// Reads and checks the file at `path`; a SunSpec profile knows the models `sunSpecModels`, and `base` finds what it extends.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  init(path: String, sunSpecModels: [SunSpecModelDefinition], base: BaseLookup) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path, sunSpecModels: sunSpecModels, base: base)
  }

  /// Reads and checks `bytes`, which extend no other profile; `file` names them in messages.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String, sunSpecModels: [SunSpecModelDefinition]) throws(FileProblems) {
    try self.init(bytes: bytes, file: file, sunSpecModels: sunSpecModels) { (name) throws(BaseFailure) in
      throw .unknown(hint: "")
    }
  }

  private init(
    bytes: [UInt8], file: String, sunSpecModels: [SunSpecModelDefinition], base: BaseLookup
  ) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    let fields = Fields(root, subject: "the profile", problems: problems)
    try FileVersion.check(fields)
    let extended = Self.base(fields, problems: problems, lookup: base)
    let result = DeviceProfileReader(root: fields, problems: problems, models: sunSpecModels, base: extended).read()
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

  /// Why a profile cannot extend another one.
  enum BaseFailure: Error {
    /// There is none of this name; `hint` names the nearest.
    case unknown(hint: String)
    /// It extends itself, over the profiles named.
    case cycle([String])
    /// More than four profiles stand on one another.
    case tooDeep
    /// Its own file is wrong.
    case wrong(FileProblems)
  }

  private static func base(_ root: Fields, problems: ProblemList, lookup: BaseLookup) -> DeviceProfile? {
    guard let name = root.optionalText("extends") else { return nil }
    let mark = root.node("extends")?.mark
    do {
      return try lookup(name)
    } catch {
      switch error {
      case .unknown(let hint): problems.add("there is no device profile '\(name)' to extend\(hint)", at: mark)
      case .cycle(let names):
        problems.add("the profile extends itself: \(names.joined(separator: " extends "))", at: mark)
      case .tooDeep: problems.add("'\(name)' extends others four deep already; extend one of those", at: mark)
      case .wrong(let others):
        problems.add("the profile '\(name)' cannot be used; its problems are told with these", at: mark)
        problems.add(others)
      }
      return nil
    }
  }
}

/// Walks through a profile's sections.
struct DeviceProfileReader {
  let root: Fields
  let problems: ProblemList
  let models: [SunSpecModelDefinition]
  /// The profile that this one extends.
  let base: DeviceProfile?

  func read() -> DeviceProfile? {
    let extends = root.has("extends")
    let maker = root.text("maker")
    let model = root.text("model")
    let kind: DeviceKind? = root.has("kind") || !extends ? root.choice("kind") : base?.kind
    let status = status()
    let sources = texts("sources", root.items("sources", expected: "where its facts come from"))
    let link = root.has("link") || !extends ? link() : base?.link ?? LinkDefaults()
    let limits = root.fields("limits").map { self.limits($0) } ?? base?.limits ?? RequestLimits()
    let wordOrder: WordOrder = root.has("word_order") ? root.choice("word_order") ?? .highFirst : base?.wordOrder ?? .highFirst
    let ownPatterns = root.fields("not_available").map { patterns($0) } ?? [:]
    let ownIdentity = root.fields("identity").map { identityFields($0, limits: limits) } ?? []
    let sunSpec = root.fields("sunspec").map { sunSpecMapping($0, kind: kind) } ?? base?.sunSpec
    let registers = registers(limits: limits, hasSunSpec: root.has("sunspec") || sunSpec != nil)
    if root.has("sunspec"), registers.isEmpty {
      for key in ["word_order", "not_available", "identity"] where root.has(key) {
        problems.add(
          "'\(key)' is for 'registers', which are not there; the standard fixes it for 'sunspec'; delete it",
          at: root.place(of: key))
      }
    }
    let nameplate = root.fields("nameplate").map { self.nameplate($0) } ?? base?.nameplate ?? Nameplate()
    let conflicts = root.has("conflicts") ? texts("conflicts", root.list("conflicts")) : base?.conflicts ?? []
    root.finish()
    guard let maker, let model, let kind, let status else { return nil }
    let identity = (base?.identity ?? []).filter { old in !ownIdentity.contains { $0.item == old.item } } + ownIdentity
    return DeviceProfile(
      maker: maker, model: model, kind: kind, status: status, sources: sources, link: link, limits: limits, wordOrder: wordOrder,
      notAvailable: (base?.notAvailable ?? [:]).merging(ownPatterns) { $1 }, identity: identity, registers: registers,
      sunSpec: sunSpec, nameplate: nameplate, conflicts: conflicts)
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
      if !missing.isEmpty { return .unconfirmed(missing: missing) }
      if case .unconfirmed = base?.status { return base?.status }
      problems.add("status unconfirmed needs a list 'missing': what would confirm the facts", at: root.place(of: "status"))
      return .unconfirmed(missing: [])
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

  private func limits(_ fields: Fields) -> RequestLimits {
    let registers = fields.integer("registers_per_request", default: 125, in: 1...125)
    let gap = fields.integer("gap", default: 0, in: 0...124)
    let pause = fields.duration("pause", default: .zero, in: .zero...(.seconds(60)), like: "100 ms")
    let timeout = fields.duration("timeout", default: .seconds(1), in: .milliseconds(10)...(.seconds(60)), like: "1 s")
    let single = fields.flag("one_connection", default: false)
    let interval = fields.duration("minimum_interval", default: .zero, in: .zero...(.seconds(3600)), like: "1 s")
    let silence = fields.duration("after_connect", default: .zero, in: .zero...(.seconds(10)), like: "1500 ms")
    fields.finish()
    return RequestLimits(
      registersPerRequest: registers ?? 125, gap: gap ?? 0, pause: pause ?? .zero, timeout: timeout ?? .seconds(1),
      isSingleConnection: single, minimumInterval: interval ?? .zero, silenceAfterConnecting: silence ?? .zero)
  }

  private func nameplate(_ fields: Fields) -> Nameplate {
    let power: Int64? = plate("power", of: .milliwatt, like: "17 kW", in: fields)
    let current: Int64? = plate("current", of: .milliampere, like: "63 A", in: fields)
    if power == nil, current == nil, fields.all().isEmpty {
      problems.add("'nameplate' is empty: write `power: 17 kW` or `current: 63 A`", at: fields.mark)
    }
    fields.finish()
    return Nameplate(power: power, current: current)
  }

  private func plate(_ key: String, of unit: ChannelUnit, like example: String, in fields: Fields) -> Int64? {
    guard let node = fields.node(key) else { return nil }
    if let count = try? parseCount(node.string ?? "", units: unit.symbols), count > 0 { return count }
    problems.add("'\(key)' is '\(node.string ?? "")', it must be more than 0, such as `\(example)`", at: node.mark)
    return nil
  }

  // MARK: - Patterns and identity

  private func patterns(_ fields: Fields) -> [RawType: [UInt64]] {
    var patterns: [RawType: [UInt64]] = [:]
    for entry in fields.all() {
      guard let type = RawType(rawValue: entry.key) else {
        let meant = RawType.othersNames[entry.key.lowercased()].map { ", did you mean '\($0.rawValue)'?" }
        let hint = meant ?? Spelling.hint(for: entry.key, among: RawType.allCases.map(\.rawValue))
        problems.add("'\(entry.key)' is no register type\(hint)", at: entry.mark)
        continue
      }
      patterns[type] = self.patterns(entry.value, type: type)
    }
    return patterns
  }

  func patterns(_ node: Node, type: RawType, bits: ClosedRange<Int>? = nil) -> [UInt64] {
    let nodes = node.sequence.map { Array($0) } ?? [node]
    return nodes.compactMap { node in
      let text = node.string ?? ""
      let pattern = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
      let largest = bits.map { UInt64.max >> UInt64(64 - $0.count) } ?? type.largestPattern
      guard let pattern, pattern <= largest else {
        let kind = bits == nil ? "type \(type.rawValue)" : "these bits"
        problems.add(
          "'\(text)' is no pattern of \(kind), such as 0x\(String(largest, radix: 16, uppercase: true))", at: node.mark)
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
      let type: RawType? = fields.choice("type", others: RawType.othersNames)
      kind = type.map { .number($0) }
    }
    guard let table, let address, let kind else { return nil }
    if table.holdsBits || kind == .number(.bit) {
      problems.add("'\(item.rawValue)' lies in table holding or input, not in bits", at: fields.place(of: "table"))
    }
    check(kind.registerCount, of: "\(item.rawValue)", from: address, limits: limits, at: fields)
    return IdentityField(item, table: table, address: UInt16(clamping: address), type: kind, wordOrder: order)
  }
}
