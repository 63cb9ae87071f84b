import CommunityModel
public import MarketTime
import Quantities

/// The electricity balance of all sites of a community, in the two ways that a sum can be meant. They differ; say which.
///
/// A quarter hour is known when it is known at every site.
/// Source: `docs/formats/report-json.md`, "Levels"; the net position of all members is CityLearn's (3.0.2,
/// `citylearn/internal/kpi.py`).
public struct CommunityBalance: Sendable, Equatable {
  /// What a community's figure means.
  public enum Method: String, CaseIterable, Sendable {
    /// The sites as if behind one meter: in each quarter hour one site's surplus serves another.
    /// I = max(0, sum(I - X)), X = max(0, sum(X - I)); G, L, Ch, Dis are plain sums.
    case virtualSum = "virtual_sum"
    /// Each site for itself behind its own meter, then added up.
    case sitesTogether = "sites_together"
  }

  /// The sites, those with a meter.
  public let sites: [SiteBalance]
  /// The quarter hours covered.
  public let span: Range<QuarterHour>
  /// Plain sums over the sites.
  private let added: TimeSeries<IntervalFlows>

  /// The balance of `sites` over `span`; where a site's balance does not reach, it is not known.
  public init(of sites: [SiteBalance], over span: Range<QuarterHour>) {
    self.sites = sites
    self.span = span
    let series = sites.map { $0.intervals.over(span, padding: .incomplete).values }
    let values = series.dropFirst().reduce(series.first) { sum, next in sum.map { zip($0, next).map { $0 + $1 } } }
    added = TimeSeries(start: span.lowerBound, values: values ?? Array(repeating: .incomplete, count: span.count))
  }

  /// The flows of all sites together.
  ///
  /// For `sitesTogether`, import and export are the sums of what the sites' meters count; both may be above zero at once.
  public func intervals(_ method: Method) -> TimeSeries<IntervalFlows> {
    switch method {
    case .sitesTogether: return added
    case .virtualSum:
      return added.map { interval in
        guard case .known(var flows, let quality) = interval else { return interval }
        let net = flows.gridImport - flows.gridExport
        flows.gridImport = max(.zero, net)
        flows.gridExport = max(.zero, -net)
        return .known(flows, quality)
      }
    }
  }

  /// Each site's flows over the quarter hours that are known at every site.
  var commonIntervals: [TimeSeries<IntervalFlows>] {
    sites.map { site in
      let own = site.intervals.over(span, padding: .incomplete)
      return TimeSeries(
        start: span.lowerBound, values: zip(own.values, added.values).map { $1.flows == nil ? .incomplete : $0 })
    }
  }

  /// What the sites' batteries together exchange with the grid at the sites' own meters, one a quarter hour; `common` as above.
  func batteryExchanges(of common: [TimeSeries<IntervalFlows>]) -> [BatteryExchange] {
    var sums = [BatteryExchange](repeating: BatteryExchange(of: nil), count: span.count)
    for site in common {
      for (position, interval) in site.values.enumerated() {
        sums[position] = sums[position] + BatteryExchange(of: interval.flows)
      }
    }
    return sums
  }
}
