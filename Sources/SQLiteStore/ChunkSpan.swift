import MarketTime

/// How much time a chunk covers; whole hours, days and months of UTC.
///
/// Readings are sealed hour by hour, since they must leave the journal soon. Chunks of a day take less room and are found faster, and
/// where few readings a day come, chunks of a month; so hours are merged into days when a day is over, and sparse days into months.
enum ChunkSpan: Comparable {
  case hour, day, month

  private static let hourLength: Int64 = 3_600_000
  private static let dayLength: Int64 = 86_400_000
  /// From 1970 until the end of 9999. Stamps outside, which only a broken clock makes, stay in hours.
  private static let calendar: Range<Int64> = 0..<253_402_300_800_000

  /// Whether `time` (ms of UTC) is in the years for which there are days and months.
  static func hasDays(_ time: Int64) -> Bool { calendar.contains(time) }

  /// The beginning of the span that `time` lies in, both in ms of UTC; for days and months `time` lies from 1970 to 9999.
  func start(of time: Int64) -> Int64 {
    switch self {
    case .hour: time.floored(by: Self.hourLength).multipliedClamped(by: Self.hourLength)
    case .day: time.floored(by: Self.dayLength).multipliedClamped(by: Self.dayLength)
    case .month:
      time.subtractingClamped(Int64(Self.day(of: time).components.day - 1) * Self.dayLength).floored(by: Self.dayLength)
        * Self.dayLength
    }
  }

  /// Where the span that begins at `start` ends and the next begins, ms.
  func end(from start: Int64) -> Int64 {
    switch self {
    case .hour: start.addingClamped(Self.hourLength)
    case .day: start.addingClamped(Self.dayLength)
    // 31 days after the first of a month lies in the next one.
    case .month:
      Self.hasDays(start) ? self.start(of: start + 31 * Self.dayLength) : start.addingClamped(31 * Self.dayLength)
    }
  }

  /// The date of `time` in UTC.
  fileprivate static func day(of time: Int64) -> LocalDay { LocalDay(number: Int(time.floored(by: dayLength))) }
}

/// What a file of chunks holds.
enum SegmentKind: String {
  /// Hours of a day, until they are merged into chunks of that day.
  case hours
  /// Days of a month.
  case days
  /// Days of a month with few readings each, until they are merged into chunks of that month.
  case sparseDays = "sparse-days"
  /// Months.
  case months
  /// Roll-ups of a day, until they are merged into those of that month.
  case quarterDays = "quarter-days"
  /// Roll-ups of a month.
  case quarters

  /// The kind of the file called `name`; nil where it has none.
  static func ofFile(_ name: String) -> SegmentKind? {
    let parts = name.split(separator: ".")
    return parts.count == 3 ? SegmentKind(rawValue: String(parts[1])) : nil
  }

  /// The number in the name of the file called `name`; a later file of a kind and time has a greater one.
  static func number(ofFile name: String) -> Int { name.split(separator: ".").last.flatMap { Int($0) } ?? 0 }

  /// Whether its chunks hold quarter hours that were made of readings, instead of readings.
  var isRollUp: Bool { self == .quarterDays || self == .quarters }

  /// How much time one of its chunks covers.
  var span: ChunkSpan {
    switch self {
    case .hours: .hour
    case .days, .sparseDays, .quarterDays: .day
    case .months, .quarters: .month
    }
  }

  /// How much time one of its files covers.
  var fileSpan: ChunkSpan { self == .hours ? .day : .month }

  /// The name of the day (`2026-03-14`) or month (`2026-03`) whose file takes a chunk that begins at `start` (ms of UTC); `stray`
  /// for stamps outside the years 1970 to 9999.
  func period(of start: Int64) -> String {
    guard ChunkSpan.hasDays(start) else { return "stray" }
    return String(Timestamp(milliseconds: start).description.prefix(self == .hours ? 10 : 7))
  }
}
