import CommunityModel
import Forecasting
import MarketTime
import Quantities
import SeriesFiles
import Testing

@Suite("Standard profiles from profiles/")
struct StandardProfileTests {
  private let tables: [LoadProfileTable]
  private let dynamisation: Dynamisation
  private let holidays: HolidayTable
  private let calendar: MarketCalendar

  /// Read once for all tests.
  private static let shippedTables = Result {
    try ["load/bdew-2025.csv", "load/vdew-1999.csv"].map { try LoadProfileTable(file: profile($0)) }
  }
  private static let shippedHolidays = Result { try HolidayTable(file: profile("holidays.csv")) }

  init() throws {
    tables = try Self.shippedTables.get()
    dynamisation = try Dynamisation(file: profile("load/dynamisation.csv"))
    holidays = try Self.shippedHolidays.get()
    calendar = try berlin()
  }

  private func loadProfile(_ name: String, land: String, kilowattHours: Int) throws -> LoadProfile {
    let table = try #require(tables.first { $0.profiles.contains(name) })
    return try LoadProfile(
      name, annualEnergy: Energy(wattHours: kilowattHours * 1000), table: table, dynamisation: dynamisation, calendar: calendar,
      holidays: holidays.holidays(in: HolidayRegion(country: "DE", region: land)))
  }

  @Test("have the published profiles")
  func names() {
    #expect(tables[0].profiles == ["H25", "G25", "L25", "P25", "S25"])
    #expect(tables[1].profiles == ["H0", "G0", "G1", "G2", "G3", "G4", "G5", "G6", "L0", "L1", "L2"])
    #expect(dynamisation.profiles == ["H0", "H25", "P25", "S25"])
  }

  /// Thousandths of the vectors' unit: kWh a quarter hour at 1 GWh a year, or W at 1 MWh a year.
  private func thousandths(_ text: Substring) throws -> Int64 {
    try #require(DecimalNumber(text)?.scaled(by: 1000))
  }

  @Test("agree with all 91 independent test vectors at 00:00, 12:00 and 19:00")
  func vectors() throws {
    let rows = standardProfileVectors.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.count == 91)
    for row in rows {
      let date = try day(String(row[0].drop { $0 == " " }))
      // At 1,000,000 kWh a year a 2025 value of 1 kWh a quarter hour is 4 kW, a 1999 value of 1 W is 1 kW.
      let kilowatts: Int64 = row[2].hasSuffix("25") ? 4 : 1
      let profile = try loadProfile(String(row[2]), land: String(row[1]), kilowattHours: 1_000_000)
      let power = profile.power(over: calendar.quarterHours(of: date))
      for (hour, cell) in [(0, 4), (12, 5), (19, 6)] {
        let time = try #require(LocalTime(minutes: hour * 60))
        let found = power[QuarterHour(containing: calendar.instant(of: time, on: date))]
        #expect(found == Power(count: try thousandths(row[cell]) * kilowatts * 1000), "\(row[0]) \(row[2]) \(hour):00")
      }
      // The vectors' sums count all slots of the table, so they hold on days without a change of the clock. A thousandth of
      // a kWh, and of a Wh for a thousandth of the yearly use, are 1000 mWh.
      if power.values.count == LoadProfileTable.slotsPerDay {
        let sum = power.values.map { $0.energy(over: QuarterHour.duration) }.reduce(.zero, +)
        #expect(sum == Energy(count: try thousandths(row[7]) * 1000), "sum of \(row[0]) \(row[2])")
      }
    }
  }

  // Table rows of H25 on a Sunday, 02:00 to 03:00: March 17.530 17.198 16.965 16.669, F(88) = 1.0757, products
  // 18.857 18.500 18.249 17.931, together 73.537; October 17.174 16.911 16.629 16.405, F(298) = 1.0087, products
  // 17.323 17.058 16.774 16.548, together 67.703. Day sums of the table from the vectors: 3083.419 and 3154.451.
  @Test(
    "leave out the hour from 02:00 in spring and have it twice in autumn",
    arguments: [("2026-03-29", 92, 3083.419 - 73.537), ("2026-10-25", 100, 3154.451 + 67.703)])
  func clockChange(text: String, count: Int, kilowattHours: Double) throws {
    let power = try loadProfile("H25", land: "NW", kilowattHours: 1_000_000).power(over: calendar.quarterHours(of: day(text)))
    #expect(power.values.count == count)
    #expect(power.values.map { $0.energy(over: QuarterHour.duration) }.reduce(.zero, +) == Energy(kilowattHours: kilowattHours))
  }

  // data/standards/slp_year_sums.csv counts 96 slots for every day; for H25 the changes of the clock are worth 67.703 - 73.537.
  @Test(
    "sum up over a year to what was computed from the table elsewhere",
    arguments: [("NW", 999_644.046), ("BY", 1_000_177.311), ("BE", 999_270.195)])
  func yearSums(land: String, kilowattHours: Double) throws {
    let year = try calendar.quarterHours(of: day("2026-01-01")..<day("2027-01-01"))
    let power = try loadProfile("H25", land: land, kilowattHours: 1_000_000).power(over: year)
    let sum = power.values.map { $0.energy(over: QuarterHour.duration) }.reduce(.zero, +)
    #expect(sum == Energy(kilowattHours: kilowattHours + 67.703 - 73.537))
  }

  @Test("know the holidays of a Land, and not those of single towns")
  func holidayRows() throws {
    let bavaria = try holidays.holidays(in: HolidayRegion(country: "DE", region: "BY"))
    // Assumption Day only in Catholic municipalities, the Peace Festival only in Augsburg; Epiphany in all of Bavaria.
    #expect(!bavaria.contains(try day("2026-08-15")))
    #expect(!bavaria.contains(try day("2026-08-08")))
    #expect(bavaria.contains(try day("2026-01-06")))
    #expect(bavaria.years == Set(2024...2030))
    let germany = try holidays.holidays(in: HolidayRegion(country: "DE"))
    // The nine days that every Land keeps.
    #expect(germany.days.count { $0.components.year == 2026 } == 9)
    #expect(try holidays.holidays(in: HolidayRegion(country: "AT")).contains(day("2026-10-26")))
  }

  @Test("give houses in Dresden their heat of a year, collectors their yield, and the temperatures of the months")
  func heat() throws {
    // profiles/README.md: a year of demand is 1 MWh for each, collectors give 597 kWh/kW, a mean of 9.4 degrees; the table's first row.
    let shape = try HeatShape(file: profile("heat/dresden.csv"))
    let year = try quarter("2026-01-01T00:00Z")..<quarter("2027-01-01T00:00Z")
    func energy(_ forecast: Forecast) -> Double {
      forecast.power.values.compactMap { $0 }.reduce(.zero, +).energy(over: QuarterHour.duration).kilowattHours
    }
    #expect(abs(energy(shape.demand(annual: Energy(kilowattHours: 20_000), over: year)) - 20_000) < 10)
    #expect(abs(energy(shape.collectors(peak: Power(kilowatts: 10), over: year)) - 5974) < 10)
    let outdoor = shape.outdoorTemperature(over: year).values
    #expect(abs(outdoor.reduce(0) { $0 + $1.degreesCelsius } / Double(outdoor.count) - 9.4355) < 0.02)
    #expect(outdoor[0] == Temperature(count: -3900))
    #expect(shape.demand(annual: Energy(kilowattHours: 10_000), over: year).power.values[0] == Power(count: 1_949_000))
  }

  @Test("give a plant in Dresden the yields of the months and the highest value of the table")
  func generation() throws {
    // profiles/README.md: January 30.8, May 137.5, a year 1066 kWh/kWp; highest value 528 W/kWp in May, 11:00 UTC.
    let shape = try GenerationShape(file: profile("generation/pv-dresden.csv"))
    func yield(_ from: String, _ until: String) throws -> Double {
      let power = shape.power(peak: Power(kilowatts: 10), over: try quarter(from + "T00:00Z")..<quarter(until + "T00:00Z"))
      return power.values.reduce(.zero, +).energy(over: QuarterHour.duration).kilowattHours / 10
    }
    #expect(abs(try yield("2026-01-01", "2026-02-01") - 30.8) < 0.05)
    #expect(abs(try yield("2026-05-01", "2026-06-01") - 137.5) < 0.05)
    #expect(abs(try yield("2026-01-01", "2027-01-01") - 1066) < 0.5)
    let noon = try quarter("2026-05-10T11:00Z")
    let power = shape.power(peak: Power(kilowatts: 1), over: noon..<noon.advanced(by: 1)).values[0]
    #expect(abs(power.kilowatts - 0.528) < 0.0005)
  }
}
