import CommunityModel
import MarketTime
import Quantities

// Why batteries, cars, plants and connections do what they do.

extension Explainer {
  /// Why a battery takes and gives.
  func stored(by asset: AssetSchedule, roundTrip: Fraction, wear: EnergyPrice, _ market: Market) -> [Explanation] {
    let runs = runs { step -> Bool? in asset.power[step].magnitude <= Self.rest ? nil : asset.power[step] > .zero }
    let means = runs.map { mean(market.marginal, by: asset.power, in: $0.steps) }
    return runs.indices.map { place in
      let (isTaking, steps) = runs[place]
      let amount = energy(of: asset.power, in: steps)
      let price = means[place]
      let source = source(market, by: asset.power, in: steps)
      let reason: Explanation.Reason
      let gain: EnergyPrice
      if isTaking {
        if let next = runs.indices.first(where: { $0 > place && !runs[$0].activity }) {
          reason = .takes(
            price: price, source, later: means[next], until: runs[next].steps.lowerBound, back: roundTrip)
          gain = means[next].part(roundTrip) - price - wear
        } else {
          reason = .keeps(price: price, source, worth: asset.endValue)
          gain = asset.endValue.part(roundTrip) - price - wear
        }
      } else {
        let before = runs.indices.last { $0 < place && runs[$0].activity }.map { means[$0] }
        reason = .gives(price: price, source, before: before)
        gain = price - (before ?? asset.endValue).part(over: roundTrip) - wear
      }
      return explanation(of: asset, steps, amount, reason, weight: amount.weight(at: gain))
    }
  }

  /// Why a car or a laundry runs when it does.
  func placed(_ asset: AssetSchedule, in windows: [EnergyWindow], _ market: Market) -> [Explanation] {
    runs { step -> Bool? in asset.power[step] > Self.rest ? true : nil }.map { _, steps in
      let span = plan.horizon.steps[steps.lowerBound].lowerBound..<plan.horizon.steps[steps.upperBound - 1].upperBound
      let open = windows.filter { $0.span.overlaps(span) }
      let possible = plan.horizon.steps.indices.filter { step in open.contains { $0.span.overlaps(plan.horizon.steps[step]) } }
      let price = mean(market.marginal, by: asset.power, in: steps)
      let all = possible.map { market.marginal[$0] }
      let usual = EnergyPrice(count: all.reduce(.zero, +).count / Int64(max(1, all.count)))
      let amount = energy(of: asset.power, in: steps)
      return explanation(
        of: asset, steps, amount, .placed(price: price, least: all.min() ?? price, most: all.max() ?? price),
        weight: amount.weight(at: usual - price))
    }
  }

  /// Why a plant gives less than it could.
  func curtailed(_ asset: AssetSchedule, at site: SiteSchedule, _ market: Market) -> [Explanation] {
    guard let available = asset.available else { return [] }
    let unused = zip(available, asset.power).map { max(.zero, $0 + $1) }
    let limit = market.conditions.connection.exportLimit
    return runs { step -> Bool? in unused[step] > Self.rest ? -site.grid[step] >= limit - Self.rest : nil }.map { isFull, steps in
      let amount = energy(of: unused, in: steps)
      let price = mean(market.fedIn, by: unused, in: steps)
      let reason: Explanation.Reason = isFull ? .connectionIsFull(limit) : price < .zero ? .feedInCosts(-price) : .nobodyTakes
      return explanation(
        of: asset, steps, amount, reason, weight: amount.weight(at: EnergyPrice(count: price.magnitude.count)),
        wish: isFull ? nil : .giveAll)
    }
  }

  /// Why a connection takes no more.
  func held(_ site: SiteSchedule, _ conditions: SiteConditions, _ market: Market) -> [Explanation] {
    let limit = conditions.connection.importLimit
    let peak = site.grid.max() ?? .zero
    let hasPeak = conditions.peakPrice > .zero && peak >= conditions.peakSoFar - Self.rest && peak > Self.rest
    return runs { step -> Bool? in
      guard market.marginal[step] - market.imported[step] > Self.samePrice else { return nil }
      if (site.grid[step] - limit).magnitude <= Self.rest { return true }
      return hasPeak && (site.grid[step] - peak).magnitude <= Self.rest ? false : nil
    }.map { isConnection, steps in
      let amount = energy(of: site.grid, in: steps)
      let worth = steps.reduce(Money.zero) { sum, step in
        sum + Energy(kilowattHours: plan.horizon.hours(of: step)) * (market.marginal[step] - market.imported[step])
      }
      let reason: Explanation.Reason =
        isConnection ? .heldByConnection(limit, worth: worth) : .heldByPeak(peak, price: conditions.peakPrice)
      return Explanation(
        subject: .connection(site.site), steps: steps, energy: amount, reason: reason, weight: worth, overruling: nil)
    }
  }

  /// What `asset` does in `steps`, which can be overruled.
  func explanation(
    of asset: AssetSchedule, _ steps: Range<Int>, _ energy: Energy, _ reason: Explanation.Reason, weight: Money,
    wish: Overruling.Wish? = .rest
  ) -> Explanation {
    Explanation(
      subject: .asset(asset.id, asset.role), steps: steps, energy: energy, reason: reason, weight: weight,
      overruling: wish.map { Overruling(asset: asset.id, $0, in: steps) })
  }
}

extension EnergyPrice {
  /// What is left of it when only `share` of each kilowatt-hour arrives.
  func part(_ share: Fraction) -> EnergyPrice { EnergyPrice(eurosPerKilowattHour: eurosPerKilowattHour * share.value) }

  /// What a kilowatt-hour costs of which only `share` arrives.
  func part(over share: Fraction) -> EnergyPrice { EnergyPrice(eurosPerKilowattHour: eurosPerKilowattHour / share.value) }
}
