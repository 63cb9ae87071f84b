import CommunityModel
import MarketTime
import Quantities
import Reporting
import Testing

@testable import Summaries

@Suite("Faults found from readings")
struct FaultTests {
  private let calendar = Musterhof.calendar

  // MARK: - Silent meter

  @Test("a meter is silent since its last value, where two hours are missing until the day's end")
  func silence() throws {
    var house = Musterhof()
    let end = house.clock.quarterHours(of: house.day).upperBound
    for (missing, isSilent) in [(7, false), (8, true), (9, true)] {
      house.tells = { flat, quarter in flat != 1 || quarter < end.advanced(by: -missing) }
      let faults = try #require(try house.summaries().summary(of: "m01")?.faults)
      #expect(faults == (isSilent ? [.silentMeter(since: end.advanced(by: -missing).start)] : []))
    }
  }

  @Test("a gap in the middle of the day is no silence")
  func gap() throws {
    #expect(try DayKind.incomplete.house.summaries().summary(of: "m01")?.faults == [])
  }

  @Test("a meter that has told nothing in four weeks is silent since nobody knows when")
  func neverTold() throws {
    var house = Musterhof()
    house.tells = { flat, _ in flat != 1 }
    let summary = try #require(try house.summaries().summary(of: "m01"))
    #expect(summary.faults == [.silentMeter(since: nil)])
    #expect(!summary.hasNews)
    #expect(summary.rendered(.musterhof(.english)).text.contains("for more than four weeks"))
  }

  @Test("a silence is news on the day on which it begins, and not again")
  func news() throws {
    var kind = DayKind.noDataSinceTuesday.house
    kind.day = date("2026-06-16")
    #expect(try kind.summaries().summary(of: "m01")?.hasNews == true)
    #expect(try DayKind.noDataSinceTuesday.house.summaries().summary(of: "m01")?.hasNews == false)
  }

  // MARK: - Dead inverter

  @Test("a plant is dead that makes nothing while others do")
  func deadPlant() throws {
    let faults = try #require(try DayKind.deadInverter.house.summaries().summary(of: "m01")?.faults)
    #expect(faults == [.deadPlant(.init(isOwn: false, site: "Gartenstraße 5", othersRan: true))])
  }

  @Test("a plant in fog is not dead: a fortieth of a usual day is weather")
  func fog() throws {
    var house = Musterhof()
    let day = house.day
    house.sun = { $0 == day ? 5 : 200 }
    #expect(try house.summaries().summary(of: "m01")?.faults == [])
    // Less than 1/200 of it is not.
    house.sun = { $0 == day ? 0.9 : 200 }
    #expect(
      try house.summaries().summary(of: "m01")?.faults == [
        .deadPlant(.init(isOwn: false, site: "Gartenstraße 5", othersRan: false))
      ])
  }

  @Test("a plant whose meter is silent is not called dead")
  func silentPlant() {
    let days = PlantWatch.Days(
      point: MeteringPoint(id: "P", site: "s", measures: .generation),
      energies: [10, 12, 11, nil].map { (value: Double?) in value.map { Energy(kilowattHours: $0) } })
    #expect(days.isDead(at: 3) == nil)
  }

  @Test("a plant that never made power is not called dead: it may not run yet")
  func newPlant() {
    let days = PlantWatch.Days(
      point: MeteringPoint(id: "P", site: "s", measures: .generation), energies: [0, 0, 0, 0].map { Energy(count: $0) })
    #expect(days.isDead(at: 3) == nil)
  }

  @Test("a plant that is back is told, to its owner as their own")
  func backAgain() throws {
    var house = Musterhof()
    let day = house.day
    house.barn = { $0 == day.advanced(by: -1) ? 0 : 60 }
    let back = Fault.plantIsBack(.init(isOwn: true, site: "Scheune", othersRan: true))
    let summary = try #require(try house.summaries().summary(of: "barn"))
    #expect(summary.faults == [back])
    #expect(summary.rendered(.musterhof(.german)).isOutage)
    // The barn is its owner's business, not the house's.
    #expect(try house.summaries().summary(of: "m01")?.faults == [])
  }

  // MARK: - Boiler

  /// A boiler that was at 70 degrees until `quarters` before the day's end and has cooled by 1.5 K a quarter hour since.
  private func log(coldFor quarters: Int, target: Int64? = 65_000, error: Int64? = nil, outdoor: Int64? = 2000) -> BoilerLog {
    let span = calendar.quarterHours(of: date("2026-01-14"))
    let values = span.map { quarter -> Temperature? in
      let cold = quarters - quarter.distance(to: span.upperBound) + 1
      return Temperature(count: cold > 0 ? 40_000 - Int64(cold) * 1500 : 70_000)
    }
    func steady(_ value: Int64?) -> TimeSeries<Temperature?>? {
      value.map { TimeSeries(repeating: Temperature(count: $0), over: span) }
    }
    return BoilerLog(
      point: "BOILER", sites: ["house"], flow: TimeSeries(start: span.lowerBound, values: values), target: steady(target),
      errors: error.map { TimeSeries(repeating: $0, over: span) }, outdoor: steady(outdoor))
  }

  @Test("a boiler is locked out that has been far below its target for two hours and does not warm up")
  func lockout() {
    let end = calendar.quarterHours(of: date("2026-01-14")).upperBound
    #expect(log(coldFor: 7).lockout == nil)
    #expect(log(coldFor: 8).lockout == end.advanced(by: -8).start)
    #expect(log(coldFor: 0).lockout == nil)
  }

  @Test("half an hour is enough with an error; an error of a warm boiler is none")
  func lockoutWithError() {
    let end = calendar.quarterHours(of: date("2026-01-14")).upperBound
    #expect(log(coldFor: 2, error: 4).lockout == end.advanced(by: -2).start)
    #expect(log(coldFor: 2, error: 0).lockout == nil)
    #expect(log(coldFor: 0, error: 4).lockout == nil)
  }

  @Test("a boiler that may be off is not: a low target, a warm day, a night without a target")
  func noLockout() {
    #expect(log(coldFor: 20, target: 20_000).lockout == nil)
    #expect(log(coldFor: 20, outdoor: 16_000).lockout == nil)
    // Below 30 degrees from the seventh quarter hour on.
    #expect(log(coldFor: 29, target: nil).lockout == nil)
    #expect(log(coldFor: 31, target: nil).lockout != nil)
  }

  @Test("a lockout is told first, to those whom the boiler heats")
  func toldFirst() throws {
    var house = DayKind.heatOnly.house
    house.day = date("2026-01-14")
    house.boilers = [log(coldFor: 10)]
    let rendered = try #require(try house.summaries().summary(of: "heat")).rendered(.musterhof(.german))
    #expect(rendered.subject == "Der Heizkessel ist auf Störung")
    #expect(rendered.text.split(separator: "\n")[1].hasPrefix("Der Heizkessel heizt seit Mittwoch, 21:30 Uhr, nicht mehr."))
    #expect(try house.summaries().summary(of: "m01")?.faults == [])
  }
}
