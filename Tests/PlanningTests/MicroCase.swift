import CommunityModel
import Foundation
import MarketTime
import Planning
import Quantities
import TestSupport
import Testing

/// A case of `Tests/CaseFilesTests/Cases/micro.json`: a small model with its optimum and the reasoning behind it.
struct MicroCase: Decodable, Sendable, CustomTestStringConvertible {
  let id: String
  let why: String
  let model: Model
  let expected: Expected

  var testDescription: String { "\(id): \(why)" }

  enum CodingKeys: String, CodingKey {
    case id, why, expected
    case model = "case"
  }

  struct Expected: Decodable, Sendable {
    let costEur: Double
  }

  /// A number for all steps, or one a step.
  enum Series: Decodable, Sendable {
    case constant(Double)
    case values([Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let value = try? container.decode(Double.self) {
        self = .constant(value)
      } else {
        self = .values(try container.decode([Double].self))
      }
    }

    subscript(step: Int) -> Double {
      switch self {
      case .constant(let value): value
      case .values(let values): values[step]
      }
    }
  }

  struct Model: Decodable, Sendable {
    let steps: Int
    let dtH: Double
    let buses: [String]
    var imports: [Exchange]?
    var exports: [Exchange]?
    var demands: [Demand]?
    var vres: [Plant]?
    var storages: [Storage]?
    var evs: [Car]?
    var flex: [Flexible]?
    var peaks: [Peak]?
  }

  struct Exchange: Decodable, Sendable {
    let price: Series
    var max: Double?
  }
  struct Demand: Decodable, Sendable {
    let kw: Series
  }
  struct Plant: Decodable, Sendable {
    let id: String
    let kw: Series
    var curtailable: Bool?
  }
  struct Storage: Decodable, Sendable {
    let id: String
    let kwh: Double
    let chargeKw: Double
    let dischargeKw: Double
    var effC: Double?
    var effD: Double?
    var lossH: Double?
    var start: Double?
    var cyclic: Bool?
    var minKwh: Series?
    var endMin: Double?
    var throughputCost: Double?
    var exclusive: Bool?
  }
  struct Car: Decodable, Sendable {
    let id: String
    let sessions: [Session]
  }
  struct Session: Decodable, Sendable {
    let arrive: Int
    let depart: Int
    let arriveKwh: Double
    let departKwh: Double
    let chargeKw: Double
    let effC: Double
  }
  struct Flexible: Decodable, Sendable {
    let id: String
    let maxKw: Double
    let windows: [Window]
  }
  struct Window: Decodable, Sendable {
    let from: Int
    let to: Int
    let kwh: Double
  }
  struct Peak: Decodable, Sendable {
    let price: Double
    var previous: Double?
  }

  /// The keys of a case's model that this version's assets can express.
  static let coveredKeys: Set<String> = [
    "steps", "dt_h", "buses", "imports", "exports", "demands", "vres", "storages", "evs", "flex", "peaks",
  ]

  /// All cases, split into those with covered content on one electricity bus and the names of the others.
  static func load() throws -> (covered: [MicroCase], others: [String]) {
    let data = try Data(contentsOf: projectFile("Tests/CaseFilesTests/Cases/micro.json"))
    let raw = try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var covered: [MicroCase] = []
    var others: [String] = []
    for entry in raw {
      let model = entry["case"] as? [String: Any] ?? [:]
      let isCovered =
        Set(model.keys).isSubset(of: coveredKeys) && (model["buses"] as? [String]) == ["el"]
        && (model["imports"] as? [Any])?.count == 1
      if isCovered {
        covered.append(try decoder.decode(MicroCase.self, from: JSONSerialization.data(withJSONObject: entry)))
      } else {
        others.append(entry["id"] as? String ?? "?")
      }
    }
    return (covered, others)
  }
}

extension MicroCase {
  private static let unlimited = Power(kilowatts: 1_000_000)

  /// The case as a planning problem: its one bus is a site, its import and export are the site's grid.
  var problem: PlanningProblem {
    let horizon = PlanningHorizon(start: QuarterHour(index: 0), count: model.steps, quarterHoursPerStep: Int(model.dtH * 4))
    let conditions = SiteConditions(
      site: "el",
      connection: GridConnection(
        importLimit: model.imports?.first?.max.map { Power(kilowatts: $0) } ?? Self.unlimited,
        exportLimit: model.exports == nil ? .zero : Self.unlimited),
      importPrice: series(over: horizon) { EnergyPrice(eurosPerKilowattHour: model.imports?.first?.price[$0] ?? 0) },
      feedInPrice: series(over: horizon) { EnergyPrice(eurosPerKilowattHour: model.exports?.first?.price[$0] ?? 0) },
      peakPrice: PowerPrice(count: Int64((model.peaks?.first?.price ?? 0) * 1e6)),
      peakSoFar: Power(kilowatts: model.peaks?.first?.previous ?? 0))
    return PlanningProblem(horizon: horizon, sites: [conditions], assets: assets(over: horizon))
  }

  private func assets(over horizon: PlanningHorizon) -> [any Asset] {
    var assets: [any Asset] = []
    for (number, demand) in (model.demands ?? []).enumerated() {
      assets.append(
        FixedLoad(id: AssetID("demand\(number)"), site: "el", demand: series(over: horizon) { Power(kilowatts: demand.kw[$0]) }))
    }
    for plant in model.vres ?? [] {
      assets.append(
        RenewablePlant(
          id: AssetID(plant.id), site: "el", available: series(over: horizon) { Power(kilowatts: plant.kw[$0]) },
          isCurtailable: plant.curtailable ?? true))
    }
    for storage in model.storages ?? [] { assets.append(battery(storage)) }
    for car in model.evs ?? [] {
      assets.append(
        ChargingPoint(
          id: AssetID(car.id), site: "el", power: Power(kilowatts: car.sessions[0].chargeKw),
          efficiency: Fraction(car.sessions[0].effC),
          sessions: car.sessions.map { session in
            window(from: session.arrive, to: session.depart, kilowattHours: session.departKwh - session.arriveKwh, over: horizon)
          }))
    }
    for load in model.flex ?? [] {
      assets.append(
        ShiftableLoad(
          id: AssetID(load.id), site: "el", power: Power(kilowatts: load.maxKw),
          windows: load.windows.map { window(from: $0.from, to: $0.to, kilowattHours: $0.kwh, over: horizon) }))
    }
    return assets
  }

  private func battery(_ storage: Storage) -> Battery {
    Battery(
      id: AssetID(storage.id), site: "el",
      parameters: Battery.Parameters(
        capacity: Energy(kilowattHours: storage.kwh), chargePower: Power(kilowatts: storage.chargeKw),
        dischargePower: Power(kilowatts: storage.dischargeKw), chargeEfficiency: Fraction(storage.effC ?? 1),
        dischargeEfficiency: Fraction(storage.effD ?? 1), selfDischarge: LossRate(perHour: storage.lossH ?? 0),
        leastContent: Energy(kilowattHours: storage.minKwh?[0] ?? 0),
        wearCost: EnergyPrice(eurosPerKilowattHour: storage.throughputCost ?? 0)),
      opening: storage.cyclic == true ? .cyclic : .content(Energy(kilowattHours: storage.start ?? 0)),
      leastAtEnd: Energy(kilowattHours: storage.endMin ?? 0),
      exclusivity: storage.exclusive == true ? .everywhere : .nowhere)
  }

  private func series<Value: Sendable>(over horizon: PlanningHorizon, value: (Int) -> Value) -> TimeSeries<Value> {
    let perStep = Int(model.dtH * 4)
    return TimeSeries(start: horizon.start, values: (0..<model.steps * perStep).map { value($0 / perStep) })
  }

  private func window(from: Int, to: Int, kilowattHours: Double, over horizon: PlanningHorizon) -> EnergyWindow {
    EnergyWindow(
      span: horizon.steps[from].lowerBound..<horizon.steps[to - 1].upperBound, energy: Energy(kilowattHours: kilowattHours))
  }
}
