import CommunityModel
import Forecasting
import MarketTime
import Planning
import Quantities

extension Preparation {
  /// The load, chiller or tank of cold that `asset` describes.
  ///
  /// - Throws: `PlanInputError` where nobody knows what is wanted or how warm it is outside, and for an asset of another kind.
  mutating func cooling(_ asset: AssetDescription, _ heat: HeatPreparation) throws(PlanInputError) -> any Asset {
    switch asset.kind {
    case .coolingLoad(let network, let load):
      let standard = knowledge.profiles.forecast(ofCold: load, over: horizon.span)
      return CoolingLoad.asset(id: asset.id, site: asset.site, network: network, demand: try expected(asset, else: standard))
    case .chiller(let network, let chiller):
      return Chiller.asset(
        id: asset.id, site: asset.site, network: network, power: chiller.power,
        performance: try heat.performance(of: chiller, in: network, asset.id), rules: chiller.rules)
    case .absorptionChiller(let network, let parameters):
      return AbsorptionChiller(id: asset.id, site: asset.site, network: network, parameters: parameters)
    case .coldStore(let network, let store): return tank(asset, network, store, heat, role: .coldStore)
    default: throw .contradiction("asset \(asset.id) has nothing to do with cold")
    }
  }

  /// The tank of hot or cold water that `asset` describes.
  mutating func tank(
    _ asset: AssetDescription, _ network: HeatNetwork.ID, _ store: HeatStoreDescription, _ heat: HeatPreparation,
    role: AssetSchedule.Role
  ) -> HeatStore {
    sources.append(store.charge.map { .givenCharge(asset.id, $0) } ?? .assumedHeat(asset.id))
    return HeatStore(
      id: asset.id, site: asset.site, network: network, capacity: store.capacity, power: store.power, loss: store.loss,
      opening: store.capacity * (store.charge ?? Fraction(0.5)), endValue: heat.worth(in: network, powerPrices: powerPrice),
      role: role)
  }
}

extension HeatPreparation {
  /// What a chiller gives for each unit of power in each quarter hour.
  ///
  /// - Throws: `PlanInputError.noForecast` for one on air where no temperature is known.
  func performance(
    of chiller: ChillerDescription, in network: HeatNetwork.ID, _ asset: AssetID
  ) throws(PlanInputError) -> TimeSeries<Fraction> {
    var water = TimeSeries(repeating: HeatNetwork.usualColdFlow, over: horizon.span)
    if let known = community.heatNetworks.first(where: { $0.id == network }) { water = try temperatures(of: known).flow }
    let sink: TimeSeries<Temperature>
    if let fixed = chiller.sink {
      sink = TimeSeries(repeating: fixed, over: horizon.span)
    } else if let outdoor = profiles.outdoorTemperature(over: horizon.span) {
      sink = outdoor
    } else {
      throw .noForecast(asset, reason: "no profile of the temperature outside is known")
    }
    return TimeSeries(
      start: horizon.start,
      values: zip(water.values, sink.values).map { Chiller.performance(quality: chiller.quality, water: $0, outdoor: $1) })
  }
}

extension StandardProfiles {
  /// Cold wanted on a mean day of the month; nil where no shape is known.
  func forecast(ofCold load: CoolingLoadDescription, over span: Range<QuarterHour>) -> Forecast? {
    heat?.cooling(annual: load.annualConsumption, steady: load.steady, over: span)
  }
}
