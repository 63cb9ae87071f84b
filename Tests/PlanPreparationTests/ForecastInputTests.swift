import CommunityModel
import Forecasting
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Testing

@Suite("What loads and plants are expected to do")
struct ForecastInputTests {
  private func given(_ watts: Int, basis: Forecast.Basis = .file) -> Forecast {
    Forecast(power: TimeSeries(repeating: Power(watts: watts), over: Yard.noon..<Yard.noon.advanced(by: 8)), basis: basis)
  }

  @Test("a load with a meter of its own is forecast from that, not from the site's balance")
  func ownMeter() throws {
    var yard = try Yard()
    yard.meter("GRID", .grid, import: 500)
    yard.meter("SHOP", .consumption, import: 120)
    let inputs = try yard.inputs([Yard.load(at: "SHOP"), Yard.load("rest", annual: 876)])
    // 120 Wh in a quarter hour are 480 W. Of the other load nothing was measured: two loads share the balance.
    #expect(try inputs.watts("load") == Array(repeating: 480, count: 8))
    #expect(try inputs.watts("rest") == Array(repeating: 100, count: 8))
    #expect(inputs.sources.contains(.forecast("load", [.similarDays(4): 8])))
    #expect(inputs.sources.contains(.forecast("rest", [.standardProfile("G0"): 8])))
  }

  @Test("what a metered car used is not the load's: the plan schedules the car itself")
  func carIsNotLoad() throws {
    var yard = try Yard()
    yard.meter("GRID", .grid, import: 500)
    yard.meter("CAR", .charging, import: 150)
    // 500 Wh in all, 150 of it the car's: 350 Wh in a quarter hour are 1400 W.
    let metered = try yard.inputs([Yard.load(), Yard.car(at: "CAR", windows: [])])
    #expect(try metered.watts("load") == Array(repeating: 1400, count: 8))
    // A car that nobody schedules stays part of the load.
    #expect(try yard.inputs([Yard.load()]).watts("load") == Array(repeating: 2000, count: 8))
  }

  @Test("where the car's count is missing, that quarter hour says nothing about the load")
  func carUnknown() throws {
    var yard = try Yard()
    yard.meter("GRID", .grid, import: 500)
    yard.meter("CAR", .charging, import: 150)
    yard.knowledge.energies[SeriesKey("CAR", .energyImport)] = TimeSeries(repeating: .missing, over: Yard.past)
    let inputs = try yard.inputs([Yard.load(), Yard.car(at: "CAR", windows: [])])
    #expect(inputs.sources.contains(.forecast("load", [.standardProfile("G0"): 8])))
  }

  @Test("a forecast by the asset's name goes before one of the site")
  func namedForecast() throws {
    var yard = try Yard()
    yard.knowledge.forecasts = ["load": given(700), "yard.load": given(900)]
    let inputs = try yard.inputs([Yard.load()])
    #expect(try inputs.watts("load") == Array(repeating: 700, count: 8))
    #expect(inputs.sources.contains(.forecast("load", [.file: 8])))
  }

  @Test("a forecast of a site's loads is shared among them by their use in a year, and given out once")
  func siteForecast() throws {
    var yard = try Yard()
    yard.knowledge.forecasts = ["yard.load": given(1200)]
    #expect(try yard.inputs([Yard.load()]).watts("load") == Array(repeating: 1200, count: 8))
    let two = try yard.inputs([Yard.load("shop", annual: 6000), Yard.load("flat", annual: 2000)])
    #expect(try two.watts("shop") == Array(repeating: 900, count: 8))
    #expect(try two.watts("flat") == Array(repeating: 300, count: 8))
    let unused = try yard.inputs([Yard.load("shop", annual: 0), Yard.load("flat", annual: 0)])
    #expect(try unused.watts("shop") == Array(repeating: 600, count: 8))
    #expect(try unused.watts("flat") == Array(repeating: 600, count: 8))
  }

  @Test("a given forecast is filled by history, and that by the standard profile")
  func filled() throws {
    var yard = try Yard()
    yard.meter("SHOP", .consumption)
    // Measured on the last four weeks' days, but only from 14:00 local on; the horizon begins then.
    yard.knowledge.energies[SeriesKey("SHOP", .energyImport)] = TimeSeries(
      start: Yard.past.lowerBound,
      values: Yard.past.map { quarter in
        (quarter.index - Yard.noon.index) % Int64(Yard.day) == Int64(1 - Yard.day) ? .measured(Energy(wattHours: 50)) : .missing
      })
    let values: [Power?] = [Power(watts: 10)] + Array(repeating: nil, count: 7)
    yard.knowledge.forecasts["load"] = Forecast(power: TimeSeries(start: Yard.noon, values: values), basis: .file)
    let inputs = try yard.inputs([Yard.load(annual: 876, at: "SHOP")])
    #expect(try inputs.watts("load") == [10, 200] + Array(repeating: 100, count: 6))
    #expect(inputs.sources.contains(.forecast("load", [.file: 1, .similarDays(4): 1, .standardProfile("G0"): 6])))
  }

  @Test("a profile that no table has is an error with the load's name and what to do")
  func unknownProfile() throws {
    let yard = try Yard()
    let error = #expect(throws: PlanInputError.self) { try yard.inputs([Yard.load(profile: "H99")]) }
    #expect(
      error?.description == "asset load: there is no load profile \"H99\" in this table; it has G0; "
        + "give its power in a file with --forecasts")
  }

  @Test("a roof follows its own meter of the last week, or the mean sun of the month; its curtailing is passed on")
  func roof() throws {
    var yard = try Yard()
    let bare = try #require(try yard.inputs([Yard.roof(isCurtailable: false)]).problem.assets[0] as? RenewablePlant)
    // 200 W for each of 10 kWp.
    #expect(bare.available.values == Array(repeating: Power(watts: 2000), count: 8))
    #expect(!bare.isCurtailable)
    yard.meter("PV", .generation, export: 300)
    let metered = try #require(try yard.inputs([Yard.roof(at: "PV")]).problem.assets[0] as? RenewablePlant)
    #expect(metered.available.values == Array(repeating: Power(watts: 1200), count: 8))
    #expect(metered.isCurtailable)
  }

  @Test("years without a list of holidays are told")
  func holidays() throws {
    let unknown = try Yard(holidays: Holidays(days: [], years: [2025])).inputs([])
    #expect(unknown.sources == [.holidaysUnknown])
    #expect(try Yard().inputs([]).sources.isEmpty)
  }

  @Test("cars and shiftable loads get the windows of their days that touch the plan")
  func windows() throws {
    let yard = try Yard()
    let from = try #require(LocalTime(iso8601: "15:00"))
    let until = try #require(LocalTime(iso8601: "18:00"))
    // 15:00 to 18:00 on the clock of Berlin is 13:00 to 16:00 UTC; 2026-06-01 is a Monday.
    let daily = DailyWindow(from: from, until: until, energy: Energy(wattHours: 9000))
    let tuesdays = DailyWindow(from: from, until: until, energy: Energy(wattHours: 1), days: [.tuesday])
    let car = try #require(try yard.inputs([Yard.car(windows: [daily, tuesdays])]).problem.assets[0] as? ChargingPoint)
    let begin = Yard.noon.advanced(by: 4)
    #expect(car.sessions == [EnergyWindow(span: begin..<begin.advanced(by: 12), energy: Energy(wattHours: 9000))])
    #expect(car.power == Power(watts: 11_000))
    #expect(car.efficiency == Fraction(0.9))
    let pump = AssetDescription(
      id: "pump", site: "yard", kind: .shiftableLoad(FlexibleUseDescription(power: Power(watts: 3000), windows: [daily])))
    let load = try #require(try yard.inputs([pump]).problem.assets[0] as? ShiftableLoad)
    #expect(load.windows == car.sessions)
  }
}
