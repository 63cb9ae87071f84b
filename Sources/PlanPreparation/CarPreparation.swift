import CommunityModel
import MarketTime
import Planning
import Quantities

extension Preparation {
  /// The charging point that `asset` describes, with the stays of its cars that touch the horizon.
  func cars(_ cars: CarDescription, _ asset: AssetDescription) -> CarChargingPoint {
    let capacity = cars.parameters.capacity
    let stays = cars.sessions.flatMap { session in
      session.window.windows(touching: horizon.span, calendar: community.calendar).map { window in
        CarChargingPoint.Stay(
          span: window.span, atArrival: capacity * session.arrivesWith, atDeparture: capacity * session.leavesWith)
      }
    }
    return CarChargingPoint(id: asset.id, site: asset.site, parameters: cars.parameters, stays: stays)
  }
}
