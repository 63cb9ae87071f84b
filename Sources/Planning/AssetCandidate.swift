import CommunityModel
public import Quantities

/// An asset that could be built, of any size up to the one that its description says, and what it would cost a year.
public struct AssetCandidate: Sendable, Equatable {
  /// What it is at its largest.
  public let asset: AssetDescription
  /// What all of it costs a year, annuity and upkeep: half of it for half the size; above zero.
  public let yearlyCost: Money
  /// What building it at all costs a year, whatever its size; zero or more.
  public let yearlyFixedCost: Money

  /// A candidate; see the properties.
  public init(_ asset: AssetDescription, yearlyCost: Money, yearlyFixedCost: Money = .zero) {
    self.asset = asset
    self.yearlyCost = yearlyCost
    self.yearlyFixedCost = yearlyFixedCost
  }

  /// What a `share` of its largest size costs a year.
  public func yearlyCost(of share: Fraction) -> Money {
    guard share > .zero else { return .zero }
    return Money(count: scaled(yearlyCost.count, by: share.count, over: Fraction.one.count)) + yearlyFixedCost
  }

  /// The part of a year's cost that counts over `horizon`: its hours among the 8760 of a year.
  ///
  /// A horizon is no year: what pays in it may not pay in others.
  public func cost(of share: Fraction, over horizon: PlanningHorizon) -> Money {
    Money(euros: yearlyCost(of: share).euros * Self.shareOfYear(horizon))
  }

  /// The hours of `horizon` among the 8760 of a year.
  public static func shareOfYear(_ horizon: PlanningHorizon) -> Double {
    horizon.steps.indices.reduce(0) { $0 + horizon.hours(of: $1) } / hoursOfYear
  }

  private static let hoursOfYear = 8760.0

  /// The same asset as it is on its first day: empty, and with all its capacity there to be used.
  ///
  /// What a battery never uses is no part of its content here: it comes with it.
  public var whenNew: AssetCandidate {
    let kind: AssetDescription.Kind
    switch asset.kind {
    case .battery(let known, _):
      kind = .battery(
        Battery.Parameters(
          capacity: known.capacity - known.leastContent, chargePower: known.chargePower, dischargePower: known.dischargePower,
          chargeEfficiency: known.chargeEfficiency, dischargeEfficiency: known.dischargeEfficiency,
          selfDischarge: known.selfDischarge, wearCost: known.wearCost), stateOfCharge: .zero)
    case .heatStore(let network, let tank): kind = .heatStore(network, tank.emptied)
    case .coldStore(let network, let tank): kind = .coldStore(network, tank.emptied)
    case .hydrogenStore(let tank):
      kind = .hydrogenStore(
        HydrogenStoreDescription(
          fuel: tank.fuel, capacity: tank.capacity, power: tank.power, compression: tank.compression, charge: .zero))
    default: kind = asset.kind
    }
    return AssetCandidate(
      AssetDescription(id: asset.id, site: asset.site, kind: kind, isControllable: asset.isControllable),
      yearlyCost: yearlyCost, yearlyFixedCost: yearlyFixedCost)
  }
}

/// How large an asset is: by what it holds, or by its power.
public enum AssetSize: Sendable, Equatable {
  /// A store holds so much.
  case energy(Energy)
  /// Of anything else the power that its description names.
  case power(Power)

  /// A `share` of it.
  public func times(_ share: Fraction) -> AssetSize {
    func part(_ count: Int64) -> Int64 { scaled(count, by: share.count, over: Fraction.one.count) }
    switch self {
    case .energy(let energy): return .energy(Energy(count: part(energy.count)))
    case .power(let power): return .power(Power(count: part(power.count)))
    }
  }
}

extension AssetDescription {
  /// How large it is; nil for what comes in one size: loads, cars, what cannot be turned down, and units with rules of running.
  public var size: AssetSize? {
    switch kind {
    case .battery(let known, _): .energy(known.capacity)
    case .heatStore(_, let tank), .coldStore(_, let tank): .energy(tank.capacity)
    case .hydrogenStore(let tank): .energy(tank.capacity)
    case .plant(let plant): plant.isCurtailable ? .power(plant.peakPower) : nil
    case .solarThermal(_, let peak): .power(peak)
    case .heatPump(_, let pump): pump.rules == .none ? .power(pump.power) : nil
    case .electricBoiler(_, let power, _): .power(power)
    case .boiler(_, let boiler): boiler.rules == .none ? .power(boiler.heatPower) : nil
    case .chiller(_, let chiller): chiller.rules == .none ? .power(chiller.power) : nil
    case .electrolyser(let unit): unit.rules == .none && unit.points.count == 1 ? .power(unit.power) : nil
    case .fuelCell(let cell): cell.rules == .none ? .power(cell.power) : nil
    case .load, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .combinedHeatAndPower, .coolingLoad, .absorptionChiller: nil
    }
  }
}
