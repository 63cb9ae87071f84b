/// Problems that are like another one but for what somebody asks about.
extension PlanningProblem {
  /// The same problem with `asset`, too, of a size that is to be found: at most what it is now, for what `candidate` says.
  ///
  /// - Precondition: `candidate` describes `asset`.
  public func with(_ asset: any Asset, sizedFor candidate: AssetCandidate) -> PlanningProblem {
    with(
      SizedAsset(asset: asset, yearlyCost: candidate.yearlyCost, yearlyFixedCost: candidate.yearlyFixedCost))
  }

  /// The same problem with `asset`, too.
  public func with(_ asset: any Asset) -> PlanningProblem {
    var other = self
    other.assets.append(asset)
    return other
  }

  /// The same problem, the sites exchanging energy so; not at all where nil.
  public func with(exchange: CommunityExchange?) -> PlanningProblem {
    var other = self
    other.exchange = exchange
    return other
  }

  /// The same problem, its batteries holding the reserves that `other` has the batteries of these names hold.
  public func with(reservesOf other: PlanningProblem) -> PlanningProblem {
    let reserves = other.assets.reduce(into: [AssetID: BatteryReserve]()) { $0[$1.id] = ($1 as? Battery)?.reserve }
    return holding { reserves[$0.id] }
  }

  /// The same problem, no battery holding anything for an emergency.
  public func withoutReserves() -> PlanningProblem { holding { _ in nil } }

  private func holding(_ reserve: (Battery) -> BatteryReserve?) -> PlanningProblem {
    var other = self
    other.assets = assets.map { asset in (asset as? Battery).map { $0.holding(reserve($0)) } ?? asset }
    return other
  }
}
