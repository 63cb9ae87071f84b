import CommunityModel
import EnergySharing
import Glibc
import MarketTime
import Quantities

/// Shares a span among members and prints what that takes, as JSON: `sharing-pace RULE MEMBERS INTERVALS`.
///
/// RULE is dynamic, operator, static, equal, water, investment or cascade. Every member uses up to 1 kWh a quarter hour, the plants
/// make half of what all use on average; every invariant is checked in every quarter hour, as in a settlement.
@main
struct SharingPace {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let members = Int(arguments[2]), let intervals = Int(arguments[3]), members > 0, intervals > 0,
      let rule = try rule(arguments[1], members), let calendar = MarketCalendar(timeZone: "Europe/Berlin")
    else {
      print("usage: sharing-pace RULE MEMBERS INTERVALS")
      exit(2)
    }
    let sharing = try Sharing((0..<members).map { Participant(.init("m\(1_000_000 + $0)")) }, rule: rule)
    let columns = try columns(members, intervals)
    let before = clock()
    let shared = try sharing.allocate(columns, calendar: calendar)
    let seconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
    let used = shared.surplus.reduce(0, +)
    let million = Double(members * intervals) / 1e6
    print(
      """
      {"million_member_intervals": \(million), "cpu_seconds": \(seconds), "million_per_minute": \(million / seconds * 60), \
      "surplus_mwh": \(used)}
      """)
  }

  private static func rule(_ name: String, _ count: Int) throws -> (any AllocationRule)? {
    switch name {
    case "dynamic": Dynamic()
    case "operator": OperatorDynamic()
    case "static": try StaticKeys(Array(repeating: Fraction(count: Fraction.one.count / Int64(count)), count: count))
    case "equal": try EqualShares(among: count)
    case "water": try WaterFilling(among: count)
    case "investment": try Investment((0..<count).map { Int64($0 % 7 + 1) }, reoffering: true)
    case "cascade": try Cascade([0, 1, 2].map { group in (0..<count).filter { $0 % 3 == group } }.filter { !$0.isEmpty })
    default: nil
    }
  }

  private static func columns(_ members: Int, _ intervals: Int) throws -> SharingColumns {
    var random = UInt64(1)
    func next(_ most: UInt64) -> Int64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((random >> 33) % (most + 1))
    }
    let start = QuarterHour(index: 1_840_864)
    return try SharingColumns(
      span: start..<start.advanced(by: intervals), generation: (0..<intervals).map { _ in next(UInt64(members) * 500_000) },
      uses: (0..<members).map { _ in (0..<intervals).map { _ in next(1_000_000) } })
  }
}
