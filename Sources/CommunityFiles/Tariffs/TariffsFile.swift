public import CommunityModel
import Console
import MarketTime
import Quantities
import Yams

/// What a community has agreed to pay, as `tariffs.yaml` beside its file describes it, checked: every member and site is there, and no two
/// prices hold for the same thing on the same day.
///
/// The format is specified in `docs/formats/tariffs.md`.
public struct TariffsFile: Sendable, Equatable {
  /// The prices.
  public let prices: AgreedPrices

  /// Reads and checks the file at `path` against the community's.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String, of community: Community) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path, of: community)
  }

  /// Reads and checks `bytes`; `file` names them in messages.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String, of community: Community) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    let fields = Fields(root, subject: "the file", problems: problems)
    try FileVersion.check(fields)
    var reader = TariffsReader(root: fields, problems: problems, community: community)
    prices = reader.read()
    try problems.throwIfAny()
  }
}

/// Walks through the sections of a file of tariffs.
struct TariffsReader {
  let root: Fields
  let problems: ProblemList
  let community: Community
  var names = NameTable()

  init(root: Fields, problems: ProblemList, community: Community) {
    self.root = root
    self.problems = problems
    self.community = community
  }

  /// In Austria energy is billed to two decimals, elsewhere exactly.
  private var usualDecimals: Int { community.holidayRegion.country == "AT" ? 2 : 6 }

  mutating func read() -> AgreedPrices {
    if let name = root.text("community", expected: "the id of the community"), name != community.id.text {
      problems.add(
        "these are the tariffs of '\(name)', but the community is '\(community.id)'; take this community's file",
        at: root.node("community")?.mark)
    }
    let decimals = root.integer("quantity_decimals", default: usualDecimals, in: 0...6) ?? usualDecimals
    var terms: [PriceTerm] = []
    for item in PriceTerm.Item.allCases {
      for node in root.list(item.rawValue) {
        let fields = names.entry(node, kind: "price", problems: problems)
        guard let term = term(item, fields) else { continue }
        if let rival = terms.first(where: { $0.isRival(of: term) && $0.validity.overlaps(term.validity) }) {
          refuse(fields, beside: rival.id.text, line: rival.line, what: "price")
        }
        terms.append(term)
      }
    }
    var caps: [PriceCap] = []
    for node in root.list("cap") {
      let fields = names.entry(node, kind: "price", problems: problems)
      guard let cap = cap(fields) else { continue }
      if let rival = caps.first(where: { $0.isRival(of: cap) && $0.validity.overlaps(cap.validity) }) {
        refuse(fields, beside: rival.id.text, line: rival.line, what: "cap")
      }
      caps.append(cap)
    }
    let pots = root.list("solidarity").compactMap { pot(names.entry($0, kind: "price", problems: problems)) }
    root.finish()
    return AgreedPrices(terms: terms, caps: caps, pots: pots, quantityDecimals: decimals)
  }

  private func refuse(_ fields: Fields, beside rival: String, line: Int, what: String) {
    problems.add(
      "this \(what) holds on days on which '\(rival)' in line \(line) holds too, for the same members; let one end ('until') where the "
        + "other begins ('from')", at: fields.mark)
  }

  // MARK: - Names

  /// A member that the community has.
  func member(_ name: String, at mark: Mark?) -> Member.ID? {
    if community.members.contains(where: { $0.id.text == name }) { return Member.ID(name) }
    problems.add(
      "the community has no member '\(name)'\(Spelling.hint(for: name, among: community.members.map(\.id.text).sorted()))",
      at: mark)
    return nil
  }

  /// Members that are listed; nil, for all, where the file lists none.
  func members(_ fields: Fields) -> Set<Member.ID>? {
    guard fields.has("members") else { return nil }
    return Set(
      fields.list("members").compactMap { node in
        fields.scalar(node, key: "members", expected: "the ids of members").flatMap { member($0, at: node.mark) }
      })
  }

  func site(_ fields: Fields) -> Site.ID? {
    guard let name = fields.text("site", expected: "the id of the site whose energy it is") else { return nil }
    if community.sites.contains(where: { $0.id.text == name }) { return Site.ID(name) }
    problems.add(
      "the community has no site '\(name)'\(Spelling.hint(for: name, among: community.sites.map(\.id.text).sorted()))",
      at: fields.place(of: "site"))
    return nil
  }
}
