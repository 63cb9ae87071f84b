public import CommunityModel
public import MarketTime

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
  /// The days reported, whole.
  public let days: Range<LocalDay>
  /// Their quarter hours.
  public let span: Range<QuarterHour>
  /// The community by both methods, virtual sum first, then the sites in the order of the file.
  public let scopes: [Scope]
  /// Sites without a metering point for electricity: not part of any figure.
  public let unmeteredSites: [Site]

  /// The report on `days` of `community`, from what its meters counted; `energies` may cover more, where it covers less, values
  /// are missing.
  public init(on community: Community, days: Range<LocalDay>, energies: MeteredEnergies) {
    let span = community.calendar.quarterHours(of: days)
    let energies = energies.over(span)
    let balances = community.sites.map { ($0, SiteBalance(of: $0.id, in: community, energies: energies)) }
    let together = CommunityBalance(of: balances.compactMap(\.1), over: span)
    self.community = community.id
    self.name = community.name
    self.calendar = community.calendar
    self.days = days
    self.span = span
    unmeteredSites = balances.filter { $0.1 == nil }.map(\.0)
    scopes =
      CommunityBalance.Method.allCases.map { method in
        Scope(
          subject: .community(method), name: community.name, figures: KeyFigures(of: together, method), consumptionSource: nil,
          gridSource: nil)
      }
      + balances.compactMap { site, balance in
        balance.map {
          Scope(
            subject: .site(site.id), name: site.name, figures: KeyFigures(of: $0), consumptionSource: $0.consumptionSource,
            gridSource: $0.gridSource)
        }
      }
  }

  /// The figures of `subject`; nil where the report has none.
  public func figures(of subject: Subject) -> KeyFigures? { scopes.first { $0.subject == subject }?.figures }

  /// The community's scopes.
  var communityScopes: [Scope] {
    scopes.filter {
      switch $0.subject {
      case .community: return true
      case .site: return false
      }
    }
  }

  /// The sites' scopes.
  var siteScopes: [Scope] {
    scopes.filter {
      switch $0.subject {
      case .community: return false
      case .site: return true
      }
    }
  }
}
