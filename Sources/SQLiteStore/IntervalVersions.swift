public import CommunityModel
import GRDB
public import MarketTime
import Quantities
public import Readings

/// A value of a quarter hour that was known for some time.
public struct IntervalVersion: Sendable, Hashable {
  /// Which quarter hour.
  public let quarter: QuarterHour
  /// What was known.
  public let value: IntervalEnergy
  /// The file that it came from.
  public let source: String
  /// When that was received.
  public let received: Timestamp
  /// When another value took its place; nil for what is known now.
  public let replaced: Timestamp?

  /// A version; see the properties.
  public init(quarter: QuarterHour, value: IntervalEnergy, source: String, received: Timestamp, replaced: Timestamp?) {
    self.quarter = quarter
    self.value = value
    self.source = source
    self.received = received
    self.replaced = replaced
  }
}

extension CommunityDatabase {
  /// Every value of `key` in `span` that was ever known, by quarter hour and then in the order in which they came.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the values of all series within `span` and in all values that were ever replaced.
  public func versions(of key: SeriesKey, in span: Range<QuarterHour>) throws(ReadingStoreError) -> [IntervalVersion] {
    try file.read { db in
      guard let series = try SeriesNumbers.all(in: db).first(where: { $0.value == key })?.key else { return [] }
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT v.quarter, v.energy, v.quality, r.file, r.received, v.replaced FROM (
            SELECT quarter, series, energy, quality, run, NULL AS replaced, 1 AS last, 0 AS id FROM interval_energy
            UNION ALL SELECT quarter, series, energy, quality, run, replaced, 0, id FROM interval_energy_history) v
          JOIN import_run r ON r.id = v.run
          WHERE v.quarter >= ? AND v.quarter < ? AND v.series = ? ORDER BY v.quarter, v.last, v.id
          """, arguments: [span.lowerBound.index, span.upperBound.index, series])
      var versions: [IntervalVersion] = []
      while let row = try rows.next() {
        let quality = IntervalEnergy.Quality(rawValue: Int(try row.integer(2))) ?? .missing
        versions.append(
          IntervalVersion(
            quarter: QuarterHour(index: try row.integer(0)),
            value: IntervalEnergy(Energy(count: try row.integer(1)), quality: quality),
            source: try row.text(3), received: Timestamp(milliseconds: try row.integer(4)),
            replaced: row.integerIfAny(5).map { Timestamp(milliseconds: $0) }))
      }
      return versions
    }
  }
}
