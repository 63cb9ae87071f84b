public import CommunityModel
public import MarketTime
public import Readings

/// What energies that come in would change in what is known: told before anything is stored.
public struct ImportDifference: Sendable, Equatable {
  /// A value that would take another's place.
  public struct Change: Sendable, Equatable {
    /// Of which series.
    public let series: SeriesKey
    /// In which quarter hour.
    public let quarter: QuarterHour
    /// What is known.
    public let old: IntervalEnergy
    /// What comes in.
    public let new: IntervalEnergy

    /// A change; see the properties.
    public init(series: SeriesKey, quarter: QuarterHour, old: IntervalEnergy, new: IntervalEnergy) {
      self.series = series
      self.quarter = quarter
      self.old = old
      self.new = new
    }
  }

  /// Values for quarter hours that have none.
  public private(set) var added = 0
  /// Values that are there already.
  public private(set) var equal = 0
  /// Values that would take another's place, by series and quarter hour.
  public private(set) var changes: [Change] = []

  /// What `new` would change in `known`. Missing values say nothing.
  public init(of new: [SeriesKey: TimeSeries<IntervalEnergy>], from known: [SeriesKey: TimeSeries<IntervalEnergy>]) {
    for (key, series) in new.sorted(by: { $0.key < $1.key }) {
      for (quarter, value) in zip(series.span, series.values) where value != .missing {
        let old = known[key]?[quarter] ?? .missing
        if old == .missing {
          added += 1
        } else if old == value {
          equal += 1
        } else {
          changes.append(Change(series: key, quarter: quarter, old: old, new: value))
        }
      }
    }
  }
}
