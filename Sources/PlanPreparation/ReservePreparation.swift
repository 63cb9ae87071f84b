import CommunityModel
import MarketTime
import Planning
import Quantities

extension PlanInputs.Knowledge {
  /// What the battery of `site` is to hold: what is asked about, else what the community's file says, for as long as someone says.
  fileprivate func reserve(at site: Site) -> EmergencyReserve? {
    if let asked = reserves[site.id] { return asked }
    guard let known = site.reserve, let reserve else { return site.reserve }
    return known.lasting(reserve)
  }
}

extension Preparation {
  /// `assets`, the batteries of sites that hold a reserve knowing it.
  ///
  /// - Throws: `PlanInputError.contradiction` where such a site has no battery, or several.
  func reserving(_ assets: [any Asset], as descriptions: [AssetDescription]) throws(PlanInputError) -> [any Asset] {
    var assets = assets
    for site in community.sites {
      guard let reserve = knowledge.reserve(at: site) else { continue }
      let places = assets.indices.filter { assets[$0].site == site.id && assets[$0] is Battery }
      guard let place = places.first, let battery = assets[place] as? Battery else {
        throw .contradiction("site \(site.id) is to hold a reserve and has no battery; give it one, or delete 'reserve'")
      }
      guard places.count == 1 else {
        let names = places.map { assets[$0].id.text }.joined(separator: ", ")
        throw .contradiction(
          "site \(site.id) is to hold a reserve and has several batteries (\(names)); describe them as one with the sum of their figures"
        )
      }
      assets[place] = battery.holding(
        BatteryReserve(need: need(of: reserve, at: site.id, assets, descriptions), duration: reserve.duration))
    }
    return assets
  }

  /// What must be served at `site` in each quarter hour, less what sun and wind are sure to give.
  private func need(
    of reserve: EmergencyReserve, at site: Site.ID, _ assets: [any Asset], _ descriptions: [AssetDescription]
  ) -> TimeSeries<Power> {
    var need = TimeSeries(repeating: Power.zero, over: horizon.span)
    func add(_ series: TimeSeries<Power>, _ share: Fraction) {
      for (position, quarter) in need.span.enumerated() {
        let power = series[quarter] ?? .zero
        need.values[position] += Power(count: scaled(power.count, by: share.count, over: Fraction.one.count))
      }
    }
    switch reserve.criticalLoad {
    case .power(let power): need = TimeSeries(repeating: power, over: horizon.span)
    case .share(let share):
      for load in assets.compactMap({ $0 as? FixedLoad }) where load.site == site { add(load.demand, share) }
    }
    for plant in assets.compactMap({ $0 as? RenewablePlant })
    where plant.site == site && !knowledge.unsurePlants.contains(plant.id) {
      guard case .plant(let description) = descriptions.first(where: { $0.id == plant.id })?.kind else { continue }
      let share = description.source == .pv ? reserve.assuredSun : reserve.assuredWind
      add(plant.available, Fraction(count: -share.count))
    }
    return need
  }
}
