import CommunityModel
import Quantities

// Why electrolysers and fuel cells run.

extension Explainer {
  func converted(by asset: AssetSchedule, _ market: Market) -> [Explanation] {
    guard let use = asset.fuel, let worth = prices.fuels[use.fuel] else { return [] }
    let makesFuel = asset.role == .electrolyser
    // In stand-by it takes power and makes nothing.
    let running = makesFuel ? use.power : asset.power
    return runs { step -> Bool? in running[step].magnitude > Self.rest ? true : nil }.map { _, steps in
      let price = mean(market.marginal, by: asset.power, in: steps)
      let fuelPrice = mean(worth, by: use.power, in: steps)
      let power = energy(of: asset.power, in: steps)
      let fuel = energy(of: use.power, in: steps)
      let gain = fuel * fuelPrice - power * price
      let source = source(market, by: asset.power, in: steps)
      return explanation(
        of: asset, steps, makesFuel ? fuel : power,
        makesFuel ? .makesFuel(price: price, source, fuel: fuelPrice) : .usesFuel(price: price, source, fuel: fuelPrice),
        weight: max(.zero, makesFuel ? gain : -gain))
    }
  }
}
