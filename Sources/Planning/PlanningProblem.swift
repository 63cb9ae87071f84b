import CommunityModel
public import MarketTime
public import Quantities

/// Everything a plan is made from: the steps, what the grid offers each site, and the assets.
public struct PlanningProblem: Sendable {
  /// The steps.
  public let horizon: PlanningHorizon
  /// The grid and prices of each site.
  public let sites: [SiteConditions]
  /// The assets at those sites.
  public internal(set) var assets: [any Asset]
  /// The heat networks.
  public let networks: [HeatNetworkConditions]
  /// What joins heat networks.
  public let transfers: [HeatTransfer]
  /// What can be burnt.
  public let fuels: [Fuel]
  /// What CO2 costs; zero where it has no price.
  public let carbonPrice: CarbonPrice
  /// What the sites pay for energy that they exchange; nil where they do not.
  public internal(set) var exchange: CommunityExchange?
  /// Reserves whose batteries fail.
  var lostReserves: [LostReserve] = []

  /// A problem; `Planner` validates it.
  public init(
    horizon: PlanningHorizon, sites: [SiteConditions], assets: [any Asset], networks: [HeatNetworkConditions] = [],
    transfers: [HeatTransfer] = [], fuels: [Fuel] = [], carbonPrice: CarbonPrice = .zero, exchange: CommunityExchange? = nil
  ) {
    self.horizon = horizon
    self.sites = sites
    self.assets = assets
    self.networks = networks
    self.transfers = transfers
    self.fuels = fuels
    self.carbonPrice = carbonPrice
    self.exchange = exchange
  }

  /// Refuses a problem whose parts do not fit each other.
  ///
  /// - Throws: `PlanningError.contradiction` that names the site or asset.
  public func validate() throws(PlanningError) {
    guard horizon.count > 0 else { throw .contradiction(subject: "horizon", reason: "has no steps") }
    var known: Set<Site.ID> = []
    for conditions in sites {
      guard known.insert(conditions.site).inserted else {
        throw .contradiction(subject: "site \(conditions.site)", reason: "is given twice")
      }
      try horizon.requireCoverage(by: conditions.importPrice.span, of: "import price of site \(conditions.site)")
      try horizon.requireCoverage(by: conditions.feedInPrice.span, of: "feed-in price of site \(conditions.site)")
      if let emissions = conditions.emissions {
        try horizon.requireCoverage(by: emissions.span, of: "CO2 of site \(conditions.site)")
      }
    }
    try validateHeat(sites: known)
    try validateFuels()
    var names: Set<AssetID> = []
    for asset in assets {
      guard names.insert(asset.id).inserted else { throw .contradiction(subject: "asset \(asset.id)", reason: "is given twice") }
      guard known.contains(asset.site) else {
        throw .contradiction(
          subject: "asset \(asset.id)", reason: "stands at site \(asset.site), which the problem does not have")
      }
      if let network = asset.heatNetwork, !networks.contains(where: { $0.network == network }) {
        throw .contradiction(
          subject: "asset \(asset.id)", reason: "is in the heat network \(network), which the problem does not have")
      }
      if let fuel = asset.burnt ?? asset.keptFuel, !fuels.contains(where: { $0.id == fuel }) {
        throw .contradiction(
          subject: "asset \(asset.id)",
          reason: "\(asset.burnt == nil ? "keeps" : "burns") \(fuel), which the problem does not have")
      }
      try asset.validate(over: horizon)
    }
    if carbonPrice > .zero { try requireEmissions(for: "carbon_price") }
  }

  private func validateHeat(sites known: Set<Site.ID>) throws(PlanningError) {
    var networkNames: Set<HeatNetwork.ID> = []
    for conditions in networks {
      let subject = "heat network \(conditions.network)"
      guard networkNames.insert(conditions.network).inserted else {
        throw .contradiction(subject: subject, reason: "is given twice")
      }
      try horizon.requireCoverage(by: conditions.loss.span, of: "loss of \(subject)")
      for pipe in conditions.pipes {
        for site in [pipe.from, pipe.to] where !known.contains(site) {
          throw .contradiction(
            subject: "pipe \(pipe.id)", reason: "ends at site \(site), which the problem does not have")
        }
        try horizon.requireCoverage(by: pipe.loss.span, of: "loss of pipe \(pipe.id)")
        if let share = pipe.pumpShare { try horizon.requireCoverage(by: share.span, of: "pump of pipe \(pipe.id)") }
      }
    }
    for transfer in transfers {
      for network in [transfer.from, transfer.to] where !networkNames.contains(network) {
        throw .contradiction(
          subject: "transfer \(transfer.id)", reason: "joins the heat network \(network), which the problem does not have")
      }
    }
  }

  /// What plants that nothing can turn down give at each site in each step, zero or positive; sites without one are not listed.
  var forcedPower: [Site.ID: [Power]] {
    let idle = [Power](repeating: .zero, count: horizon.count)
    var forced: [Site.ID: [Power]] = [:]
    for asset in assets where asset.isForcedToGive {
      for (step, power) in asset.standingSchedule(over: horizon, residual: idle).power.enumerated() {
        forced[asset.site, default: idle][step] -= power
      }
    }
    return forced
  }
}

extension PlanningProblem {
  /// What nobody schedules takes at each site in each step; sites without such loads are not listed.
  var fixedLoads: [Site.ID: [Power]] { standing { $0 is FixedLoad } }

  /// What sun and wind can give at each site in each step, zero or negative; sites without plants are not listed.
  var sunAndWind: [Site.ID: [Power]] { standing { $0 is RenewablePlant } }

  private func standing(_ counts: (any Asset) -> Bool) -> [Site.ID: [Power]] {
    var sum: [Site.ID: [Power]] = [:]
    for asset in assets where counts(asset) {
      let power = asset.standingSchedule(over: horizon, residual: horizon.idle).power
      for (step, power) in power.enumerated() { sum[asset.site, default: horizon.idle][step] += power }
    }
    return sum
  }
}

extension PlanningHorizon {
  /// Refuses a series that does not reach from the first step's start to the last one's end.
  ///
  /// - Throws: `PlanningError.contradiction` about `subject`.
  func requireCoverage(by series: Range<QuarterHour>, of subject: String) throws(PlanningError) {
    guard series.lowerBound <= span.lowerBound, series.upperBound >= span.upperBound else {
      throw .contradiction(
        subject: subject,
        reason: "covers \(series.lowerBound) to \(series.upperBound), the plan needs \(span.lowerBound) to \(span.upperBound)")
    }
  }
}

/// Why there is no plan.
public enum PlanningError: Error, Sendable, Equatable {
  /// Data contradict each other; `subject` names whose.
  case contradiction(subject: String, reason: String)
}

extension PlanningError: CustomStringConvertible {
  /// What is wrong and where.
  public var description: String {
    switch self {
    case .contradiction(let subject, let reason): return "\(subject) \(reason)"
    }
  }
}

/// A wish that a plan does not grant, with its size.
public struct Breach: Sendable, Equatable {
  /// What is broken.
  public enum Kind: String, Sendable {
    /// The site takes more from the grid than its connection carries.
    case importBeyondLimit = "import_beyond_limit"
    /// A plant that cannot be curtailed gives more than the connection carries.
    case exportBeyondLimit = "export_beyond_limit"
    /// A car leaves with less than it was promised.
    case chargingUnreachable = "charging_unreachable"
    /// A shiftable load's energy does not fit into its window.
    case windowTooShort = "window_too_short"
    /// A heat network cannot deliver the heat that is asked of it.
    case heatMissing = "heat_missing"
    /// A heat network gets more heat than it can take.
    case heatExcess = "heat_excess"
    /// A cold network cannot deliver the cold that is asked of it.
    case coldMissing = "cold_missing"
    /// A cold network gets more cold than it can take.
    case coldExcess = "cold_excess"
    /// A site gets more power from its engines than it can use or feed in.
    case powerExcess = "power_excess"
    /// A site takes more than its grid's operator allows.
    case importBeyondOrder = "import_beyond_order"
    /// A site feeds in more than its grid's operator or the law allows.
    case exportBeyondOrder = "export_beyond_order"
    /// A site's controllable assets take more than its grid's operator allows.
    case controllableBeyondOrder = "controllable_beyond_order"
    /// A battery cannot hold a reserve for so many hours.
    case reserveTooLong = "reserve_too_long"
    /// A battery holds less than its reserve; by how much at the most.
    case reserveMissing = "reserve_missing"
  }

  /// What is broken.
  public let kind: Kind
  /// The site or asset, by name.
  public let subject: String
  /// When.
  public let span: Range<QuarterHour>
  /// By how much, in kilowatt-hours.
  public let kilowattHours: Double
  /// For hours that cannot be held: how long can.
  public let longest: Duration?

  /// A breach; see the properties.
  public init(kind: Kind, subject: String, span: Range<QuarterHour>, kilowattHours: Double, longest: Duration? = nil) {
    self.kind = kind
    self.subject = subject
    self.span = span
    self.kilowattHours = kilowattHours
    self.longest = longest
  }
}

extension Breach {
  /// What rounding may do to a sum of powers, kW.
  private static let rounding = 1e-5

  /// Where `power` (kW) is above what a solver's rounding may do, each step's as energy; neighbouring steps as one breach.
  static func spans(_ kind: Kind, _ subject: String, _ power: [Double], _ horizon: PlanningHorizon) -> [Breach] {
    var found: [Breach] = []
    for (step, power) in power.enumerated() where power > rounding {
      let energy = power * horizon.hours(of: step)
      if let last = found.last, last.span.upperBound == horizon.steps[step].lowerBound {
        found[found.count - 1] = Breach(
          kind: kind, subject: subject, span: last.span.lowerBound..<horizon.steps[step].upperBound,
          kilowattHours: last.kilowattHours + energy)
      } else {
        found.append(Breach(kind: kind, subject: subject, span: horizon.steps[step], kilowattHours: energy))
      }
    }
    return found
  }
}
