public import CommunityModel
import MarketTime
public import Planning
import Quantities

/// A plan beside the standing rule, with where its inputs came from: what an operator reads before acting.
///
/// A plain value; `text(_:width:)`, `line(_:)`, `json()` and `csv()` write it.
public struct PlanReport: Sendable {
  /// Where a plan's inputs came from, counted.
  public struct Inputs: Sendable, Equatable {
    /// How an asset's expected power was obtained, by what most of its quarter hours rest on.
    public enum Forecast: String, CaseIterable, Sendable {
      case history, standardProfile = "standard_profile", file
    }

    /// How a battery's content was obtained.
    public enum Charge: String, CaseIterable, Sendable {
      case measured, given, assumed
    }

    /// Loads by how they are forecast.
    public var loads: [Forecast: Int] = [:]
    /// Plants by how they are forecast.
    public var plants: [Forecast: Int] = [:]
    /// Batteries by how their content is known.
    public var batteries: [Charge: Int] = [:]
    /// How old the last readings are; nil where there are none.
    public var ages: Ages?
    /// How many tanks are taken as half full, because nobody says what they hold.
    public var tanksAssumed = 0
    /// The oldest measured content used.
    public var oldestCharge: Duration?
    /// Quarter hours of the horizon for which every dynamic price is known; nil without dynamic prices.
    public var pricesKnown: Int?
    /// Quarter hours of the horizon for which the CO2 of power is known that changes with time; nil where none does.
    public var emissionsKnown: Int?
    /// Sites whose energy has no price in the plan.
    public var sitesWithoutTariff: [Site.ID] = []
    /// Sites that pay for peaks and whose peak of the month so far is not known.
    public var peaksUnknown: [Site.ID] = []
    /// Whether holidays of the horizon's year are not listed.
    public var holidaysUnknown = false

    /// Nothing known yet.
    public init() {}
  }

  /// Whose plan it is.
  public let community: Community
  /// The plan.
  public let plan: Plan
  /// What the standing rule would do with the same inputs.
  public let rule: Plan
  /// Where the inputs came from.
  public var inputs: Inputs
  /// The solver's name and version.
  public let solver: String
  /// What the grid offers each site, as in the problem.
  public let conditions: [SiteConditions]

  /// Plans under other conditions.
  public var variations: [PlanVariation] = []
  /// Why the plan does what it does; nil where nobody asked.
  public var reasons: Reasons?
  /// What is told in more detail.
  public var details: Set<Detail> = []
  /// Who gets how much of the community's own power; nil where nobody asked or nothing is agreed.
  public var members: MemberShares?
  /// What is burnt, for what it costs.
  public var fuels: [Fuel] = []
  /// How much comes from the public grid, against what its people want; nil where nobody asked.
  public var importTrigger: ImportTrigger?
  /// The forecast that is planned for: `p10`, `p50`, `p90`, or `robust` for all of them.
  public var forecastCase = "p50"
  /// What the plans of the other forecasts come to, none where days before tell nothing; nil where nobody asked.
  public var outlooks: [Outlook]?

  /// The plan that was made before; nil where nobody asks what has changed.
  public var earlier: EarlierPlan?

  /// What a plan is held beside.
  public enum Yardstick: String, CaseIterable, Sendable {
    /// The standing rule.
    case rule
    /// The plan that was made before, as far as it can be kept to in what is known now.
    case last
    /// Nothing.
    case none
  }

  /// What the plan is held beside; the plan before only where `lastFigures` are there.
  public var yardstick = Yardstick.rule
  /// What the plan before comes to in what is known now; nil where nobody asked.
  public private(set) var lastFigures: PlanFigures?

  /// What the plan comes to.
  public let figures: PlanFigures
  /// What the rule comes to.
  public let ruleFigures: PlanFigures

  /// A report; see the properties.
  public init(
    on community: Community, plan: Plan, rule: Plan, inputs: Inputs, conditions: [SiteConditions], solver: String
  ) {
    self.community = community
    self.plan = plan
    self.rule = rule
    self.inputs = inputs
    self.conditions = conditions
    self.solver = solver
    figures = PlanFigures(of: plan)
    ruleFigures = PlanFigures(of: rule)
  }

  /// Holds the plan beside `last`, the plan that was made before as it comes out in what is known now.
  public mutating func compare(with last: Plan) {
    lastFigures = PlanFigures(of: last)
    yardstick = .last
  }

  /// What the plan is held beside; nil for nothing.
  var comparedFigures: PlanFigures? {
    switch yardstick {
    case .rule: ruleFigures
    case .last: lastFigures
    case .none: nil
    }
  }

  /// Whether it is the standing rule's plan, because the solver gave none.
  public var isFallback: Bool {
    if case .fallback = plan.origin { return true }
    return false
  }

  /// How many of the horizon's quarter hours there are.
  var quarterHours: Int { plan.horizon.span.count }
}

/// The community's mean powers in neighbouring steps together: a row of the first screen.
struct PlanBlock {
  let span: Range<QuarterHour>
  /// Mean import price of the sites.
  let price: EnergyPrice
  /// Mean powers by role, positive takes from the site.
  let power: [AssetSchedule.Role: Power]
  /// Mean of all sites' grid powers; positive from the grid.
  let grid: Power
  /// Mean of what sites exchange, taken together.
  let shared: Power
  /// Mean heat by role, positive takes from a network.
  let heat: [AssetSchedule.Role: Power]
  /// What all tanks of each role hold at the block's end.
  let stored: [AssetSchedule.Role: Energy]
  /// Mean of what is burnt or stored (positive) or made of fuels that somebody makes or stores, by role.
  let fuel: [AssetSchedule.Role: Power]

  /// Whether a table of power has a column for `role`: of tanks of hydrogen only where compressors take power.
  func has(_ role: AssetSchedule.Role) -> Bool { power[role].map { role != .hydrogenStore || $0 != .zero } ?? false }

  /// `plan` cut into blocks of about `length`, at whole multiples of it by the wall clock.
  static func blocks(of plan: Plan, conditions: [SiteConditions], calendar: MarketCalendar, minutes: Int) -> [PlanBlock] {
    var groups: [[Int]] = []
    var last: Int?
    for step in 0..<plan.horizon.count {
      let (day, time) = calendar.local(plan.horizon.steps[step].lowerBound.start)
      let block = (day.number * 1440 + time.minutes) / minutes
      if block == last { groups[groups.count - 1].append(step) } else { groups.append([step]) }
      last = block
    }
    let prices = conditions.map { plan.horizon.means(of: $0.importPrice) }
    return groups.map { PlanBlock(of: plan, steps: $0, prices: prices) }
  }

  private init(of plan: Plan, steps: [Int], prices: [[EnergyPrice]]) {
    let horizon = plan.horizon
    span = horizon.steps[steps[0]].lowerBound..<horizon.steps[steps[steps.count - 1]].upperBound
    let length = QuarterHour.duration * span.count
    func mean(_ power: (Int) -> Power) -> Power {
      steps.reduce(Energy.zero) { $0 + power($1).energy(over: horizon.duration(of: $1)) }.meanPower(over: length)
    }
    let sum = prices.reduce(Int64(0)) { sum, site in
      sum + steps.reduce(0) { $0 + site[$1].count * Int64(horizon.steps[$1].count) }
    }
    price = EnergyPrice(count: sum / Int64(max(1, prices.count * span.count)))
    var power: [AssetSchedule.Role: Power] = [:]
    var heat: [AssetSchedule.Role: Power] = [:]
    var stored: [AssetSchedule.Role: Energy] = [:]
    var fuel: [AssetSchedule.Role: Power] = [:]
    let kept = Set(plan.sites.flatMap(\.assets).filter(\.keepsHydrogen).compactMap { $0.fuel?.fuel })
    for asset in plan.sites.flatMap(\.assets) {
      power[asset.role, default: .zero] += mean { asset.power[$0] }
      if let flow = asset.heat { heat[asset.role, default: .zero] += mean { flow.power[$0] } }
      if let use = asset.fuel, kept.contains(use.fuel) { fuel[asset.role, default: .zero] += mean { use.power[$0] } }
      if let content = asset.content { stored[asset.role, default: .zero] += content[steps[steps.count - 1]] }
    }
    self.power = power
    self.heat = heat
    self.stored = stored
    self.fuel = fuel
    shared = plan.sites.filter { !$0.shared.isEmpty }.reduce(.zero) { sum, site in sum + mean { max(.zero, site.shared[$0]) } }
    grid = plan.sites.reduce(.zero) { sum, site in sum + mean { site.grid[$0] } }
  }
}
