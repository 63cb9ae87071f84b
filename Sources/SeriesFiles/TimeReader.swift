import MarketTime

/// Reads the times of a file, with their zone or by the clock of a calendar.
///
/// Same results as `LocalInstant.parse`, without a `String` for the usual forms.
struct TimeReader {
  /// The clock by which times without a zone are meant; nil where they are refused.
  private let calendar: MarketCalendar?
  /// The date that the last cell began with, and its seconds since 1970-01-01.
  private var dateText: [UInt8] = []
  private var date: Int64 = 0
  private var clock: ClockDay?

  /// A time as it stands in a cell.
  private struct ClockReading {
    /// Milliseconds since 1970-01-01 00:00 of the clock it was read from.
    let local: Int64
    /// Seconds east of UTC; nil where no zone is written.
    let offset: Int64?
  }

  /// The clock's offsets around a local day, in milliseconds east of UTC.
  private struct ClockDay {
    let number: Int64
    let larger: Int64
    let smaller: Int64
  }

  private static let dateLength = 10
  private static let dayLength: Int64 = 86_400_000

  init(calendar: MarketCalendar?) { self.calendar = calendar }

  /// The instant that a cell says: ISO 8601 or `29.03.2026 03:00`, in a series whose row before was at `previous`.
  ///
  /// Where a time without zone is shown twice by the clock, it is the first of the two (summer time) unless the series has come
  /// so far already.
  mutating func instant(_ cell: ArraySlice<UInt8>, after previous: Timestamp?) throws(SeriesFileError.Fault) -> Timestamp {
    guard let reading = usualReading(cell) ?? Self.anyReading(cell) else { throw .row(.notATime(Self.text(cell))) }
    let local = reading.local
    if let offset = reading.offset { return Timestamp(milliseconds: local - offset * 1000) }
    guard let calendar else { throw .row(.zoneMissing(Self.text(cell))) }
    let clock = clockDay(local, in: calendar)
    let early = Timestamp(milliseconds: local - clock.larger)
    if clock.larger == clock.smaller { return early }
    let late = Timestamp(milliseconds: local - clock.smaller)
    let isEarly = Int64(calendar.offset(at: early)) * 1000 == clock.larger
    let isLate = Int64(calendar.offset(at: late)) * 1000 == clock.smaller
    switch (isEarly, isLate) {
    case (true, true):
      guard let previous else { return early }
      return previous < early ? early : late
    case (true, false): return early
    case (false, true): return late
    case (false, false): throw .row(.skippedByClock(Self.text(cell), zone: calendar.timeZone))
    }
  }

  /// The offsets a day before and a day after: they differ only around a change of the clock.
  private mutating func clockDay(_ local: Int64, in calendar: MarketCalendar) -> ClockDay {
    let number = local.floored(by: Self.dayLength)
    if let clock, clock.number == number { return clock }
    let offsets = [number - 1, number + 2].map {
      Int64(calendar.offset(at: Timestamp(milliseconds: $0 * Self.dayLength))) * 1000
    }
    let found = ClockDay(number: number, larger: max(offsets[0], offsets[1]), smaller: min(offsets[0], offsets[1]))
    clock = found
    return found
  }

  /// A date, `T` or a blank, `hh:mm` or `hh:mm:ss`, and nothing, `Z` or `+hh:mm`; nil for anything else.
  private mutating func usualReading(_ cell: ArraySlice<UInt8>) -> ClockReading? {
    guard cell.count >= Self.dateLength + 6, let day = day(cell.prefix(Self.dateLength)) else { return nil }
    let bytes = cell.span
    /// The two digits at `position`, less than `limit`.
    func pair(_ position: Int, below limit: Int64) -> Int64? {
      guard position + 1 < bytes.count else { return nil }
      let (tens, ones) = (bytes[position] &- 0x30, bytes[position + 1] &- 0x30)
      guard tens < 10, ones < 10 else { return nil }
      let value = Int64(tens) * 10 + Int64(ones)
      return value < limit ? value : nil
    }
    guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "), let hour = pair(11, below: 24),
      bytes[13] == UInt8(ascii: ":"), let minute = pair(14, below: 60)
    else { return nil }
    var seconds = day + hour * 3600 + minute * 60
    var position = 16
    if position < bytes.count, bytes[position] == UInt8(ascii: ":") {
      guard let second = pair(position + 1, below: 60) else { return nil }
      seconds += second
      position += 3
    }
    if position == bytes.count { return ClockReading(local: seconds * 1000, offset: nil) }
    switch bytes[position] {
    case UInt8(ascii: "Z"):
      return position + 1 == bytes.count ? ClockReading(local: seconds * 1000, offset: 0) : nil
    case UInt8(ascii: "+"):
      guard position + 6 == bytes.count, bytes[position + 3] == UInt8(ascii: ":"), let hours = pair(position + 1, below: 15),
        let minutes = pair(position + 4, below: 60)
      else { return nil }
      return ClockReading(local: seconds * 1000, offset: hours * 3600 + minutes * 60)
    default: return nil
    }
  }

  /// The seconds of the date that ten characters say, as in the row before or newly read.
  private mutating func day(_ cell: ArraySlice<UInt8>) -> Int64? {
    if dateText.elementsEqual(cell) { return date }
    guard let midnight = LocalInstant.parse(Self.isoText(cell) + "T00:00") else { return nil }
    dateText = Array(cell)
    date = midnight.local.milliseconds / 1000
    return date
  }

  /// Whatever else ISO 8601 allows: fractions of seconds, 24:00, leap seconds, short offsets.
  private static func anyReading(_ cell: ArraySlice<UInt8>) -> ClockReading? {
    LocalInstant.parse(isoText(cell)).map { ClockReading(local: $0.local.milliseconds, offset: $0.offset.map(Int64.init)) }
  }

  /// The text, with `29.03.2026` at its start written as `2026-03-29`.
  private static func isoText(_ cell: ArraySlice<UInt8>) -> String {
    let bytes = Array(cell)
    guard bytes.count >= dateLength, bytes[2] == UInt8(ascii: "."), bytes[5] == UInt8(ascii: ".") else { return text(cell) }
    let dash = [UInt8(ascii: "-")]
    let date: [UInt8] = bytes[6..<10] + dash + bytes[3..<5] + dash + bytes[0..<2]
    return text(date[...]) + text(bytes[dateLength...])
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
