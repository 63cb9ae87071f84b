import CommunityModel
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// A village's heat on one local day: collectors, a boiler for chips, one for oil, a heat pump, two customers, a tank.
private struct HeatVillage {
  var community: Community
  let knowledge: ReportKnowledge
  let days: Range<LocalDay>
  let span: Range<QuarterHour>
  var energies: ReportEnergies

  init(facts: KeyFigureFacts = KeyFigureFacts(), chips: Fuel.Kind? = .woodChips) throws {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let day = try #require(LocalDay(iso8601: "2026-03-10"))
    days = day..<day.advanced(by: 1)
    span = calendar.quarterHours(of: days)
    let site = Site(
      id: "plant", name: "Heizhaus", gridConnection: GridConnection(importLimit: Power(kilowatts: 100), exportLimit: .zero))
    func point(_ id: MeteringPoint.ID, _ measures: MeteringPoint.Measures) -> MeteringPoint {
      MeteringPoint(id: id, site: "plant", measures: measures)
    }
    community = Community(
      id: "v", name: "Dorf", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [site],
      meteringPoints: [
        point("GRID", .grid), point("PV", .generation), point("PUMP", .consumption), point("SUN", .heat), point("CHIPS", .heat),
        point("OIL", .heat), point("A", .heat), point("B", .heat), point("TANK", .heat),
      ],
      heatNetworks: [
        HeatNetwork(
          id: "net", name: "Nahwärme", sites: ["plant"], flowTemperature: Temperature(count: 80_000),
          returnTemperature: Temperature(count: 40_000))
      ],
      facts: facts)
    func asset(_ id: AssetID, _ point: MeteringPoint.ID, _ kind: AssetDescription.Kind) -> AssetDescription {
      AssetDescription(id: id, site: "plant", meteringPoint: point, kind: kind)
    }
    func boiler(_ fuel: Fuel.ID) -> AssetDescription.Kind {
      .boiler("net", BoilerDescription(fuel: fuel, heatPower: Power(kilowatts: 100), efficiency: percent(80)))
    }
    knowledge = ReportKnowledge(
      assets: [
        asset("collectors", "SUN", .solarThermal("net", peakPower: Power(kilowatts: 50))),
        asset("chips", "CHIPS", boiler("wood")),
        asset("oil", "OIL", boiler("oil")),
        asset(
          "pump", "PUMP", .heatPump("net", HeatPumpDescription(power: Power(kilowatts: 30), source: .air, quality: percent(45)))),
        asset(
          "roof", "PV", .plant(PlantDescription(source: .pv, peakPower: Power(kilowatts: 40), isCurtailable: true))),
        asset("a", "A", .heatLoad("net", annualConsumption: .zero)), asset("b", "B", .heatLoad("net", annualConsumption: .zero)),
        asset("tank", "TANK", .heatStore("net", HeatStoreDescription(capacity: kWh(400)))),
      ],
      fuels: [
        Fuel(id: "wood", price: nil, emissions: EmissionFactor(count: 27_000), kind: chips),
        Fuel(id: "oil", price: nil, emissions: EmissionFactor(count: 266_000), kind: .oil),
      ])
    let hours = span
    func series(_ energy: Double) -> TimeSeries<IntervalEnergy> {
      var series = TimeSeries(repeating: IntervalEnergy.measured(.zero), over: hours)
      series.values[40] = .measured(kWh(energy))
      return series
    }
    var electricity = MeteredEnergies(over: span)
    // The pump takes 100, 40 of it from the roof.
    electricity["GRID", .import] = series(60)
    electricity["GRID", .export] = series(0)
    electricity["PV", .export] = series(40)
    electricity["PUMP", .import] = series(100)
    energies = ReportEnergies(
      electricity: electricity,
      heat: [
        "SUN": series(180), "CHIPS": series(830), "OIL": series(70), "PUMP": series(320), "A": series(1000), "B": series(148),
      ])
  }

  func group() -> FigureGroup? { report().group(.heatNetwork("net")) }

  func report() -> EnergyReport {
    var account = EnergyReportAccount(on: community, period: ReportPeriod(.day, days), knowing: knowledge)
    account.add(energies, of: days)
    return account.report()
  }
}

@Suite("Figures of heat networks")
struct HeatReportTests {
  @Test("shares by source, the solar fraction and losses are of what is fed in; seasonal performance and own power of the pump")
  func figures() throws {
    let village = try HeatVillage(facts: KeyFigureFacts(gridRenewableShare: percent(50)))
    let group = try #require(village.group())
    #expect(group.figure(.heatFed)?.value == .energy(kWh(1400)))
    #expect(group.figure(.heatDelivered)?.value == .energy(kWh(1148)))
    #expect(group.figure(.heatLosses)?.value == .share(percent(18)))
    #expect(group.figure(.solarFraction)?.value == .share(Fraction(180.0 / 1400)))
    #expect(group.figure(.heatShare, of: "oil")?.value == .share(percent(5)))
    #expect(group.figure(.seasonalPerformance, of: "pump")?.value == .number(Fraction(3.2)))
    #expect(group.figure(.pumpOwnShare, of: "pump")?.value == .share(percent(40)))
    // 180 + 830 + 220 of the environment + 40 + 30 of 1400.
    #expect(group.figure(.renewableHeat)?.value == .share(Fraction(1300.0 / 1400)))
    // 830 / 0.8 at 27 g and 70 / 0.8 at 266 g.
    #expect(group.figure(.fuelCarbon)?.value == .mass(Mass(count: 28_012_500 + 23_275_000)))
  }

  @Test("a member's heat meter counts what arrives, not what is fed in, also where no asset names it")
  func membersMeter() throws {
    var village = try HeatVillage()
    village.community = Community(
      id: "v", name: "Dorf", calendar: village.community.calendar, holidayRegion: HolidayRegion(country: "DE"),
      sites: village.community.sites, members: [Member(id: "m", name: "M", site: "plant")],
      meteringPoints: village.community.meteringPoints + [
        MeteringPoint(id: "HOME", site: "plant", member: "m", measures: .heat)
      ], heatNetworks: village.community.heatNetworks)
    village.energies.heat["HOME"] = village.energies.heat["OIL"]
    let group = try #require(village.group())
    // 1148 and the 70 of the new meter arrive; 1400 are fed in as before.
    #expect(group.figure(.heatDelivered)?.value == .energy(kWh(1218)))
    #expect(group.figure(.heatFed)?.value == .energy(kWh(1400)))
    #expect(group.figure(.heatShare, of: "other") == nil)
  }

  @Test("all energy together: own power once, heat of sun, wood and environment; fuels count as bought")
  func totalEnergy() throws {
    let group = try #require(try HeatVillage().report().group(.totalEnergy))
    // Power 100, 40 own; heat that is not power 180 + 830 + 70 + 220, of it 1230 renewable.
    #expect(group.figure(.localCoverage)?.value == .share(Fraction(1270.0 / 1400)))
    // 60 of power and 1037.5 + 87.5 of fuel, of 100 + 1125 + 180 + 220.
    #expect(group.figure(.totalImportShare)?.value == .share(Fraction(1185.0 / 1625)))
  }

  @Test("what a tank holds more at the end is not lost")
  func tank() throws {
    var village = try HeatVillage()
    var temperatures = TimeSeries<Temperature?>(repeating: nil, over: village.span)
    temperatures.values[0] = Temperature(count: 50_000)
    temperatures.values[95] = Temperature(count: 57_000)
    village.energies.tanks = ["TANK": temperatures]
    // 400 kWh x 7 K / 40 K = 70 kWh: (1400 - 70 - 1148) / 1400.
    #expect(village.group()?.figure(.heatLosses)?.value == .share(percent(13)))
    let steps = village.report().curve.heat["net"] ?? []
    #expect(steps.first?.stored == kWh(100))
    #expect(steps.last?.stored == kWh(170))
    #expect(steps.last?.capacity == kWh(400))
    #expect(steps[40].fed[.woodChips] == kWh(830))
  }

  @Test("a fuel that nobody describes, or a meter without an asset, leaves the renewable share open, with a hint")
  func unknownSources() throws {
    let figure = try #require(try HeatVillage(chips: nil).group()?.figure(.renewableHeat))
    #expect(figure.value == nil)
    #expect(figure.absence == .unknown(.unnamedSource))
    // Without the grid's renewable share a pump that took grid power leaves it open, too.
    #expect(try HeatVillage().group()?.figure(.renewableHeat)?.absence == .unknown(.noGridShare))
    var village = try HeatVillage()
    village.energies.heat["CHIPS"] = nil
    let missing = try #require(village.group())
    #expect(missing.figure(.solarFraction)?.absence == .unknown(.unmeteredHeat))
  }

  @Test("heat of each degree day needs the temperature outside")
  func degreeDays() throws {
    var village = try HeatVillage()
    #expect(village.group()?.figure(.heatPerDegreeDay)?.absence == .unknown(.noOutdoorTemperature))
    village.energies.outdoor = TimeSeries(repeating: Temperature(count: 6000), over: village.span)
    // 1400 kWh at 14 K.
    #expect(village.group()?.figure(.heatPerDegreeDay)?.value == .number(Fraction(count: 100_000_000_000)))
  }
}
