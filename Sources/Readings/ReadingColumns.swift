public import CommunityModel
public import MarketTime

/// Readings of one metering point whose channels were all read at the same moments, as a history file or a day of polls has them.
///
/// Takes a tenth of the memory that single readings take, and goes into a store many times as fast.
public struct ReadingColumns: Sendable {
  /// Where they were taken.
  public let point: MeteringPoint.ID
  /// When, each later than the one before.
  public let times: [Timestamp]
  /// What; a value for each of `times`, in the channel's unit.
  public let values: [Channel: [Int64]]

  /// Readings of `point`; nil where a column has more or fewer values than there are `times`, or a time is not later than the one
  /// before.
  public init?(point: MeteringPoint.ID, times: [Timestamp], values: [Channel: [Int64]]) {
    guard values.values.allSatisfy({ $0.count == times.count }),
      times.indices.dropFirst().allSatisfy({ times[$0 - 1] < times[$0] })
    else { return nil }
    (self.point, self.times, self.values) = (point, times, values)
  }

  /// The readings from the one at `position` on, moment by moment.
  public func readings(from position: Int = 0) -> [Reading] {
    let columns = values.sorted { $0.key.rawValue < $1.key.rawValue }.map { (key: SeriesKey(point, $0.key), values: $0.value) }
    return times.indices.dropFirst(position).flatMap { moment in
      columns.map { Reading($0.key, at: times[moment], value: $0.values[moment]) }
    }
  }
}
