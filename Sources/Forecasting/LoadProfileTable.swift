import MarketTime

/// Standard load profiles as published: for each period of the year, day type and quarter hour of the local clock, how much.
public struct LoadProfileTable: Sendable, Equatable {
  /// How many quarter hours a table lists a day; a day of the calendar may have four fewer or more.
  public static let slotsPerDay = 24 * 4

  /// Which publication a table is, with its unit, periods and rounding.
  public enum Edition: Sendable, Equatable {
    /// H25, G25, L25, P25, S25: kWh in the quarter hour at 1,000,000 kWh a year, by month; products to three decimals.
    case bdew2025
    /// H0, G0-G6, L0-L2: mean W at 1000 kWh a year, by season; products to one decimal.
    case vdew1999

    /// How many parts of the year the table tells apart.
    public var periods: Int {
      switch self {
      case .bdew2025: return 12
      case .vdew1999: return Season.allCases.count
      }
    }

    /// Which of the parts `day` lies in.
    func period(of day: LocalDay) -> Int {
      let (_, month, dayOfMonth) = day.components
      switch self {
      case .bdew2025: return month - 1
      case .vdew1999: return Season(month: month, day: dayOfMonth).position
      }
    }

    /// What one published unit is worth as mean power at an annual energy of 1,000,000 kWh, in kW: 4 kWh/h, or 1 W per MWh.
    var kilowattsPerGigawattHour: Int64 {
      switch self {
      case .bdew2025: return 4
      case .vdew1999: return 1
      }
    }

    /// The step to which a value times F(t) is rounded, in thousandths of the published unit.
    var dynamicStep: Int64 {
      switch self {
      case .bdew2025: return 1
      case .vdew1999: return 100
      }
    }
  }

  /// The seasons of the profiles of 1999.
  public enum Season: String, CaseIterable, Sendable {
    /// 1 November to 20 March.
    case winter
    /// 15 May to 14 September.
    case summer
    /// The time between.
    case transition

    /// The season of a date.
    public init(month: Int, day: Int) {
      switch (month, day) {
      case (11..., _), (...2, _), (3, ...20): self = .winter
      case (6...8, _), (5, 15...), (9, ...14): self = .summer
      default: self = .transition
      }
    }

    /// Where the season stands in a table.
    public var position: Int {
      switch self {
      case .winter: return 0
      case .summer: return 1
      case .transition: return 2
      }
    }
  }

  /// Which publication it is.
  public let edition: Edition
  /// The profiles, in the order of the file.
  public let profiles: [String]
  /// Thousandths of the published unit, at `position(period:dayType:slot:)`.
  private let thousandths: [String: [Int64]]

  /// A table of `profiles`, each with its values in thousandths of the edition's unit, in the order of `position`.
  ///
  /// - Throws: `ForecastingError.wrongTableSize`.
  public init(edition: Edition, profiles: [(name: String, thousandths: [Int64])]) throws(ForecastingError) {
    let expected = Self.valueCount(of: edition)
    for profile in profiles where profile.thousandths.count != expected {
      throw .wrongTableSize(profile: profile.name, found: profile.thousandths.count, expected: expected)
    }
    self.edition = edition
    self.profiles = profiles.map(\.name)
    thousandths = Dictionary(profiles.map { ($0.name, $0.thousandths) }, uniquingKeysWith: { first, _ in first })
  }

  /// How many values a profile of `edition` has.
  public static func valueCount(of edition: Edition) -> Int { edition.periods * DayType.allCases.count * slotsPerDay }

  /// Where a value stands: `period` is the month less one, or winter 0, summer 1, transition 2.
  public static func position(period: Int, dayType: DayType, slot: Int) -> Int {
    let type: Int
    switch dayType {
    case .workday: type = 0
    case .saturday: type = 1
    case .sundayOrHoliday: type = 2
    }
    return (period * DayType.allCases.count + type) * slotsPerDay + slot
  }

  /// All values of `profile`, in the order of `position`; nil where the table has no such profile.
  func values(of profile: String) -> [Int64]? { thousandths[profile] }
}
