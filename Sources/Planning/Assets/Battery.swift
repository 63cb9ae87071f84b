public import CommunityModel
import EnergySystems
import Glibc
public import Quantities

/// A store of electricity.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | c, d | charging and discharging, measured outside the battery | kW |
/// | e | content at the end of the step | kWh |
/// | keep | (1 - sigma)^dt, share of content left after a step | - |
/// | y | 1 when charging is allowed | 0/1 |
/// | kappa | wear, per kWh cycled through | EUR/kWh |
/// | lambda | worth of a kWh at the end | EUR/kWh |
///
///     e[t] = keep e[t-1] + eta_c dt c[t] - dt d[t] / eta_d                   optimizer-model (S1)
///     E_min <= e[t] <= E_max,  0 <= c <= C,  0 <= d <= D                     (S2)
///     cost = kappa/2 (c + d) dt - lambda e[T-1]                              (S3), (S4)
///     c <= C y,  d <= D (1 - y)     only in steps where burning energy could pay (S5)
///
/// Burning pays where a kilowatt-hour at the site can have a negative worth pi: the import price is below zero, or the feed-in
/// price is and a plant cannot be curtailed, or its power is more than the connection carries; and even there not while
/// kappa >= 2 |pi| (1 - h) / (1 + h), h = eta_c eta_d (section 3). It pays before such a step, too, to make room for it, where
/// the content cannot be fed in freely: a kWh of room takes 1 / eta_c kWh, and c = d burn (1 / eta_d - eta_c) of each, so that
/// it pays while kappa < |pi| (1 - h) / h.
/// A content outside the band at the start is legal: the band is widened to what can be reached.
public struct Battery: Asset {
  /// What the battery is.
  public struct Parameters: Sendable, Equatable {
    /// Usable energy from empty to full, above zero.
    public let capacity: Energy
    /// Largest charging power, at least zero.
    public let chargePower: Power
    /// Largest discharging power, at least zero.
    public let dischargePower: Power
    /// Share of the charged energy that arrives, above 0 up to 1.
    public let chargeEfficiency: Fraction
    /// Share of the drawn content that leaves, above 0 up to 1.
    public let dischargeEfficiency: Fraction
    /// Share of the content lost per hour, from 0 to below 1.
    public let selfDischarge: LossRate
    /// Content that is never used, from zero to the capacity.
    public let leastContent: Energy
    /// Wear per kilowatt-hour cycled through, half of it on the way in, half on the way out.
    public let wearCost: EnergyPrice

    /// Parameters; see the properties.
    public init(
      capacity: Energy, chargePower: Power, dischargePower: Power, chargeEfficiency: Fraction = .one,
      dischargeEfficiency: Fraction = .one, selfDischarge: LossRate = .zero, leastContent: Energy = .zero,
      wearCost: EnergyPrice = .zero
    ) {
      self.capacity = capacity
      self.chargePower = chargePower
      self.dischargePower = dischargePower
      self.chargeEfficiency = chargeEfficiency
      self.dischargeEfficiency = dischargeEfficiency
      self.selfDischarge = selfDischarge
      self.leastContent = leastContent
      self.wearCost = wearCost
    }
  }

  /// How the content begins.
  public enum Opening: Sendable, Equatable {
    /// With this content.
    case content(Energy)
    /// With whatever it ends with: a typical period that repeats.
    case cyclic
  }

  /// Where charging and discharging in the same step are kept apart.
  public enum Exclusivity: Sendable {
    /// In the steps where burning energy could pay.
    case whereNeeded
    /// In every step: the full model that tests compare with.
    case everywhere
    /// Nowhere: the plain linear relaxation.
    case nowhere
  }

  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// What it is.
  public let parameters: Parameters
  /// How its content begins.
  public let opening: Opening
  /// The least content at the end of the last step.
  public let leastAtEnd: Energy
  /// What a kilowatt-hour of content at the end is worth.
  public let endValue: EnergyPrice
  /// Where charging and discharging are kept apart.
  public let exclusivity: Exclusivity
  /// What it holds for an emergency; nil for nothing.
  public let reserve: BatteryReserve?

  /// A battery; see the properties.
  public init(
    id: AssetID, site: Site.ID, parameters: Parameters, opening: Opening, leastAtEnd: Energy = .zero,
    endValue: EnergyPrice = .zero, exclusivity: Exclusivity = .whereNeeded, reserve: BatteryReserve? = nil
  ) {
    self.id = id
    self.site = site
    self.parameters = parameters
    self.opening = opening
    self.leastAtEnd = leastAtEnd
    self.endValue = endValue
    self.exclusivity = exclusivity
    self.reserve = reserve
  }

  /// The same battery with `reserve` for an emergency, none where nil.
  public func holding(_ reserve: BatteryReserve?) -> Battery {
    Battery(
      id: id, site: site, parameters: parameters, opening: opening, leastAtEnd: leastAtEnd, endValue: endValue,
      exclusivity: exclusivity, reserve: reserve)
  }

  /// Batteries act on what is left.
  public var followsResidual: Bool { true }
  /// What it can discharge.
  public var storedPower: Power { parameters.dischargePower }
  /// What it can charge.
  public var mostTaken: Power { parameters.chargePower }
}

// MARK: - Formulation

extension Battery {
  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let (lower, upper) = band(over: horizon)
    let wear = parameters.wearCost.eurosPerKilowattHour / 2
    let start: Store.Opening
    switch opening {
    case .content(let energy): start = .content(energy.kilowattHours)
    case .cyclic: start = .cyclic
    }
    var store = Store(
      id.text, bus: draft.electricity(at: site), capacity: .steps(upper), leastContent: .steps(lower),
      charge: .constant(parameters.chargePower.kilowatts), discharge: .constant(parameters.dischargePower.kilowatts),
      chargeEfficiency: parameters.chargeEfficiency.value, dischargeEfficiency: parameters.dischargeEfficiency.value,
      lossPerHour: parameters.selfDischarge.perHour, opening: start, endValue: endValue.eurosPerKilowattHour, chargeCost: wear,
      dischargeCost: wear, exclusivity: exclusiveSteps(in: draft))
    store.reserve = reserve.map { held($0.contents(of: self, over: horizon), in: draft) }
    let place = draft.add(store)
    return { [self] system in schedule(of: system.stores[place], over: horizon) }
  }

  /// See `Asset`.
  public func economy(over horizon: PlanningHorizon) -> AssetEconomy {
    let roundTrip = parameters.chargeEfficiency.value * parameters.dischargeEfficiency.value
    return .store(roundTrip: Fraction(roundTrip), wear: parameters.wearCost)
  }

  /// Share of the content that is left after `hours`.
  private func keep(over hours: Double) -> Double {
    let rate = 1 - parameters.selfDischarge.perHour
    guard rate < 1 else { return 1 }
    return pow(rate, hours)
  }

  /// Least and greatest content at the end of each step: the band, widened to what can be reached from outside it.
  private func band(over horizon: PlanningHorizon) -> (lower: [Double], upper: [Double]) {
    let least = parameters.leastContent.kilowattHours
    let capacity = parameters.capacity.kilowattHours
    guard case .content(let energy) = opening else {
      return (Array(repeating: least, count: horizon.count), Array(repeating: capacity, count: horizon.count))
    }
    var fullest = energy.kilowattHours
    var idle = energy.kilowattHours
    var lower: [Double] = []
    var upper: [Double] = []
    for step in 0..<horizon.count {
      let hours = horizon.hours(of: step)
      let charged = parameters.chargePower.kilowatts * parameters.chargeEfficiency.value * hours
      fullest = min(max(capacity, keep(over: hours) * fullest), keep(over: hours) * fullest + charged)
      idle = keep(over: hours) * idle
      let wanted = step == horizon.count - 1 ? max(least, min(leastAtEnd.kilowattHours, capacity)) : least
      lower.append(min(wanted, fullest))
      upper.append(max(capacity, idle))
    }
    return (lower, upper)
  }

  /// The steps in which charging and discharging at once could pay; see the type's documentation.
  private func exclusiveSteps(in draft: SystemDraft) -> Store.Exclusivity {
    switch exclusivity {
    case .everywhere: return .everywhere
    case .nowhere: return .nowhere
    case .whereNeeded:
      // The least worth of a kilowatt-hour behind the step; a period that repeats comes again.
      var later = min(0, endValue.eurosPerKilowattHour)
      if case .cyclic = opening { later = min(later, draft.leastMarginalValues(at: site).min() ?? 0) }
      return .steps(
        draft.stepsInWhichBurningPays(
          at: site, roundTrip: parameters.chargeEfficiency.value * parameters.dischargeEfficiency.value,
          wear: parameters.wearCost.eurosPerKilowattHour, later: later))
    }
  }

  private func schedule(of store: SystemSchedule.StoreSchedule, over horizon: PlanningHorizon) -> AssetSchedule {
    let throughput = store.charge.indices.reduce(0) { sum, step in
      sum + (store.charge[step] + store.discharge[step]) * horizon.hours(of: step)
    }
    let first: Energy
    switch opening {
    case .content(let energy): first = energy
    case .cyclic: first = store.content.last.map { Energy(kilowattHours: $0) } ?? .zero
    }
    return AssetSchedule(
      id: id, site: site, role: .battery, power: zip(store.charge, store.discharge).map { Power(kilowatts: $0 - $1) },
      content: store.content.map { Energy(kilowattHours: $0) }, openingContent: first,
      ownCost: Money(euros: throughput / 2 * parameters.wearCost.eurosPerKilowattHour), endValue: endValue,
      reserve: reserve.map { $0.contents(of: self, over: horizon).least.map { Energy(kilowattHours: $0) } })
  }
}

// MARK: - Standing rule

extension Battery {
  /// See `Asset`: charges from what would be fed in, discharges into what would be bought, between its least content and full.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    var content: Double
    if case .content(let energy) = opening { content = energy.kilowattHours } else { content = 0 }
    let openingContent = Energy(kilowattHours: content)
    var power: [Power] = []
    var contents: [Energy] = []
    var throughput = 0.0
    for step in 0..<horizon.count {
      let hours = horizon.hours(of: step)
      let net = residual[step].kilowatts
      content *= keep(over: hours)
      let room = max(0, parameters.capacity.kilowattHours - content) / parameters.chargeEfficiency.value / hours
      let stock = max(0, content - parameters.leastContent.kilowattHours) * parameters.dischargeEfficiency.value / hours
      let charge = Power(kilowatts: max(0, min(-net, parameters.chargePower.kilowatts, room))).kilowatts
      let discharge = Power(kilowatts: max(0, min(net, parameters.dischargePower.kilowatts, stock))).kilowatts
      content += (charge * parameters.chargeEfficiency.value - discharge / parameters.dischargeEfficiency.value) * hours
      throughput += (charge + discharge) * hours
      power.append(Power(kilowatts: charge - discharge))
      contents.append(Energy(kilowattHours: content))
    }
    return AssetSchedule(
      id: id, site: site, role: .battery, power: power, content: contents, openingContent: openingContent,
      ownCost: Money(euros: throughput / 2 * parameters.wearCost.eurosPerKilowattHour), endValue: endValue,
      reserve: reserve.map { $0.contents(of: self, over: horizon).least.map { Energy(kilowattHours: $0) } })
  }
}
