import GRDB
public import MarketTime
public import Readings

/// Where an imported value that is known now comes from.
public struct IntervalOrigin: Sendable, Hashable {
  /// The file it came from, or `substitute` and the rule that made it.
  public let source: String
  /// How many values of the quarter hour there were, this one included: 1 for one that was never replaced.
  public let version: Int
}

extension CommunityDatabase {
  /// Where each value of `keys` in `span` comes from; nil for a quarter hour of which nothing was imported.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  /// - Complexity: linear in the values of all series within `span` and in all values that were ever replaced.
  public func origins(
    of keys: [SeriesKey], in span: Range<QuarterHour>
  ) throws(ReadingStoreError) -> [SeriesKey: [IntervalOrigin?]] {
    let wanted = Set(keys)
    return try file.read { db in
      let numbers = try SeriesNumbers.all(in: db).filter { wanted.contains($0.value) }
      var origins = [SeriesKey: [IntervalOrigin?]](
        uniqueKeysWithValues: wanted.map { ($0, Array(repeating: nil, count: span.count)) })
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT v.quarter, v.series, r.file, 1 + ifnull(h.count, 0)
          FROM interval_energy v JOIN import_run r ON r.id = v.run
          LEFT JOIN (
            SELECT quarter, series, count(*) AS count FROM interval_energy_history WHERE quarter >= ?1 AND quarter < ?2
            GROUP BY quarter, series) h ON h.quarter = v.quarter AND h.series = v.series
          WHERE v.quarter >= ?1 AND v.quarter < ?2
          """, arguments: [span.lowerBound.index, span.upperBound.index])
      while let row = try rows.next() {
        let quarter = QuarterHour(index: try row.integer(0))
        guard let key = numbers[try row.integer(1)], span.contains(quarter) else { continue }
        origins[key]?[span.lowerBound.distance(to: quarter)] = IntervalOrigin(
          source: try row.text(2), version: Int(try row.integer(3)))
      }
      return origins
    }
  }
}
