import CommunityModel
import Forecasting
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Testing

/// Monday noon; so many days before, each quarter hour counted ten times as many Wh: 10 on Sunday, 70 on the Monday before.
///
/// Sun, of the last seven days: mean 40 Wh or 160 W; the tenth lies at place 0.6: 16 Wh or 64 W; nine tenths at 5.4: 64 Wh or 256 W.
/// Load, of the last four workdays (30, 40, 50, 60 Wh): mean 45 Wh or 180 W; the tenth at 0.3: 33 Wh or 132 W; nine tenths at 2.7: 57 Wh
/// or 228 W.
@Suite("Forecast cases")
struct ForecastCaseTests {
  private func series() -> TimeSeries<IntervalEnergy> {
    let values = Yard.past.map { quarter in
      let back = Yard.noon.index.floored(by: Int64(Yard.day)) - quarter.index.floored(by: Int64(Yard.day))
      return IntervalEnergy.measured(Energy(wattHours: 10 * Int(back)))
    }
    return TimeSeries(start: Yard.past.lowerBound, values: values)
  }

  private func inputs(_ forecastCase: ForecastCase) throws -> PlanInputs {
    var yard = try Yard()
    yard.meter("SUN", .generation)
    yard.meter("USE", .consumption)
    yard.knowledge.energies[SeriesKey("SUN", .energyExport)] = series()
    yard.knowledge.energies[SeriesKey("USE", .energyImport)] = series()
    yard.knowledge.forecastCase = forecastCase
    let roof = AssetDescription(
      id: "roof", site: "yard", meteringPoint: "SUN",
      kind: .plant(PlantDescription(source: .pv, peakPower: Power(watts: 5000), isCurtailable: true)))
    return try yard.inputs([Yard.load(at: "USE"), roof])
  }

  @Test(
    "p10 takes little sun and much use of the days before, p90 the reverse, p50 their mean",
    arguments: [(ForecastCase.p10, 64, 228), (.p50, 160, 180), (.p90, 256, 132)])
  func cases(_ forecastCase: ForecastCase, sun: Int, use: Int) throws {
    let inputs = try inputs(forecastCase)
    let idle = [Power](repeating: .zero, count: inputs.problem.horizon.count)
    let powers = inputs.problem.assets.map { $0.standingSchedule(over: inputs.problem.horizon, residual: idle).power[0] }
    #expect(powers == [Power(watts: use), -Power(watts: sun)])
    #expect(inputs.hasHistory)
  }

  @Test("do not differ where nothing was measured")
  func withoutHistory() throws {
    #expect(try !Yard().inputs([Yard.load()]).hasHistory)
  }
}
