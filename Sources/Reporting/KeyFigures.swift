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
  /// The highest quarter hour of import; nil where no quarter hour is known.
  public let peakImport: PeakImport?
  /// How far the figures can be trusted.
  public let quality: DataQuality

  /// The figures of one site.
  public init(of site: SiteBalance) {
    let account = FlowAccount(site.intervals)
    let residual = BalanceResidual(
      sum: account.flows.residual, absolute: account.absoluteResidual, inflow: account.flows.inflow)
    self.init(account, over: site.intervals, residual: site.isOverdetermined ? residual : nil)
  }

  /// The figures of a community, by one of the two methods.
  ///
  /// `virtualSum` follows the sites as one, their batteries as one by its net in each quarter hour. No more of it comes from the
  /// grid or goes there than at the sites' own meters: a battery charged from its own roof stays green though the community as a
  /// whole imported. X_pv is then min(G, X), CityLearn's district export, less what batteries fed in. `sitesTogether`
  /// adds up each site's own figures over the quarter hours known at every site, so that both methods speak of the same time.
  public init(of community: CommunityBalance, _ method: CommunityBalance.Method) {
    let intervals = community.intervals(method)
    let accounts = community.commonIntervals.map { FlowAccount($0) }
    let checked = zip(community.sites, accounts).filter(\.0.isOverdetermined).map(\.1)
    let sum = checked.reduce(FlowAccount(), +)
    let residual = BalanceResidual(sum: sum.flows.residual, absolute: sum.absoluteResidual, inflow: sum.flows.inflow)
    let account: FlowAccount
    switch method {
    case .virtualSum: account = FlowAccount(intervals, limits: community.batteryExchanges)
    case .sitesTogether: account = accounts.reduce(FlowAccount(), +)
    }
    self.init(account, over: intervals, residual: checked.isEmpty ? nil : residual)
  }

  private init(_ account: FlowAccount, over intervals: TimeSeries<IntervalFlows>, residual: BalanceResidual?) {
    flows = account.flows
    use = account.use
    matched = account.matched
    peakImport = PeakImport(of: intervals)
    quality = DataQuality(intervals, residual: residual)
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

/// The highest mean import power over a quarter hour, P = 4 x kWh / h, and when: the quarter hour is what the
/// grid operator bills.
public struct PeakImport: Hashable, Sendable {
  /// Mean power over the quarter hour.
  public let power: Power
  /// Which one; the first where several are equal.
  public let quarterHour: QuarterHour

  /// The peak among the known quarter hours; nil where there are none.
  public init?(of intervals: TimeSeries<IntervalFlows>) {
    var highest: (energy: Energy, position: Int)?
    for (position, interval) in intervals.values.enumerated() {
      guard let energy = interval.flows?.gridImport else { continue }
      if let highest, energy <= highest.energy { continue }
      highest = (energy, position)
    }
    guard let highest else { return nil }
    power = highest.energy.meanPower(over: QuarterHour.duration)
    quarterHour = intervals.start.advanced(by: highest.position)
  }
}
