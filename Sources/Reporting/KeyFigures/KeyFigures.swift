public import MarketTime
public import Quantities

/// The key figures of a scope over a period: first by quarter hour, then summed, then divided. Percentages are never averaged.
///
/// Shares are nil where their denominator is zero (a flat on holiday has no self-sufficiency). They are given whatever the
/// coverage; a report hides them below `DataQuality.leastCoverage`. Symbols as in `EnergyFlows`, definitions
/// and sources in `docs/formats/report-json.md`.
public struct KeyFigures: Sendable, Equatable {
  /// Sums over the known quarter hours: L, G, I, X, Ch, Dis.
  public let flows: EnergyFlows
  /// Where own energy went, and what the battery was charged with.
  public let use: OwnEnergyUse
  /// sum min(G_t, L_t)
  public let matched: Energy
  /// The highest quarter hours of import.
  public let peaks: PeakImports
  /// How often it did without the grid.
  public let selfSupply: SelfSupply
  /// How rough what it exchanges with the grid is.
  public let shape: LoadShape
  /// How far the figures can be trusted.
  public let quality: DataQuality

  /// The highest quarter hour of import; nil where no quarter hour is known.
  public var peakImport: PeakImport? { peaks.peak }

  init(
    flows: EnergyFlows, use: OwnEnergyUse, matched: Energy, peaks: PeakImports = PeakImports(),
    selfSupply: SelfSupply = SelfSupply(), shape: LoadShape = LoadShape(), quality: DataQuality
  ) {
    self.flows = flows
    self.use = use
    self.matched = matched
    self.peaks = peaks
    self.selfSupply = selfSupply
    self.shape = shape
    self.quality = quality
  }

  /// The figures of one site.
  ///
  /// - Parameter calendar: tells local days apart for figures by day; without it the span is one.
  public init(of site: SiteBalance, calendar: MarketCalendar? = nil, importLimit: Power? = nil) {
    var account = KeyFigureAccount(importLimit: importLimit)
    account.flow.add(site.intervals)
    account.observe(site.intervals, calendar: calendar)
    self = account.figures(residual: BalanceResidual(site.isOverdetermined ? [account.flow] : []))
  }

  /// The figures of a community, by one of the two methods.
  ///
  /// `virtualSum` follows the sites as one, their batteries as one by its net in each quarter hour. No more of it comes from the
  /// grid or goes there than at the sites' own meters: a battery charged from its own roof stays green though the community as a
  /// whole imported. X_pv is then min(G, X), CityLearn's district export, less what batteries fed in. `sitesTogether`
  /// adds up each site's own figures over the quarter hours known at every site, so that both methods speak of the same time.
  public init(of community: CommunityBalance, _ method: CommunityBalance.Method, calendar: MarketCalendar? = nil) {
    var account = CommunityAccount()
    account.add(community, calendar: calendar)
    self = account.figures(method)
  }
}

/// Adds up a community's balance by both methods, span after span.
struct CommunityAccount: Sendable {
  private var virtual = KeyFigureAccount()
  private var together = KeyFigureAccount()
  /// Of each site over the quarter hours known at every site, and whether its balance can be checked.
  private var sites: [(flow: FlowAccount, isChecked: Bool)] = []

  /// Nothing added.
  init() {}

  /// Adds the balance of the next span, of the same sites in the same order.
  ///
  /// - Parameter each: told where the energy of each known quarter hour of the virtual sum went.
  mutating func add(
    _ community: CommunityBalance, calendar: MarketCalendar?,
    each: (_ position: Int, EnergyFlows, OwnEnergyUse) -> Void = { _, _, _ in }
  ) {
    let common = community.commonIntervals
    if sites.isEmpty { sites = community.sites.map { (FlowAccount(), $0.isOverdetermined) } }
    for (place, intervals) in common.enumerated() where place < sites.count { sites[place].flow.add(intervals) }
    let asOne = community.intervals(.virtualSum)
    virtual.flow.add(asOne, limits: community.batteryExchanges(of: common), each: each)
    virtual.observe(asOne, calendar: calendar)
    together.observe(community.intervals(.sitesTogether), calendar: calendar)
  }

  /// How the quarter hours so far are known.
  var qualityCounts: QualityCounts { virtual.quality }

  /// The figures so far.
  func figures(_ method: CommunityBalance.Method) -> KeyFigures {
    let residual = BalanceResidual(sites.filter(\.isChecked).map(\.flow))
    switch method {
    case .virtualSum: return virtual.figures(residual: residual)
    case .sitesTogether:
      var account = together
      account.flow = sites.map(\.flow).reduce(FlowAccount(), +)
      return account.figures(residual: residual)
    }
  }
}

extension KeyFigures {
  /// The self-sufficiency (Autarkiegrad) that a report prints first: `selfSufficiencyIncludingStock` where it is defined, else
  /// `selfSufficiencyExcludingStock`.
  ///
  /// Where the two differ, print both and `use.storedBefore` beside them: a day that starts with a full
  /// battery looks too good.
  public var selfSufficiency: Fraction? { selfSufficiencyIncludingStock ?? selfSufficiencyExcludingStock }

  /// SS = 1 - I / L, within 0...1: the raw figure, which counts what the battery held before the period as own.
  ///
  /// nil for L = 0, and where a battery was charged from the grid or fed in: then it would be wrong. The import
  /// that control lag takes counts against the figure anyway.
  public var selfSufficiencyIncludingStock: Fraction? {
    guard !isChargedFromGrid, !isBatteryExporting else { return nil }
    return share(max(.zero, flows.consumption - flows.gridImport).count, of: flows.consumption.count)
  }

  /// SS = (E_direct + Dis_green->load) / L, at most 1: the general formula, without the energy stored before the period.
  ///
  /// What the battery took from the grid does not count, nor what it held before the period, whose colour is not known. nil for
  /// L = 0. Source: HTW Berlin, volker-quaschning.de/software/unabhaengig (direct use plus battery discharge over consumption);
  /// how discharge is split, see `BatteryLedger`.
  public var selfSufficiencyExcludingStock: Fraction? { share(use.localCover.count, of: flows.consumption.count) }

  /// SC = (G - X_pv) / G (Eigenverbrauchsquote): charging a battery counts as own use. nil for G = 0. Source: HTW
  /// Berlin, as above; X_pv is feed-in less what came out of the battery.
  public var selfConsumption: Fraction? {
    share((flows.generation - use.generationExport).count, of: flows.generation.count)
  }

  /// (E_direct + Dis_green->load) / G: as `selfConsumption`, less what the battery lost and still holds. nil for G = 0.
  public var selfConsumptionExcludingLosses: Fraction? { share(use.localCover.count, of: flows.generation.count) }

  /// E_direct / G: what was used as it was made. nil for G = 0.
  public var directUse: Fraction? { share(use.direct.count, of: flows.generation.count) }

  /// BAL = sum G / sum L over the period (Bilanz); may exceed 1. nil for L = 0.
  ///
  /// Says nothing about hours without sun or wind: print `matchedShare` beside it, never alone.
  public var balance: Fraction? { share(flows.generation.count, of: flows.consumption.count) }

  /// MATCH = sum min(G_t, L_t) / sum L, by quarter hour: what generation could cover without a battery. nil for L = 0.
  public var matchedShare: Fraction? { share(matched.count, of: flows.consumption.count) }

  /// Whether the battery was charged from the grid, more than the 5 % of its charging that pass as control lag.
  public var isChargedFromGrid: Bool { isNoticeable(use.chargedFromGrid, of: flows.charged) }

  /// Whether the battery fed into the grid, more than the 5 % of its discharging that pass as control lag.
  public var isBatteryExporting: Bool { isNoticeable(use.batteryExport, of: flows.discharged) }

  private func isNoticeable(_ part: Energy, of whole: Energy) -> Bool { part.count > whole.count / 20 }
}
