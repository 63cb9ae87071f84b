public import CommunityModel
import EnergySystems
public import Quantities

/// Makes hydrogen of power.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | power taken from the site | kW |
/// | h | hydrogen made, by its lower heating value | kW |
/// | q | waste heat given to the network | kW |
/// | eta, eta_q | hydrogen and usable heat for each unit of power | - |
/// | P_k, eta_k | load points: power, and hydrogen for each unit of it there | kW, - |
/// | u, s | on, in stand-by | 0/1 |
/// | P_s | power taken in stand-by | kW |
///
///     h = eta p,   0 <= q <= eta_q p,   0 <= p <= P                          optimizer-model, section 8
///     with load points p_on lies between two of them, and h on the line between:
///       p_on = sum_k w_k P_k,   h = sum_k w_k eta_k P_k,   sum_k w_k = u     `PartLoad`
///     with stand-by p = p_on + s P_s,   u + s <= 1; only a start from off is one       `Commitment.Standby`
///     rules of running (least load, least times, cold starts, ramp): see `OperatingRules`
///
/// A mixture of points that are no neighbours makes less of the same power. It pays only where hydrogen is worth less than nothing: not
/// where it can be sold; else where power may be, in a step or in a later one, until when a full tank keeps it, where something makes the
/// unit stay on (starts that cost, least times, a ramp), or where its heat is wanted. There neighbours are asked for with whole variables,
/// and nowhere else, unless the curve is not concave.
public struct Electrolyser: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it takes its power.
  public let site: Site.ID
  /// What it makes.
  public let fuel: Fuel.ID
  /// The most power that it takes, above zero.
  public let power: Power
  /// Load points, by load, the last at full load; one where the efficiency is the same at any load.
  public let points: [ElectrolyserPoint]
  /// Its waste heat; nil where that is of no use.
  public let wasteHeat: WasteHeat?
  /// How it may be run; with several points the first is the least load.
  public let rules: OperatingRules
  /// What it takes in stand-by; nil where it has none.
  public let standby: Power?
  /// Where only neighbouring points may be mixed.
  public let neighbours: Battery.Exclusivity

  /// An electrolyser of the same efficiency at any load; see the properties.
  public init(
    id: AssetID, site: Site.ID, fuel: Fuel.ID, power: Power, efficiency: Fraction, wasteHeat: WasteHeat? = nil,
    rules: OperatingRules = .none, standby: Power? = nil
  ) {
    self.init(
      id: id, site: site, fuel: fuel, power: power, points: [ElectrolyserPoint(load: .one, efficiency: efficiency)],
      wasteHeat: wasteHeat, rules: rules, standby: standby)
  }

  /// An electrolyser; see the properties.
  public init(
    id: AssetID, site: Site.ID, fuel: Fuel.ID, power: Power, points: [ElectrolyserPoint], wasteHeat: WasteHeat? = nil,
    rules: OperatingRules = .none, standby: Power? = nil, neighbours: Battery.Exclusivity = .whereNeeded
  ) {
    self.id = id
    self.site = site
    self.fuel = fuel
    self.power = power
    self.points = points
    self.wasteHeat = wasteHeat
    self.rules = rules
    self.standby = standby
    self.neighbours = neighbours
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { wasteHeat?.network }
  /// See `Asset`.
  public var keptFuel: Fuel.ID? { fuel }
  /// All of its power.
  public var mostTaken: Power { power }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy { .fuelConverter }

  /// See `Asset`.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    let loads = points.map(\.load)
    guard loads.last == .one, zip(loads, loads.dropFirst()).allSatisfy({ $0 < $1 }), loads.allSatisfy({ $0 > .zero }) else {
      throw .contradiction(subject: "asset \(id)", reason: "has load points that do not rise to full load")
    }
  }
}

// MARK: - Formulation

extension Electrolyser {
  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let most = [Double](repeating: power.kilowatts, count: horizon.count)
    let bus = try draft.fuel(fuel, of: id)
    var modes: [Converter.Mode] = []
    var levels: [ElectrolyserPoint] = []
    for point in points {
      let hydrogen = Converter.Output(bus, .constant(point.efficiency.value))
      let ofPoint = try draft.modes([hydrogen], with: wasteHeat, at: site, of: id)
      modes += ofPoint
      levels += ofPoint.map { _ in point }
    }
    var unit = Converter(
      id.text, input: draft.electricity(at: site), modes: modes, maxInput: .steps(most),
      ramp: rules.ramp(of: power.kilowatts, over: horizon), commitment: rules.commitment(most: most))
    if points.count > 1 {
      unit.commitment = unit.commitment ?? Commitment()
      unit.commitment?.minInput = .steps(most.map { $0 * (points.first?.load.value ?? 0) })
      unit.partLoad = PartLoad(loads: levels.map { $0.load.value * power.kilowatts }, neighbours: stepsOfNeighbours(in: draft))
    }
    if let standby { unit.commitment?.standby = Commitment.Standby(input: standby.kilowatts) }
    let place = draft.add(unit)
    return { [self, levels] system in schedule(of: system.converters[place], levels) }
  }

  /// The steps in which making less hydrogen of the same power could pay; see the type's documentation.
  private func stepsOfNeighbours(in draft: SystemDraft) -> Store.Exclusivity {
    switch neighbours {
    case .everywhere: return .everywhere
    case .nowhere: return .nowhere
    case .whereNeeded:
      guard !draft.canSell(fuel) else { return .nowhere }
      let isHeld = rules.startCost > .zero || rules.minUp > .zero || rules.minDown > .zero || rules.rampPerHour != nil
      guard !isHeld, wasteHeat == nil else { return .everywhere }
      let values = draft.leastMarginalValues(at: site)
      let last = values.lastIndex { $0 < 0 } ?? -1
      return .steps(values.indices.map { $0 <= last })
    }
  }

  /// The schedule of `part`, whose modes are those of `levels`.
  private func schedule(of part: SystemSchedule.ConverterSchedule, _ levels: [ElectrolyserPoint]) -> AssetSchedule {
    let none = [Double](repeating: 0, count: part.converted.count)
    func sum(_ weight: (Int) -> Double) -> [Double] {
      part.inputs.enumerated().reduce(none) { sum, mode in
        let factor = weight(mode.offset)
        return factor == 0 ? sum : zip(sum, mode.element).map { $0 + factor * $1 }
      }
    }
    // Of the two modes of a point the first is with heat for the network.
    let warming = sum { wasteHeat == nil || $0 % 2 == 0 ? 1 : 0 }
    var schedule = schedule(
      taking: part.input, making: sum { levels[$0].efficiency.value }, warming: warming,
      starts: rules.startCosts(of: part.on, waiting: part.standbyInput))
    schedule.states = part.on.map { on in
      on.indices.map { on[$0] > 0.5 ? .on : (part.standbyInput?[$0] ?? 0) > 0 ? .standby : .off }
    }
    return schedule
  }

  /// The schedule at `input` that makes `hydrogen`, `warming` of it with heat for the network, kW.
  private func schedule(taking input: [Double], making hydrogen: [Double], warming: [Double], starts: Money) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .electrolyser, power: input.map { Power(kilowatts: $0) }, ownCost: starts,
      heat: wasteHeat?.flow(of: warming), fuel: FuelUse(fuel: fuel, power: hydrogen.map { -Power(kilowatts: $0) }))
  }

  /// See `Asset`: without a plan hydrogen rests.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let none = [Double](repeating: 0, count: horizon.count)
    return schedule(taking: none, making: none, warming: none, starts: .zero)
  }
}

/// What an electrolyser is known by.
public struct ElectrolyserDescription: Sendable, Equatable {
  /// What it makes.
  public let fuel: Fuel.ID
  /// The most power that it takes, above zero.
  public let power: Power
  /// Load points, by load, the last at full load; one where the efficiency is the same at any load.
  public let points: [ElectrolyserPoint]
  /// Its waste heat; nil where that is of no use.
  public let wasteHeat: WasteHeat?
  /// How it may be run; with several points the first is the least load.
  public let rules: OperatingRules
  /// What it takes in stand-by; nil where it has none.
  public let standby: Power?

  /// Hydrogen for each unit of power where that is most.
  public var efficiency: Fraction { points.map(\.efficiency).max() ?? .zero }

  /// A description of one that has the same efficiency at any load; see the properties.
  public init(
    fuel: Fuel.ID, power: Power, efficiency: Fraction, wasteHeat: WasteHeat? = nil, rules: OperatingRules = .none,
    standby: Power? = nil
  ) {
    self.init(
      fuel: fuel, power: power, points: [ElectrolyserPoint(load: .one, efficiency: efficiency)], wasteHeat: wasteHeat,
      rules: rules, standby: standby)
  }

  /// A description; see the properties.
  public init(
    fuel: Fuel.ID, power: Power, points: [ElectrolyserPoint], wasteHeat: WasteHeat? = nil, rules: OperatingRules = .none,
    standby: Power? = nil
  ) {
    self.fuel = fuel
    self.power = power
    self.points = points
    self.wasteHeat = wasteHeat
    self.rules = rules
    self.standby = standby
  }
}
