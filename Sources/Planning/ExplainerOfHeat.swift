import CommunityModel
import MarketTime
import Quantities

// Why heat pumps, boilers and engines run and rest.

extension Explainer {
  func heated(by asset: AssetSchedule, _ market: Market) -> [Explanation] {
    guard let flow = asset.heat, let cost = heatCost(of: asset), let worth = prices.heat(of: flow.network, at: asset.site) else {
      return []
    }
    return runs { step -> Bool? in -flow.power[step] > Self.rest }.map { isRunning, steps in
      let amount = energy(of: flow.power, in: steps)
      let own = mean(cost, by: flow.power, in: steps)
      let value = mean(worth, by: flow.power, in: steps)
      guard isRunning else {
        let reason: Explanation.Reason =
          own >= value - Self.samePrice ? .rests(cost: own, worth: value) : .isKeptOff(cost: own, worth: value)
        return explanation(of: asset, steps, .zero, reason, weight: .zero, wish: nil)
      }
      guard own <= value + Self.samePrice else {
        return explanation(of: asset, steps, amount, .isKeptOn(cost: own, worth: value), weight: .zero)
      }
      let next = nextOffer(in: flow.network, besides: asset, by: flow.power, in: steps)
      let power = asset.power.contains { $0.magnitude > Self.rest } ? mean(market.marginal, by: flow.power, in: steps) : nil
      return explanation(
        of: asset, steps, amount, .heats(cost: own, power: power, next: next),
        weight: amount.weight(at: (next?.cost ?? value) - own))
    }
  }

  /// What a kilowatt-hour of heat of `asset` costs in each step, at the marginal prices of power; nil for what is no source of heat.
  private func heatCost(of asset: AssetSchedule) -> [EnergyPrice]? {
    guard case .heatSource(_, let power, let fuel) = economies[asset.id], let marginal = prices.power[asset.site] else {
      return nil
    }
    let burnt = problem.fuels.first { $0.id == asset.fuel?.fuel }?.price?.eurosPerKilowattHour ?? 0
    return zip(power, marginal).map { power, price in
      EnergyPrice(eurosPerKilowattHour: power * price.eurosPerKilowattHour + fuel * burnt)
    }
  }

  /// The cheapest other source of the network that could give more in `steps` than it does.
  private func nextOffer(
    in network: HeatNetwork.ID, besides asset: AssetSchedule, by power: [Power], in steps: Range<Int>
  ) -> Explanation.HeatOffer? {
    let others = plan.sites.flatMap(\.assets).filter { $0.id != asset.id && $0.heat?.network == network }
    let offers = others.compactMap { other -> Explanation.HeatOffer? in
      guard case .heatSource(let most, _, _) = economies[other.id], let cost = heatCost(of: other), let flow = other.heat,
        steps.contains(where: { most[$0] + flow.power[$0] > Self.rest })
      else { return nil }
      return Explanation.HeatOffer(asset: other.id, cost: mean(cost, by: power, in: steps))
    }
    return offers.min { $0.cost < $1.cost }
  }
}
