import CommunityModel
import MarketTime
public import Planning
public import Quantities

/// What a plan comes to: the key figures of the same definitions as a report's, and its cost.
public struct PlanFigures: Sendable, Equatable {
  /// Grid energy, peaks and wear, stored energy gained deducted.
  public let cost: Money
  /// The community's figures, each site behind its own meter.
  public let key: KeyFigures
  /// Energy that plants could give and the plan does not take.
  public let curtailed: Energy
  /// The highest mean import of all sites together in a step, and when; nil for a plan without steps.
  public let jointPeak: PeakImport?
  /// What CO2 the plan causes, and what that costs.
  public let carbon: CarbonAccount

  /// The figures of `plan`.
  public init(of plan: Plan) {
    let horizon = plan.horizon
    let community = CommunityBalance(of: plan.sites.map { SiteBalance(planned: $0, over: horizon) }, over: horizon.span)
    cost = plan.cost
    carbon = plan.carbon
    key = KeyFigures(of: community, .sitesTogether)
    jointPeak = KeyFigures(of: community, .virtualSum).peakImport
    curtailed = plan.sites.reduce(.zero) { sum, site in
      let unused = site.assets.filter { $0.role == .generation }.reduce(Energy.zero) { $0 + Self.unused(by: $1, over: horizon) }
      return sum + unused + Self.energy(of: site.spilled, over: horizon)
    }
  }

  private static func unused(by plant: AssetSchedule, over horizon: PlanningHorizon) -> Energy {
    energy(of: zip(plant.available ?? [], plant.power).map { max(.zero, $0 + $1) }, over: horizon)
  }

  private static func energy(of power: [Power], over horizon: PlanningHorizon) -> Energy {
    power.enumerated().reduce(.zero) { $0 + $1.element.energy(over: horizon.duration(of: $1.offset)) }
  }
}

extension SiteBalance {
  /// The balance of a site as a plan has it: every part known.
  init(planned schedule: SiteSchedule, over horizon: PlanningHorizon) {
    site = schedule.site
    consumptionSource = .measured
    gridSource = .measured
    var values: [IntervalFlows] = []
    for (step, span) in horizon.steps.enumerated() {
      var flows = EnergyFlows()
      func energy(_ power: Power) -> Energy { power.energy(over: QuarterHour.duration) }
      for asset in schedule.assets {
        let amount = energy(asset.power[step])
        switch asset.role {
        // What a car gives back is discharged; what it takes is used.
        case .charging where amount < .zero: flows.discharged = flows.discharged - amount
        case .load, .charging, .shiftable, .heatPump, .electricBoiler, .heatNetwork, .electrolyser, .hydrogenStore,
          .chiller:
          flows.consumption = flows.consumption + amount
        case .generation, .combinedHeatAndPower, .fuelCell: flows.generation = flows.generation - amount
        // They have nothing to do with electricity.
        case .heatLoad, .solarThermal, .boiler, .heatStore, .coolingLoad, .absorptionChiller, .coldStore: break
        case .battery where amount > .zero: flows.charged = flows.charged + amount
        case .battery: flows.discharged = flows.discharged - amount
        }
      }
      // What the connection could not carry away was not made.
      flows.generation = flows.generation - energy(schedule.spilled[step])
      let grid = energy(schedule.grid[step])
      if grid > .zero { flows.gridImport = grid } else { flows.gridExport = -grid }
      values += Array(repeating: .known(flows, .measured), count: span.count)
    }
    intervals = TimeSeries(start: horizon.start, values: values)
  }
}
