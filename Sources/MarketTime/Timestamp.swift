import Quantities

/// An instant: whole milliseconds of UTC since 1970-01-01, leap seconds not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  public let milliseconds: Int64

  /// The instant `milliseconds` after 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Whether `left` is earlier.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }
  /// The instant `duration` later; whole milliseconds.
  public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds + duration.milliseconds)
  }
  /// The instant `duration` earlier; whole milliseconds.
  public static func - (instant: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(milliseconds: instant.milliseconds - duration.milliseconds)
  }
  /// From `right` to `left`; negative when `left` is earlier.
  public static func - (left: Timestamp, right: Timestamp) -> Duration {
    .milliseconds(left.milliseconds - right.milliseconds)
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2026-03-29T01:00:00Z`, with milliseconds only where there are any.
  public var description: String {
    let seconds = milliseconds.floored(by: 1000)
    let day = LocalDay(number: Int(seconds.floored(by: 86_400)))
    let second = Int(seconds - Int64(day.number) * 86_400)
    // Right also where the second begins before the first of all numbers.
    let rest = Int(milliseconds &- seconds &* 1000)
    let fraction = rest == 0 ? "" : "." + padded(rest, to: 3)
    return "\(day)T\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2)):\(padded(second % 60, to: 2))\(fraction)Z"
  }

  /// Reads ISO 8601 with a zone: `2026-03-29T01:00Z`, `2026-03-29 03:00:00+02:00`, `2026-03-29T01:00:00.250Z`.
  ///
  /// A second of 60 (a leap second) is read as the first second after it. Nil for anything else, a missing zone included.
  public init?(iso8601 text: some StringProtocol) {
    guard let (local, zone) = LocalInstant.parse(text), let zone else { return nil }
    self.init(milliseconds: local.milliseconds - Int64(zone) * 1000)
  }
}

/// A date and time of day as written on a clock, without its zone.
public struct LocalInstant: Hashable, Sendable {
  /// Milliseconds since 1970-01-01 00:00 of the clock it was read from.
  public let milliseconds: Int64

  /// The reading so many milliseconds after 1970-01-01 00:00 of its clock.
  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Reads `2026-03-29T01:00`, with or without seconds and zone; gives the zone's offset in seconds east of UTC where written.
  public static func parse(_ text: some StringProtocol) -> (local: LocalInstant, offset: Int?)? {
    var bytes = Substring(text).utf8[...]
    func digits(_ count: Int) -> Int? {
      guard bytes.count >= count else { return nil }
      var value = 0
      for byte in bytes.prefix(count) {
        guard byte >= 0x30, byte <= 0x39 else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      bytes = bytes.dropFirst(count)
      return value
    }
    func skip(_ characters: String) -> UInt8? {
      guard let first = bytes.first, characters.utf8.contains(first) else { return nil }
      bytes = bytes.dropFirst()
      return first
    }
    guard let year = digits(4), skip("-") != nil, let month = digits(2), skip("-") != nil, let dayOfMonth = digits(2),
      let day = LocalDay(year: year, month: month, day: dayOfMonth)
    else { return nil }
    guard skip("T t") != nil, let hour = digits(2), skip(":") != nil, let minute = digits(2), hour <= 24, minute < 60 else {
      return nil
    }
    var second = 0
    var thousandths = 0
    if skip(":") != nil {
      guard let seconds = digits(2), seconds <= 60 else { return nil }
      second = seconds
      if skip(".,") != nil {
        var place = 100
        guard bytes.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true else { return nil }
        while let digit = digits(1) {
          thousandths += digit * place
          place /= 10
        }
      }
    }
    guard hour < 24 || (minute == 0 && second == 0 && thousandths == 0) else { return nil }
    var offset: Int?
    if skip("Zz") != nil {
      offset = 0
    } else if let sign = skip("+-") {
      guard let hours = digits(2), hours <= 15 else { return nil }
      let minutes = skip(":") == nil && bytes.isEmpty ? 0 : digits(2)
      guard let minutes, minutes < 60 else { return nil }
      offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
    guard bytes.isEmpty else { return nil }
    let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    return (LocalInstant(milliseconds: seconds * 1000 + Int64(thousandths)), offset)
  }
}

extension Int64 {
  /// Division that rounds toward minus infinity, so that times before 1970 fall into the right interval. `divisor` > 0.
  package func floored(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

/// `number` with leading zeros up to `width` digits; `number` >= 0.
package func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
