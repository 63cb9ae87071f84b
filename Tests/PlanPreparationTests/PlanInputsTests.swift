import CommunityModel
import Forecasting
import MarketTime
import Planning
import Quantities
import Readings
import Testing

@testable import PlanPreparation

/// One house in Berlin time: a load, a roof, a battery, a dynamic tariff. Its tables are flat, so that every figure follows by hand:
/// the standard profile `H0` is 114.155 W for each 1000 kWh a year in every quarter hour, and the sun gives 100 W per kWp always.
private struct House {
  var knowledge: PlanInputs.Knowledge
  let community: Community
  let horizon = PlanningHorizon(start: House.noon, count: 8)

  static let noon = QuarterHour(containing: Timestamp(milliseconds: 1_780_315_200_000))  // Monday 2026-06-01T12:00Z
  static let perDay = 24 * 4

  let load = AssetDescription(
    id: "last", site: "haus",
    kind: .load(LoadDescription(annualConsumption: Energy(kilowattHours: 8760), profile: "H0")))
  let roof = AssetDescription(
    id: "dach", site: "haus", meteringPoint: "SONNE",
    kind: .plant(PlantDescription(source: .pv, peakPower: Power(watts: 10_000), isCurtailable: true)))
  static let batteryParameters = Battery.Parameters(
    capacity: Energy(wattHours: 10_000), chargePower: Power(watts: 5000), dischargePower: Power(watts: 5000),
    chargeEfficiency: Fraction(0.8), dischargeEfficiency: Fraction(0.9), wearCost: EnergyPrice(count: 20_000))

  func battery(stateOfCharge: Fraction? = nil) -> AssetDescription {
    AssetDescription(
      id: "speicher", site: "haus", meteringPoint: "AKKU",
      kind: .battery(Self.batteryParameters, stateOfCharge: stateOfCharge))
  }

  init() throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let grid = GridConnection(importLimit: Power(watts: 30_000), exportLimit: Power(watts: 30_000))
    let points: [(MeteringPoint.ID, MeteringPoint.Measures)] = [("NETZ", .grid), ("SONNE", .generation), ("AKKU", .storage)]
    community = Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: [Site(id: "haus", name: "Haus", gridConnection: grid, tariff: "boerse")],
      meteringPoints: points.map { MeteringPoint(id: $0.0, site: "haus", measures: $0.1) },
      tariffs: [
        Tariff(
          id: "boerse", importPrice: .dynamic(file: "preise.csv", plus: EnergyPrice(count: 200_000)),
          feedInPrice: .fixed(EnergyPrice(count: 80_000)))
      ])
    // 1000 kWh over 8760 hours are 114.155 W.
    let values = Array(repeating: Int64(114_155), count: LoadProfileTable.valueCount(of: .vdew1999))
    let holidays = Holidays(days: [], years: [2026])
    let one = try #require(DecimalNumber("1"))
    let flat = try #require(Dynamisation(coefficients: [one], profiles: []))
    knowledge = PlanInputs.Knowledge(
      profiles: StandardProfiles(
        tables: [try LoadProfileTable(edition: .vdew1999, profiles: [("H0", values)])],
        dynamisation: flat,
        holidays: holidays, calendar: calendar,
        sun: try GenerationShape(
          milliwattsPerKilowatt: Array(repeating: 100_000, count: GenerationShape.months * GenerationShape.slotsPerDay))))
    knowledge.prices["preise.csv"] = TimeSeries(
      start: Self.noon, values: Array(repeating: EnergyPrice(count: 50_000), count: 8))
  }

  func inputs(_ assets: [AssetDescription]) throws -> PlanInputs {
    try PlanInputs(community: community, assets: assets, horizon: horizon, knowing: knowledge)
  }
}

@Suite("What a plan is made from")
struct PlanInputsTests {
  @Test("a dynamic price is the file's plus the tariff's part, and is known for the whole horizon")
  func knownPrices() throws {
    let inputs = try House().inputs([])
    #expect(inputs.problem.sites[0].importPrice.values == Array(repeating: EnergyPrice(count: 250_000), count: 8))
    #expect(inputs.problem.sites[0].feedInPrice.values == Array(repeating: EnergyPrice(count: 80_000), count: 8))
    #expect(inputs.sources == [.price("boerse", known: 8, of: 8)])
  }

  @Test("a price that is not known yet is that of the day before, and the plan says for how many quarter hours")
  func pricesOfTheDayBefore() throws {
    var house = try House()
    let yesterday = House.noon.advanced(by: -House.perDay)
    // Yesterday 1 ct, and of today only the first two quarter hours, 5 ct.
    house.knowledge.prices["preise.csv"] = TimeSeries(
      start: yesterday,
      values: (0..<House.perDay + 2).map { EnergyPrice(count: $0 < House.perDay ? 10_000 : 50_000) })
    let inputs = try house.inputs([])
    #expect(inputs.problem.sites[0].importPrice.values.map(\.count) == [250_000, 250_000] + Array(repeating: 210_000, count: 6))
    #expect(inputs.sources == [.price("boerse", known: 2, of: 8)])
  }

  @Test("prices older than a week make no plan, and the error names tariff and last known price")
  func oldPrices() throws {
    var house = try House()
    let start = House.noon.advanced(by: -9 * House.perDay)
    house.knowledge.prices["preise.csv"] = TimeSeries(start: start, values: [EnergyPrice(count: 50_000), nil])
    #expect(throws: PlanInputError.pricesTooOld("boerse", lastKnown: start)) { try house.inputs([]) }
    house.knowledge.prices = [:]
    #expect(throws: PlanInputError.pricesTooOld("boerse", lastKnown: nil)) { try house.inputs([]) }
  }

  @Test("without history a load follows its standard profile and a roof the mean sun")
  func standardProfiles() throws {
    let house = try House()
    let inputs = try house.inputs([house.load, house.roof])
    let load = try #require(inputs.problem.assets[0] as? FixedLoad)
    // 8760 kWh over the 8760 hours of a flat year: 1 kW, to the table's thousandth of a watt.
    #expect(load.demand.values.allSatisfy { abs($0.kilowatts - 1) < 1e-3 })
    let roof = try #require(inputs.problem.assets[1] as? RenewablePlant)
    #expect(roof.available.values == Array(repeating: Power(watts: 1000), count: 8))
    #expect(inputs.sources.contains(.forecast("last", [.standardProfile("H0"): 8])))
    #expect(inputs.sources.contains(.forecast("dach", [.shape: 8])))
  }

  @Test("a load without a meter is forecast from what the site's balance leaves: from the grid, plus sun, less what is fed in")
  func derivedConsumption() throws {
    var house = try House()
    let span = House.noon.advanced(by: -28 * House.perDay)..<House.noon
    func constant(_ wattHours: Int) -> TimeSeries<IntervalEnergy> {
      TimeSeries(repeating: .measured(Energy(wattHours: wattHours)), over: span)
    }
    house.knowledge.energies = [
      SeriesKey("NETZ", .energyImport): constant(100), SeriesKey("NETZ", .energyExport): constant(50),
      SeriesKey("SONNE", .energyExport): constant(200), SeriesKey("AKKU", .energyImport): constant(0),
      SeriesKey("AKKU", .energyExport): constant(0),
    ]
    let inputs = try house.inputs([house.load, house.roof])
    // 100 + 200 - 50 = 250 Wh in a quarter hour are 1 kW; the roof's 200 Wh are 0.8 kW.
    #expect((inputs.problem.assets[0] as? FixedLoad)?.demand.values == Array(repeating: Power(watts: 1000), count: 8))
    #expect((inputs.problem.assets[1] as? RenewablePlant)?.available.values == Array(repeating: Power(watts: 800), count: 8))
    // Four Mondays to Fridays before; the sun keeps no weekends: seven days.
    #expect(inputs.sources.contains(.forecast("last", [.similarDays(4): 8])))
    #expect(inputs.sources.contains(.forecast("dach", [.recentDays(7): 8])))
  }

  @Test("a forecast that someone gives goes before history and profiles, and what it lacks is filled")
  func givenForecast() throws {
    var house = try House()
    let given = TimeSeries<Power?>(start: House.noon, values: [Power(watts: 700), nil, Power(watts: 900)])
    house.knowledge.forecasts["last"] = Forecast(power: given, basis: .file)
    let inputs = try house.inputs([house.load])
    let demand = try #require(inputs.problem.assets[0] as? FixedLoad).demand.values
    #expect(demand[0] == Power(watts: 700))
    #expect(abs(demand[1].kilowatts - 1) < 1e-3)
    #expect(demand[2] == Power(watts: 900))
  }

  @Test("wind without history has no forecast, and the error names the plant")
  func wind() throws {
    let house = try House()
    let wind = AssetDescription(
      id: "rad", site: "haus", kind: .plant(PlantDescription(source: .wind, peakPower: Power(watts: 1000), isCurtailable: true)))
    #expect(throws: PlanInputError.noForecast("rad", reason: "neither history nor a standard profile covers the plan's span")) {
      try house.inputs([wind])
    }
  }
}

@Suite("A battery's content at a plan's start")
struct BatteryContentTests {
  private func battery(_ inputs: PlanInputs) throws -> Battery { try #require(inputs.problem.assets[0] as? Battery) }

  @Test("is what its device told within the last hour")
  func measured() throws {
    var house = try House()
    let time = House.noon.start - .seconds(600)
    house.knowledge.states[SeriesKey("AKKU", .stateOfCharge)] = Sample(at: time, value: 680_000)
    let inputs = try house.inputs([house.battery(stateOfCharge: Fraction(0.2))])
    #expect(try battery(inputs).opening == .content(Energy(wattHours: 6800)))
    #expect(inputs.sources.contains(.measuredCharge("speicher", Fraction(0.68), age: .seconds(600))))
  }

  @Test("is what the file says when the device has been silent for longer, and half full when nobody says")
  func notMeasured() throws {
    var house = try House()
    house.knowledge.states[SeriesKey("AKKU", .stateOfCharge)] = Sample(at: House.noon.start - .seconds(3601), value: 680_000)
    let given = try house.inputs([house.battery(stateOfCharge: Fraction(0.2))])
    #expect(try battery(given).opening == .content(Energy(wattHours: 2000)))
    #expect(given.sources.contains(.givenCharge("speicher", Fraction(0.2))))
    let assumed = try house.inputs([house.battery()])
    #expect(try battery(assumed).opening == .content(Energy(wattHours: 5000)))
    #expect(assumed.sources.contains(.assumedCharge("speicher")))
  }

  @Test("is worth at the end nine tenths of what it will save; beside a plant, the mean of that and of refilling from feed-in")
  func endValue() throws {
    let house = try House()
    // 25 ct import, 90 % out, 2 ct wear of which half on the way out: 0.9 x (25 x 0.9 - 1) = 19.35 ct.
    let alone = try house.inputs([house.battery()])
    #expect(try battery(alone).endValue == EnergyPrice(count: 193_500))
    // Refilling costs the feed-in price over the charging efficiency: 8 / 0.8 = 10 ct; the mean is 14.675 ct.
    let beside = try house.inputs([house.battery(), house.roof])
    #expect(try battery(beside).endValue == EnergyPrice(count: 146_750))
  }
}
