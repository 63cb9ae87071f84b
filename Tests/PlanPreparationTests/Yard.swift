import CommunityModel
import Forecasting
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Readings
import Testing

/// A yard with whatever assets, tariffs and metering points a test gives it, on the clock of Berlin, for two hours from noon.
///
/// The profile `G0` is flat: 100 W for each 876 kWh a year; the sun gives 200 W per kWp.
struct Yard {
  var knowledge: PlanInputs.Knowledge
  var tariffs: [Tariff] = []
  var sites: [Site] = []
  var points: [MeteringPoint] = []
  var horizon = PlanningHorizon(start: Yard.noon, count: 8)
  let calendar: MarketCalendar

  /// Monday 2026-06-01T12:00Z.
  static let noon = QuarterHour(containing: Timestamp(milliseconds: 1_780_315_200_000))
  static let day = 24 * 4
  /// The four weeks before noon.
  static let past = noon.advanced(by: -28 * day)..<noon
  static let wire = GridConnection(importLimit: Power(watts: 30_000), exportLimit: Power(watts: 20_000))

  init(holidays: Holidays = Holidays(days: [], years: [2026])) throws {
    calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    // 100 W at 876 kWh a year are 114 155 W at 1,000,000 kWh: thousandths of a watt at 1000 kWh.
    let values = Array(repeating: Int64(114_155), count: LoadProfileTable.valueCount(of: .vdew1999))
    let dynamisation = try #require(Dynamisation(coefficients: [], profiles: []))
    let sun = Array(repeating: Int64(200_000), count: GenerationShape.months * GenerationShape.slotsPerDay)
    knowledge = PlanInputs.Knowledge(
      profiles: StandardProfiles(
        tables: [try LoadProfileTable(edition: .vdew1999, profiles: [("G0", values)])], dynamisation: dynamisation,
        holidays: holidays, calendar: calendar, sun: try GenerationShape(milliwattsPerKilowatt: sun)))
    sites = [Site(id: "yard", name: "Yard", gridConnection: Self.wire, tariff: "flat")]
    tariffs = [
      Tariff(id: "flat", importPrice: .fixed(EnergyPrice(count: 300_000)), feedInPrice: .fixed(EnergyPrice(count: 80_000)))
    ]
  }

  func inputs(_ assets: [AssetDescription]) throws -> PlanInputs {
    let community = Community(
      id: "c", name: "C", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: sites, meteringPoints: points,
      tariffs: tariffs)
    return try PlanInputs(community: community, assets: assets, horizon: horizon, knowing: knowledge)
  }

  /// Measures at the yard `what` at `point`, and says that it counted so much in each quarter hour of the past.
  mutating func meter(
    _ point: MeteringPoint.ID, _ what: MeteringPoint.Measures, import imported: Int? = nil, export exported: Int? = nil
  ) {
    points.append(MeteringPoint(id: point, site: "yard", measures: what))
    for (channel, wattHours) in [(Channel.energyImport, imported), (.energyExport, exported)] {
      guard let wattHours else { continue }
      knowledge.energies[SeriesKey(point, channel)] = TimeSeries(
        repeating: .measured(Energy(wattHours: wattHours)), over: Self.past)
    }
  }

  // MARK: - Assets

  static func load(
    _ id: AssetID = "load", annual kilowattHours: Double = 8760, profile: String = "G0", at point: MeteringPoint.ID? = nil
  )
    -> AssetDescription
  {
    AssetDescription(
      id: id, site: "yard", meteringPoint: point,
      kind: .load(LoadDescription(annualConsumption: Energy(kilowattHours: kilowattHours), profile: profile)))
  }

  static func car(at point: MeteringPoint.ID? = nil, windows: [DailyWindow]) -> AssetDescription {
    AssetDescription(
      id: "car", site: "yard", meteringPoint: point,
      kind: .chargingPoint(FlexibleUseDescription(power: Power(watts: 11_000), efficiency: Fraction(0.9), windows: windows)))
  }

  static func battery(at point: MeteringPoint.ID? = "BAT", given: Fraction? = nil) -> AssetDescription {
    let parameters = Battery.Parameters(
      capacity: Energy(wattHours: 20_000), chargePower: Power(watts: 5000), dischargePower: Power(watts: 4000),
      chargeEfficiency: Fraction(0.95), dischargeEfficiency: Fraction(0.9), wearCost: EnergyPrice(count: 40_000))
    return AssetDescription(id: "battery", site: "yard", meteringPoint: point, kind: .battery(parameters, stateOfCharge: given))
  }

  static func roof(at point: MeteringPoint.ID? = nil, isCurtailable: Bool = true) -> AssetDescription {
    AssetDescription(
      id: "roof", site: "yard", meteringPoint: point,
      kind: .plant(PlantDescription(source: .pv, peakPower: Power(watts: 10_000), isCurtailable: isCurtailable)))
  }
}

extension PlanInputs {
  /// The powers of a load in each quarter hour, in W, to the watt.
  func watts(_ id: AssetID) throws -> [Int] {
    let load = try #require(problem.assets.first { $0.id == id } as? FixedLoad)
    return load.demand.values.map { Int(($0.kilowatts * 1000).rounded()) }
  }

  func battery() throws -> Battery { try #require(problem.assets.compactMap { $0 as? Battery }.first) }
}
