public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// What the grid's operator and the law allow a site beyond its connection's limits; where they cannot be kept, that is a breach.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | G', X' | most from and into the grid, no more than the connection carries | kW |
/// | K | most that controllable assets take together | kW |
/// | o | beyond a limit, up to what the connection carries | kW |
///
///     g <= G' + o_g,   x <= X' + o_x,   sum of what controllable assets take <= K + o_k      optimizer-model, sections 2 and 8
///     5 EUR/kWh (o_g + o_x + o_k), less than beyond the connection
public struct GridLimits: Sendable, Equatable {
  /// The most from the grid; nil where nothing is ordered.
  public let imports: TimeSeries<Power?>
  /// The most into the grid; nil where nothing is ordered.
  public let exports: TimeSeries<Power?>
  /// The most that `assets` take together; nil where nothing is ordered.
  public let controllable: TimeSeries<Power?>
  /// The site's assets that the grid's operator may turn down.
  public let assets: Set<AssetID>

  /// Limits; see the properties.
  public init(
    imports: TimeSeries<Power?>, exports: TimeSeries<Power?>, controllable: TimeSeries<Power?>, assets: Set<AssetID> = []
  ) {
    self.imports = imports
    self.exports = exports
    self.controllable = controllable
    self.assets = assets
  }

  /// What a kilowatt-hour beyond such a limit is priced at, in EUR: less than what a fuse would not carry.
  static let breachPrice = 5.0
}

extension SiteConditions {
  /// The most from the grid in each step, by the connection and by order.
  func importRoom(over horizon: PlanningHorizon) -> [Power] { room(limits?.imports, connection.importLimit, horizon) }

  /// The most into the grid in each step, by the connection and by order.
  func exportRoom(over horizon: PlanningHorizon) -> [Power] { room(limits?.exports, connection.exportLimit, horizon) }

  private func room(_ ordered: TimeSeries<Power?>?, _ most: Power, _ horizon: PlanningHorizon) -> [Power] {
    guard let ordered else { return Array(repeating: most, count: horizon.count) }
    return horizon.least(of: ordered).map { min(most, $0 ?? most) }
  }

  /// What flows beyond what is allowed, as parts of the system: from the grid, into the grid, and the sum of what can be controlled.
  ///
  /// - Parameter emissions: CO2 of power from the grid, kg/kWh.
  /// - Returns: the names of further supplies whose power comes from the grid.
  func addLimits(to draft: inout SystemDraft, canOverflow: Bool, emissions: Series) -> [String] {
    guard let limits else { return [] }
    let horizon = draft.horizon
    let bus = draft.electricity(at: site)
    var supplies: [String] = []
    let imports = importRoom(over: horizon).map { (connection.importLimit - $0).kilowatts }
    if imports.contains(where: { $0 > 0 }) {
      let prices = horizon.means(of: importPrice).map { max(0, $0.eurosPerKilowattHour) }
      supplies.append("beyond the order \(site)")
      draft.add(
        Supply(
          supplies[0], bus: bus, price: .steps(prices), max: .steps(imports), emissions: emissions,
          penalty: GridLimits.breachPrice))
    }
    let exports = exportRoom(over: horizon).map { (connection.exportLimit - $0).kilowatts }
    if canOverflow, exports.contains(where: { $0 > 0 }) {
      let prices = horizon.means(of: feedInPrice).map { min(0, $0.eurosPerKilowattHour) }
      draft.add(
        Offtake(
          "fed in beyond the order \(site)", bus: bus, price: .steps(prices), max: .steps(exports),
          penalty: GridLimits.breachPrice))
    }
    let together = horizon.least(of: limits.controllable)
    if !limits.assets.isEmpty, together.contains(where: { $0 != nil }) {
      draft.add(
        FlowLimit(
          "controllable at \(site)", flows: limits.assets.map(\.text).sorted(),
          max: .steps(together.map { $0?.kilowatts ?? .infinity }), penalty: GridLimits.breachPrice))
    }
    return supplies
  }
}

extension SiteSchedule {
  /// Where the site breaks what its grid's operator orders; what breaks its connection, too, is not told again.
  func orderBreaches(of conditions: SiteConditions, over horizon: PlanningHorizon) -> [Breach] {
    guard let limits = conditions.limits else { return [] }
    let imports = zip(grid, conditions.importRoom(over: horizon)).map { min($0, conditions.connection.importLimit) - $1 }
    let exports = zip(grid, conditions.exportRoom(over: horizon)).map { -$0 - $1 }
    let controllable = horizon.least(of: limits.controllable).enumerated().map { step, most -> Power in
      let taken = assets.filter { limits.assets.contains($0.id) }.reduce(Power.zero) { $0 + max(.zero, $1.power[step]) }
      return most.map { taken - $0 } ?? .zero
    }
    return [
      (Breach.Kind.importBeyondOrder, imports), (.exportBeyondOrder, exports), (.controllableBeyondOrder, controllable),
    ].flatMap { kind, excess in Breach.spans(kind, site.text, excess.map(\.kilowatts), horizon) }
  }
}

extension PlanningHorizon {
  /// The least of a power in each step's quarter hours; nil where none of them has one.
  func least(of series: TimeSeries<Power?>) -> [Power?] {
    steps.map { step in step.compactMap { series[$0] ?? nil }.min() }
  }
}
