public import CommunityModel
public import EnergySharing
public import MarketTime
public import Quantities

/// Who used, got and gave what in each quarter hour of a month: what prices are put to.
///
/// Columns are mWh, one a quarter hour of the month. A quarter hour that is held, because a value is missing, counts for nobody.
public struct MonthAccount: Sendable {
  /// A member.
  struct MemberColumns: Sendable {
    let member: Member
    /// The days of the month on which they belong to the community.
    let days: Range<LocalDay>
    /// c: what they took.
    var used: [Int64]
    /// a: what of it was the community's own.
    var shared: [Int64]
  }

  /// A site that gives.
  struct SiteColumns: Sendable {
    let site: Site.ID
    /// What it gave.
    var given: [Int64]
    /// What of it members got, in proportion to what the sites gave; the rest was fed in.
    var sold: [Int64]
    /// What its plants gave at once, without what batteries took: max(0, G - Ch).
    var direct: [Int64]
  }

  /// A time in which the agreement and those who share stay the same.
  public struct Spell: Sendable, Equatable {
    /// Its days.
    public let days: Range<LocalDay>
    /// What is agreed.
    public let agreement: SharingAgreement
  }

  /// The month.
  public let month: LocalMonth
  /// The wall clock.
  let calendar: MarketCalendar
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// By their names.
  private(set) var members: [MemberColumns] = []
  /// By their names; those that gave something.
  private(set) var sites: [SiteColumns] = []
  /// The times of the month, in order.
  public private(set) var spells: [Spell] = []
  /// How well each quarter hour is known: as well as the worst value that its shares depend on. Missing where it is held.
  public private(set) var qualities: [IntervalEnergy.Quality]
  /// Why values are not fit for a bill, a line each.
  public let doubts: [String]

  /// The account of a month that is shared in `spells`.
  ///
  /// - Parameters:
  ///   - energies: what meters counted in the month.
  ///   - doubts: what meters' checks found that keeps a bill from being made.
  /// - Throws: `SharingError`.
  public init(
    _ month: LocalMonth, of community: Community, spells: [SharingSpell], energies: MeteredEnergies, doubts: [String] = []
  ) throws(SharingError) {
    self.month = month
    calendar = community.calendar
    let span = community.calendar.quarterHours(of: month.days)
    self.span = span
    self.doubts = doubts
    qualities = Array(repeating: .missing, count: span.count)
    let zeros = [Int64](repeating: 0, count: span.count)
    let takers = Set(spells.flatMap { $0.energies.members.map(\.id) })
    var columns = community.members.filter { takers.contains($0.id) }.sorted { $0.id < $1.id }.map { member in
      MemberColumns(
        member: member, days: month.days.clamped(to: member.membership) ?? month.days.lowerBound..<month.days.lowerBound,
        used: zeros, shared: zeros)
    }
    let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.member.id, $0) })
    var sites: [Site.ID: SiteColumns] = [:]
    for spell in spells {
      let start = span.lowerBound.distance(to: spell.span.lowerBound)
      let shared = try spell.allocate()
      let known = spell.energies.columns
      let order = spell.energies.members.map(\.id).sorted()
      for (place, id) in order.enumerated() {
        guard let column = places[id] else { continue }
        for position in 0..<spell.span.count where known.quality(at: position).isKnown {
          columns[column].used[start + position] = max(0, known.uses[place][position])
          columns[column].shared[start + position] = shared.shares[place][position]
        }
      }
      try Self.addSites(of: spell, shared, at: start, zeros, to: &sites)
      for position in 0..<spell.span.count {
        let quality = known.quality(at: position)
        qualities[start + position] = quality.isKnown ? quality : .missing
      }
      self.spells.append(Spell(days: Self.days(of: spell.span, calendar), agreement: spell.agreement))
    }
    members = columns
    self.sites = sites.values.sorted { $0.site < $1.site }
    for place in self.sites.indices {
      self.sites[place].direct = Self.direct(at: self.sites[place].site, community, energies, span)
    }
  }

  private static func days(of span: Range<QuarterHour>, _ calendar: MarketCalendar) -> Range<LocalDay> {
    calendar.localDay(of: span.lowerBound.start)..<calendar.localDay(of: span.upperBound.start)
  }

  /// What each site gave, and what of it members got: all that was shared, divided among the sites by what they gave (largest remainder,
  /// as members share, and with the same checks).
  private static func addSites(
    of spell: SharingSpell, _ shared: AllocatedColumns, at start: Int, _ zeros: [Int64], to sites: inout [Site.ID: SiteColumns]
  ) throws(SharingError) {
    let gives = spell.energies.gives.sorted { $0.key < $1.key }
    guard !gives.isEmpty else { return }
    let columns = spell.energies.columns
    var sold = [Int64](repeating: 0, count: spell.span.count)
    for share in shared.shares {
      for position in sold.indices { sold[position] += share[position] }
    }
    let division = try Sharing(
      gives.map { Participant(id: Participant.ID($0.key.text), member: nil) }, rule: Dynamic())
    let parts = try division.allocate(
      SharingColumns(span: spell.span, generation: sold, uses: gives.map(\.value), qualities: columns.qualities),
      calendar: spell.community.calendar)
    for (place, (site, given)) in gives.enumerated() {
      var column = sites[site] ?? SiteColumns(site: site, given: zeros, sold: zeros, direct: zeros)
      for position in given.indices where columns.quality(at: position).isKnown {
        column.given[start + position] = given[position]
        column.sold[start + position] = parts.shares[place][position]
      }
      sites[site] = column
    }
  }

  private static func direct(
    at site: Site.ID, _ community: Community, _ energies: MeteredEnergies, _ span: Range<QuarterHour>
  ) -> [Int64] {
    var direct = [Int64](repeating: 0, count: span.count)
    for point in community.meteringPoints(at: site) {
      let (direction, sign): (MeteredEnergies.Direction, Int64) = point.measures == .storage ? (.import, -1) : (.export, 1)
      guard point.measures == .generation || point.measures == .storage, let values = energies[point.id, direction]?.values
      else { continue }
      for position in direct.indices { direct[position] += sign * (values[position].energy?.count ?? 0) }
    }
    return direct.map { max(0, $0) }
  }

  /// How many quarter hours are held.
  public var held: Int { qualities.count { $0 == .missing } }

  /// A member's quarter hour.
  public struct Interval: Sendable, Equatable {
    /// Which.
    public let quarter: QuarterHour
    /// c.
    public let used: Energy
    /// a.
    public let shared: Energy
    /// How well known; missing where it is held.
    public let quality: IntervalEnergy.Quality
  }

  /// The quarter hours of the days on which `member` belongs to the community; none of who takes nothing.
  public func intervals(of member: Member.ID) -> [Interval] {
    guard let column = members.first(where: { $0.member.id == member }) else { return [] }
    return calendar.quarterHours(of: column.days).map { quarter in
      let position = span.lowerBound.distance(to: quarter)
      return Interval(
        quarter: quarter, used: Energy(count: column.used[position]), shared: Energy(count: column.shared[position]),
        quality: qualities[position])
    }
  }
}
