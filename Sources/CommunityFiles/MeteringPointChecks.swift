import CommunityModel
import Planning
import Yams

/// A metering point that an asset names.
struct PointUse {
  let asset: AssetID
  let kind: AssetKindName
  let point: MeteringPoint.ID
  let mark: Mark?
}

/// What only shows when all sections are read: whether metering points, members and assets fit together.
extension CommunityReader {
  /// A member's metering points are where the member is.
  func checkPlaces(of points: [MeteringPoint], members: [Member]) {
    let sites = Dictionary(members.map { ($0.id, $0.site) }) { first, _ in first }
    for (point, member) in points.flatMap({ point in point.members.map { (point, $0) } }) {
      guard let site = sites[member], site != point.site, names.knows(site.text, kind: "site") else { continue }
      problems.add(
        "member '\(member)' is at site '\(site)', but metering point '\(point.id)' at site '\(point.site)'; correct one of them",
        at: memberMarks[point.id] ?? nil)
    }
  }

  /// An asset's metering point is at its site, measures what such an asset does, and is no other asset's.
  func checkPoints(of assets: [AssetDescription], points: [MeteringPoint]) {
    let known = Dictionary(points.map { ($0.id, $0) }) { first, _ in first }
    let sites = Dictionary(assets.map { ($0.id, $0.site) }) { first, _ in first }
    var users: [MeteringPoint.ID: AssetID] = [:]
    for use in pointUses {
      guard let point = known[use.point] else { continue }
      if let site = sites[use.asset], site != point.site, names.knows(site.text, kind: "site") {
        problems.add(
          "metering point '\(point.id)' is at site '\(point.site)', asset '\(use.asset)' at site '\(site)'; name one at the same site",
          at: use.mark)
      }
      if point.measures != use.kind.measures {
        let advice = use.kind == .load ? ", or leave 'metering_point' out: the site's balance tells what the load uses" : ""
        problems.add(
          "metering point '\(point.id)' measures \(point.measures.rawValue); an asset of kind '\(use.kind.rawValue)' needs one "
            + "that measures \(use.kind.measures.rawValue)\(advice)", at: use.mark)
      }
      if let other = users[use.point] {
        problems.add("metering point '\(point.id)' belongs to asset '\(other)' already; one asset a metering point", at: use.mark)
      } else {
        users[use.point] = use.asset
      }
    }
  }
}

extension AssetKindName {
  /// What the metering point of such an asset measures.
  fileprivate var measures: MeteringPoint.Measures {
    switch self {
    case .load, .shiftableLoad: .consumption
    case .pv, .wind: .generation
    case .battery: .storage
    case .chargingPoint: .charging
    case .heatPump, .electricBoiler: .consumption
    case .chp: .generation
    case .heatLoad, .solarThermal, .boiler, .heatStore: .heat
    }
  }
}
