public import CommunityModel
import EnergySystems
public import Quantities

/// A tank of hot water, or of cold: a buffer of a heat or cold network.
///
/// Content counts from the lowest temperature that the network can use. Equations: `Store` of the room EnergySystems (optimizer-model,
/// sections 3 and 10); the loss is a share of the content, by `U A / (rho c V)` of the tank.
public struct HeatStore: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it stands.
  public let site: Site.ID
  /// The network that it belongs to.
  public let network: HeatNetwork.ID
  /// Usable energy from lowest usable temperature to full, above zero.
  public let capacity: Energy
  /// Most heat in and out; nil for no limit.
  public let power: Power?
  /// Share of the content lost per hour.
  public let loss: LossRate
  /// Content at the start; one outside the band is legal, it is widened then.
  public let opening: Energy
  /// The least content at the end of the last step, as far as it can be reached.
  public let leastAtEnd: Energy
  /// What a kilowatt-hour of content at the end is worth.
  public let endValue: EnergyPrice
  /// What it is, for tables and words: a tank of hot or of cold water.
  public let role: AssetSchedule.Role

  /// A tank; see the properties.
  public init(
    id: AssetID, site: Site.ID, network: HeatNetwork.ID, capacity: Energy, power: Power? = nil, loss: LossRate = .zero,
    opening: Energy, leastAtEnd: Energy = .zero, endValue: EnergyPrice = .zero, role: AssetSchedule.Role = .heatStore
  ) {
    self.id = id
    self.site = site
    self.network = network
    self.capacity = capacity
    self.power = power
    self.loss = loss
    self.opening = opening
    self.leastAtEnd = leastAtEnd
    self.endValue = endValue
    self.role = role
  }

  /// See `Asset`.
  public var heatNetwork: HeatNetwork.ID? { network }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let limit = power.map { Series.constant($0.kilowatts) }
    var store = Store(
      id.text, bus: try draft.heat(network, at: site, of: id), capacity: .constant(capacity.kilowattHours), charge: limit,
      discharge: limit, lossPerHour: loss.perHour, opening: .content(opening.kilowattHours),
      endValue: endValue.eurosPerKilowattHour)
    // Above full it may be at the start, until it has cooled down or been drawn from.
    var idle = opening.kilowattHours
    var fullest = opening.kilowattHours
    store.capacity = .steps(
      horizon.steps.indices.map { step in
        idle *= store.keep(over: horizon.hours(of: step))
        let charged = (power?.kilowatts ?? .infinity) * horizon.hours(of: step)
        fullest = min(max(capacity.kilowattHours, idle), fullest * store.keep(over: horizon.hours(of: step)) + charged)
        return max(capacity.kilowattHours, idle)
      })
    store.leastAtEnd = min(leastAtEnd.kilowattHours, capacity.kilowattHours, fullest)
    let place = draft.add(store)
    return { [self] system in schedule(of: system.stores[place], over: horizon) }
  }

  private func schedule(of store: SystemSchedule.StoreSchedule, over horizon: PlanningHorizon) -> AssetSchedule {
    schedule(
      taking: zip(store.charge, store.discharge).map { Power(kilowatts: $0 - $1) },
      content: store.content.map { Energy(kilowattHours: $0) }, over: horizon)
  }

  private func schedule(taking heat: [Power], content: [Energy], over horizon: PlanningHorizon) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: role, power: horizon.idle, content: content, openingContent: opening, endValue: endValue,
      heat: HeatFlow(network: network, power: heat))
  }

  /// See `Asset`: without a plan it rests, and cools down.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    let tank = Store(id.text, bus: "", capacity: 0, lossPerHour: loss.perHour)
    var content = opening.kilowattHours
    let contents = horizon.steps.indices.map { step in
      content *= tank.keep(over: horizon.hours(of: step))
      return Energy(kilowattHours: content)
    }
    return schedule(taking: horizon.idle, content: contents, over: horizon)
  }
}
