public import CommunityModel
public import MarketTime
import Quantities

/// The key figures of a community and each of its sites over whole local days: what a board or an operator reads.
///
/// A plain value; `text(_:width:)`, `json()` and `csv()` write it.
public struct EnergyReport: Sendable, Equatable {
  /// What a line of the report speaks of.
  public enum Subject: Hashable, Sendable {
    /// All metered sites, by one of the two methods.
    case community(CommunityBalance.Method)
    /// One site.
    case site(Site.ID)
    /// One heat network.
    case heatNetwork(HeatNetwork.ID)
    /// Electricity, heat and cars of the community together.
    case totalEnergy
    /// All who take part in sharing, as the sharing agreement accounts it.
    case members
    /// One of them.
    case member(Member.ID)
  }

  /// The figures of one subject.
  public struct Scope: Sendable, Equatable {
    /// Whose figures they are.
    public let subject: Subject
    /// Its name as people say it.
    public let name: String
    /// The figures.
    public let figures: KeyFigures
    /// How consumption was obtained; nil for the community.
    public let consumptionSource: SiteBalance.Source?
    /// How import and export were obtained; nil for the community.
    public let gridSource: SiteBalance.Source?
  }

  /// The community.
  public let community: Community.ID
  /// Its name as people say it.
  public let name: String
  /// The wall clock of the days.
  public let calendar: MarketCalendar
  /// How its days were chosen.
  public let period: ReportPeriod
  /// The days reported, whole.
  public var days: Range<LocalDay> { period.days }
  /// Their quarter hours.
  public let span: Range<QuarterHour>
  /// The community by both methods, virtual sum first, then the sites in the order of the file.
  public let scopes: [Scope]
  /// All figures, as pages and messages show them: the community by both methods, all energy together, heat networks, members together,
  /// sites, members one by one.
  public let groups: [FigureGroup]
  /// The course of the period.
  public let curve: ReportCurve
  /// Sites without a metering point for electricity: not part of any figure.
  public let unmeteredSites: [Site]
  /// The same figures of other periods; at most one of each relation, none where nothing is known of it.
  public private(set) var comparisons: [Comparison] = []

  /// Another period beside this one.
  public struct Comparison: Sendable, Equatable {
    /// Which; the raw value is for JSON.
    public enum Relation: String, CaseIterable, Sendable {
      /// The day, days or month before.
      case previous
      /// The same period of last year.
      case yearBefore = "year_before"
    }

    /// Which.
    public let relation: Relation
    /// Its report.
    public let report: EnergyReport
  }

  init(
    of community: Community, period: ReportPeriod, scopes: [Scope], groups: [FigureGroup], curve: ReportCurve,
    unmeteredSites: [Site]
  ) {
    self.init(
      community: community.id, name: community.name, calendar: community.calendar, period: period,
      span: community.calendar.quarterHours(of: period.days), scopes: scopes, groups: groups, curve: curve,
      unmeteredSites: unmeteredSites)
  }

  private init(
    community: Community.ID, name: String, calendar: MarketCalendar, period: ReportPeriod, span: Range<QuarterHour>,
    scopes: [Scope], groups: [FigureGroup], curve: ReportCurve, unmeteredSites: [Site]
  ) {
    self.community = community
    self.name = name
    self.calendar = calendar
    self.period = period
    self.span = span
    self.scopes = scopes
    self.groups = groups
    self.curve = curve
    self.unmeteredSites = unmeteredSites
  }

  /// The report on `days` of `community`, from what its meters counted; `energies` may cover more, where it covers less, values
  /// are missing.
  public init(
    on community: Community, days: Range<LocalDay>, energies: MeteredEnergies,
    knowing knowledge: ReportKnowledge = ReportKnowledge()
  ) {
    let period = ReportPeriod(days.count == 1 ? .day : .days, days)
    var account = EnergyReportAccount(on: community, period: period, knowing: knowledge)
    for part in period.parts { account.add(ReportEnergies(electricity: energies), of: part) }
    self = account.report()
  }

  /// The report beside those of other periods; one of which nothing is known is left out.
  public func beside(_ previous: EnergyReport?, yearBefore: EnergyReport?) -> EnergyReport {
    var report = self
    let others: [(Comparison.Relation, EnergyReport?)] = [(.previous, previous), (.yearBefore, yearBefore)]
    report.comparisons = others.compactMap { relation, other in
      other.flatMap { $0.isKnown ? Comparison(relation: relation, report: $0) : nil }
    }
    return report
  }

  /// Whether anything is known of the period.
  public var isKnown: Bool { scopes.contains { $0.figures.quality.valid > 0 } || groups.contains { $0.isMeasured } }

  /// The figures of `subject`, one by one; nil where the report has none.
  public func group(_ subject: Subject) -> FigureGroup? { groups.first { $0.subject == subject } }

  /// The figures of `subject`; nil where the report has none.
  public func figures(of subject: Subject) -> KeyFigures? { scopes.first { $0.subject == subject }?.figures }

  /// The community's scopes.
  var communityScopes: [Scope] { scopes.filter { $0.subject.method != nil } }

  /// The sites' scopes.
  var siteScopes: [Scope] { scopes.filter { $0.subject.siteID != nil } }

  /// Which subjects a report shows.
  public enum Selection: Hashable, Sendable {
    case all
    /// What may be told to everybody: no site, no member.
    case community
    case sites
    case heat
    /// Members together and one by one.
    case members
    /// One member, beside the community.
    case member(Member.ID)

    /// Whether it shows `subject`.
    public func includes(_ subject: Subject) -> Bool {
      switch (self, subject) {
      case (.all, _): true
      case (.community, .community), (.community, .totalEnergy), (.community, .heatNetwork), (.community, .members): true
      case (.sites, .site), (.heat, .heatNetwork), (.members, .members), (.members, .member): true
      case (.member(let member), .member(let other)): member == other
      case (.member, .community(.virtualSum)): true
      default: false
      }
    }
  }

  /// The same report with the subjects of `selection` only. What is meant for readers who are members themselves tells sums over people
  /// only where `Anonymity` allows it, else shares alone.
  public func only(_ selection: Selection) -> EnergyReport {
    let hidesSums = selection.isForMembers && !Anonymity.allows(parts, isReaderAmong: true)
    var report = EnergyReport(
      community: community, name: name, calendar: calendar, period: period, span: span,
      scopes: hidesSums ? [] : scopes.filter { selection.includes($0.subject) },
      groups: groups.filter { selection.includes($0.subject) }.map { hidesSums ? $0.withoutSums : $0 },
      curve: hidesSums ? ReportCurve(length: curve.length, steps: [], heat: [:], months: []) : curve,
      unmeteredSites: selection == .all || selection == .community ? unmeteredSites : [])
    report.comparisons = comparisons.map { Comparison(relation: $0.relation, report: $0.report.only(selection)) }
    return report
  }

  /// What each member takes, or where nothing is shared each site.
  private var parts: [Energy] {
    let members = groups.filter { $0.subject.kind == "member" }
    let parts = members.isEmpty ? groups.filter { $0.subject.siteID != nil } : members
    return parts.map { group in
      if case .energy(let energy)? = group.figure(.consumption)?.value { energy } else { .zero }
    }
  }
}

extension EnergyReport.Selection {
  /// Whether readers are members, and not those who run the community.
  fileprivate var isForMembers: Bool {
    switch self {
    case .community, .member: true
    case .all, .sites, .heat, .members: false
    }
  }
}

extension FigureGroup {
  /// The group with shares only; a member's own is left as it is.
  fileprivate var withoutSums: FigureGroup {
    if case .member = subject { return self }
    return FigureGroup(subject: subject, name: name, figures: figures.map(\.withoutSum))
  }
}
