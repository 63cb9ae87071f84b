public import MarketTime

/// What kind of day the standard load profiles and the similar-day forecast take a date for.
///
/// The raw value is the word in the profile tables.
public enum DayType: String, CaseIterable, Sendable {
  /// Monday to Friday (`Werktag`).
  case workday = "WT"
  /// Saturday, and 24 and 31 December unless they are Sundays or holidays (`Samstag`).
  case saturday = "SA"
  /// Sunday or public holiday of the region (`Feiertag`).
  case sundayOrHoliday = "FT"

  /// What `day` counts as, where `holidays` are kept.
  ///
  /// The rules of BDEW's standard load profiles: a holiday is a Sunday; 24 and 31 December are Saturdays unless they are Sundays.
  public init(of day: LocalDay, holidays: Holidays) {
    let (_, month, dayOfMonth) = day.components
    if day.weekday == .sunday || holidays.contains(day) {
      self = .sundayOrHoliday
    } else if day.weekday == .saturday || (month == 12 && (dayOfMonth == 24 || dayOfMonth == 31)) {
      self = .saturday
    } else {
      self = .workday
    }
  }
}
