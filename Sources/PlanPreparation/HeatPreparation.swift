import CommunityModel
import MarketTime
import Planning
import Quantities

/// Turns what is known of heat networks and their sources into what a plan schedules.
struct HeatPreparation {
  let community: Community
  let assets: [AssetDescription]
  let fuels: [Fuel]
  let horizon: PlanningHorizon
  let profiles: StandardProfiles

  /// The networks of the community, serving the heat loads among `assets`; their pipes lose what temperatures, and dimensions where they
  /// are known, make them lose.
  ///
  /// - Throws: `PlanInputError.contradiction` for one with a heating curve where no temperature outside is known.
  func networks(serving assets: [any Asset]) throws(PlanInputError) -> [HeatNetworkConditions] {
    var conditions: [HeatNetworkConditions] = []
    for network in community.heatNetworks {
      let temperatures = try temperatures(of: network)
      let loads = assets.compactMap { $0 as? HeatLoad }.filter { $0.network == network.id }
      let states = PipeStates(of: network, at: temperatures, serving: loads)
      let pipes = network.pipes.enumerated().map { place, pipe in
        if let states {
          return HeatPipe(
            id: HeatPipe.ID(pipe.id), from: pipe.from, to: pipe.to, capacity: pipe.capacity, loss: states.losses[place],
            pumpShare: states.pumpShares[place])
        }
        let losses = zip(temperatures.flow.values, temperatures.back.values).map { flow, back in
          HeatPipe.loss(
            milliwattsPerMetreKelvin: pipe.lossFactor.count, metres: pipe.length.count / 1000, flow: flow, return: back,
            ground: network.groundTemperature, of: network.carries)
        }
        return HeatPipe(
          id: HeatPipe.ID(pipe.id), from: pipe.from, to: pipe.to, capacity: pipe.capacity,
          loss: TimeSeries(start: horizon.start, values: losses), pumpShare: pipe.pumpShare)
      }
      conditions.append(
        HeatNetworkConditions(
          network: network.id, carries: network.carries, pipes: pipes,
          loss: TimeSeries(repeating: network.heatLoss, over: horizon.span),
          canDump: network.hasCooler))
    }
    return conditions
  }

  /// How hot the water of `network` is in each quarter hour: as its curves have it, else always the same.
  func temperatures(of network: HeatNetwork) throws(PlanInputError) -> NetworkTemperatures {
    NetworkTemperatures(
      flow: try water(of: network, network.heatingCurve, network.flowTemperature),
      back: try water(of: network, network.returnCurve, network.returnTemperature), ground: network.groundTemperature)
  }

  private func water(
    of network: HeatNetwork, _ curve: HeatingCurve?, _ constant: Temperature
  ) throws(PlanInputError) -> TimeSeries<Temperature> {
    guard let curve else { return TimeSeries(repeating: constant, over: horizon.span) }
    guard let outdoor = profiles.outdoorTemperature(over: horizon.span) else {
      throw .contradiction("heat network \(network.id) has a heating curve, and no profile of the temperature outside is known")
    }
    return outdoor.map { curve.water(at: $0) }
  }

  /// What joins them.
  var transfers: [HeatTransfer] {
    community.heatNetworks.flatMap { network in
      network.links.map { link in
        HeatTransfer(id: HeatTransfer.ID(link.id), from: network.id, to: link.to, site: link.site, capacity: link.capacity)
      }
    }
  }

  /// The source of heat that `asset` describes.
  ///
  /// - Throws: `PlanInputError.noForecast` for a heat pump on air where no temperature is known.
  func source(_ asset: AssetDescription) throws(PlanInputError) -> any Asset {
    switch asset.kind {
    case .heatPump(let network, let pump):
      return HeatPump(
        id: asset.id, site: asset.site, network: network, power: pump.power,
        performance: try performance(of: pump, in: network, asset.id), rules: pump.rules)
    case .electricBoiler(let network, let power, let efficiency):
      return ElectricBoiler.asset(
        id: asset.id, site: asset.site, network: network, power: power, efficiency: efficiency, over: horizon.span)
    case .boiler(let network, let boiler):
      return Boiler(
        id: asset.id, site: asset.site, network: network, fuel: boiler.fuel, heatPower: boiler.heatPower,
        efficiency: boiler.efficiency, rules: boiler.rules)
    case .combinedHeatAndPower(let network, let engine):
      return CombinedHeatAndPower(
        id: asset.id, site: asset.site, network: network, fuel: engine.fuel,
        fuelPower: Power(kilowatts: engine.power.kilowatts / engine.powerEfficiency.value),
        powerEfficiency: engine.powerEfficiency, heatEfficiency: engine.heatEfficiency,
        condensingEfficiency: engine.condensingEfficiency, rules: engine.rules)
    case .load, .plant, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .solarThermal, .heatStore, .electrolyser,
      .hydrogenStore, .fuelCell, .coolingLoad, .chiller, .absorptionChiller, .coldStore:
      throw .contradiction("asset \(asset.id) is no source of heat")
    }
  }

  private func performance(
    of pump: HeatPumpDescription, in network: HeatNetwork.ID, _ asset: AssetID
  ) throws(PlanInputError) -> TimeSeries<Fraction> {
    var flow = TimeSeries(repeating: HeatNetwork.usualFlow, over: horizon.span)
    if let known = community.heatNetworks.first(where: { $0.id == network }) { flow = try temperatures(of: known).flow }
    let source: TimeSeries<Temperature>
    switch pump.source {
    case .constant(let temperature): source = TimeSeries(repeating: temperature, over: horizon.span)
    case .air:
      guard let outdoor = profiles.outdoorTemperature(over: horizon.span) else {
        throw .noForecast(asset, reason: "no profile of the temperature outside is known")
      }
      source = outdoor
    }
    return TimeSeries(
      start: horizon.start,
      values: zip(flow.values, source.values).map { HeatPump.performance(quality: pump.quality, flow: $0, source: $1) })
  }

  /// What a kilowatt-hour in a tank of `network` is worth at the end: nine tenths of what the cheapest source would ask for it.
  ///
  /// - Parameter powerPrices: the mean price of power at a site, EUR/kWh.
  func worth(in network: HeatNetwork.ID, powerPrices: (Site.ID) -> Double?) -> EnergyPrice {
    let costs = assets.compactMap { asset -> Double? in
      switch asset.kind {
      case .boiler(network, let boiler):
        return fuels.first { $0.id == boiler.fuel }?.price.map { $0.eurosPerKilowattHour / boiler.efficiency.value }
      case .heatPump(network, let pump):
        guard let price = powerPrices(asset.site), let performance = try? performance(of: pump, in: network, asset.id) else {
          return nil
        }
        let mean = performance.values.reduce(0) { $0 + $1.value } / Double(max(1, performance.values.count))
        return price / mean
      case .chiller(network, let chiller):
        guard let price = powerPrices(asset.site), let performance = try? performance(of: chiller, in: network, asset.id) else {
          return nil
        }
        return price / (performance.values.reduce(0) { $0 + $1.value } / Double(max(1, performance.values.count)))
      case .electricBoiler(network, _, let efficiency): return powerPrices(asset.site).map { $0 / efficiency.value }
      case .load, .plant, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .solarThermal, .heatPump, .electricBoiler,
        .boiler, .combinedHeatAndPower, .heatStore, .electrolyser, .hydrogenStore, .fuelCell, .coolingLoad, .chiller,
        .absorptionChiller, .coldStore:
        return nil
      }
    }
    return EnergyPrice(eurosPerKilowattHour: max(0, 0.9 * (costs.min() ?? 0)))
  }
}
