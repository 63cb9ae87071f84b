/// How long the interval is that one row's values belong to. The raw value is minutes.
public enum RowInterval: Int, CaseIterable, Sendable {
  /// 1 min; fifteen make a quarter hour.
  case oneMinute = 1
  /// 5 min; three make a quarter hour.
  case fiveMinutes = 5
  /// 15 min.
  case quarterHour = 15
  /// 30 min, spread over two quarter hours.
  case halfHour = 30
  /// 60 min, spread over four quarter hours.
  case hour = 60

  /// The interval of so many milliseconds.
  init?(milliseconds: Int64) {
    guard milliseconds % 60_000 == 0 else { return nil }
    self.init(rawValue: Int(clamping: milliseconds / 60_000))
  }

  /// Its length in milliseconds.
  var milliseconds: Int64 { Int64(rawValue) * 60_000 }

  /// How many quarter hours it lasts; 0 where it is shorter than one.
  var quarterHours: Int { rawValue / RowInterval.quarterHour.rawValue }

  /// How many of it make a quarter hour; 0 where it is longer.
  var perQuarterHour: Int { RowInterval.quarterHour.rawValue / rawValue }
}

extension RowInterval: CustomStringConvertible {
  /// `15 min`.
  public var description: String { "\(rawValue) min" }
}
