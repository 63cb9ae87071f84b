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

  /// How much is read at a time: three days of UTC, so that a year does not have to fit into memory.
  private static let stretch = 3 * 24 * 4
  /// How far around that the meter looks, to tell a glitch from a reset: a day, because inverters show zeros for a whole night.
  private static let margin = 24 * 4

  /// The history in the two files, nil for a file that does not exist.
  public init(readings: ReadingsDatabase?, imported: CommunityDatabase?, meter: IntervalMeter = IntervalMeter()) {
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
    for key in keys { result[key] = TimeSeries(repeating: .missing, over: span) }
    if let imported { result = try imported.energies(of: keys, in: span) }
    guard let readings else { return result }
    let counters = keys.filter(Self.isEnergy)
    let events = try readings.events(of: counters)
    var start = span.lowerBound
    while start < span.upperBound {
      let part = start..<min(start.advanced(by: Self.stretch), span.upperBound)
      let surroundings = part.lowerBound.advanced(by: -Self.margin)..<part.upperBound.advanced(by: Self.margin)
      for (key, samples) in try readings.samples(of: counters, in: surroundings.instants) {
        let derived = meter.energies(from: samples, over: part, events: events[key] ?? [])
        let offset = span.lowerBound.distance(to: start)
        for (position, energy) in derived.values.enumerated() {
          let former = result[key]?.values[offset + position] ?? .missing
          result[key]?.values[offset + position] = Self.better(energy, or: former)
        }
      }
      start = part.upperBound
    }
    return result
  }

  /// The better known of the two; `derived` when both are equally well known.
  static func better(_ derived: IntervalEnergy, or imported: IntervalEnergy) -> IntervalEnergy {
    imported.quality < derived.quality ? imported : derived
  }

  private static func isEnergy(_ key: SeriesKey) -> Bool { key.channel.unit == .milliwattHour && key.channel.isCounter }
}
