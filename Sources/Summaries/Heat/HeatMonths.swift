public import CommunityModel
public import MarketTime
public import Quantities
public import Reporting

/// What the heat information of a month is made from: values in, nothing read.
public struct HeatMonthSources: Sendable {
  /// Who and where.
  public let community: Community
  /// The month that is told of.
  public let month: LocalMonth
  /// The heat meters that count what members use.
  public let meters: Set<MeteringPoint.ID>
  /// What they counted, in each of `months`; a meter of which nothing is known is left out.
  public var energies: [LocalMonth: [MeteringPoint.ID: TimeSeries<IntervalEnergy>]] = [:]
  /// The shares of the sources of each network of which these are known for the month.
  public var mix: [HeatNetwork.ID: [EnergySource: Fraction]] = [:]
  /// A normalised average user; nil where the community names none.
  public var normal: AverageHeatUser?

  /// Sources.
  ///
  /// - Parameter feeding: heat meters that count what is fed in; all others that are somebody's count what is used.
  public init(community: Community, month: LocalMonth, feeding: Set<MeteringPoint.ID> = []) {
    self.community = community
    self.month = month
    meters = Set(
      community.meteringPoints.filter { $0.measures == .heat && !$0.members.isEmpty && !feeding.contains($0.id) }.map(\.id))
  }

  /// The months that it looks at: the one that is told of, the one before, the same of the year before.
  public var months: [LocalMonth] { [month, month.previous, month.yearBefore] }

  /// How many of the values of the last day of the month are there; nil where there is no meter.
  public var coverageOfLastDay: Fraction? {
    let day = month.days.upperBound.advanced(by: -1)
    let points = community.on(day).meteringPoints.filter { meters.contains($0.id) }
    let span = community.calendar.quarterHours(of: day)
    let known = points.reduce(0) { sum, point in
      let series = energies[month]?[point.id]
      return sum + span.count { series?[$0]?.quality.isKnown ?? false }
    }
    return Fraction(known, of: points.count * span.count)
  }
}

/// The heat information of all members who have a heat meter, for one month.
public struct HeatMonths: Sendable {
  /// Who was a member on the last day of the month and has a heat meter, in the order of the community's file.
  public let members: [Member.ID]

  private let sources: HeatMonthSources
  private let uses: [LocalMonth: [Member.ID: HeatMonth.Use]]
  private let places: [Member.ID: HeatMonth.Place]
  private let averages: [HeatMonth.Place: HeatMonth.Average]

  /// The heat information of the month of `sources`.
  public init(from sources: HeatMonthSources) {
    self.sources = sources
    var uses: [LocalMonth: [Member.ID: HeatMonth.Use]] = [:]
    for month in sources.months { uses[month] = Self.uses(in: month, sources) }
    self.uses = uses
    let last = sources.community.on(sources.month.days.upperBound.advanced(by: -1))
    let points = last.meteringPoints.filter { sources.meters.contains($0.id) }
    var places: [Member.ID: HeatMonth.Place] = [:]
    for point in points {
      guard let member = point.member, places[member] == nil else { continue }
      let network = last.heatNetworks.first { $0.carries == .heat && $0.sites.contains(point.site) }
      places[member] = network.map { .network($0.id) } ?? .house(point.site)
    }
    self.places = places
    members = last.members.map(\.id).filter { places[$0] != nil }
    var parts: [HeatMonth.Place: [Energy]] = [:]
    for (member, place) in places {
      guard let use = uses[sources.month]?[member], use.isWhole, let energy = use.energy else { continue }
      parts[place, default: []].append(energy)
    }
    averages = parts.mapValues(Self.average)
  }

  /// The mean of `parts`, where it may be told.
  private static func average(_ parts: [Energy]) -> HeatMonth.Average {
    let sum = AggregateRule.Sum(parts: parts)
    switch AggregateRule.disclosure(members: parts.count, sums: [sum]) {
    case .figures: return .mean(Energy(count: sum.total.count / Int64(parts.count)), users: parts.count)
    case .percentage: return .oneStandsOut
    case .nothing: return .tooFew
    }
  }

  /// What each member used in `month` on the days on which they were one: a flat's former tenant is nobody's business.
  private static func uses(in month: LocalMonth, _ sources: HeatMonthSources) -> [Member.ID: HeatMonth.Use] {
    var uses: [Member.ID: HeatMonth.Use] = [:]
    for day in month.days {
      let points = sources.community.on(day).meteringPoints.filter { sources.meters.contains($0.id) }
      let span = sources.community.calendar.quarterHours(of: day)
      for (member, own) in Dictionary(grouping: points.filter { $0.member != nil }, by: { $0.member ?? "" }) {
        var use = uses[member] ?? HeatMonth.Use(month: month)
        if use.since == nil { use.since = day }
        let series = own.map { sources.energies[month]?[$0.id] }
        for quarter in span { use.add(series.map { $0?[quarter] ?? .missing }) }
        uses[member] = use
      }
    }
    return uses
  }

  /// What `member` is told; nil for who was no member on the month's last day or has no heat meter.
  public func month(of member: Member.ID) -> HeatMonth? {
    guard let place = places[member] else { return nil }
    func use(_ month: LocalMonth) -> HeatMonth.Use { uses[month]?[member] ?? HeatMonth.Use(month: month) }
    var mix: [HeatMonth.Share] = []
    if case .network(let network) = place {
      mix = (sources.mix[network] ?? [:]).map { HeatMonth.Share(source: $0.key, share: $0.value) }
        .filter { $0.share > .zero }.sorted { ($1.share, $0.source) < ($0.share, $1.source) }
    }
    return HeatMonth(
      member: member, month: sources.month, calendar: sources.community.calendar, last: use(sources.month),
      previous: use(sources.month.previous), yearBefore: use(sources.month.yearBefore), place: place,
      average: averages[place] ?? .tooFew, mix: mix, normal: sources.normal)
  }
}
