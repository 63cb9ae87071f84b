import EnergySystems
import Foundation

/// What is agreed about flows: peaks, contracts, limits, sharing, and what is best.

struct PeakEntry: Decodable {
  let part: PeakCharge

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = PeakCharge(
      try object.required("id"), supplies: try object.required("imports"), offtakes: try object.value("exports", or: []),
      price: try object.required("price"), before: try object.value("previous", or: 0), steps: try object.wholes("steps"),
      stepsPerInterval: try object.whole("average_steps") ?? 1,
      lookBack: try object.optional("look_back", LookBack.self).map(\.part))
    try object.end()
  }

  private struct LookBack: Decodable {
    let part: PeakCharge.LookBack

    init(from decoder: any Decoder) throws {
      var object = try CaseObject(decoder)
      part = .init(share: try object.required("share"), steps: try object.wholes("steps") ?? [])
      try object.end()
    }
  }
}

struct ContractEntry: Decodable {
  let part: TakeOrPay

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = TakeOrPay(
      try object.required("id"), flow: try object.required("flow"), least: try object.required("min_kwh"),
      shortfallPrice: try object.required("shortfall_price"))
    try object.end()
  }
}

struct LimitEntry: Decodable {
  let part: FlowLimit

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = FlowLimit(
      try object.required("id"), flows: try object.required("flows"), max: try object.requiredSeries("max"),
      penalty: try object.optional("penalty"))
    try object.end()
  }
}

struct SharingEntry: Decodable {
  let part: SurplusSharing

  private struct Member: Decodable {
    let supply: String

    init(from decoder: any Decoder) throws {
      var object = try CaseObject(decoder)
      supply = try object.required("import")
      try object.end()
    }
  }

  init(from decoder: any Decoder) throws {
    var object = try CaseObject(decoder)
    part = SurplusSharing(
      try object.required("id"), offtakes: try object.required("sources"),
      supplies: try object.required("members", [Member].self).map(\.supply), value: try object.requiredSeries("value"))
    try object.end()
  }
}

/// A name, or levels as weights of what is counted.
struct ObjectiveEntry: Decodable {
  var objective: Objective

  private static let names: [String: Objective] = [
    "cost": .cost,
    "co2": .emissions,
    "cost_then_co2": Objective(levels: [[.cost: 1, .penalty: 1], [.emissions: 1]]),
    "co2_then_cost": Objective(levels: [[.emissions: 1, .penalty: 1], [.cost: 1]]),
    "grid_then_cost": Objective(levels: [[.gridEnergy: 1, .penalty: 1], [.cost: 1]]),
  ]

  private static let measures: [String: Objective.Measure] = [
    "cost": .cost, "co2": .emissions, "grid": .gridEnergy, "peak": .peak, "penalty": .penalty,
  ]

  private struct Level: Decodable {
    var weights: [Objective.Measure: Double] = [:]

    init(from decoder: any Decoder) throws {
      var object = try CaseObject(decoder)
      for (name, measure) in measures {
        if let weight = try object.optional(name, Double.self) { weights[measure] = weight }
      }
      try object.end()
    }
  }

  init(from decoder: any Decoder) throws {
    let path = decoder.codingPath.jsonPath
    guard let name = try? decoder.singleValueContainer().decode(String.self) else {
      guard (try? decoder.unkeyedContainer()) != nil else {
        throw CaseError(path, "must be a name, or a list of levels such as [{\"co2\": 1}, {\"cost\": 1}]")
      }
      objective = Objective(levels: try [Level](from: decoder).map(\.weights))
      return
    }
    guard let known = Self.names[name] else {
      throw CaseError(path, "is \"\(name)\", and must be one of \(Self.names.keys.sorted().joined(separator: ", "))")
    }
    objective = known
  }
}
