public import CommunityModel
import Forecasting
import MarketTime
public import Planning
public import Quantities

/// Something that a plan is asked to reckon with, too.
public enum PlanAddition: Sendable, Equatable {
  /// An asset of this size.
  case asset(AssetDescription)
  /// An asset of the size that pays best.
  case candidate(AssetCandidate)
  /// Sites exchange energy over the public grid at this charge, by the rule that is agreed.
  case exchange(charge: EnergyPrice)
  /// The battery of this site holds a reserve.
  case reserve(Site.ID, EmergencyReserve)
}

/// Makes other problems of a plan's: with something that is not there yet, from the same inputs.
public struct PlanVariations: Sendable {
  private let community: Community
  private let assets: [AssetDescription]
  private let fuels: [Fuel]
  private let knowledge: PlanInputs.Knowledge
  private let problem: PlanningProblem

  /// Variations of `inputs`, which were made of the others.
  public init(
    of inputs: PlanInputs, community: Community, assets: [AssetDescription], fuels: [Fuel],
    knowing knowledge: PlanInputs.Knowledge
  ) {
    self.community = community
    self.assets = assets
    self.fuels = fuels
    self.knowledge = knowledge
    problem = inputs.problem
  }

  /// The problem with all of `additions`, too. A roof yields what the community's others do for each kWp, those of its own site first.
  ///
  /// - Throws: `PlanInputError` where nothing is known of what an asset would do, or a site cannot hold a reserve.
  public func problem(with additions: [PlanAddition]) throws(PlanInputError) -> PlanningProblem {
    var knowledge = knowledge
    var new: [(asset: AssetDescription, candidate: AssetCandidate?)] = []
    for addition in additions {
      switch addition {
      case .asset(let asset): new.append((asset, nil))
      case .candidate(let candidate): new.append((candidate.whenNew.asset, candidate))
      case .exchange(let charge): knowledge.exchangeCharge = charge
      case .reserve(let site, let reserve): knowledge.reserves[site] = reserve
      }
    }
    for (asset, candidate) in new {
      guard case .plant(let plant) = asset.kind else { continue }
      if candidate != nil { knowledge.unsurePlants.insert(asset.id) }
      guard let yield = yield(of: plant, at: asset.site) else { continue }
      knowledge.forecasts[asset.id.text] = Forecast(power: yield.map { $0 }, basis: .file)
    }
    let inputs = try PlanInputs(
      community: community, assets: assets + new.map(\.asset), fuels: fuels, horizon: problem.horizon, knowing: knowledge)
    // What is there already stays as it was, the worth of what it holds at the end, too: otherwise costs could not be compared.
    var asked = problem.with(exchange: inputs.problem.exchange)
    if !knowledge.reserves.isEmpty { asked = asked.with(reservesOf: inputs.problem) }
    return zip(new, inputs.problem.assets.suffix(new.count)).reduce(asked) { problem, pair in
      pair.0.candidate.map { problem.with(pair.1, sizedFor: $0) } ?? problem.with(pair.1)
    }
  }

  private func yield(of plant: PlantDescription, at site: Site.ID) -> TimeSeries<Power>? {
    let others = assets.compactMap { other -> (site: Site.ID, peak: Power, yield: TimeSeries<Power>)? in
      guard case .plant(let known) = other.kind, known.source == plant.source,
        let asset = problem.assets.first(where: { $0.id == other.id }) as? RenewablePlant
      else { return nil }
      return (other.site, known.peakPower, asset.available)
    }
    guard let other = others.first(where: { $0.site == site }) ?? others.first else { return nil }
    return other.yield.map { Power(count: scaled($0.count, by: plant.peakPower.count, over: other.peak.count)) }
  }
}

extension PlanningProblem {
  /// The largest plant of sun or wind, battery and source of heat: what hurts most when it fails.
  public var pillars: [AssetID] {
    func largest(_ size: (any Asset) -> Double?) -> AssetID? {
      let known = assets.compactMap { asset in size(asset).map { (asset.id, $0) } }
      return known.max { ($0.1, $1.0) < ($1.1, $0.0) }?.0
    }
    return [
      largest { ($0 as? RenewablePlant)?.available.values.max()?.kilowatts },
      largest { ($0 as? Battery)?.parameters.capacity.kilowattHours },
      largest { asset in
        switch asset {
        case let boiler as Boiler: boiler.heatPower.kilowatts
        case let engine as CombinedHeatAndPower: engine.fuelPower.kilowatts * engine.heatEfficiency.value
        case let pump as HeatPump: pump.power.kilowatts * (pump.performance.values.map(\.value).max() ?? 0)
        default: nil
        }
      },
    ].compactMap { $0 }
  }
}
