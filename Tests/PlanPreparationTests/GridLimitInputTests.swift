import CommunityModel
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Testing

@Suite("What the grid's operator orders, for a plan")
struct GridLimitInputTests {
  private func yard(_ rules: GridRules) throws -> Yard {
    var yard = try Yard()
    yard.sites = [Site(id: "yard", name: "Yard", gridConnection: Yard.wire, tariff: "flat", rules: rules)]
    return yard
  }

  @Test("is the least of the orders of each quarter hour; where there is none there is no limit")
  func orders() throws {
    var yard = try yard(GridRules(limits: "limits.csv"))
    let start = Yard.noon
    yard.knowledge.orders["limits.csv"] = [
      GridOrder(span: start.advanced(by: -4)..<start.advanced(by: 2), imports: Power(watts: 9000)),
      GridOrder(
        span: start.advanced(by: 1)..<start.advanced(by: 3), imports: Power(watts: 12_000), controllable: Power(watts: 4200)),
      GridOrder(span: start.advanced(by: 90)..<start.advanced(by: 91), exports: .zero),
    ]
    var car = Yard.car(windows: [])
    car = AssetDescription(id: car.id, site: car.site, kind: car.kind, isControllable: true)
    let limits = try #require(try yard.inputs([car, Yard.battery()]).problem.sites[0].limits)
    #expect(limits.imports.values.map { $0?.kilowatts } == [9, 9, 12, nil, nil, nil, nil, nil])
    #expect(limits.controllable.values.map { $0?.kilowatts } == [nil, 4.2, 4.2, nil, nil, nil, nil, nil])
    #expect(limits.exports.values.allSatisfy { $0 == nil })
    #expect(limits.assets == ["car"])
  }

  @Test("caps feed-in at a share of the peak power of the solar modules, always")
  func cap() throws {
    // 60 % of 10 kWp.
    let limits = try #require(try yard(GridRules(feedInCap: Fraction(0.6))).inputs([Yard.roof()]).problem.sites[0].limits)
    #expect(limits.exports.values == Array(repeating: Power(watts: 6000), count: 8))
    #expect(limits.imports.values.allSatisfy { $0 == nil })
  }

  @Test("is nothing where nobody orders anything")
  func nothing() throws {
    #expect(try yard(GridRules(limits: "limits.csv")).inputs([]).problem.sites[0].limits == nil)
    #expect(try Yard().inputs([]).problem.sites[0].limits == nil)
  }
}
