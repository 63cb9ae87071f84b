import MarketTime
public import Quantities

/// How often a scope did without the public grid: statistics of the past and no promise, since nothing here is able to run as an island.
///
/// A quarter hour counts where its import is at most epsilon = 50 Wh or 1 % of the mean consumption of a quarter hour of its local
/// day, whichever is more. By local day, so that days add up to months.
public struct SelfSupply: Hashable, Sendable {
  /// Quarter hours with hardly any import.
  public private(set) var quarterHours = 0
  /// The longest unbroken run of them; one that is not known breaks it.
  public private(set) var longestRun = 0
  private var run = 0

  /// None yet.
  public init() {}

  /// Enters a local day, which follows those before.
  mutating func enter(_ day: ArraySlice<IntervalFlows>) {
    let known = day.compactMap(\.flows)
    guard !known.isEmpty else {
      run = 0
      return
    }
    let mean = known.reduce(Energy.zero) { $0 + $1.consumption }.count / Int64(known.count)
    let epsilon = max(Energy(wattHours: 50), Energy(count: mean / 100))
    for interval in day {
      if let flows = interval.flows, flows.gridImport <= epsilon {
        quarterHours += 1
        run += 1
        longestRun = max(longestRun, run)
      } else {
        run = 0
      }
    }
  }
}

/// How rough what a scope exchanges with the grid is. Source: CityLearn 3.0.2 (`citylearn/cost_function.py`, MIT), by quarter hour.
public struct LoadShape: Hashable, Sendable {
  /// sum |E_t - E_t-1| of E = I - X, over neighbours that are both known.
  public private(set) var ramping = Energy.zero
  private var previous: Energy?
  /// Sum of 1 - mean/max of the import of each day, and how many days.
  private var roughness: Int64 = 0
  private var days: Int64 = 0

  /// None yet.
  public init() {}

  /// 1 - load factor: 1 - mean I / max I of each local day with import, averaged; 0 is a flat band. nil without such a day.
  public var lackOfLoadFactor: Fraction? { days > 0 ? Fraction(count: roughness / days) : nil }

  /// Enters a local day, which follows those before.
  mutating func enter(_ day: ArraySlice<IntervalFlows>) {
    var (sum, highest, count) = (Energy.zero, Energy.zero, Int64(0))
    for interval in day {
      guard let flows = interval.flows else {
        previous = nil
        continue
      }
      let net = flows.gridImport - flows.gridExport
      if let previous { ramping += (net - previous).magnitude }
      previous = net
      sum += flows.gridImport
      highest = max(highest, flows.gridImport)
      count += 1
    }
    guard highest > .zero else { return }
    roughness += Fraction.one.count - scaled(sum.count / count, by: Fraction.one.count, over: highest.count)
    days += 1
  }
}
