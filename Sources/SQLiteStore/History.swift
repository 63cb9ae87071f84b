public import CommunityModel
public import MarketTime
public import Readings

/// The quarter-hour energies of a community, from what its meters counted and from what was imported.
///
/// Where a counter's readings give a better known value than the import (see `IntervalEnergy.Quality`), or an equally known one,
/// the counter's stands; else the imported one.
public struct History: Sendable {
  private let readings: ReadingsDatabase?
  private let imported: CommunityDatabase?
  private let meter: IntervalMeter
  private let instant: Timestamp?

  /// The history in the two files, nil for a file that does not exist.
  ///
  /// - Parameter instant: what was imported counts as it was known then, nil for now; what counters say counts as it is known now.
  public init(
    readings: ReadingsDatabase?, imported: CommunityDatabase?, meter: IntervalMeter = IntervalMeter(),
    knownAt instant: Timestamp? = nil
  ) {
    self.instant = instant
    self.readings = readings
    self.imported = imported
    self.meter = meter
  }

  /// The energy series (counters in Wh of electricity or heat) of the metering points of `community` that either file knows, in the
  /// order of their keys.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func series(of community: Community) throws(ReadingStoreError) -> [SeriesKey] {
    let points = Set(community.meteringPoints.map(\.id))
    let known = Set(try readings?.series() ?? []).union(try imported?.series() ?? [])
    return known.filter { points.contains($0.point) && Self.isEnergy($0) }.sorted()
  }

  /// The energies of every series of `community` over all of `span`; see `energies(of:in:)`.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func energies(
    of community: Community, in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    try energies(of: series(of: community), in: span)
  }

  /// The energies of `keys` over all of `span`; missing where neither file knows any.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the readings and values within `span`; each file is walked once.
  public func energies(
    of keys: [SeriesKey], in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    var result: [SeriesKey: TimeSeries<IntervalEnergy>] = [:]
    if let imported {
      result = try imported.energies(of: keys, in: span, knownAt: instant)
    } else {
      for key in keys { result[key] = TimeSeries(repeating: .missing, over: span) }
    }
    guard let readings else { return result }
    for (key, derived) in try readings.energies(of: keys.filter(Self.isEnergy), in: span, by: meter) {
      let former = result[key] ?? TimeSeries(repeating: .missing, over: span)
      result[key] = TimeSeries(start: span.lowerBound, values: zip(derived.values, former.values).map { Self.better($0, or: $1) })
    }
    return result
  }

  /// What counters of any kind counted, in the channel's unit.
  func amounts(
    of counters: [SeriesKey], in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    var amounts = try energies(of: counters.filter(Self.isEnergy), in: span)
    let others = counters.filter { !Self.isEnergy($0) }
    if let readings, !others.isEmpty {
      for (key, series) in try readings.amounts(of: others, in: span, by: meter) { amounts[key] = series }
    }
    return amounts
  }

  /// What the readings of momentary values add up to.
  func sums(of keys: [SeriesKey], in span: Range<QuarterHour>) throws(ReadingStoreError) -> [SeriesKey: TimeSeries<ReadingSum>] {
    keys.isEmpty ? [:] : try readings?.sums(of: keys, in: span) ?? [:]
  }

  /// The better known of the two; `derived` when both are equally well known.
  static func better(_ derived: IntervalEnergy, or imported: IntervalEnergy) -> IntervalEnergy {
    imported.quality < derived.quality ? imported : derived
  }

  private static func isEnergy(_ key: SeriesKey) -> Bool { key.channel.isEnergyCounter }
}
