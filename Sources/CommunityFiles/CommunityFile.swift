public import CommunityModel
import Console
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
  /// What can be burnt, in the order of the file.
  public let fuels: [Fuel]
  /// What could be built, in the order of the file.
  public let candidates: [AssetCandidate]

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
    let fields = Fields(root, subject: "the file", problems: problems)
    try FileVersion.check(fields)
    var reader = CommunityReader(root: fields, problems: problems)
    let result = reader.read()
    try problems.throwIfAny()
    guard let result else { throw FileProblems([FileProblem(file: file, message: "describes no community")]) }
    self = result
  }

  init(community: Community, assets: [AssetDescription], fuels: [Fuel], candidates: [AssetCandidate]) {
    self.community = community
    self.assets = assets
    self.fuels = fuels
    self.candidates = candidates
  }
}

/// Walks through the sections of a community's file.
struct CommunityReader {
  let root: Fields
  let problems: ProblemList
  var names = NameTable()
  /// Checked after all sections are read, so that the order of sections is free.
  private var references: [(name: String, kind: String, mark: Mark?)] = []
  /// Held against the metering points once these are read.
  var pointUses: [PointUse] = []
  /// Where each fuel without a price stands, and where assets name their fuel.
  var fuelMarks: [Fuel.ID: Mark?] = [:]
  var fuelUses: [AssetID: Mark?] = [:]
  /// Members that the agreement being read names.
  var sharers: [(member: Member.ID, mark: Mark?)] = []
  /// Where each metering point names its member.
  var memberMarks: [MeteringPoint.ID: Mark?] = [:]

  init(root: Fields, problems: ProblemList) {
    self.root = root
    self.problems = problems
  }

  mutating func read() -> CommunityFile? {
    root.reserve("hydrogen_networks", "contracts")
    let headNode = root.required("community", expected: "id, name and time_zone of the community")
    let head = headNode.map { Fields($0, subject: "community", problems: problems) }
    let sites = entries(
      root.items("sites", expected: "at least one place with its grid connection"), kind: "site"
    ) { $0.site($1) }
    let members = entries(root.list("members"), kind: "member") { $0.member($1) }
    let points = entries(root.list("metering_points"), kind: "metering point") { $0.meteringPoint($1) }
    let networks = entries(root.list("heat_networks"), kind: "heat network") { $0.heatNetwork($1) }
    let coldNetworks = entries(root.list("cold_networks"), kind: "cold network") { $0.coldNetwork($1) }
    let fuels = entries(root.list("fuels"), kind: "fuel") { $0.fuel($1) }
    let tariffs = entries(root.list("tariffs"), kind: "tariff") { $0.tariff($1) }
    let assets = entries(root.list("assets"), kind: "asset") { $0.asset($1) }
    let candidates = entries(root.list("candidates"), kind: "candidate") { $0.candidate($1) }
    let agreements = sharingAgreements(among: members, points: points)
    let triggers = root.fields("triggers").map { self.triggers($0) } ?? Triggers()
    let facts = root.fields("key_figures").map { keyFigureFacts($0) } ?? KeyFigureFacts()
    root.finish()
    for reference in references {
      names.require(reference.name, kind: reference.kind, at: reference.mark, problems: problems)
    }
    checkPlaces(of: points, members: members)
    checkHolders(of: points, members: members)
    checkPoints(of: assets, points: points)
    checkFuels(fuels, of: assets, candidates: candidates.map(\.asset))
    guard let head, let community = community(head) else { return nil }
    return CommunityFile(
      community: Community(
        id: community.id, name: community.name, calendar: community.calendar, holidayRegion: community.region, sites: sites,
        members: members, meteringPoints: points, heatNetworks: networks + coldNetworks, tariffs: tariffs, agreements: agreements,
        carbonPrice: community.carbonPrice, triggers: triggers, facts: facts),
      assets: assets, fuels: fuels, candidates: candidates)
  }

  /// Reads each of `nodes`, the entries of a `kind`.
  private mutating func entries<Entry>(
    _ nodes: [Node], kind: String, read: (inout CommunityReader, Fields) -> Entry?
  ) -> [Entry] {
    nodes.compactMap { node in
      let fields = names.entry(node, kind: kind, problems: problems)
      defer { fields.finish() }
      return read(&self, fields)
    }
  }

  /// The id of another entry, held against the names once the file is read.
  mutating func reference<Subject>(
    _ key: String, in fields: Fields, kind: String, isOptional: Bool = false
  ) -> Identifier<Subject>? {
    if isOptional, !fields.has(key) { return nil }
    guard let name = fields.text(key, expected: "the id of a \(kind)") else { return nil }
    refer(to: name, kind: kind, at: fields.node(key)?.mark)
    return Identifier(name)
  }

  /// Holds `name` against the names of a `kind` once the file is read.
  mutating func refer(to name: String, kind: String, at mark: Mark?) { references.append((name, kind, mark)) }
}

// MARK: - Sections

extension CommunityReader {
  /// What the section `community` says.
  private struct Head {
    let id: Community.ID
    let name: String
    let calendar: MarketCalendar
    let region: HolidayRegion
    let carbonPrice: CarbonPrice
  }

  private func community(_ fields: Fields) -> Head? {
    let id: Community.ID? = fields.identifier("id")
    let name = fields.text("name")
    let zone = fields.text("time_zone")
    let country = fields.text("country", default: "DE")
    let region = fields.optionalText("region")
    checkHolidays(country: country, region: region, fields)
    let carbonPrice = fields.optionalQuantity("carbon_price", in: .zero...CarbonPrice(count: 10_000_000_000), like: "60 EUR/t")
    fields.finish()
    guard let zone else { return nil }
    guard let calendar = MarketCalendar(timeZone: zone) else {
      let nearest = Spelling.nearest(to: zone, among: MarketCalendar.knownTimeZones)
      let advice = nearest.map { ", did you mean '\($0)'?" } ?? "; expected a name such as Europe/Berlin"
      problems.add("there is no time zone '\(zone)'\(advice)", at: fields.node("time_zone")?.mark)
      return nil
    }
    guard let id, let name, let country else { return nil }
    return Head(
      id: id, name: name, calendar: calendar, region: HolidayRegion(country: country, region: region),
      carbonPrice: carbonPrice ?? .zero)
  }

  /// The form only: which of them have known holidays says the table of holidays.
  private func checkHolidays(country: String?, region: String?, _ fields: Fields) {
    func isCode(_ text: String, _ lengths: ClosedRange<Int>) -> Bool {
      lengths.contains(text.count) && text.allSatisfy { $0.isASCII && $0.isUppercase }
    }
    if let country, !isCode(country, 2...2) {
      problems.add(
        "'country' is '\(country)', it must be a code of two capital letters such as DE", at: fields.node("country")?.mark)
    }
    if let region, !isCode(region, 1...3) {
      problems.add("'region' is '\(region)', it must be the code of the Land such as RP", at: fields.node("region")?.mark)
    }
  }

  private mutating func site(_ fields: Fields) -> Site? {
    let id: Site.ID? = fields.identifier("id")
    let name = fields.has("name") ? fields.text("name") : id?.text
    let tariff: Tariff.ID? = reference("tariff", in: fields, kind: "tariff", isOptional: true)
    let connection = fields.required("grid_connection", expected: "import and export limits, such as `import: 30 kW`")
      .map { Fields($0, subject: "grid_connection of \(fields.subject)", problems: problems) }
    let range = Power.zero...Power(kilowatts: 1_000_000)
    let importLimit = connection?.quantity("import", in: range, like: "30 kW")
    let exportLimit = connection?.quantity("export", in: range, like: "30 kW")
    connection?.finish()
    let rules = gridRules(fields)
    let reserve = fields.fields("reserve").flatMap { self.reserve($0) }
    guard let id, let name, let importLimit, let exportLimit else { return nil }
    return Site(
      id: id, name: name, gridConnection: GridConnection(importLimit: importLimit, exportLimit: exportLimit), tariff: tariff,
      rules: rules, reserve: reserve)
  }

  private mutating func member(_ fields: Fields) -> Member? {
    let id: Member.ID? = fields.identifier("id")
    let name = fields.has("name") ? fields.text("name") : id?.text
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    let membership = fields.validity("joined", "left")
    guard let id, let name, let site else { return nil }
    return Member(id: id, name: name, site: site, membership: membership)
  }

  private mutating func meteringPoint(_ fields: Fields) -> MeteringPoint? {
    let id: MeteringPoint.ID? = fields.identifier("id")
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    let members = holders(fields)
    let measures: MeteringPoint.Measures? = fields.choice("measures")
    let calibration = fields.fields("calibrated").map { calibrated in
      defer { calibrated.finish() }
      return calibrated.validity("from", "until")
    }
    let capacity = fields.optionalQuantity("capacity", in: Power(count: 1)...Power(kilowatts: 1_000_000), like: "30 kW")
    if let id, !members.isEmpty { memberMarks.updateValue(fields.node("member")?.mark, forKey: id) }
    guard let id, let site, let measures else { return nil }
    return MeteringPoint(id: id, site: site, members: members, measures: measures, calibration: calibration, capacity: capacity)
  }
}
