import CommunityModel
import MarketTime
import Quantities

/// An asset that is another one under some condition; it is like that one where it does not say otherwise.
protocol WrappedAsset: Asset {
  /// The other one.
  var asset: any Asset { get }
}

extension WrappedAsset {
  var id: AssetID { asset.id }
  var site: Site.ID { asset.site }
  var followsResidual: Bool { asset.followsResidual }
  var heatNetwork: HeatNetwork.ID? { asset.heatNetwork }
  var burnt: Fuel.ID? { asset.burnt }
  var keptFuel: Fuel.ID? { asset.keptFuel }
  var heatRank: Int? { asset.heatRank }
  var enginePower: Power { asset.enginePower }
  var isForcedToGive: Bool { asset.isForcedToGive }
  var storedPower: Power { asset.storedPower }
  var mostTaken: Power { asset.mostTaken }

  func validate(over horizon: PlanningHorizon) throws(PlanningError) { try asset.validate(over: horizon) }

  func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    asset.standingSchedule(over: horizon, residual: residual)
  }
}
