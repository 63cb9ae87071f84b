public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// A heat pump, or an electric boiler with a coefficient of performance of one.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | p | power taken from the site | kW |
/// | q | heat given to the network | kW |
/// | COP | coefficient of performance, data of each step | - |
///
///     q = COP[t] p,   0 <= p <= P[t]                                         optimizer-model, section 8
///     rules of running (least load, least times, starts): see `OperatingRules`
///
/// SG Ready: in blocked quarter hours P is zero, in forced ones p = P; what is merely encouraged is a matter of price.
public struct HeatPump: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it takes its power.
  public let site: Site.ID
  /// The network that it feeds.
  public let network: HeatNetwork.ID
  /// The most power that it takes, above zero.
  public let power: Power
  /// Heat for each unit of power, in each quarter hour; above zero.
  public let performance: TimeSeries<Fraction>
  /// How it may be run.
  public let rules: OperatingRules
  /// Quarter hours in which it must not run.
  public let blocked: Set<QuarterHour>
  /// Quarter hours in which it must run at full power.
  public let forced: Set<QuarterHour>
  /// What it is, for tables and words.
  public let role: AssetSchedule.Role

  /// A heat pump; see the properties.
  public init(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, power: Power, performance: TimeSeries<Fraction>,
    rules: OperatingRules = .none, blocked: Set<QuarterHour> = [], forced: Set<QuarterHour> = []
  ) {
    self.init(
      id: id, site: site, network: network, power: power, performance: performance, rules: rules, blocked: blocked,
      forced: forced, role: .heatPump)
  }

  init(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, power: Power, performance: TimeSeries<Fraction>, rules: OperatingRules,
    blocked: Set<QuarterHour>, forced: Set<QuarterHour>, role: AssetSchedule.Role
  ) {
    self.id = id
    self.site = site
    self.network = network
    self.power = power
    self.performance = performance
    self.rules = rules
    self.blocked = blocked
    self.forced = forced
    self.role = role
  }

  /// The coefficient of performance between a source and a flow temperature: `g Ts / (Ts - Tq)` in kelvins.
  ///
  /// - Parameters:
  ///   - quality: g, the share of what nature allows, 0.35 to 0.5 for most.
  ///   - leastLift: A smaller difference counts as this; below it machines gain nothing.
  public static func performance(
    quality: Fraction, flow: Temperature, source: Temperature, leastLift: Temperature = Temperature(count: 20_000)
  ) -> Fraction {
    let lift = max(leastLift, flow - source).degreesCelsius
    return Fraction(quality.value * (flow.degreesCelsius + 273.15) / lift)
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }
  /// All of its power.
  public var mostTaken: Power { power }
  /// Without a plan heat pumps come before what burns.
  public var heatRank: Int? { 1 }

  /// See `Asset`: a performance that is not known is none.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    try horizon.requireCoverage(by: performance.span, of: "performance of asset \(id)")
    guard performance.values.allSatisfy({ $0 > .zero }) else {
      throw .contradiction(subject: "asset \(id)", reason: "has a coefficient of performance of zero or less")
    }
    if let quarter = blocked.intersection(forced).min() {
      throw .contradiction(subject: "asset \(id)", reason: "is blocked and forced at once at \(quarter)")
    }
  }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy {
    let performance = horizon.means(of: performance).map(\.value)
    return .heatSource(
      most: zip(limits(over: horizon), performance).map { Power(kilowatts: $0 * $1) }, power: performance.map { 1 / $0 }, fuel: 0)
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let most = limits(over: horizon)
    let performance = horizon.means(of: performance)
    var commitment = rules.commitment(most: most)
    let forced = forcedSteps(of: horizon)
    if forced.contains(true) {
      var least = most.map { $0 * rules.leastLoad.value }
      for step in least.indices where forced[step] { least[step] = most[step] }
      commitment = commitment ?? Commitment()
      commitment?.minInput = .steps(least)
      commitment?.mustRun = forced
    }
    let place = draft.add(
      Converter(
        id.text, input: draft.electricity(at: site),
        modes: [.init([.init(try draft.heat(network, at: site, of: id), .steps(performance.map(\.value)))])],
        maxInput: .steps(most), ramp: rules.ramp(of: power.kilowatts, over: horizon), commitment: commitment))
    return { [self] system in
      let part = system.converters[place]
      return schedule(
        taking: part.input.map { Power(kilowatts: $0) }, performance, starts: rules.startCosts(of: part.on))
    }
  }

  private func schedule(taking power: [Power], _ performance: [Fraction], starts: Money) -> AssetSchedule {
    let given = zip(power, performance).map { power, cop in -Power(kilowatts: power.kilowatts * cop.value) }
    return AssetSchedule(
      id: id, site: site, role: role, power: power, ownCost: starts, heat: HeatFlow(network: network, power: given))
  }

  /// The most that it may take in each step, kW.
  private func limits(over horizon: PlanningHorizon) -> [Double] {
    horizon.steps.map { span in
      power.kilowatts * Double(span.count { !blocked.contains($0) }) / Double(span.count)
    }
  }

  private func forcedSteps(of horizon: PlanningHorizon) -> [Bool] {
    horizon.steps.map { span in span.allSatisfy { forced.contains($0) } }
  }

  /// See `Asset`: what heat is wanted, as far as its power allows.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let performance = horizon.means(of: performance)
    let limits = limits(over: horizon)
    let forced = forcedSteps(of: horizon)
    let taken = horizon.steps.indices.map { step in
      let wanted = forced[step] ? .infinity : max(0, residual[step].kilowatts) / performance[step].value
      return Power(kilowatts: min(limits[step], wanted))
    }
    return schedule(taking: taken, performance, starts: .zero)
  }
}

/// An electric boiler or immersion heater: heat for power, one to one or less.
public enum ElectricBoiler {
  /// A boiler that makes heat of `efficiency` of the power that it takes.
  public static func asset(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, power: Power, efficiency: Fraction = .one,
    over span: Range<QuarterHour>
  ) -> HeatPump {
    HeatPump(
      id: id, site: site, network: network, power: power, performance: TimeSeries(repeating: efficiency, over: span),
      rules: .none, blocked: [], forced: [], role: .electricBoiler)
  }
}
