public import CommunityModel
public import EnergySharing
public import MarketTime
public import Quantities

/// Who got how much of the community's own energy over a span, by what was agreed: a plain value; `text`, `json()` and `csv()` write it.
public struct ShareReport: Sendable, Equatable {
  /// A member's sums over the quarter hours that were shared.
  public struct Row: Sendable, Equatable {
    /// The member.
    public let member: Member.ID
    /// The member's name as people say it.
    public let name: String
    /// c: what it took from outside.
    public let used: Energy
    /// a: what of it was the community's own.
    public let own: Energy
    /// r = c - a: what it bought from its own supplier.
    public var residual: Energy { used - own }
    /// a / c; nil where nothing was used.
    public var cover: Fraction? { share(own.count, of: used.count) }
  }

  /// A time in which who shares and how stays the same.
  public struct Spell: Sendable, Equatable {
    /// Its quarter hours.
    public let span: Range<QuarterHour>
    /// The agreement by which it was shared.
    public let agreement: SharingAgreement
    /// Who took part.
    public let members: [Member.ID]
  }

  /// The community.
  public let community: Community.ID
  /// Its name as people say it.
  public let name: String
  /// The wall clock.
  public let calendar: MarketCalendar
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// The times in which who shares and how stays the same, in order; at least one.
  public let spells: [Spell]
  /// Whoever was a member in some part of the span, in the order of the file.
  public let rows: [Row]
  /// G: what there was to share.
  public let generation: Energy
  /// E: what of it was fed in.
  public let surplus: Energy
  /// Quarter hours that were not shared, because a value is missing.
  public let held: [QuarterHour]
  /// How many quarter hours are how well known: each as well as the worst value in it.
  public let qualities: [IntervalEnergy.Quality: Int]
  /// Metering points without any value.
  public let silent: [MeteringPoint.ID]

  /// Shares `spells`, at least one, each by its agreement; every invariant is checked in every quarter hour.
  ///
  /// - Parameter part: the quarter hours to report on; nil for all. With daily caps, spells begin at midnight whatever is reported.
  /// - Throws: `SharingError`.
  public init(
    on community: Community, _ spells: [SharingSpell], only part: Range<QuarterHour>? = nil
  ) throws(SharingError) {
    let whole = spells[0].span.lowerBound..<spells[spells.count - 1].span.upperBound
    let reported = part ?? whole
    var sums = Sums()
    for spell in spells { try sums.add(spell, within: reported) }
    self.community = community.id
    name = community.name
    calendar = community.calendar
    span = reported
    self.spells = spells.map { Spell(span: $0.span, agreement: $0.agreement, members: $0.energies.members.map(\.id)) }
    rows = community.members.compactMap { member in
      sums.members[member.id].map { Row(member: member.id, name: member.name, used: $0.used, own: $0.own) }
    }
    generation = sums.generation
    surplus = sums.surplus
    held = sums.held
    qualities = sums.qualities
    silent = sums.silent.sorted()
  }

  /// What spells come to.
  private struct Sums {
    var members: [Member.ID: (used: Energy, own: Energy)] = [:]
    var generation = Energy.zero
    var surplus = Energy.zero
    var held: [QuarterHour] = []
    var silent: Set<MeteringPoint.ID> = []
    var qualities: [IntervalEnergy.Quality: Int] = [:]

    mutating func add(_ spell: SharingSpell, within reported: Range<QuarterHour>) throws(SharingError) {
      let columns = spell.energies.columns
      let sharing = try spell.sharing()
      let shared = try sharing.allocate(columns, calendar: spell.community.calendar)
      let places = (0..<columns.span.count).filter { reported.contains(columns.span.lowerBound.advanced(by: $0)) }
      for place in places { qualities[columns.quality(at: place), default: 0] += 1 }
      let counted = places.filter { columns.quality(at: $0).isKnown }
      func sum(_ column: [Int64]) -> Energy { Energy(count: counted.reduce(0) { $0 + max(0, column[$1]) }) }
      for member in spell.energies.members {
        guard let place = sharing.place(of: Participant(member.id).id) else { continue }
        members[member.id, default: (.zero, .zero)].used += sum(columns.uses[place])
        members[member.id, default: (.zero, .zero)].own += sum(shared.shares[place])
      }
      generation += sum(columns.generation)
      surplus += sum(shared.surplus)
      held += shared.held.filter(reported.contains)
      silent.formUnion(spell.energies.silent)
    }
  }

  /// The rules, one after the other.
  public var rules: [SharingAgreement.Rule] {
    spells.reduce(into: []) { rules, spell in
      if let rule = spell.agreement.rule, rules.last != rule { rules.append(rule) }
    }
  }
  /// Sum over the members.
  public var used: Energy { rows.reduce(.zero) { $0 + $1.used } }
  /// Sum over the members.
  public var own: Energy { rows.reduce(.zero) { $0 + $1.own } }
  /// What of the members' use was own; nil where nothing was used.
  public var cover: Fraction? { share(own.count, of: used.count) }
  /// How unevenly the covers lie, 0 for all alike; see `ShareComparison`.
  public var gini: Fraction? { Self.gini(rows.compactMap(\.cover)) }

  /// Gini coefficient of what each has: `sum |b_i - b_j| / (2 n sum b)`; nil where nobody has anything.
  ///
  /// With b_i the cover a_i / c_i: where all pay the same price this is the relative benefit (cost alone less cost in the community, over
  /// cost alone). Source: CityLearn 3.0.2, `citylearn/internal/kpi.py`.
  static func gini(_ values: [Fraction]) -> Fraction? {
    let counts = values.map { Int128($0.count) }
    let sum = counts.reduce(0, +)
    guard sum > 0 else { return nil }
    let differences = counts.reduce(Int128(0)) { all, one in counts.reduce(all) { $0 + ($1 > one ? $1 - one : one - $1) } }
    let divisor = 2 * Int128(counts.count) * sum
    return Fraction(count: Int64((differences * Int128(Fraction.one.count) + divisor / 2) / divisor))
  }
}

/// What several rules would have given every member over the same span: for the assembly that chooses.
public struct ShareComparison: Sendable, Equatable {
  /// The reports, the first being what the others are compared with.
  public let reports: [ShareReport]

  /// Shares the same time in each of `ways`, at least one.
  ///
  /// - Parameter part: as for a report.
  /// - Throws: `SharingError`.
  public init(
    on community: Community, _ ways: [[SharingSpell]], only part: Range<QuarterHour>? = nil
  ) throws(SharingError) {
    var reports: [ShareReport] = []
    for spells in ways { reports.append(try ShareReport(on: community, spells, only: part)) }
    self.reports = reports
  }

  /// How many members get more than under the first rule, and how many less.
  public func changes(of report: ShareReport) -> (winners: Int, losers: Int) {
    let pairs = zip(report.rows, reports[0].rows)
    return (pairs.filter { $0.own > $1.own }.count, pairs.filter { $0.own < $1.own }.count)
  }
}
