import Foundation

/// The wall clock of a place: which quarter hours a local day has (92, 96 or 100), and which local time an instant is.
///
/// The one place that asks the system's time-zone data; everything else computes in UTC.
public struct MarketCalendar: Hashable, Sendable {
  private let zone: TimeZone

  /// The calendar of an IANA time zone such as `Europe/Berlin`; nil where the system does not know it.
  public init?(timeZone identifier: String) {
    guard let zone = TimeZone(identifier: identifier) else { return nil }
    self.zone = zone
  }

  /// The zone's IANA name.
  public var timeZone: String { zone.identifier }

  /// Every IANA zone this system knows, for spelling suggestions.
  public static var knownTimeZones: [String] { TimeZone.knownTimeZoneIdentifiers }

  /// The zone's offset at `instant`, seconds east of UTC.
  public func offset(at instant: Timestamp) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant.milliseconds) / 1000))
  }

  /// When local midnight begins `day`; where a clock change skips midnight, the first instant of the day.
  public func start(of day: LocalDay) -> Timestamp {
    let midnight = Int64(day.number) * 86_400_000
    let offsets = [midnight - 86_400_000, midnight + 86_400_000].map { offset(at: Timestamp(milliseconds: $0)) }
    let candidates = offsets.map { Timestamp(milliseconds: midnight - Int64($0) * 1000) }.sorted()
    return candidates.first { localDay(of: $0) >= day } ?? candidates[1]
  }

  /// The quarter hours of `day`, in order.
  public func quarterHours(of day: LocalDay) -> Range<QuarterHour> {
    QuarterHour(containing: start(of: day))..<QuarterHour(containing: start(of: day.advanced(by: 1)))
  }

  /// The quarter hours of all `days`, in order.
  public func quarterHours(of days: Range<LocalDay>) -> Range<QuarterHour> {
    QuarterHour(containing: start(of: days.lowerBound))..<QuarterHour(containing: start(of: days.upperBound))
  }

  /// The local date at `instant`.
  public func localDay(of instant: Timestamp) -> LocalDay { local(instant).day }

  /// The local date and time of day at `instant`.
  public func local(_ instant: Timestamp) -> (day: LocalDay, time: LocalTime) {
    let minutes = (instant.milliseconds + Int64(offset(at: instant)) * 1000).floored(by: 60_000)
    let day = LocalDay(number: Int(minutes.floored(by: 1440)))
    return (day, LocalTime(minutes: Int(minutes - Int64(day.number) * 1440)) ?? .midnight)
  }

  /// The instant at which the wall clock shows `time` on `day`.
  ///
  /// A time that happens twice (clock set back) is the first of the two; one that never happens (clock set forward) is the
  /// instant of the change.
  public func instant(of time: LocalTime, on day: LocalDay) -> Timestamp {
    instant(ofLocalMilliseconds: Int64(day.number) * 86_400_000 + Int64(time.minutes) * 60_000)
  }

  /// The instant of a clock reading without a zone; see `instant(of:on:)` for the hours of a clock change.
  public func instant(of reading: LocalInstant) -> Timestamp { instant(ofLocalMilliseconds: reading.milliseconds) }

  private func instant(ofLocalMilliseconds local: Int64) -> Timestamp {
    let before = Int64(offset(at: Timestamp(milliseconds: local - 86_400_000))) * 1000
    let after = Int64(offset(at: Timestamp(milliseconds: local + 86_400_000))) * 1000
    let early = Timestamp(milliseconds: local - max(before, after))
    if Int64(offset(at: early)) * 1000 == max(before, after) { return early }
    let late = Timestamp(milliseconds: local - min(before, after))
    if Int64(offset(at: late)) * 1000 == min(before, after) { return late }
    // The clock never showed it: the change lies between the two readings.
    var low = early.milliseconds
    var high = late.milliseconds
    let offsetBefore = offset(at: early)
    while high - low > 1 {
      let middle = (low + high) / 2
      if offset(at: Timestamp(milliseconds: middle)) == offsetBefore { low = middle } else { high = middle }
    }
    return Timestamp(milliseconds: high)
  }
}
