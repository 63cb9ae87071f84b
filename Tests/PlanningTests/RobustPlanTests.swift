import CommunityModel
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

/// Two hours, a battery of 10 kWh, a load of 4 kW in the second hour at 30 ct. Of the sun nobody knows whether it gives 0, 4 or 10 kW then.
///
/// A kWh bought for the battery in the first hour saves 30 ct without sun and nothing with it: over the three cases it costs 3 x p and saves
/// 30 ct.
@Suite("A plan for several forecasts")
struct RobustPlanTests {
  private func plans(firstPrice: Double, sun: [Double] = [0, 4, 10]) throws -> [Plan] {
    let problems = sun.map { sun in
      var small = SmallProblem(prices: [firstPrice, 0.30])
      small.assets = [small.load([0, 4]), small.sun([0, sun]), battery()]
      return small.problem
    }
    return try Planner(solver: HighsSolver()).plans(of: problems)
  }

  /// 3 x 5 = 15 ct against 30 ct: all of the 4 kWh, 20 ct in each case.
  @Test("does now what is best in the mean of them, where that is to buy")
  func buys() throws {
    let plans = try plans(firstPrice: 0.05)
    for plan in plans { #expect(isClose(try plan.kilowatts("battery")[0], 4)) }
    #expect(isClose(try plans[0].kilowatts("battery"), [4, -4]))
    #expect(plans.map { $0.cost.euros } == [0.20, 0.20, 0.20])
  }

  /// 3 x 20 = 60 ct against 30 ct: nothing, though without sun alone 4 kWh would be bought.
  @Test("does now what is best in the mean of them, where that is to wait")
  func waits() throws {
    let plans = try plans(firstPrice: 0.20)
    for plan in plans { #expect(isClose(try plan.kilowatts("battery")[0], 0)) }
    #expect(plans.map { $0.cost.euros } == [1.20, 0, 0])
    #expect(try isClose(self.plans(firstPrice: 0.20, sun: [0])[0].kilowatts("battery"), [4, -4]))
  }
}
