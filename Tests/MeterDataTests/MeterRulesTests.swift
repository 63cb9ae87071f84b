import CommunityModel
import MarketTime
import Quantities
import Testing

@testable import MeterData

@Suite("Checks of a load curve")
struct MeterRulesTests {
  private let never = Timestamp(milliseconds: 4_000_000_000_000)

  private func findings(
    _ flat: Flat, _ series: MeterSeries? = nil, now: Timestamp? = nil
  ) -> [MeterFinding] {
    MeterRules(calendar: flat.calendar).findings(in: series ?? flat.series(), over: flat.span, at: now ?? never)
  }

  @Test("find nothing where nothing is wrong")
  func nothing() throws { #expect(try findings(Flat()).isEmpty) }

  @Test("find gaps and faulty values run by run, also at the ends of the month")
  func gaps() throws {
    var flat = try Flat()
    let first = flat.span.lowerBound
    let faulty = try flat.quarter("2026-03-10", "08:00")
    let last = flat.span.upperBound.advanced(by: -2)
    flat.set(.missing, from: first, count: 3)
    flat.set(.faulty(.zero), from: faulty, count: 2)
    flat.set(.missing, from: last, count: 2)
    #expect(
      findings(flat) == [
        MeterFinding(.gap, in: first..<first.advanced(by: 3)), MeterFinding(.gap, in: last..<last.advanced(by: 2)),
        MeterFinding(.faulty, in: faulty..<faulty.advanced(by: 2)),
      ])
  }

  @Test("expect nothing of the meter of someone who has left, and fill nothing there")
  func membership() throws {
    var flat = try Flat()
    let leaving = try #require(LocalDay(iso8601: "2026-03-20"))
    let end = try flat.quarter("2026-03-20", "00:00")
    flat.set(.missing, from: end.advanced(by: -1), count: 5)
    let community = Community(
      id: "hof", name: "Hof", calendar: flat.calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [],
      members: [Member(id: "ada", name: "Ada", site: "house", membership: Validity(until: leaving))],
      meteringPoints: [MeteringPoint(id: "FLAT", site: "house", member: "ada", measures: .consumption)])
    var energies = MeteredEnergies(over: flat.values.span)
    energies["FLAT", .import] = flat.values
    let series = try #require(community.meterSeries(energies).first)
    #expect(findings(flat, series) == [MeterFinding(.gap, in: end.advanced(by: -1)..<end)])
    #expect(flat.filled(series).filled.map(\.values.span) == [end.advanced(by: -1)..<end])
  }

  /// 10 kW over a quarter hour are 2.5 kWh.
  @Test("find values below zero and above what the connection bears")
  func limits() throws {
    var flat = try Flat()
    let place = try flat.quarter("2026-03-10", "08:00")
    flat[place] = .measured(Energy(wattHours: -5))
    flat[place.advanced(by: 1)] = .measured(Energy(wattHours: -7))
    flat[place.advanced(by: 3)] = .measured(Energy(wattHours: 2501))
    flat[place.advanced(by: 4)] = .measured(Energy(wattHours: 2500))
    let series = MeterSeries(
      point: MeteringPoint(id: "FLAT", site: "house", measures: .consumption), direction: .import,
      capacity: Power(kilowatts: 10), values: flat.values)
    let errors = findings(flat, series).filter(\.kind.isError)
    #expect(
      errors == [
        MeterFinding(.negative, in: place..<place.advanced(by: 2), figure: Energy(wattHours: -7)),
        MeterFinding(
          .aboveCapacity, in: place.advanced(by: 3)..<place.advanced(by: 4), figure: Energy(wattHours: 2501)),
      ])
  }

  @Test("take a month that is not over for what it is, and a value of the future for an error")
  func future() throws {
    var flat = try Flat()
    let now = try flat.quarter("2026-03-20", "12:00")
    flat.set(.missing, from: now, count: now.distance(to: flat.span.upperBound))
    #expect(findings(flat, now: now.start).isEmpty)
    let ahead = try flat.quarter("2026-03-21", "12:00")
    flat[ahead] = .measured(Energy(wattHours: 1))
    #expect(findings(flat, now: now.start) == [MeterFinding(.future, in: ahead..<ahead.advanced(by: 1))])
  }

  /// Days peak at 96 Wh; three times that is 288.
  @Test("doubt what is far above the days' peaks, what stands still and what lasts too long at nothing")
  func doubts() throws {
    var flat = try Flat()
    let spike = try flat.quarter("2026-03-05", "08:00")
    flat[spike] = .measured(Energy(wattHours: 289))
    flat[spike.advanced(by: 2)] = .measured(Energy(wattHours: 288))
    let frozen = try flat.quarter("2026-03-10", "08:00")
    flat.set(.measured(Energy(wattHours: 7)), from: frozen, count: 17)
    let zero = try flat.quarter("2026-03-15", "08:00")
    flat.set(.measured(.zero), from: zero, count: 4 * 24 + 1)
    #expect(
      findings(flat) == [
        MeterFinding(.frozen, in: frozen..<frozen.advanced(by: 17), figure: Energy(wattHours: 7)),
        MeterFinding(.zeroRun, in: zero..<zero.advanced(by: 4 * 24 + 1)),
        MeterFinding(.spike, in: spike..<spike.advanced(by: 1), figure: Energy(wattHours: 289)),
      ])
    // A plant may well give nothing for a day, and four hours of the same are not more than four.
    #expect(findings(flat, flat.series(.generation, .export)).map(\.kind) == [.frozen, .spike])
    flat.set(.measured(Energy(wattHours: 8)), from: frozen.advanced(by: 16), count: 1)
    #expect(findings(flat).map(\.kind) == [.zeroRun, .spike])
  }

  /// The register advanced 30 Wh less in each of 40 quarter hours: 1.2 kWh, more than 1 kWh; in 33 it is 0.99 kWh.
  @Test("hold the load curve against what the register advanced, where both are known")
  func register() throws {
    let flat = try Flat()
    let first = try flat.quarter("2026-03-10", "10:00")
    func beside(_ count: Int) -> MeterSeries {
      let register = TimeSeries(
        start: first,
        values: (0..<count).map { place in
          IntervalEnergy.estimated((flat[first.advanced(by: place)].energy ?? .zero) - Energy(wattHours: 30))
        })
      return MeterSeries(
        point: flat.series().point, direction: .import, values: flat.values, curve: flat.values, register: register)
    }
    #expect(
      findings(flat, beside(40)) == [
        MeterFinding(.registerDifference, in: first..<first.advanced(by: 40), figure: Energy(wattHours: 1200))
      ])
    #expect(findings(flat, beside(33)).isEmpty)
  }
}
