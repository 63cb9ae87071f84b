import Forecasting
import MarketTime
import Quantities
import Testing

@Suite("Load profile")
struct LoadProfileTests {
  /// A table whose value says where it stands: 1000 x month + slot, in thousandths of the unit, the same for all day types.
  private func positionTable() throws -> LoadProfileTable {
    var values = [Int64](repeating: 0, count: LoadProfileTable.valueCount(of: .bdew2025))
    for period in 0..<12 {
      for type in DayType.allCases {
        for slot in 0..<LoadProfileTable.slotsPerDay {
          values[LoadProfileTable.position(period: period, dayType: type, slot: slot)] = Int64((period + 1) * 1000 + slot)
        }
      }
    }
    return try LoadProfileTable(edition: .bdew2025, profiles: [("G25", values)])
  }

  /// The table's slots that `span` got, by taking the month's thousand away again.
  ///
  /// At 1,000,000 kWh a year the mean power is 4 kW for each kWh in the quarter hour, so a thousandth is 4 W.
  private func slots(over span: Range<QuarterHour>, month: Int) throws -> [Int] {
    let profile = try LoadProfile(
      "G25", annualEnergy: Energy(wattHours: 1_000_000_000), table: positionTable(), dynamisation: publishedDynamisation(),
      calendar: berlin(), holidays: .none)
    return profile.power(over: span).values.map { Int($0.count / 4000) - month * 1000 }
  }

  @Test("follows the local clock over an ordinary day")
  func ordinaryDay() throws {
    let span = try berlin().quarterHours(of: try day("2026-06-21"))
    #expect(try slots(over: span, month: 6) == Array(0..<LoadProfileTable.slotsPerDay))
  }

  @Test("leaves out the hour from 02:00 on 29 March 2026")
  func springDay() throws {
    let span = try berlin().quarterHours(of: try day("2026-03-29"))
    let found = try slots(over: span, month: 3)
    #expect(found.count == 92)
    #expect(found == Array(0..<8) + Array(12..<LoadProfileTable.slotsPerDay))
  }

  @Test("has the hour from 02:00 twice on 25 October 2026")
  func autumnDay() throws {
    let span = try berlin().quarterHours(of: try day("2026-10-25"))
    let found = try slots(over: span, month: 10)
    #expect(found.count == 100)
    #expect(found == Array(0..<12) + Array(8..<LoadProfileTable.slotsPerDay))
  }

  @Test("begins and ends anywhere within a day")
  func partOfDays() throws {
    // 22:30 of 20 June to 01:00 of 21 June in Berlin, which is two hours ahead of UTC.
    let span = try quarter("2026-06-20T20:30Z")..<quarter("2026-06-20T23:00Z")
    #expect(try slots(over: span, month: 6) == [90, 91, 92, 93, 94, 95, 0, 1, 2, 3])
  }

  @Test("is four values a kilowatt-hour apart in power and energy")
  func units() throws {
    // 1 January, 00:00, month 1: value 1.000 kWh per 1,000,000 kWh; at 3500 kWh a year 3.5 Wh in the quarter hour, 14 W.
    let profile = try LoadProfile(
      "G25", annualEnergy: Energy(wattHours: 3_500_000), table: positionTable(), dynamisation: publishedDynamisation(),
      calendar: berlin(), holidays: .none)
    let first = try quarter("2025-12-31T23:00Z")
    let power = profile.power(over: first..<first.advanced(by: 1)).values[0]
    #expect(power == Power(watts: 14))
    #expect(power.energy(over: QuarterHour.duration) == Energy(count: 3500))
  }

  // Table values and factors of 1 January 2026 from bdew-2025.csv and vdew-1999.csv, products by hand:
  // H25 23.148 x 1.2420 = 28.749816 -> 28.750 kWh; H0 87.44 x 1.2420 = 108.60048 -> 108.6 W.
  @Test(
    "multiplies household profiles by the factor of the day and rounds as each edition does",
    arguments: [
      ("H25", LoadProfileTable.Edition.bdew2025, Int64(23_148), Int64(28_750 * 4)),
      ("H0", .vdew1999, 87_440, 108_600),
      ("G0", .vdew1999, 63_200, 63_200),
    ])
  func dynamicProfiles(name: String, edition: LoadProfileTable.Edition, published: Int64, watts: Int64) throws {
    let values = [Int64](repeating: published, count: LoadProfileTable.valueCount(of: edition))
    let profile = try LoadProfile(
      name, annualEnergy: Energy(wattHours: 1_000_000_000), table: try .init(edition: edition, profiles: [(name, values)]),
      dynamisation: publishedDynamisation(), calendar: berlin(), holidays: .none)
    let first = try quarter("2025-12-31T23:00Z")
    #expect(profile.power(over: first..<first.advanced(by: 1)).values == [Power(count: watts * 1000)])
  }

  @Test("refuses a profile that the table lacks, and names those it has")
  func unknownProfile() throws {
    #expect(throws: ForecastingError.unknownProfile("H26", known: ["G25"])) {
      try LoadProfile(
        "H26", annualEnergy: .zero, table: positionTable(), dynamisation: publishedDynamisation(), calendar: berlin(),
        holidays: .none)
    }
  }

  @Test("refuses a table with too few values")
  func shortTable() throws {
    #expect(throws: ForecastingError.wrongTableSize(profile: "H0", found: 1, expected: 3 * 3 * 96)) {
      try LoadProfileTable(edition: .vdew1999, profiles: [("H0", [0])])
    }
  }

  @Test(
    "changes the seasons of 1999 on the published days",
    arguments: [
      (1, 1, LoadProfileTable.Season.winter), (3, 20, .winter), (3, 21, .transition), (5, 14, .transition), (5, 15, .summer),
      (7, 1, .summer), (9, 14, .summer), (9, 15, .transition), (10, 31, .transition), (11, 1, .winter), (12, 31, .winter),
    ])
  func seasons(month: Int, dayOfMonth: Int, expected: LoadProfileTable.Season) {
    #expect(LoadProfileTable.Season(month: month, day: dayOfMonth) == expected)
  }
}
