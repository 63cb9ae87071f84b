import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

@Suite("A network charge that follows the clock")
struct PriceWindowTests {
  private func prices(_ window: PriceWindow, from start: String, quarterHours: Int) throws -> [Int64] {
    var yard = try Yard()
    yard.tariffs = [
      Tariff(id: "flat", importPrice: .fixed(EnergyPrice(count: 300_000)), feedInPrice: .fixed(.zero), importWindows: [window])
    ]
    let first = QuarterHour(containing: try #require(Timestamp(iso8601: start)))
    yard.horizon = PlanningHorizon(start: first, count: quarterHours)
    return try yard.inputs([]).problem.sites[0].importPrice.values.map(\.count)
  }

  private func window(_ from: String, _ until: String, days: Set<Weekday> = Set(Weekday.allCases)) throws -> PriceWindow {
    PriceWindow(
      from: try #require(LocalTime(iso8601: from)), until: try #require(LocalTime(iso8601: until)), days: days,
      plus: EnergyPrice(count: 60_000))
  }

  @Test("comes on top of a fixed price, by the clock on the wall")
  func fixed() throws {
    // Berlin is two hours ahead in June: 17:00 is 15:00Z, the fifth quarter hour from 14:00Z.
    let prices = try prices(window("17:00", "17:30"), from: "2026-06-01T14:00:00Z", quarterHours: 8)
    #expect(prices == [300_000, 300_000, 300_000, 300_000, 360_000, 360_000, 300_000, 300_000])
  }

  @Test("comes on top of a dynamic price, too")
  func dynamic() throws {
    var yard = try Yard()
    yard.tariffs = [
      Tariff(
        id: "flat", importPrice: .dynamic(file: "p.csv", plus: EnergyPrice(count: 100_000)), feedInPrice: .fixed(.zero),
        importWindows: [try window("14:15", "14:30")])
    ]
    yard.knowledge.prices = ["p.csv": TimeSeries(repeating: EnergyPrice(count: 50_000), over: yard.horizon.span)]
    #expect(try yard.inputs([]).problem.sites[0].importPrice.values.map(\.count).prefix(3) == [150_000, 210_000, 150_000])
  }

  @Test("is open twice in the hour that the clock shows twice, and never in the one that it leaves out")
  func clockChanges() throws {
    // 2026-10-25 has 100 quarter hours, from 2026-10-24T22:00Z; 2026-03-29 has 92, from 2026-03-28T23:00Z.
    let night = try window("02:00", "03:00")
    #expect(try prices(night, from: "2026-10-24T22:00:00Z", quarterHours: 100).count { $0 == 360_000 } == 8)
    #expect(try prices(night, from: "2026-03-28T23:00:00Z", quarterHours: 92).count { $0 == 360_000 } == 0)
    // From one to four: an hour more and one less than three.
    let wide = try window("01:00", "04:00")
    #expect(try prices(wide, from: "2026-10-24T22:00:00Z", quarterHours: 100).count { $0 == 360_000 } == 16)
    #expect(try prices(wide, from: "2026-03-28T23:00:00Z", quarterHours: 92).count { $0 == 360_000 } == 8)
  }

  @Test("passes midnight into the next day, from the days on which it opens")
  func midnight() throws {
    // 2026-06-05 is a Friday: from 23:00 until 01:00 of Saturday, 21:00Z to 23:00Z; not so a day later.
    let friday = try window("23:00", "01:00", days: [.friday])
    #expect(
      try prices(friday, from: "2026-06-05T20:00:00Z", quarterHours: 16).map { $0 == 360_000 }
        == Array(repeating: false, count: 4) + Array(repeating: true, count: 8) + Array(repeating: false, count: 4))
    #expect(try prices(friday, from: "2026-06-06T20:00:00Z", quarterHours: 16).allSatisfy { $0 == 300_000 })
  }
}
