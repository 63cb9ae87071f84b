import CommunityModel
import Forecasting
import MarketTime
import Quantities
import Testing

@testable import MeterData

/// A flat in Berlin in March 2026, whose meter counts 1 Wh in slot 0, 2 Wh in slot 1 and so on, on every day the same, unless told.
struct Flat {
  static let key = MeteredEnergies.Key("FLAT", .import)
  let calendar: MarketCalendar
  let holidays: Holidays
  let month: LocalMonth
  /// From 1 February to 1 April.
  var values: TimeSeries<IntervalEnergy>

  init(holidays days: Set<LocalDay> = []) throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    month = try #require(LocalMonth(iso8601: "2026-03"))
    holidays = Holidays(days: days, years: [2026])
    self.calendar = calendar
    let all = month.previous.firstDay..<month.days.upperBound.advanced(by: 1)
    let quarters = calendar.quarterHours(of: all)
    values = TimeSeries(
      start: quarters.lowerBound,
      values: quarters.map { .measured(Energy(wattHours: calendar.local($0.start).time.minutes / 15 + 1)) })
  }

  /// The quarter hour that begins at local `time` on `day`.
  func quarter(_ day: String, _ time: String) throws -> QuarterHour {
    QuarterHour(
      containing: calendar.instant(
        of: try #require(LocalTime(iso8601: time)), on: try #require(LocalDay(iso8601: day))))
  }

  subscript(quarter: QuarterHour) -> IntervalEnergy {
    get { values[quarter] ?? .missing }
    set { values.values[values.start.distance(to: quarter)] = newValue }
  }

  mutating func set(_ value: IntervalEnergy, from: QuarterHour, count: Int) {
    for place in 0..<count { self[from.advanced(by: place)] = value }
  }

  func series(_ measures: MeteringPoint.Measures = .consumption, _ direction: MeteredEnergies.Direction = .import) -> MeterSeries
  {
    MeterSeries(
      point: MeteringPoint(id: "FLAT", site: "house", measures: measures), direction: direction, values: values, register: values)
  }

  var span: Range<QuarterHour> { calendar.quarterHours(of: month.days) }

  func filled(_ series: MeterSeries? = nil) -> (filled: [Substitution], refused: [SubstituteRefusal]) {
    Substitutes(calendar: calendar, holidays: holidays).fill(series ?? self.series(), over: span)
  }
}

/// What values of milliwatt-hours are as substitutes.
private func substituted(_ milliwattHours: [Int64]) -> [IntervalEnergy] {
  milliwattHours.map { .substituted(Energy(count: $0)) }
}

@Suite("Substitutes of missing values")
struct SubstitutesTests {
  /// 100 [4 missing] 200 gives 120, 140, 160, 180: sharing.md, section 12.
  @Test("lie on a straight line between measured values, over at most two hours")
  func line() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "08:00")
    flat[gap.advanced(by: -1)] = .measured(Energy(wattHours: 100))
    flat[gap.advanced(by: 4)] = .measured(Energy(wattHours: 200))
    flat.set(.missing, from: gap, count: 4)
    let (filled, refused) = flat.filled()
    #expect(
      filled == [
        Substitution(
          key: Flat.key, method: .linear,
          values: TimeSeries(start: gap, values: substituted([120_000, 140_000, 160_000, 180_000])))
      ])
    #expect(refused.isEmpty)
  }

  @Test("take a faulty value for none, and a value that is not measured for no neighbour")
  func neighbours() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "08:00")
    flat.set(.faulty(Energy(wattHours: 9_000_000)), from: gap, count: 2)
    // Slots 32 and 33 of every day: 33 and 34 Wh, which the line between 32 and 35 Wh gives too.
    #expect(flat.filled().filled.map(\.method) == [.linear])
    #expect(flat.filled().filled.first?.values.values == substituted([33_000, 34_000]))
    flat[gap.advanced(by: 2)] = .preliminary(Energy(wattHours: 35))
    #expect(flat.filled().filled.map(\.method) == [.comparableDays])
  }

  /// Tuesday 10 March, slot 40 and on: 41 Wh on the workdays before, but 47 Wh on Monday the 9th; on Saturday the 7th 999, which is another
  /// kind of day. Friday the 6th is missing there, so the days are the 9th, 5th and 4th: (47 + 41 + 41) / 3 = 43.
  @Test("are the mean of the last three days of the same kind where a gap is longer, measured values only")
  func comparableDays() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "10:00")
    flat.set(.missing, from: gap, count: 9)
    flat[try flat.quarter("2026-03-09", "10:00")] = .measured(Energy(wattHours: 47))
    flat[try flat.quarter("2026-03-07", "10:00")] = .measured(Energy(wattHours: 999))
    flat[try flat.quarter("2026-03-06", "10:00")] = .estimated(Energy(wattHours: 500))
    let filled = try #require(flat.filled().filled.first { $0.method == .comparableDays })
    #expect(filled.values.start == gap)
    #expect(filled.values.values == substituted([43_000, 42_000, 43_000, 44_000, 45_000, 46_000, 47_000, 48_000, 49_000]))
  }

  /// Wednesday 11 March is a holiday here: its days are the Sundays 8 March, 1 March and 22 February.
  @Test("take a holiday for a Sunday")
  func holiday() throws {
    let day = try #require(LocalDay(iso8601: "2026-03-11"))
    var flat = try Flat(holidays: [day])
    for (sunday, wattHours) in [("2026-03-08", 100), ("2026-03-01", 200), ("2026-02-22", 600)] {
      flat[try flat.quarter(sunday, "12:00")] = .measured(Energy(wattHours: wattHours))
    }
    let gap = try flat.quarter("2026-03-11", "12:00")
    flat.set(.missing, from: gap, count: 12)
    #expect(flat.filled().filled.first?.values[gap] == .substituted(Energy(wattHours: 300)))
  }

  /// The counter advanced 6000 Wh over eight slots, of which four are measured with 4000: four substitutes add up to 2000. The line
  /// between 1000 and 1000 gives 500 each; sharing.md, section 12.
  @Test("add up to what the register advanced, to the last mWh")
  func anchor() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "10:00")
    flat.set(.measured(Energy(wattHours: 1000)), from: gap.advanced(by: -2), count: 8)
    flat.set(.estimated(Energy(wattHours: 500)), from: gap, count: 4)
    let filled = try #require(flat.filled().filled.first)
    #expect((filled.method, filled.anchor, filled.energy) == (.linear, Energy(wattHours: 2000), Energy(wattHours: 2000)))
    #expect(filled.values.values == substituted([500_000, 500_000, 500_000, 500_000]))
    // Shape 1, 2, 3 of sum 100 mWh: 16, 33, 50 cut, the spare one on the last. A shape of zeros is shared evenly.
    #expect(Substitutes.scaled([1, 2, 3], to: 100) == [16, 33, 51])
    #expect(Substitutes.scaled([0, 0, 0], to: 100) == [33, 33, 34])
    flat.set(.estimated(Energy(wattHours: -500)), from: gap, count: 4)
    #expect(flat.filled().refused.map(\.reason) == [.registerFell])
  }

  /// Ten hours that the register bridges with 200 Wh; the days before say 41 to 80 Wh, together 2420: 41/2420 of 200 Wh is 3.388429 Wh.
  @Test("have the shape of comparable days where the register tells the sum of a long gap")
  func anchoredShape() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "10:00")
    flat.set(.estimated(Energy(wattHours: 5)), from: gap, count: 40)
    let filled = try #require(flat.filled().filled.first)
    #expect((filled.method, filled.energy, filled.values.values.count) == (.comparableDays, Energy(wattHours: 200), 40))
    #expect(filled.values[gap] == .substituted(Energy(count: 3388)))
  }

  @Test("leave alone what was delivered as an estimate: only a register's own sum is brought into another shape")
  func delivered() throws {
    var flat = try Flat()
    flat.set(.estimated(Energy(wattHours: 5)), from: try flat.quarter("2026-03-10", "10:00"), count: 40)
    let series = MeterSeries(point: flat.series().point, direction: .import, values: flat.values, curve: flat.values)
    #expect(flat.filled(series).filled.isEmpty)
    #expect(flat.filled(series).refused.isEmpty)
  }

  @Test("complete a month for the time being, marked as preliminary; what cannot be filled stays missing")
  func completing() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-10", "08:00")
    flat.set(.missing, from: gap, count: 2)
    let community = Community(
      id: "hof", name: "Hof", calendar: flat.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [],
      meteringPoints: [
        MeteringPoint(id: "FLAT", site: "house", measures: .consumption),
        MeteringPoint(id: "SUN", site: "house", measures: .generation),
      ])
    var energies = MeteredEnergies(over: flat.values.span)
    energies["FLAT", .import] = flat.values
    energies["SUN", .export] = flat.values
    let completed = Substitutes(calendar: flat.calendar, holidays: flat.holidays).completing(
      energies, of: community, over: flat.span)
    // Slots 32 and 33 of every day.
    #expect(completed["FLAT", .import]?[gap] == .preliminary(Energy(wattHours: 33)))
    #expect(completed["FLAT", .import]?[gap.advanced(by: 1)] == .preliminary(Energy(wattHours: 34)))
    #expect(completed["SUN", .export]?[gap] == .missing)
  }

  @Test("are refused where there are not three such days, where holidays are not known, and never made for plants")
  func refused() throws {
    var flat = try Flat()
    let late = try flat.quarter("2026-03-28", "10:00")
    flat.set(.missing, from: late, count: 12)
    // All four Saturdays before are missing too.
    for day in ["2026-03-21", "2026-03-14", "2026-03-07", "2026-02-28"] {
      flat.set(.missing, from: try flat.quarter(day, "10:00"), count: 12)
    }
    let refused = flat.filled().refused
    #expect(refused.last == SubstituteRefusal(key: Flat.key, span: late..<late.advanced(by: 12), reason: .tooFewDays(needed: 3)))
    let unknown = Substitutes(calendar: flat.calendar, holidays: Holidays(days: [], years: []))
    #expect(unknown.fill(flat.series(), over: flat.span).refused.map(\.reason).last == .holidaysUnknown)
    for series in [flat.series(.generation, .export), flat.series(.grid, .export), flat.series(.storage)] {
      #expect(flat.filled(series).filled.isEmpty)
      #expect(flat.filled(series).refused.allSatisfy { $0.reason == .plant })
    }
  }

  /// On Sunday 29 March the clock goes from 02:00 to 03:00, so that 12 quarter hours after midnight it is 04:00.
  @Test("follow the clock on the wall where it changes")
  func clockChange() throws {
    var flat = try Flat()
    let gap = try flat.quarter("2026-03-29", "00:00")
    flat.set(.missing, from: gap, count: 12)
    let filled = try #require(flat.filled().filled.first)
    // Slots 0 to 7, then 12 to 15: 1 to 8 Wh, 13 to 16 Wh.
    #expect(filled.values.values == substituted([1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16].map { $0 * 1000 }))
  }

  /// 2 kWh are used, 1.5 fed in, 0.5 charged, nothing taken from the grid, the battery gives 0.25: the sun gave 2 + 1.5 + 0.5 - 0.25.
  @Test("of a plant are what the site's other meters leave, and estimated")
  func remainder() throws {
    let wire = GridConnection(importLimit: .zero, exportLimit: .zero)
    let flat = try Flat()
    let points: [(MeteringPoint.ID, MeteringPoint.Measures)] = [
      ("GRID", .grid), ("SUN", .generation), ("BATTERY", .storage), ("USE", .consumption),
    ]
    let community = Community(
      id: "hof", name: "Hof", calendar: flat.calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "house", name: "Haus", gridConnection: wire)],
      meteringPoints: points.map { MeteringPoint(id: $0.0, site: "house", measures: $0.1) })
    let start = QuarterHour(index: 0)
    var energies = MeteredEnergies(over: start..<start.advanced(by: 3))
    func set(_ point: MeteringPoint.ID, _ direction: MeteredEnergies.Direction, _ wattHours: Int?...) {
      energies[point, direction] = TimeSeries(
        start: start, values: wattHours.map { $0.map { .measured(Energy(wattHours: $0)) } ?? .missing })
    }
    set("GRID", .import, 0, 0, 5000)
    set("GRID", .export, 1500, nil, 0)
    set("BATTERY", .import, 500, 0, 0)
    set("BATTERY", .export, 250, 0, 0)
    set("USE", .import, 2000, 0, 1000)
    set("SUN", .export, nil, nil, nil)
    let key = MeteredEnergies.Key("SUN", .export)
    let left = try #require(SiteRemainder(of: "house", in: community, energies: energies).series(of: key))
    // The second lacks what was fed in, the third would leave less than nothing.
    #expect(left.values == [.estimated(Energy(wattHours: 3750)), .missing, .missing])
    let series = try #require(community.meterSeries(energies).first { $0.key == key })
    let (filled, refused) = Substitutes(calendar: flat.calendar, holidays: flat.holidays).fill(
      series, over: energies.span, remainder: left)
    #expect(filled.map(\.method) == [.balance])
    #expect(filled.first?.values.values == [.estimated(Energy(wattHours: 3750))])
    #expect(refused == [SubstituteRefusal(key: key, span: start.advanced(by: 1)..<start.advanced(by: 3), reason: .plant)])
  }
}
