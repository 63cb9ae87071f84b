public import CommunityModel
public import MarketTime
import Quantities
public import RecordLedger

/// How far a month's settlement is. A month without a run is open.
public enum RunState: String, CaseIterable, Sendable {
  /// Computed, to look at; as often as one likes.
  case provisional
  /// Put before those who approve it.
  case preview
  /// Approved, sealed, never changed again.
  case final
}

/// What a run is as a whole: the first record of those that the ledger seals.
public struct RunRecord: Sendable, Equatable {
  /// An earlier month that a run corrects, and the input by which it does.
  public struct Correction: Sendable, Equatable {
    /// The month.
    public let month: LocalMonth
    /// The fingerprint of what the month is settled from now.
    public let input: Fingerprint

    /// A correction; see the properties.
    public init(month: LocalMonth, input: Fingerprint) {
      self.month = month
      self.input = input
    }
  }

  /// The community.
  public let community: Community.ID
  /// The month.
  public let month: LocalMonth
  /// Which run of the month, counted from 1.
  public let version: Int
  /// How far it is.
  public let state: RunState
  /// The fingerprint of all that the result depends on.
  public let input: Fingerprint
  /// The fingerprint of agreements and prices, as `input` has them too: where it is the same, only meters can have changed anything.
  public let settings: Fingerprint
  /// The versions of the agreements, with their days.
  public let keys: [String]
  /// What is corrected, the oldest month first.
  public let corrections: [Correction]
  /// The month's quarter hours, those held, members, and energies in mWh: given, shared.
  public let counts: [Int64]
  /// Net and tax over all members.
  public let sums: [Int64]
  /// Who made it.
  public let author: String
  /// Who approved it; two for a final one.
  public let approvals: [String]
  /// When.
  public let created: Timestamp
  /// The program's version.
  public let software: String

  /// The run of a settlement; see the properties.
  public init(
    of settlement: Settlement, community: Community.ID, version: Int, state: RunState, input: Fingerprint,
    settings: Fingerprint, corrections: [Correction], author: String, approvals: [String], created: Timestamp, software: String
  ) {
    self.community = community
    month = settlement.month
    self.version = version
    self.state = state
    self.input = input
    self.settings = settings
    keys = settlement.spells.map { "\($0.days.lowerBound) \($0.days.upperBound) \($0.agreement.version)" }
    self.corrections = corrections.sorted { $0.month.firstDay < $1.month.firstDay }
    counts = [
      Int64(settlement.span.count), Int64(settlement.held), Int64(settlement.parts.count), settlement.given.count,
      settlement.sold.count,
    ]
    sums = [settlement.sums.net.count, settlement.sums.vat.count]
    self.author = author.singleLine
    self.approvals = approvals.map(\.singleLine)
    self.created = created
    self.software = software
  }

  private static let title = "energy-opt settlement run 1"

  /// The canonical text; every line ends in a line feed.
  public var text: String {
    var lines = [
      Self.title, "community \(community)", "month \(month)", "version \(version)", "state \(state.rawValue)",
      "input \(input.hex)", "settings \(settings.hex)",
    ]
    lines += keys.map { "key \($0)" }
    lines += corrections.map { "corrects \($0.month) \($0.input.hex)" }
    lines.append("counts \(counts.map(String.init).joined(separator: " "))")
    lines.append("sum \(sums.map(String.init).joined(separator: " "))")
    lines += ["created \(created)", "software \(software)", "author \(author)"] + approvals.map { "approved \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The run that `text` writes.
  ///
  /// - Throws: `SettlementError.badRecord` for any other text.
  public init(text: String) throws(SettlementError) {
    var lines = text.split(separator: "\n")[...]
    func rest(_ name: String) throws(SettlementError) -> String {
      guard let line = lines.popFirst(), line.hasPrefix(name + " ") else { throw .badRecord(name) }
      return String(line.dropFirst(name.count + 1))
    }
    func all(_ name: String) throws(SettlementError) -> [String] {
      var found: [String] = []
      while lines.first?.hasPrefix(name + " ") ?? false { found.append(try rest(name)) }
      return found
    }
    func known<Value>(_ name: String, _ parse: (String) -> Value?) throws(SettlementError) -> Value {
      let text = try rest(name)
      guard let value = parse(text) else { throw .badRecord(name + " " + text) }
      return value
    }
    guard lines.popFirst().map({ $0 == Self.title }) == true else { throw .badRecord(Self.title) }
    community = Community.ID(try rest("community"))
    month = try known("month") { LocalMonth(iso8601: $0) }
    version = try known("version") { Int($0) }
    state = try known("state") { RunState(rawValue: $0) }
    input = try known("input") { Fingerprint(hex: $0) }
    settings = try known("settings") { Fingerprint(hex: $0) }
    keys = try all("key")
    corrections = try all("corrects").map { text throws(SettlementError) in
      let words = text.split(separator: " ")
      guard words.count == 2, let month = LocalMonth(iso8601: words[0]), let input = Fingerprint(hex: words[1]) else {
        throw .badRecord(text)
      }
      return Correction(month: month, input: input)
    }
    counts = try known("counts") { $0.split(separator: " ").compactMap { Int64($0) } }
    sums = try known("sum") { $0.split(separator: " ").compactMap { Int64($0) } }
    created = try known("created") { Timestamp(iso8601: $0) }
    software = try rest("software")
    author = try rest("author")
    approvals = try all("approved")
    guard self.text == text else { throw .badRecord("run \(month)") }
  }
}

extension String {
  /// Without line breaks and blanks at the ends, so that it stays one line of a record.
  fileprivate var singleLine: String {
    split(whereSeparator: \.isNewline).joined(separator: " ").split(separator: " ").joined(separator: " ")
  }
}
