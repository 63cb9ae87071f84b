import CommunityModel
import MarketTime
import Planning
import Quantities
import Readings

extension Preparation {
  /// A measured state of charge older than this says nothing about now.
  private static let oldestState: Duration = .seconds(3600)

  mutating func battery(
    _ parameters: Battery.Parameters, given: Fraction?, _ asset: AssetDescription, among all: [AssetDescription]
  ) -> Battery {
    let share: Fraction
    if let point = asset.meteringPoint, let sample = knowledge.states[SeriesKey(point, .stateOfCharge)],
      horizon.start.start - sample.time <= Self.oldestState
    {
      // Devices say 100.3 % and worse: there is no content below nothing or above full.
      share = Fraction(count: min(max(sample.value, 0), 1_000_000) * (Fraction.one.count / 1_000_000))
      sources.append(.measuredCharge(asset.id, share, age: horizon.start.start - sample.time))
    } else if let given {
      share = given
      sources.append(.givenCharge(asset.id, given))
    } else {
      share = Fraction(0.5)
      sources.append(.assumedCharge(asset.id))
    }
    let hasPlant = all.contains { other in
      guard case .plant = other.kind else { return false }
      return other.site == asset.site
    }
    return Battery(
      id: asset.id, site: asset.site, parameters: parameters, opening: .content(parameters.capacity * share),
      endValue: endValue(of: parameters, at: asset.site, hasPlant: hasPlant))
  }

  /// What a kilowatt-hour left at the end of the horizon is worth (optimizer-model, section 15).
  ///
  /// It will save the mean price of the cheaper quarter of hours, its way out and its wear deducted, less a tenth because later
  /// is less sure than now. Beside a plant it may as well be refilled from what would be fed in: the mean of both.
  private func endValue(of parameters: Battery.Parameters, at site: Site.ID, hasPlant: Bool) -> EnergyPrice {
    guard let place = community.sites.first(where: { $0.id == site }), let tariff = community.tariff(of: place),
      let prices = try? importCurve(of: tariff)
    else { return .zero }
    let cheap = prices.sorted().prefix(max(1, prices.count / 4)).map(\.eurosPerKilowattHour)
    let mean = cheap.reduce(0, +) / Double(max(1, cheap.count))
    let wear = parameters.wearCost.eurosPerKilowattHour / 2
    var value = 0.9 * (mean * parameters.dischargeEfficiency.value - wear)
    if hasPlant, let feedIn = try? curve(tariff.feedInPrice) {
      let refill = feedIn.map(\.eurosPerKilowattHour).reduce(0, +) / Double(max(1, feedIn.count))
      value = (value + refill / parameters.chargeEfficiency.value) / 2
    }
    return EnergyPrice(eurosPerKilowattHour: max(0, value))
  }
}
