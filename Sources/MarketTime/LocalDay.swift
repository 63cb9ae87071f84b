/// A date of the calendar on the wall. How long it lasts and when it starts, only a `MarketCalendar` knows.
public struct LocalDay: Hashable, Comparable, Strideable, Sendable {
  /// Days since 1970-01-01, negative before.
  public let number: Int

  /// The day `number` days after 1970-01-01.
  public init(number: Int) { self.number = number }

  /// The date, or nil where the calendar has none (30 February).
  ///
  /// Days from a civil date of the Gregorian calendar, counted from 1 March so that the leap day comes last.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, year: year) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = Int(Int64(shifted).floored(by: 400))
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    number = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Reads `2026-03-29`.
  public init?(iso8601 text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let year = wholeNumber(parts[0], digits: 4), let month = wholeNumber(parts[1], digits: 2),
      let day = wholeNumber(parts[2], digits: 2)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Year, month 1...12 and day of the month 1...31.
  public var components: (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = Int(Int64(shifted).floored(by: 146_097))
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// 1 on 1 January, up to 366.
  public var dayOfYear: Int {
    let year = components.year
    guard let newYear = LocalDay(year: year, month: 1, day: 1) else { return 1 }
    return number - newYear.number + 1
  }

  /// The day of the week.
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday.
    Weekday.allCases[Int(((number + 3) % 7 + 7) % 7)]
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }

  /// Whether `left` is earlier.
  public static func < (left: LocalDay, right: LocalDay) -> Bool { left.number < right.number }
  /// How many days later `other` is.
  public func distance(to other: LocalDay) -> Int { other.number - number }
  /// The day `count` later.
  public func advanced(by count: Int) -> LocalDay { LocalDay(number: number + count) }
}

extension LocalDay: CustomStringConvertible {
  /// `2026-03-29`.
  public var description: String {
    let (year, month, day) = components
    return "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
  }
}

/// A day of the week, Monday first.
public enum Weekday: Int, CaseIterable, Sendable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday
}

/// A month of the calendar on the wall.
public struct LocalMonth: Hashable, Sendable {
  /// Its first day.
  public let firstDay: LocalDay

  /// Reads `2026-03`.
  public init?(iso8601 text: some StringProtocol) {
    guard text.count == 7, let day = LocalDay(iso8601: String(text) + "-01") else { return nil }
    firstDay = day
  }

  /// The month that `day` belongs to.
  public init(containing day: LocalDay) { firstDay = day.advanced(by: 1 - day.components.day) }

  /// Its days, 28 to 31.
  public var days: Range<LocalDay> {
    let (year, month, _) = firstDay.components
    let next = month == 12 ? LocalDay(year: year + 1, month: 1, day: 1) : LocalDay(year: year, month: month + 1, day: 1)
    return firstDay..<(next ?? firstDay)
  }

  /// The month before.
  public var previous: LocalMonth { LocalMonth(containing: firstDay.advanced(by: -1)) }
  /// The same month of the year before.
  public var yearBefore: LocalMonth {
    let (year, month, _) = firstDay.components
    return LocalDay(year: year - 1, month: month, day: 1).map { LocalMonth(containing: $0) } ?? self
  }
  /// The month after.
  public var next: LocalMonth { LocalMonth(containing: days.upperBound) }
}

extension LocalMonth: CustomStringConvertible {
  /// `2026-03`.
  public var description: String { String(firstDay.description.dropLast(3)) }
}

/// A time of day on the wall clock, to the minute; 24:00 is the end of the day.
public struct LocalTime: Hashable, Comparable, Sendable {
  /// Minutes after midnight, 0...1440.
  public let minutes: Int

  /// 00:00, the start of the day.
  public static let midnight = LocalTime(checked: 0)

  private init(checked minutes: Int) { self.minutes = minutes }

  /// The time `minutes` after midnight; nil outside 0...1440.
  public init?(minutes: Int) {
    guard (0...1440).contains(minutes) else { return nil }
    self.init(checked: minutes)
  }

  /// Reads `18:00`, `06:30`, `24:00`.
  public init?(iso8601 text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = wholeNumber(parts[0], digits: 2), let minute = wholeNumber(parts[1], digits: 2),
      minute < 60
    else { return nil }
    self.init(minutes: hour * 60 + minute)
  }

  /// Whether `left` is earlier in the day.
  public static func < (left: LocalTime, right: LocalTime) -> Bool { left.minutes < right.minutes }
}

extension LocalTime: CustomStringConvertible {
  /// `18:00`.
  public var description: String { "\(padded(minutes / 60, to: 2)):\(padded(minutes % 60, to: 2))" }
}

/// The number that exactly so many decimal digits write; nil for anything else, a sign included.
private func wholeNumber(_ text: some StringProtocol, digits: Int) -> Int? {
  guard text.utf8.count == digits, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
    return nil
  }
  return Int(text)
}
