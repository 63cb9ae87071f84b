public import MarketTime
public import Quantities

/// A time of the day in which energy from the grid costs more or less: a network charge that follows the clock.
///
/// The clock is that on the wall: an hour that the clock shows twice lies in the window twice, one that it leaves out never.
public struct PriceWindow: Hashable, Sendable {
  /// When it opens.
  public let from: LocalTime
  /// When it closes, another time than `from`; before `from` means on the next day.
  public let until: LocalTime
  /// The days on which it opens.
  public let days: Set<Weekday>
  /// What a kilowatt-hour costs more; negative is less.
  public let plus: EnergyPrice

  /// A window; see the properties.
  public init(from: LocalTime, until: LocalTime, days: Set<Weekday> = Set(Weekday.allCases), plus: EnergyPrice) {
    self.from = from
    self.until = until
    self.days = days
    self.plus = plus
  }

  /// Whether the window is open at `time` on `day`.
  public func contains(_ time: LocalTime, on day: LocalDay) -> Bool {
    let opensToday = days.contains(day.weekday)
    guard until < from else { return opensToday && from <= time && time < until }
    return (opensToday && from <= time) || (time < until && days.contains(day.advanced(by: -1).weekday))
  }
}
