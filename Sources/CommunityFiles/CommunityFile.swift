public import CommunityModel
import MarketTime
public import Planning
import Quantities
import Yams

/// A community as `community.yaml` describes it, checked: every reference leads somewhere, every quantity has its unit.
///
/// The format is specified in `docs/formats/community.md`.
public struct CommunityFile: Sendable, Equatable {
  /// Who and where.
  public let community: Community
  /// What can be scheduled, in the order of the file.
  public let assets: [AssetDescription]

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path)
  }

  /// Reads and checks `bytes`; `file` names them in messages.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    var reader = CommunityReader(root: Fields(root, subject: "the file", problems: problems), problems: problems)
    let result = reader.read()
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: file, message: "describes no community")]) }
    self = result
  }

  init(community: Community, assets: [AssetDescription]) {
    self.community = community
    self.assets = assets
  }
}

/// The names defined in a file, so that references can be held against them.
struct NameTable {
  private var places: [String: [String: Mark?]] = [:]

  /// Notes `name` as a `kind`; a second one of the same kind is a problem.
  mutating func define(_ name: String, kind: String, at mark: Mark?, problems: ProblemList) {
    if let first = places[kind]?[name] {
      let line = first.map { " (first in line \($0.line))" } ?? ""
      problems.add("\(kind) '\(name)' is defined twice\(line); give one of them another id", at: mark)
    } else {
      places[kind, default: [:]][name] = mark
    }
  }

  /// Notes a problem unless `name` is defined as a `kind`.
  func require(_ name: String, kind: String, at mark: Mark?, problems: ProblemList) {
    let known = places[kind] ?? [:]
    guard known[name] == nil else { return }
    problems.add("there is no \(kind) '\(name)'\(Spelling.hint(for: name, among: known.keys.sorted()))", at: mark)
  }
}

/// Walks through the sections of a community's file.
struct CommunityReader {
  let root: Fields
  let problems: ProblemList
  var names = NameTable()
  /// Checked after all sections are read, so that the order of sections is free.
  private var references: [(name: String, kind: String, mark: Mark?)] = []

  init(root: Fields, problems: ProblemList) {
    self.root = root
    self.problems = problems
  }

  mutating func read() -> CommunityFile? {
    FileVersion.check(root)
    let headNode = root.required("community", expected: "id, name and time_zone of the community")
    let head = headNode.map { Fields($0, subject: "community", problems: problems) }
    let sites = items("sites", kind: "site") { $0.site($1) }
    let members = items("members", kind: "member") { $0.member($1) }
    let points = items("metering_points", kind: "metering point") { $0.meteringPoint($1) }
    let networks = items("heat_networks", kind: "heat network") { $0.heatNetwork($1) }
    let tariffs = items("tariffs", kind: "tariff") { $0.tariff($1) }
    let assets = items("assets", kind: "asset") { $0.asset($1) }
    var sharing: SharingAgreement?
    if let fields = root.fields("sharing") { sharing = sharingAgreement(fields) }
    if root.list("sites").isEmpty {
      problems.add("the file lacks 'sites': at least one place with its grid connection", at: root.place(of: "sites"))
    }
    root.finish()
    for reference in references {
      names.require(reference.name, kind: reference.kind, at: reference.mark, problems: problems)
    }
    guard let head, let community = community(head) else { return nil }
    return CommunityFile(
      community: Community(
        id: community.id, name: community.name, calendar: community.calendar, holidayRegion: community.region, sites: sites,
        members: members, meteringPoints: points, heatNetworks: networks, tariffs: tariffs, sharing: sharing),
      assets: assets)
  }

  /// Reads each item of the list `key`, which holds entries of a `kind`.
  private mutating func items<Item>(_ key: String, kind: String, read: (inout CommunityReader, Fields) -> Item?) -> [Item] {
    var items: [Item] = []
    for node in root.list(key) {
      let name = node.mapping?["id"]?.string
      let fields = Fields(node, subject: name.map { "\(kind) '\($0)'" } ?? kind, problems: problems)
      if let name { names.define(name, kind: kind, at: fields.place(of: "id"), problems: problems) }
      if let item = read(&self, fields) { items.append(item) }
      fields.finish()
    }
    return items
  }

  /// The id of another entry, held against the names once the file is read.
  mutating func reference<Subject>(_ key: String, in fields: Fields, kind: String, isOptional: Bool = false) -> Identifier<
    Subject
  >? {
    if isOptional, !fields.has(key) { return nil }
    guard let name = fields.text(key) else { return nil }
    references.append((name, kind, fields.node(key)?.mark))
    return Identifier(name)
  }

  /// Holds `name` against the names of a `kind` once the file is read.
  mutating func refer(to name: String, kind: String, at mark: Mark?) { references.append((name, kind, mark)) }
}

// MARK: - Sections

extension CommunityReader {
  private func community(_ fields: Fields) -> (id: Community.ID, name: String, calendar: MarketCalendar, region: HolidayRegion)? {
    let id: Community.ID? = fields.identifier("id")
    let name = fields.text("name")
    let zone = fields.text("time_zone")
    let country = fields.text("country", default: "DE")
    let region = fields.has("region") ? fields.text("region") : nil
    fields.finish()
    guard let zone else { return nil }
    guard let calendar = MarketCalendar(timeZone: zone) else {
      problems.add(
        "unknown time zone '\(zone)'\(Spelling.hint(for: zone, among: MarketCalendar.knownTimeZones)); expected a name such as "
          + "Europe/Berlin", at: fields.node("time_zone")?.mark)
      return nil
    }
    guard let id, let name, let country else { return nil }
    return (id, name, calendar, HolidayRegion(country: country, region: region))
  }

  private mutating func site(_ fields: Fields) -> Site? {
    let id: Site.ID? = fields.identifier("id")
    let name = fields.text("name", default: id?.text)
    let tariff: Tariff.ID? = reference("tariff", in: fields, kind: "tariff", isOptional: true)
    let connection = fields.required("grid_connection", expected: "import and export limits, such as `import: 30 kW`")
      .map { Fields($0, subject: "grid_connection of \(fields.subject)", problems: problems) }
    let range = Power.zero...Power(kilowatts: 1_000_000)
    let importLimit = connection?.quantity("import", in: range, like: "30 kW")
    let exportLimit = connection?.quantity("export", in: range, like: "30 kW")
    connection?.finish()
    guard let id, let name, let importLimit, let exportLimit else { return nil }
    return Site(
      id: id, name: name, gridConnection: GridConnection(importLimit: importLimit, exportLimit: exportLimit), tariff: tariff)
  }

  private mutating func member(_ fields: Fields) -> Member? {
    let id: Member.ID? = fields.identifier("id")
    let name = fields.text("name", default: id?.text)
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    guard let id, let name, let site else { return nil }
    return Member(id: id, name: name, site: site)
  }

  private mutating func meteringPoint(_ fields: Fields) -> MeteringPoint? {
    let id: MeteringPoint.ID? = fields.identifier("id")
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    let member: Member.ID? = reference("member", in: fields, kind: "member", isOptional: true)
    let measures: MeteringPoint.Measures? = fields.choice("measures")
    guard let id, let site, let measures else { return nil }
    return MeteringPoint(id: id, site: site, member: member, measures: measures)
  }

  private mutating func heatNetwork(_ fields: Fields) -> HeatNetwork? {
    let id: HeatNetwork.ID? = fields.identifier("id")
    let name = fields.text("name", default: id?.text)
    var sites: [Site.ID] = []
    for node in fields.list("sites") {
      guard let site = fields.scalar(node, key: "sites", expected: "the ids of sites") else { continue }
      refer(to: site, kind: "site", at: node.mark)
      sites.append(Identifier(site))
    }
    guard let id, let name else { return nil }
    return HeatNetwork(id: id, name: name, sites: sites)
  }

  private mutating func sharingAgreement(_ fields: Fields) -> SharingAgreement? {
    let rule: SharingAgreement.Rule? = fields.choice("rule")
    var keys: [Member.ID: Fraction] = [:]
    if let entries = fields.fields("keys") {
      for entry in entries.all() {
        refer(to: entry.key, kind: "member", at: entry.mark)
        keys[Identifier(entry.key)] = entries.quantity(entry.key, in: .zero...(.one), like: "40 %")
      }
      let sum = keys.values.reduce(Fraction.zero, +)
      if sum > .one {
        problems.add("the keys add up to \(Double(sum.count) / 1e7) %, at most 100 % can be shared", at: fields.place(of: "keys"))
      }
      if let rule, rule != .static {
        problems.add("the rule '\(rule.rawValue)' has no keys; use 'static' or delete them", at: fields.place(of: "keys"))
      }
    } else if rule == .static {
      problems.add("the rule 'static' needs 'keys': each member's share, such as `m01: 40 %`", at: fields.place(of: "rule"))
    }
    fields.finish()
    return rule.map { SharingAgreement(rule: $0, keys: keys) }
  }
}

/// The version line that every file of ours begins with.
enum FileVersion {
  /// Notes a problem unless the file says `version: 1`.
  static func check(_ root: Fields) {
    guard let version = root.integer("version", in: 1...1_000_000), version > 1 else { return }
    root.problems.add(
      "version \(version) is newer than this program, which knows version 1; install the newer program",
      at: root.node("version")?.mark)
  }
}
