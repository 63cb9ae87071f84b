import MarketTime
public import Quantities

/// Where a scope's own energy went and where its battery's came from, summed over quarter hours.
public struct OwnEnergyUse: Hashable, Sendable {
  /// E_direct: generation used in the same quarter hour.
  public var direct = Energy.zero
  /// Discharged to consumption, charged from own generation within the period.
  public var storedGreen = Energy.zero
  /// Discharged to consumption, charged from the grid within the period.
  public var storedGrey = Energy.zero
  /// Discharged to consumption, stored before the period: of unknown colour.
  public var storedBefore = Energy.zero
  /// Charged from the grid.
  public var chargedFromGrid = Energy.zero
  /// Discharged into the grid.
  public var batteryExport = Energy.zero
  /// X_pv: generation that left for the grid in the same quarter hour.
  public var generationExport = Energy.zero

  /// Nothing used.
  public init() {}

  /// What own generation of the period covered of consumption: E_direct + Dis_green->load.
  public var localCover: Energy { direct + storedGreen }

  /// Part by part.
  public static func + (left: OwnEnergyUse, right: OwnEnergyUse) -> OwnEnergyUse {
    var sum = left
    sum.direct += right.direct
    sum.storedGreen += right.storedGreen
    sum.storedGrey += right.storedGrey
    sum.storedBefore += right.storedBefore
    sum.chargedFromGrid += right.chargedFromGrid
    sum.batteryExport += right.batteryExport
    sum.generationExport += right.generationExport
    return sum
  }

  /// Part by part.
  static func - (left: OwnEnergyUse, right: OwnEnergyUse) -> OwnEnergyUse {
    var rest = left
    rest.direct -= right.direct
    rest.storedGreen -= right.storedGreen
    rest.storedGrey -= right.storedGrey
    rest.storedBefore -= right.storedBefore
    rest.chargedFromGrid -= right.chargedFromGrid
    rest.batteryExport -= right.batteryExport
    rest.generationExport -= right.generationExport
    return rest
  }
}

/// Two virtual stores, green and grey, that follow what a scope's batteries were charged with.
///
/// In each quarter hour, from the scope's flows:
/// ```
/// c = max(0, Ch - Dis), d = max(0, Dis - Ch)         several batteries, or one that turned round, count by their net
/// grid charge    = min(I, c)
/// battery export = min(X, d)                         the rest serves consumption
/// X_pv           = min(G, X - battery export)
/// grid to load   = min(L, I - grid charge)
/// E_direct       = min(L - grid to load, G - X_pv)
/// green charge   = min(c - grid charge, G - X_pv - E_direct)  what is left of c is unexplained and counts as grey
/// ```
/// Source of the first two: MiSpeL, equations (1) and (2) (BNetzA 618-25-02). At a site that in a quarter hour either imports or
/// exports, E_direct is min(L, G), the usual definition. In a quarter hour that does both (a cloud, a kettle), the meters know
/// better than min(L, G), which would count as own use what demonstrably came from the grid; then only this form agrees with
/// 1 - I / L. In a virtual sum the grid charge and the battery export are at most those at the sites' own meters.
///
/// **Discharge** takes from both stores in proportion to what they hold (mixing). What exceeds them was stored before
/// the period; its colour is unknown.
///
/// **Losses** fall on both stores alike when charging: a charged kWh can give back eta = sum Dis / sum Ch of the period, at least
/// 0.75 and at most 1. A battery that gave back less than 0.75 was left fuller than it was found, one that gave back more than it
/// got was fuller before. So no efficiency has to be known, and over a long period the stores do not fill with losses. A period of more
/// than 31 days is accounted month by month: each with its own eta, the stores carried over.
struct BatteryLedger: Sendable {
  private var green: Int64 = 0
  private var grey: Int64 = 0
  /// eta = numerator / denominator.
  private var numerator: Int64 = 1
  private var denominator: Int64 = 1

  /// A ledger that opens with empty stores.
  init() {}

  /// A ledger that opens with empty stores; the batteries' net over the period tells eta.
  init(charged: Energy, discharged: Energy) { begin(charged: charged, discharged: discharged) }

  /// Begins a span with what the stores hold; the batteries' net over the span tells its eta.
  mutating func begin(charged: Energy, discharged: Energy) {
    if charged <= .zero || discharged >= charged {
      (numerator, denominator) = (1, 1)
    } else if Int128(discharged.count) * 4 < Int128(charged.count) * 3 {
      (numerator, denominator) = (3, 4)
    } else {
      (numerator, denominator) = (discharged.count, charged.count)
    }
  }

  /// Enters one quarter hour and says where its energy went; the battery exchanges no more than `limit` with the grid.
  mutating func enter(_ flows: EnergyFlows, limit: BatteryExchange) -> OwnEnergyUse {
    var use = OwnEnergyUse()
    let charge = max(.zero, flows.charged - flows.discharged)
    let discharge = max(.zero, flows.discharged - flows.charged)
    let exchange = BatteryExchange(of: flows)
    use.chargedFromGrid = min(exchange.charged, limit.charged)
    use.batteryExport = min(exchange.exported, limit.exported)
    use.generationExport = min(flows.generation, flows.gridExport - use.batteryExport)
    let localLoad = max(.zero, flows.consumption - (flows.gridImport - use.chargedFromGrid))
    use.direct = min(localLoad, flows.generation - use.generationExport)
    if charge > .zero {
      let greenCharge = min(charge - use.chargedFromGrid, flows.generation - use.generationExport - use.direct)
      green += deliverable(greenCharge)
      grey += deliverable(charge - greenCharge)
    }
    if discharge > .zero {
      let toLoad = min(discharge - use.batteryExport, localLoad - use.direct)
      take(discharge, ofWhich: toLoad, into: &use)
    }
    return use
  }

  /// eta times `energy`, rounded up so that a whole discharge never exceeds a whole charge by rounding.
  private func deliverable(_ energy: Energy) -> Int64 {
    Int64((Int128(energy.count) * Int128(numerator) + Int128(denominator) - 1) / Int128(denominator))
  }

  /// Takes `discharge` out of the stores; `toLoad` of it, in the same mixture, serves consumption.
  private mutating func take(_ discharge: Energy, ofWhich toLoad: Energy, into use: inout OwnEnergyUse) {
    let held = green + grey
    let taken = min(discharge.count, held)
    let fromGreen = held > 0 ? scaled(taken, by: green, over: held) : 0
    let fromGrey = taken - fromGreen
    green -= fromGreen
    grey -= fromGrey
    use.storedGreen = Energy(count: scaled(fromGreen, by: toLoad.count, over: discharge.count))
    use.storedGrey = min(toLoad - use.storedGreen, Energy(count: scaled(fromGrey, by: toLoad.count, over: discharge.count)))
    use.storedBefore = toLoad - use.storedGreen - use.storedGrey
  }
}

/// What a battery exchanges with the grid in a quarter hour, as its site's grid meter allows.
struct BatteryExchange: Sendable {
  /// min(I, max(0, Ch - Dis))
  var charged: Energy
  /// min(X, max(0, Dis - Ch))
  var exported: Energy

  /// The exchange of a site; none where the flows are not known.
  init(of flows: EnergyFlows?) {
    let flows = flows ?? EnergyFlows()
    charged = min(flows.gridImport, max(.zero, flows.charged - flows.discharged))
    exported = min(flows.gridExport, max(.zero, flows.discharged - flows.charged))
  }

  static func + (left: BatteryExchange, right: BatteryExchange) -> BatteryExchange {
    var sum = left
    sum.charged += right.charged
    sum.exported += right.exported
    return sum
  }
}

/// Sums over the known quarter hours of a scope, its battery's colours followed.
struct FlowAccount: Sendable {
  var flows = EnergyFlows()
  var use = OwnEnergyUse()
  /// sum min(G, L)
  var matched = Energy.zero
  var absoluteResidual = Energy.zero
  private var ledger = BatteryLedger()

  /// Nothing summed.
  init() {}

  /// The sums over `intervals`.
  init(_ intervals: TimeSeries<IntervalFlows>, limits: [BatteryExchange]? = nil) { add(intervals, limits: limits) }

  /// Adds `intervals`, which follow those before. Quarter hours that are not known are left out; what the battery did in them is not
  /// known.
  ///
  /// - Parameters:
  ///   - limits: one a quarter hour, how much batteries exchange with the grid at most; without them the flows alone say so.
  ///   - each: told where the energy of each known quarter hour went.
  mutating func add(
    _ intervals: TimeSeries<IntervalFlows>, limits: [BatteryExchange]? = nil,
    each: (_ position: Int, EnergyFlows, OwnEnergyUse) -> Void = { _, _, _ in }
  ) {
    var (charged, discharged) = (Energy.zero, Energy.zero)
    for case let flows? in intervals.values.lazy.map(\.flows) {
      charged += max(.zero, flows.charged - flows.discharged)
      discharged += max(.zero, flows.discharged - flows.charged)
    }
    ledger.begin(charged: charged, discharged: discharged)
    for (position, interval) in intervals.values.enumerated() {
      guard let interval = interval.flows else { continue }
      let used = ledger.enter(interval, limit: limits?[position] ?? BatteryExchange(of: interval))
      flows = flows + interval
      use = use + used
      matched += min(interval.generation, interval.consumption)
      absoluteResidual += interval.residual.magnitude
      each(position, interval, used)
    }
  }

  /// Both sums; what batteries hold is not added up.
  static func + (left: FlowAccount, right: FlowAccount) -> FlowAccount {
    var sum = left
    sum.flows = left.flows + right.flows
    sum.use = left.use + right.use
    sum.matched += right.matched
    sum.absoluteResidual += right.absoluteResidual
    return sum
  }
}
