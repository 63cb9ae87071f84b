public import CommunityModel
public import Forecasting
public import MarketTime
public import Planning
public import Quantities
public import Readings
import Reporting

/// A planning problem made from a community's description, its history, prices and measured states, and where each came from.
public struct PlanInputs: Sendable {
  /// What the planner solves.
  public let problem: PlanningProblem
  /// Where each input came from, in the order of the file.
  public let sources: [InputSource]

  /// What is known when a plan is made.
  public struct Knowledge: Sendable {
    /// Quarter-hour energies before the plan's start, of any metering point.
    public var energies: [SeriesKey: TimeSeries<IntervalEnergy>]
    /// The last sample of each series at the plan's start.
    public var states: [SeriesKey: Sample]
    /// The price curves that dynamic tariffs name, by file.
    public var prices: [String: TimeSeries<EnergyPrice?>]
    /// The CO2 of power that tariffs name, by file.
    public var emissions: [String: TimeSeries<EmissionFactor?>] = [:]
    /// Forecasts that someone gave, by asset or `SITE.load`.
    public var forecasts: [String: Forecast]
    /// What is expected where nothing else is known.
    public var profiles: StandardProfiles
    /// The highest import of each site in the billing period so far.
    public var peaksSoFar: [Site.ID: Power]
    /// How sun, wind and loads are expected to turn out.
    public var forecastCase = ForecastCase.p50
    /// The highest import of each site in earlier months, as far as known.
    public var earlierPeaks: [Site.ID: [LocalMonth: Power]] = [:]
    /// What grids' operators order, by the file that a site names.
    public var orders: [String: [GridOrder]] = [:]
    /// For how long sites with a reserve hold it, where someone says so; as the community's file says else.
    public var reserve: Duration?
    /// What sites are asked to hold besides, or instead of what the community's file says.
    public var reserves: [Site.ID: EmergencyReserve] = [:]
    /// Plants of sizes that nobody knows yet: no reserve counts on them.
    var unsurePlants: Set<AssetID> = []
    /// What sites are asked to pay for energy that they exchange, instead of what is agreed.
    public var exchangeCharge: EnergyPrice?
    /// What someone says to be the peak that is paid for at every site in every month of the plan; goes before what is known.
    public var paidPeak: Power?

    /// Knowledge; see the properties.
    public init(
      energies: [SeriesKey: TimeSeries<IntervalEnergy>] = [:], states: [SeriesKey: Sample] = [:],
      prices: [String: TimeSeries<EnergyPrice?>] = [:], forecasts: [String: Forecast] = [:], profiles: StandardProfiles,
      peaksSoFar: [Site.ID: Power] = [:]
    ) {
      self.energies = energies
      self.states = states
      self.prices = prices
      self.forecasts = forecasts
      self.profiles = profiles
      self.peaksSoFar = peaksSoFar
    }
  }

  /// The problem of `assets` in `community` over `horizon`.
  ///
  /// - Throws: `PlanInputError` that names the tariff or asset.
  public init(
    community: Community, assets: [AssetDescription], fuels: [Fuel] = [], horizon: PlanningHorizon, knowing knowledge: Knowledge
  ) throws(PlanInputError) {
    var preparation = Preparation(community: community, horizon: horizon, knowledge: knowledge)
    let sites = try preparation.conditions(with: assets)
    let heat = HeatPreparation(community: community, assets: assets, fuels: fuels, horizon: horizon, profiles: knowledge.profiles)
    var schedulable: [any Asset] = []
    for asset in assets {
      schedulable.append(try preparation.asset(asset, among: assets, heat))
    }
    schedulable = try preparation.reserving(schedulable, as: assets)
    if !knowledge.profiles.knowsHolidays(of: horizon.span) { preparation.sources.append(.holidaysUnknown) }
    problem = PlanningProblem(
      horizon: horizon, sites: sites, assets: schedulable, networks: try heat.networks(serving: schedulable),
      transfers: heat.transfers, fuels: fuels, carbonPrice: community.carbonPrice, exchange: preparation.exchange)
    sources = preparation.sources
  }
}

/// Turns descriptions into assets, noting where each figure came from.
struct Preparation {
  let community: Community
  let horizon: PlanningHorizon
  let knowledge: PlanInputs.Knowledge
  var sources: [InputSource] = []

  // MARK: - Grid and prices

  mutating func conditions(with assets: [AssetDescription]) throws(PlanInputError) -> [SiteConditions] {
    var noted: Set<Tariff.ID> = []
    var conditions: [SiteConditions] = []
    for site in community.sites {
      var importPrice = TimeSeries(repeating: EnergyPrice.zero, over: horizon.span)
      var feedInPrice = importPrice
      var peakPrice = PowerPrice.zero
      var emissions: TimeSeries<EmissionFactor>?
      if let tariff = community.tariff(of: site) {
        let (imports, importsKnown) = try prices(tariff.importPrice, of: tariff)
        let (feedIns, feedInsKnown) = try prices(tariff.feedInPrice, of: tariff)
        importPrice = imports
        feedInPrice = feedIns
        if let known = [importsKnown, feedInsKnown].compactMap({ $0 }).min(), noted.insert(tariff.id).inserted {
          sources.append(.price(tariff.id, known: known, of: horizon.span.count))
        }
        peakPrice = tariff.peakPrice
        emissions = self.emissions(of: tariff)
        importPrice = surcharged(importPrice, by: tariff.importWindows)
      } else {
        sources.append(.noTariff(site.id))
      }
      conditions.append(
        SiteConditions(
          site: site.id, connection: site.gridConnection, importPrice: importPrice, feedInPrice: feedInPrice,
          peakPrice: peakPrice, peakSoFar: knowledge.paidPeak ?? knowledge.peaksSoFar[site.id] ?? .zero,
          peakPeriods: peakPeriods(at: site), limits: limits(at: site, with: assets), emissions: emissions))
    }
    return conditions
  }

  /// The price in each quarter hour; of one that changes with time, too, how many of them are known.
  private func prices(
    _ price: Tariff.Price, of tariff: Tariff
  ) throws(PlanInputError) -> (series: TimeSeries<EnergyPrice>, known: Int?) {
    switch price {
    case .fixed(let price): return (TimeSeries(repeating: price, over: horizon.span), nil)
    case .dynamic(let file, let plus):
      let curve = knowledge.prices[file]
      var known = 0
      var values: [EnergyPrice] = []
      for quarter in horizon.span {
        if let value = curve?[quarter] ?? nil {
          known += 1
          values.append(value + plus)
        } else if let value = earlier(quarter, in: curve) {
          values.append(value + plus)
        } else {
          let last = curve.flatMap { curve in curve.values.lastIndex { $0 != nil }.map { curve.start.advanced(by: $0) } }
          throw .pricesTooOld(tariff.id, lastKnown: last)
        }
      }
      return (TimeSeries(start: horizon.start, values: values), known)
    }
  }

  /// The CO2 of power from the grid in each quarter hour, where it is not known yet that of the days before; nil where nobody says.
  private mutating func emissions(of tariff: Tariff) -> TimeSeries<EmissionFactor>? {
    switch tariff.emissions {
    case nil: return nil
    case .fixed(let factor): return TimeSeries(repeating: factor, over: horizon.span)
    case .dynamic(let file):
      let curve = knowledge.emissions[file]
      let known = horizon.span.count { (curve?[$0] ?? nil) != nil }
      let values = horizon.span.compactMap { quarter in curve?[quarter] ?? nil ?? earlier(quarter, in: curve) }
      guard values.count == horizon.span.count else { return nil }
      let source = InputSource.emissions(tariff.id, known: known, of: values.count)
      if !sources.contains(source) { sources.append(source) }
      return TimeSeries(start: horizon.start, values: values)
    }
  }

  /// The value at the same time on the latest of the seven days before that has one.
  private func earlier<Value>(_ quarter: QuarterHour, in curve: TimeSeries<Value?>?) -> Value? {
    let perDay = Int(Duration.seconds(86_400) / QuarterHour.duration)
    for day in 1...7 {
      if let value = curve?[quarter.advanced(by: -day * perDay)] ?? nil { return value }
    }
    return nil
  }

  // MARK: - Assets

  mutating func asset(
    _ asset: AssetDescription, among all: [AssetDescription], _ heat: HeatPreparation
  ) throws(PlanInputError) -> any Asset {
    switch asset.kind {
    case .load(let load):
      return FixedLoad(id: asset.id, site: asset.site, demand: try demand(of: load, asset, among: all))
    case .plant(let plant):
      return RenewablePlant(
        id: asset.id, site: asset.site, available: try yield(of: plant, asset), isCurtailable: plant.isCurtailable)
    case .battery(let parameters, let given):
      return battery(parameters, given: given, asset, among: all)
    case .chargingPoint(let use):
      return ChargingPoint(
        id: asset.id, site: asset.site, power: use.power, efficiency: use.efficiency, sessions: windows(of: use))
    case .cars(let cars): return self.cars(cars, asset)
    case .shiftableLoad(let use):
      return ShiftableLoad(id: asset.id, site: asset.site, power: use.power, windows: windows(of: use))
    case .heatLoad(let network, let annual):
      let standard = knowledge.profiles.forecast(ofHeat: annual, over: horizon.span)
      return HeatLoad(id: asset.id, site: asset.site, network: network, demand: try expected(asset, else: standard))
    case .solarThermal(let network, let peak):
      let standard = knowledge.profiles.forecast(ofCollectorsWith: peak, over: horizon.span)
      return SolarThermal(id: asset.id, site: asset.site, network: network, available: try expected(asset, else: standard))
    case .heatPump, .electricBoiler, .boiler, .combinedHeatAndPower: return try heat.source(asset)
    case .heatStore(let network, let store):
      return tank(asset, network, store, heat, role: .heatStore)
    case .coolingLoad, .chiller, .absorptionChiller, .coldStore: return try cooling(asset, heat)
    case .electrolyser, .hydrogenStore, .fuelCell: return try hydrogen(asset, among: all, fuels: heat.fuels)
    }
  }

  /// What someone expects of `asset`, else `standard`.
  mutating func expected(
    _ asset: AssetDescription, else standard: Forecast?
  ) throws(PlanInputError) -> TimeSeries<Power> {
    let given = knowledge.forecasts[asset.id.text]?.cut(to: horizon.span) ?? .unknown(over: horizon.span)
    return try complete(standard.map { given.filled(by: $0) } ?? given, of: asset)
  }

  /// The mean price of power from the grid at `site`, in EUR/kWh; nil where it is not known.
  func powerPrice(at site: Site.ID) -> Double? {
    guard let place = community.sites.first(where: { $0.id == site }), let tariff = community.tariff(of: place),
      let prices = try? importCurve(of: tariff), !prices.isEmpty
    else { return nil }
    return prices.map(\.eurosPerKilowattHour).reduce(0, +) / Double(prices.count)
  }

  private func windows(of use: FlexibleUseDescription) -> [EnergyWindow] {
    use.windows.flatMap { $0.windows(touching: horizon.span, calendar: community.calendar) }
  }

  private mutating func demand(
    of load: LoadDescription, _ asset: AssetDescription, among all: [AssetDescription]
  ) throws(PlanInputError) -> TimeSeries<Power> {
    var forecast: Forecast?
    if let given = knowledge.forecasts[asset.id.text] ?? shareOfSite(load, asset, among: all) {
      forecast = given.cut(to: horizon.span)
    }
    if let history = consumption(of: asset, among: all) {
      let similarDays = knowledge.profiles.similarDays(knowledge.forecastCase.loadQuantile)
      forecast = (forecast ?? .unknown(over: horizon.span)).filled(by: similarDays.load(from: history, over: horizon.span))
    }
    let standard: Forecast
    do {
      standard = try knowledge.profiles.forecast(of: load, over: horizon.span)
    } catch {
      throw .noForecast(asset.id, reason: "\(error)")
    }
    return try complete((forecast ?? .unknown(over: horizon.span)).filled(by: standard), of: asset)
  }

  /// The load's part of what someone expects of all loads of its site together, by their use in a year.
  private func shareOfSite(_ load: LoadDescription, _ asset: AssetDescription, among all: [AssetDescription]) -> Forecast? {
    guard let given = knowledge.forecasts["\(asset.site).load"] else { return nil }
    let uses = loads(at: asset.site, among: all).map(\.annualConsumption.count)
    let sum = uses.reduce(0, +)
    let (part, whole) = sum > 0 ? (load.annualConsumption.count, sum) : (1, Int64(uses.count))
    return Forecast(
      power: given.power.map { power in power.map { Power(count: scaled($0.count, by: part, over: whole)) } }, basis: given.basis)
  }

  private func loads(at site: Site.ID, among all: [AssetDescription]) -> [LoadDescription] {
    all.compactMap { other in
      guard case .load(let load) = other.kind, other.site == site else { return nil }
      return load
    }
  }

  /// What the load used before: its own meter's count, or what the site's balance leaves where it is the site's only load.
  private func consumption(of asset: AssetDescription, among all: [AssetDescription]) -> TimeSeries<IntervalEnergy>? {
    if let point = asset.meteringPoint { return knowledge.energies[SeriesKey(point, .energyImport)] }
    guard loads(at: asset.site, among: all).count == 1, let span = knowledge.energies.values.first?.span else { return nil }
    let energies = MeteredEnergies(knowledge.energies, over: span)
    guard let balance = SiteBalance(of: asset.site, in: community, energies: energies) else { return nil }
    let consumption = balance.intervals.map { interval in
      guard case .known(let flows, let quality) = interval else { return IntervalEnergy.missing }
      return IntervalEnergy(flows.consumption, quality: quality)
    }
    // The plan schedules cars and shiftable loads of its own: what they used is not the load's.
    return flexibleUse(at: asset.site, among: all).reduce(consumption) { rest, used in
      let values = zip(rest.values, used.over(span, padding: .missing).values).map { whole, part in
        IntervalEnergy.combining(whole, part) { max(.zero, $0 - $1) }
      }
      return TimeSeries(start: rest.start, values: values)
    }
  }

  /// What each metered charging point and shiftable load of `site` used before.
  private func flexibleUse(at site: Site.ID, among all: [AssetDescription]) -> [TimeSeries<IntervalEnergy>] {
    all.compactMap { other in
      guard other.site == site, let point = other.meteringPoint else { return nil }
      switch other.kind {
      case .chargingPoint, .cars, .shiftableLoad: return knowledge.energies[SeriesKey(point, .energyImport)]
      case .load, .plant, .battery, .heatLoad, .solarThermal, .boiler, .combinedHeatAndPower, .heatStore, .fuelCell, .coolingLoad,
        .absorptionChiller, .coldStore:
        return nil
      case .heatPump, .electricBoiler, .electrolyser, .hydrogenStore, .chiller:
        return knowledge.energies[SeriesKey(point, .energyImport)]
      }
    }
  }

  private mutating func yield(of plant: PlantDescription, _ asset: AssetDescription) throws(PlanInputError) -> TimeSeries<Power> {
    var forecast = knowledge.forecasts[asset.id.text]?.cut(to: horizon.span) ?? .unknown(over: horizon.span)
    if let point = asset.meteringPoint, let history = knowledge.energies[SeriesKey(point, .energyExport)] {
      let similarDays = knowledge.profiles.similarDays(knowledge.forecastCase.yieldQuantile)
      forecast = forecast.filled(by: similarDays.generation(from: history, over: horizon.span))
    }
    if plant.source == .pv {
      forecast = forecast.filled(by: knowledge.profiles.forecast(ofSunWith: plant.peakPower, over: horizon.span))
    }
    return try complete(forecast, of: asset)
  }

  private mutating func complete(_ forecast: Forecast, of asset: AssetDescription) throws(PlanInputError) -> TimeSeries<Power> {
    guard let power = forecast.complete else {
      throw .noForecast(asset.id, reason: "neither history nor a standard profile covers the plan's span")
    }
    sources.append(.forecast(asset.id, forecast.summary))
    return power
  }

  // MARK: - Prices

  func curve(_ price: Tariff.Price) throws(PlanInputError) -> [EnergyPrice] {
    switch price {
    case .fixed(let price): return [price]
    case .dynamic(let file, let plus):
      return horizon.span.compactMap { quarter in
        (knowledge.prices[file]?[quarter] ?? nil ?? earlier(quarter, in: knowledge.prices[file])).map { $0 + plus }
      }
    }
  }
}

extension Forecast {
  /// The forecast over `span`; where it does not reach, nothing is known.
  fileprivate func cut(to span: Range<QuarterHour>) -> Forecast {
    Forecast(power: power.over(span, padding: nil), basis: basis.over(span, padding: .nothing))
  }

  /// A forecast that knows nothing over `span`.
  fileprivate static func unknown(over span: Range<QuarterHour>) -> Forecast {
    Forecast(power: TimeSeries(repeating: nil, over: span), basis: .nothing)
  }
}

extension MeteredEnergies {
  /// The counters of import and export among `energies`.
  public init(_ energies: [SeriesKey: TimeSeries<IntervalEnergy>], over span: Range<QuarterHour>) {
    self.init(over: span)
    for (key, series) in energies {
      switch key.channel {
      case .energyImport: self[key.point, .import] = series
      case .energyExport: self[key.point, .export] = series
      default: break
      }
    }
  }
}
