public import CommunityModel
import EnergySystems
public import Quantities

/// A tank of hydrogen, with the compressor that fills it.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | c, d | hydrogen into and out of it, by its lower heating value | kW |
/// | e | content at the end of the step | kWh |
/// | kappa | power that the compressor takes for each unit of hydrogen | - |
/// | lambda | worth of a kWh at the end | EUR/kWh |
///
///     e[t] = e[t-1] + dt c[t] - dt d[t],   0 <= e <= E,   0 <= c, d <= C      optimizer-model (S1), (S2), section 8: no loss
///     p = kappa c,   cost = - lambda e[T-1]                                    (S3)
///     c and d never both above zero where power has a negative worth           (S5): blowing gas round a compressor burns power
public struct HydrogenStore: Asset {
  /// Its short name.
  public let id: AssetID
  /// Where it stands.
  public let site: Site.ID
  /// What it holds.
  public let fuel: Fuel.ID
  /// What it holds when full, above zero.
  public let capacity: Energy
  /// Most hydrogen in and out; nil for no limit.
  public let power: Power?
  /// Power that its compressor takes, as a share of the hydrogen that goes in.
  public let compression: Fraction
  /// Content at the start, at most the capacity.
  public let opening: Energy
  /// What a kilowatt-hour of content at the end is worth.
  public let endValue: EnergyPrice

  /// A tank; see the properties.
  public init(
    id: AssetID, site: Site.ID, fuel: Fuel.ID, capacity: Energy, power: Power? = nil, compression: Fraction = .zero,
    opening: Energy = .zero, endValue: EnergyPrice = .zero
  ) {
    self.id = id
    self.site = site
    self.fuel = fuel
    self.capacity = capacity
    self.power = power
    self.compression = compression
    self.opening = opening
    self.endValue = endValue
  }

  /// See `Asset`.
  public var keptFuel: Fuel.ID? { fuel }
  /// What its compressor takes, filling it at once in a quarter hour where nothing limits it.
  public var mostTaken: Power { Power(kilowatts: compression.value * (power?.kilowatts ?? 4 * capacity.kilowattHours)) }

  /// See `Asset`.
  public func add(to draft: inout SystemDraft) throws(PlanningError) -> ScheduleReader {
    let limit = power.map { Series.constant($0.kilowatts) }
    var store = Store(
      id.text, bus: try draft.fuel(fuel, of: id), capacity: .constant(capacity.kilowattHours), charge: limit, discharge: limit,
      opening: .content(opening.kilowattHours), endValue: endValue.eurosPerKilowattHour)
    if compression > .zero {
      store.compressor = Link.Pump(bus: draft.electricity(at: site), perFlow: .constant(compression.value))
      store.exclusivity = .steps(
        draft.stepsInWhichBurningPays(at: site, roundTrip: 1 / (1 + compression.value), wear: 0, later: 0))
    }
    let place = draft.add(store)
    return { [self] system in
      let part = system.stores[place]
      return schedule(
        taking: zip(part.charge, part.discharge).map { Power(kilowatts: $0 - $1) },
        compressing: part.charge.map { Power(kilowatts: compression.value * $0) },
        content: part.content.map { Energy(kilowattHours: $0) })
    }
  }

  private func schedule(taking hydrogen: [Power], compressing power: [Power], content: [Energy]) -> AssetSchedule {
    AssetSchedule(
      id: id, site: site, role: .hydrogenStore, power: power, content: content, openingContent: opening, endValue: endValue,
      fuel: FuelUse(fuel: fuel, power: hydrogen))
  }

  /// See `Asset`: without a plan hydrogen rests.
  public func standingSchedule(over horizon: PlanningHorizon, residual: [Power]) -> AssetSchedule {
    schedule(taking: horizon.idle, compressing: horizon.idle, content: horizon.idle.map { _ in opening })
  }
}

/// What a tank of hydrogen is known by.
public struct HydrogenStoreDescription: Sendable, Equatable {
  /// What it holds.
  public let fuel: Fuel.ID
  /// What it holds when full, above zero.
  public let capacity: Energy
  /// Most hydrogen in and out; nil for no limit.
  public let power: Power?
  /// Power that its compressor takes, as a share of the hydrogen that goes in.
  public let compression: Fraction
  /// What it holds, as a share; nil where nobody says.
  public let charge: Fraction?

  /// A description; see the properties.
  public init(fuel: Fuel.ID, capacity: Energy, power: Power? = nil, compression: Fraction = .zero, charge: Fraction? = nil) {
    self.fuel = fuel
    self.capacity = capacity
    self.power = power
    self.compression = compression
    self.charge = charge
  }
}
