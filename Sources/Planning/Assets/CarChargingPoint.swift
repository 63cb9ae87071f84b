public import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// A charging point whose cars' batteries are known: they may give back.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | c, d | into and out of the car, measured outside it | kW |
/// | e | content of the car at the end of a step in which it is plugged in | kWh |
/// | kappa | wear, per kWh given back | EUR/kWh |
///
///     e[t] = e[t-1] + eta dt c[t] - dt d[t] / eta                            optimizer-model, section 4 (E1)
///     E_min <= e <= E,  at departure e >= target,  0 <= c <= C,  0 <= d <= D
///     cost = kappa d dt
///
/// A target that cannot be reached is cut to what can be, and the rest is a breach. A car that arrives with less than E_min is drawn on no
/// further. Steps count in which the car is there from beginning to end.
public struct CarChargingPoint: Asset {
  /// What the charging point and its cars are.
  public struct Parameters: Sendable, Equatable {
    /// Largest charging power, above zero.
    public let power: Power
    /// Largest power given back, at least zero.
    public let givesBack: Power
    /// What a car holds when full, above zero.
    public let capacity: Energy
    /// What a car is never drawn below while it is there.
    public let leastContent: Energy
    /// Share of the energy that arrives, each way, above 0 up to 1.
    public let efficiency: Fraction
    /// Wear per kilowatt-hour given back.
    public let wearCost: EnergyPrice

    /// Parameters; see the properties.
    public init(
      power: Power, givesBack: Power, capacity: Energy, leastContent: Energy = .zero, efficiency: Fraction = .one,
      wearCost: EnergyPrice = .zero
    ) {
      self.power = power
      self.givesBack = givesBack
      self.capacity = capacity
      self.leastContent = leastContent
      self.efficiency = efficiency
      self.wearCost = wearCost
    }
  }

  /// One car's stay.
  public struct Stay: Sendable, Equatable {
    /// The quarter hours in which it is plugged in.
    public let span: Range<QuarterHour>
    /// What it holds at arrival.
    public let atArrival: Energy
    /// What it is to hold at departure.
    public let atDeparture: Energy

    /// A stay; see the properties.
    public init(span: Range<QuarterHour>, atArrival: Energy, atDeparture: Energy) {
      self.span = span
      self.atArrival = atArrival
      self.atDeparture = atDeparture
    }
  }

  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// What it is.
  public let parameters: Parameters
  /// The cars, one after the other.
  public let stays: [Stay]

  /// A charging point; see the properties.
  public init(id: AssetID, site: Site.ID, parameters: Parameters, stays: [Stay]) {
    self.id = id
    self.site = site
    self.parameters = parameters
    self.stays = stays
  }

  /// What the car can give.
  public var storedPower: Power { parameters.givesBack }
  /// What the car can take.
  public var mostTaken: Power { parameters.power }

  /// See `Asset`: one car at a time.
  public func validate(over horizon: PlanningHorizon) throws(PlanningError) {
    let inOrder = stays.sorted { $0.span.lowerBound < $1.span.lowerBound }
    for (one, next) in zip(inOrder, inOrder.dropFirst()) where one.span.overlaps(next.span) {
      throw .contradiction(
        subject: "asset \(id)",
        reason: "has two cars at \(next.span.lowerBound); let one session end before the next begins")
    }
  }
}

extension CarChargingPoint {
  /// A stay cut to the horizon, with its steps and what can be reached in them.
  private struct Part {
    let stay: Stay
    let steps: Range<Int>
    let atArrival: Double
    let wanted: Double
    let reached: Double
  }

  private func parts(over horizon: PlanningHorizon) -> [Part] {
    stays.compactMap { stay in
      let inside = stay.span.clamped(to: horizon.span)
      let steps = horizon.steps.indices.filter {
        inside.lowerBound <= horizon.steps[$0].lowerBound && horizon.steps[$0].upperBound <= inside.upperBound
      }
      guard !inside.isEmpty else { return nil }
      let atArrival = content(of: stay, at: inside.lowerBound)
      let wanted = content(of: stay, at: inside.upperBound)
      let hours = steps.reduce(0) { $0 + horizon.hours(of: $1) }
      let most = atArrival + parameters.efficiency.value * parameters.power.kilowatts * hours
      let first = steps.first ?? 0
      return Part(
        stay: stay, steps: first..<first + steps.count, atArrival: atArrival, wanted: wanted,
        reached: min(wanted, max(atArrival, min(most, parameters.capacity.kilowattHours))))
    }
  }

  /// What the car is taken to hold at `quarter`, kWh: what happened before the plan is not known, and what can wait until after it has
  /// no price yet; between arrival and departure it is the share by time.
  private func content(of stay: Stay, at quarter: QuarterHour) -> Double {
    let share = Double(stay.span.lowerBound.distance(to: quarter)) / Double(max(1, stay.span.count))
    return stay.atArrival.kilowattHours + share * (stay.atDeparture - stay.atArrival).kilowattHours
  }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let horizon = draft.horizon
    let parts = parts(over: horizon)
    for part in parts where part.wanted > part.reached + 1e-9 {
      draft.note(
        Breach(
          kind: .chargingUnreachable, subject: id.text, span: part.stay.span, kilowattHours: part.wanted - part.reached))
    }
    let sessions = parts.filter { !$0.steps.isEmpty }.map { part in
      ChargingSessions.Session(
        steps: part.steps, capacity: max(parameters.capacity.kilowattHours, part.atArrival), atArrival: part.atArrival,

        atDeparture: part.reached, leastContent: min(parameters.leastContent.kilowattHours, part.atArrival),
        charge: parameters.power.kilowatts, discharge: parameters.givesBack.kilowatts,
        chargeEfficiency: parameters.efficiency.value, dischargeEfficiency: parameters.efficiency.value)
    }
    let efficiency = parameters.efficiency.value
    let apart = draft.stepsInWhichBurningPays(
      at: site, roundTrip: efficiency * efficiency, wear: parameters.wearCost.eurosPerKilowattHour, later: 0)
    let place = draft.add(
      ChargingSessions(
        id.text, bus: draft.electricity(at: site), sessions: sessions,
        throughputCost: parameters.wearCost.eurosPerKilowattHour, exclusivity: .steps(apart)))
    return { [self] system in
      let part = system.chargingPoints[place]
      let back = part.discharge.enumerated().reduce(0) { $0 + $1.element * horizon.hours(of: $1.offset) }
      return AssetSchedule(
        id: id, site: site, role: .charging, power: zip(part.charge, part.discharge).map { Power(kilowatts: $0 - $1) },
        ownCost: Money(euros: back * parameters.wearCost.eurosPerKilowattHour))
    }
  }

  /// See `Asset`: cars charge at once when they arrive, and give nothing back.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    var power = [Double](repeating: 0, count: horizon.count)
    for part in parts(over: horizon) {
      var missing = max(0, part.reached - part.atArrival) / parameters.efficiency.value
      for step in part.steps {
        power[step] = min(parameters.power.kilowatts, missing / horizon.hours(of: step))
        missing -= power[step] * horizon.hours(of: step)
      }
    }
    return AssetSchedule(id: id, site: site, role: .charging, power: power.map { Power(kilowatts: $0) })
  }
}

/// What a charging point with known cars is known by, with sessions on the wall clock.
public struct CarDescription: Sendable, Equatable {
  /// A session that opens every day at the same local times.
  public struct Session: Sendable, Equatable {
    /// When the car is there; its energy is what it is to gain.
    public let window: DailyWindow
    /// What it holds at arrival, as a share.
    public let arrivesWith: Fraction
    /// What it is to hold at departure, as a share.
    public let leavesWith: Fraction

    /// A session; see the properties.
    public init(window: DailyWindow, arrivesWith: Fraction, leavesWith: Fraction) {
      self.window = window
      self.arrivesWith = arrivesWith
      self.leavesWith = leavesWith
    }
  }

  /// The charging point and its cars.
  public let parameters: CarChargingPoint.Parameters
  /// When which car is there.
  public let sessions: [Session]

  /// A description; see the properties.
  public init(parameters: CarChargingPoint.Parameters, sessions: [Session]) {
    self.parameters = parameters
    self.sessions = sessions
  }
}
