import CommunityModel
import Quantities
import Yams

extension CommunityReader {
  /// The heating curve under `flow_temperature`; nil where that is one temperature, or nothing.
  func heatingCurve(_ network: Fields) -> HeatingCurve? {
    guard let node = network.node("flow_temperature"), node.sequence != nil else { return nil }
    let range = Temperature(count: -50_000)...Temperature(count: 200_000)
    var points: [HeatingCurve.Point] = []
    for node in network.items("flow_temperature", expected: "points such as `{outdoor: -12 degC, flow: 80 degC}`") {
      let fields = Fields(node, subject: "'flow_temperature' of \(network.subject)", problems: problems)
      defer { fields.finish() }
      let outdoor = fields.quantity("outdoor", in: range, like: "-12 degC")
      let flow = fields.quantity("flow", in: range, like: "80 degC")
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
