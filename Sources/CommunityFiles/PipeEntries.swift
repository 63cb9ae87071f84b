import CommunityModel
import Quantities
import Yams

/// Temperatures of heat networks, and whether their pipes fit together.
extension CommunityReader {
  /// What a network says of its temperatures.
  struct NetworkTemperatureEntries {
    let flow: Temperature
    let back: Temperature
    let ground: Temperature
    let flowCurve: HeatingCurve?
    let backCurve: HeatingCurve?
  }

  func temperatures(_ fields: Fields, _ carried: HeatNetwork.Carried) -> NetworkTemperatureEntries {
    let flowCurve = heatingCurve("flow_temperature", water: "flow", like: "80 degC", fields)
    let backCurve = heatingCurve("return_temperature", water: "return", like: "50 degC", fields)
    func one(_ key: String, _ usual: Temperature, like example: String) -> Temperature {
      guard fields.node(key)?.sequence == nil else { return usual }
      return fields.optionalQuantity(key, in: Self.temperatures, like: example) ?? usual
    }
    let isCold = carried == .cold
    let flow = one("flow_temperature", isCold ? HeatNetwork.usualColdFlow : HeatNetwork.usualFlow, like: "75 degC")
    let back = one("return_temperature", isCold ? HeatNetwork.usualColdReturn : HeatNetwork.usualReturn, like: "45 degC")
    let ground = one("ground_temperature", HeatNetwork.usualGround, like: "10 degC")
    // Straight between their points: where it holds at these it holds everywhere.
    let outdoors = [flowCurve, backCurve].compactMap { $0 }.flatMap(\.points).map(\.outdoor) + [.zero]
    let fits = outdoors.allSatisfy { outdoor in
      let (out, home) = (flowCurve?.water(at: outdoor) ?? flow, backCurve?.water(at: outdoor) ?? back)
      return isCold ? home > out : home < out
    }
    if !fits {
      problems.add(
        "the return of \(fields.subject) is no \(isCold ? "warmer" : "colder") than its flow; correct one of them",
        at: fields.place(of: "return_temperature"))
    }
    return NetworkTemperatureEntries(flow: flow, back: back, ground: ground, flowCurve: flowCurve, backCurve: backCurve)
  }

  /// Pipes with diameters all have one, and form trees: water comes to each site one way.
  func checkDimensions(of pipes: [HeatNetwork.Pipe], _ network: Fields) {
    guard pipes.contains(where: { $0.diameter != nil }) else { return }
    if let other = pipes.first(where: { $0.diameter == nil }) {
      problems.add(
        "pipe '\(other.id)' has no diameter and others of \(network.subject) have one; give all of them one, or none",
        at: network.place(of: "pipes"))
    }
    for (number, pipe) in pipes.enumerated() {
      if let other = pipes[..<number].first(where: { $0.to == pipe.to }) {
        problems.add(
          "the pipes '\(other.id)' and '\(pipe.id)' of \(network.subject) both lead to '\(pipe.to)'; "
            + "with diameters there is one way to each site", at: network.place(of: "pipes"))
      }
    }
    var reached = Set(pipes.map(\.from)).subtracting(pipes.map(\.to))
    while let next = pipes.first(where: { reached.contains($0.from) && !reached.contains($0.to) }) { reached.insert(next.to) }
    if let pipe = pipes.first(where: { !reached.contains($0.from) }) {
      problems.add(
        "pipe '\(pipe.id)' of \(network.subject) is in a circle; with diameters all pipes lead away from where heat comes in",
        at: network.place(of: "pipes"))
    }
  }
}
