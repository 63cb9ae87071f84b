import CommunityModel
import Quantities
import Yams

extension CommunityReader {
  /// The curve under `key`, whose points say the temperature of the water as `water`; nil where that is one temperature, or nothing.
  func heatingCurve(_ key: String, water: String, like example: String, _ network: Fields) -> HeatingCurve? {
    guard let node = network.node(key), node.sequence != nil else { return nil }
    let range = Temperature(count: -50_000)...Temperature(count: 200_000)
    var points: [HeatingCurve.Point] = []
    for node in network.items(key, expected: "points such as `{outdoor: -12 degC, \(water): \(example)}`") {
      let fields = Fields(node, subject: "'\(key)' of \(network.subject)", problems: problems)
      defer { fields.finish() }
      let outdoor = fields.quantity("outdoor", in: range, like: "-12 degC")
      let flow = fields.quantity(water, in: range, like: example)
      guard let outdoor, let flow else { continue }
      if points.contains(where: { $0.outdoor == outdoor }) {
        problems.add("two points are at the same temperature outside; delete one of them", at: fields.place(of: "outdoor"))
      } else {
        points.append(.init(outdoor: outdoor, flow: flow))
      }
    }
    return HeatingCurve(points)
  }
}
