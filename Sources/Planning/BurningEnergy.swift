import CommunityModel

extension SystemDraft {
  /// The steps in which charging and discharging at once could pay; see `Battery`.
  ///
  /// - Parameters:
  ///   - roundTrip: share of what goes in that comes out again.
  ///   - wear: per kWh cycled through, in EUR.
  ///   - later: the least worth of a kilowatt-hour behind the horizon, at most zero.
  func stepsInWhichBurningPays(at site: Site.ID, roundTrip product: Double, wear: Double, later: Double) -> [Bool] {
    let values = leastMarginalValues(at: site)
    let feedsInFreely = feedsInFreely(at: site)
    var later = later
    var apart = [Bool](repeating: false, count: values.count)
    for step in values.indices.reversed() {
      let now = values[step]
      let paysNow = now < 0 && wear < -2 * now * (1 - product) / (1 + product)
      let paysLater = later < 0 && wear < -later * (1 - product) / product
      apart[step] = paysNow || (paysLater && (now < 0 || !feedsInFreely[step]))
      later = min(later, now)
    }
    return apart
  }
}
