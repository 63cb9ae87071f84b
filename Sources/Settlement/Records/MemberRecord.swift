public import CommunityModel
public import MarketTime
public import Quantities

/// A member's part of a run as it is stored, sealed and handed out: all that a statement says, and nothing of anybody else.
///
/// The same for the same input, whichever run it belongs to.
public struct MemberRecord: Sendable, Equatable {
  /// What is agreed in a time of the month, as far as it concerns the member.
  public struct Key: Sendable, Equatable {
    /// The days.
    public let days: Range<LocalDay>
    /// Version, rule, base, key in billionths or `-`, weight or `-`.
    public let words: [String]

    /// Which agreement.
    public var version: String { words[0] }
    /// Its rule; nil where none is agreed.
    public var rule: SharingAgreement.Rule? { SharingAgreement.Rule(rawValue: words[1]) }
    /// What keys are keys of.
    public var base: SharingAgreement.Base { SharingAgreement.Base(rawValue: words[2]) ?? .generation }
    /// The member's key.
    public var key: Fraction? { Int64(words[3]).map { Fraction(count: $0) } }
    /// The member's weight.
    public var weight: Int? { Int(words[4]) }
  }

  /// What a meter showed at the beginning and the end of the month.
  public struct Registers: Sendable, Equatable {
    /// The metering point.
    public let point: MeteringPoint.ID
    /// `import` or `export`.
    public let direction: MeteredEnergies.Direction
    /// At the beginning; nil where no reading is known.
    public let first: Energy?
    /// At the end; nil where no reading is known.
    public let last: Energy?

    /// Registers; see the properties.
    public init(point: MeteringPoint.ID, direction: MeteredEnergies.Direction, first: Energy?, last: Energy?) {
      self.point = point
      self.direction = direction
      self.first = first
      self.last = last
    }
  }

  /// The community.
  public let community: Community.ID
  /// The month.
  public let month: LocalMonth
  /// What what is in it.
  public let part: Settlement.Part
  /// What is agreed, in order.
  public let keys: [Key]
  /// The member's meters, in the order of their names.
  public let registers: [Registers]

  private static let title = "energy-opt settlement 1"

  /// The record of `part`.
  public init(_ part: Settlement.Part, of settlement: Settlement, community: Community.ID, registers: [Registers] = []) {
    self.community = community
    month = settlement.month
    self.part = part
    self.registers = registers.sorted { ($0.point, $0.direction.rawValue) < ($1.point, $1.direction.rawValue) }
    var keys: [Key] = []
    for spell in settlement.spells {
      let days = spell.days.clamped(to: part.days)
      guard !days.isEmpty else { continue }
      let words = spell.agreement.recordText(for: part.member).split(separator: " ").map(String.init)
      // That others came or went is theirs to know.
      if let last = keys.last, last.words == words, last.days.upperBound == days.lowerBound {
        keys[keys.count - 1] = Key(days: last.days.lowerBound..<days.upperBound, words: words)
      } else {
        keys.append(Key(days: days, words: words))
      }
    }
    self.keys = keys
  }

  /// The canonical text; every line ends in a line feed.
  public var text: String {
    var lines = [
      Self.title, "community \(community)", "month \(month)", "member \(part.member)",
      "days \(part.days.lowerBound) \(part.days.upperBound)",
    ]
    lines += keys.map { "key \($0.days.lowerBound) \($0.days.upperBound) \($0.words.joined(separator: " "))" }
    lines += registers.map { registers in
      func word(_ energy: Energy?) -> String { energy.map { "\($0.count)" } ?? "-" }
      return "registers \(registers.point) \(registers.direction.rawValue) \(word(registers.first)) \(word(registers.last))"
    }
    lines += part.energies.map { "energy \($0.quality) \($0.quarterHours) \($0.used.count) \($0.shared.count)" }
    lines += part.lines.map(\.recordText)
    lines.append("sum \(part.sums.net.count) \(part.sums.vat.count) \(part.sums.gross.count)")
    return lines.map { $0 + "\n" }.joined()
  }

  /// The record that `text` writes.
  ///
  /// - Throws: `SettlementError.badRecord` for any other text.
  public init(text: String) throws(SettlementError) {
    var lines = text.split(separator: "\n")[...]
    func line(_ name: String) throws(SettlementError) -> RecordWords {
      guard let line = lines.popFirst() else { throw .badRecord(name) }
      var words = RecordWords(line)
      try words.expect(name)
      return words
    }
    func isNext(_ name: String) -> Bool { lines.first?.hasPrefix(name + " ") ?? false }
    guard lines.popFirst().map({ $0 == Self.title }) == true else { throw .badRecord(Self.title) }
    var words = try line("community")
    community = try words.read { Community.ID($0) }
    words = try line("month")
    month = try words.read { LocalMonth(iso8601: $0) }
    words = try line("member")
    let member = try words.read { Member.ID($0) }
    words = try line("days")
    let first = try words.day()
    let days = first..<max(first, try words.day())
    var keys: [Key] = []
    while isNext("key") {
      var words = try line("key")
      let first = try words.day()
      let until = max(first, try words.day())
      var rest: [String] = []
      for _ in 0..<5 { rest.append(try words.read { $0 }) }
      keys.append(Key(days: first..<until, words: rest))
    }
    self.keys = keys
    var registers: [Registers] = []
    while isNext("registers") {
      var words = try line("registers")
      registers.append(
        Registers(
          point: try words.read { MeteringPoint.ID($0) }, direction: try words.read { MeteredEnergies.Direction(rawValue: $0) },
          first: try words.read { $0 == "-" ? .some(nil) : Int64($0).map { Energy(count: $0) } },
          last: try words.read { $0 == "-" ? .some(nil) : Int64($0).map { Energy(count: $0) } }))
    }
    self.registers = registers
    var energies: [Settlement.QualityEnergies] = []
    while isNext("energy") {
      var words = try line("energy")
      energies.append(
        Settlement.QualityEnergies(
          quality: try words.read { name in IntervalEnergy.Quality.allCases.first { "\($0)" == name } },
          quarterHours: Int(try words.integer()), used: Energy(count: try words.integer()),
          shared: Energy(count: try words.integer())))
    }
    var own: [SettlementLine] = []
    while isNext("line"), let text = lines.popFirst() { own.append(try SettlementLine(recordText: text)) }
    part = Settlement.Part(member: member, days: days, energies: energies, lines: own)
    // One text a record: sums, order and spelling with it.
    guard self.text == text else { throw .badRecord("\(member)") }
  }
}
