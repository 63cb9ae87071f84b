import CommunityModel
import MarketTime
import Planning
import Quantities

/// Who feeds a heat network and who takes from it, as the community's files and meters have it.
struct HeatMeters: Sendable {
  /// A source whose heat is counted, or computed from the power that it takes.
  struct Source: Sendable {
    let asset: AssetDescription?
    let source: EnergySource
    let point: MeteringPoint.ID
    /// Heat for each unit of power, where nothing counts heat; nil where a meter does.
    var heatFromPower: Fraction?
    /// Whether it takes electricity, counted at the same point.
    let takesPower: Bool
    /// What it burns, and how well.
    var fuel: (fuel: Fuel, efficiency: Fraction)?
  }

  let network: HeatNetwork
  let sources: [Source]
  /// Meters of customers.
  let loads: [MeteringPoint.ID]
  /// Customers without a meter: what arrives is not known.
  let unmeteredLoads: [AssetID]
  /// Sources without a meter: what is fed in is not all known.
  let unmeteredSources: [AssetID]
  /// Tanks whose temperature may be known.
  let tanks: [(point: MeteringPoint.ID, capacity: Energy)]

  init(_ network: HeatNetwork, in community: Community, _ knowledge: ReportKnowledge, heat: Set<MeteringPoint.ID>) {
    self.network = network
    var sources: [Source] = []
    var (unmetered, loads, unmeteredLoads) = ([AssetID](), [MeteringPoint.ID](), [AssetID]())
    var tanks: [(point: MeteringPoint.ID, capacity: Energy)] = []
    for asset in knowledge.assets {
      switch asset.kind {
      case .heatLoad(network.id, _):
        if let point = asset.meteringPoint { loads.append(point) } else { unmeteredLoads.append(asset.id) }
      case .heatStore(network.id, let store):
        if let point = asset.meteringPoint { tanks.append((point, store.capacity)) }
      default:
        guard let source = Self.source(asset, of: network.id, knowledge.fuels, heat: heat) else { continue }
        if let source { sources.append(source) } else { unmetered.append(asset.id) }
      }
    }
    let named = Set(knowledge.assets.compactMap(\.meteringPoint))
    for point in community.meteringPoints
    where point.measures == .heat && network.sites.contains(point.site) && !named.contains(point.id) {
      // What is counted for somebody arrives there; what nobody describes and nobody has is fed in.
      if point.members.isEmpty {
        sources.append(Source(asset: nil, source: .other, point: point.id, takesPower: false))
      } else {
        loads.append(point.id)
      }
    }
    (self.sources, self.loads, self.unmeteredLoads, unmeteredSources) = (sources, loads, unmeteredLoads, unmetered)
    self.tanks = tanks
  }

  /// `asset` as a source of `network`; nil where it is none, an inner nil where nothing counts it.
  private static func source(
    _ asset: AssetDescription, of network: HeatNetwork.ID, _ fuels: [Fuel], heat: Set<MeteringPoint.ID>
  ) -> Source?? {
    let source: EnergySource
    var (takesPower, factor, fuel) = (false, Fraction?.none, (fuel: Fuel, efficiency: Fraction)?.none)
    switch asset.kind {
    case .solarThermal(network, _): source = .solarThermal
    case .heatPump(network, _): (source, takesPower) = (.heatPump, true)
    case .electricBoiler(network, _, let efficiency): (source, takesPower, factor) = (.heatPump, true, efficiency)
    case .boiler(network, let boiler):
      let burnt = fuels.first { $0.id == boiler.fuel }
      source = EnergySource(burnt)
      fuel = burnt.map { ($0, boiler.efficiency) }
    case .combinedHeatAndPower(network, let engine):
      let burnt = fuels.first { $0.id == engine.fuel }
      source = EnergySource(burnt)
      // Of an engine's fuel, the part that its heat stands for beside its power.
      fuel = burnt.map { ($0, engine.heatEfficiency + engine.powerEfficiency) }
    default: return nil
    }
    guard let point = asset.meteringPoint else { return .some(nil) }
    let isCounted = heat.contains(point)
    guard isCounted || factor != nil else { return .some(nil) }
    return Source(
      asset: asset, source: source, point: point, heatFromPower: isCounted ? nil : factor, takesPower: takesPower, fuel: fuel)
  }
}

/// Follows a heat network, span after span.
struct HeatAccount: Sendable {
  let meters: HeatMeters
  private(set) var balance = HeatBalance()
  private(set) var quality = QualityCounts()
  /// How many of the quarter hours know what arrives.
  private(set) var knownDeliveries = 0
  /// sum of the degree days of the days whose mean temperature outside is known, and heat of these days.
  private(set) var degreeDays = Temperature.zero
  private(set) var heatOfDegreeDays = Energy.zero
  /// What tanks held when they were first and last measured.
  private var tankLevels: [MeteringPoint.ID: (first: Energy, last: Energy)] = [:]

  init(_ meters: HeatMeters) {
    self.meters = meters
    for source in meters.sources { balance.fed[source.source] = .zero }
  }

  /// What the balance is with what tanks hold more or less.
  var closed: HeatBalance {
    var closed = balance
    closed.stockChange = tankLevels.values.reduce(.zero) { $0 + ($1.last - $1.first) }
    return closed
  }

  /// Adds the next span.
  ///
  /// - Parameter cover: of each site, the share of own power in what was used in each quarter hour; nil where not known.
  mutating func add(
    _ energies: ReportEnergies, cover: [Site.ID: [Fraction?]], calendar: MarketCalendar, curve: inout ReportCurveBuilder
  ) {
    let span = energies.span
    let fed = meters.sources.map { heat(of: $0, energies) }
    let taken = meters.loads.map { energies.heat[$0] ?? TimeSeries(repeating: .missing, over: span) }
    var (total, isKnown) = ([Energy](repeating: .zero, count: span.count), [Bool](repeating: true, count: span.count))
    for position in 0..<span.count {
      let quality = fed.reduce(IntervalEnergy.Quality.measured) { max($0, $1[position].quality) }
      let isSourced = !fed.isEmpty && quality.isKnown
      self.quality.enter(isSourced ? quality : .missing)
      isKnown[position] = isSourced
      guard isSourced else { continue }
      curve.enterKnownHeat(of: meters.network.id, at: span.lowerBound.advanced(by: position))
      for (place, source) in meters.sources.enumerated() {
        let heat = max(.zero, fed[place][position].energy ?? .zero)
        total[position] += heat
        enter(heat, of: source, at: position, energies, cover)
        curve.enter(heat, from: source.source, of: meters.network.id, at: span.lowerBound.advanced(by: position))
      }
      let deliveries = taken.compactMap { $0.values[position].energy }
      if !taken.isEmpty, deliveries.count == taken.count {
        knownDeliveries += 1
        balance.fedWhereDelivered += total[position]
        balance.delivered += deliveries.reduce(.zero, +)
      }
    }
    enterTanks(energies, &curve)
    enterDegreeDays(energies, total, isKnown, calendar)
  }

  private func heat(of source: HeatMeters.Source, _ energies: ReportEnergies) -> [IntervalEnergy] {
    guard let factor = source.heatFromPower else {
      return energies.heat[source.point]?.values ?? Array(repeating: .missing, count: energies.span.count)
    }
    let power = energies.electricity[source.point, .import]?.values ?? Array(repeating: .missing, count: energies.span.count)
    return power.map { $0.energy == nil ? .missing : IntervalEnergy.combining($0, $0) { energy, _ in energy * factor } }
  }

  private mutating func enter(
    _ heat: Energy, of source: HeatMeters.Source, at position: Int, _ energies: ReportEnergies, _ cover: [Site.ID: [Fraction?]]
  ) {
    balance.fed[source.source, default: .zero] += heat
    if let (fuel, efficiency) = source.fuel, efficiency > .zero {
      let burnt = Energy(count: scaled(heat.count, by: Fraction.one.count, over: efficiency.count))
      balance.burnt[source.source, default: .zero] += burnt
      balance.fuelCarbon = balance.fuelCarbon.flatMap { sum in fuel.emissions.map { sum + burnt * $0 } }
    } else if source.source == .other, heat > .zero {
      balance.fuelCarbon = nil
    }
    guard source.takesPower, let asset = source.asset,
      let power = energies.electricity[source.point, .import]?.values[position].energy, power >= .zero
    else { return }
    let own = (cover[asset.site]?[position]).flatMap { $0 } ?? .zero
    let use = HeatPumpUse(heat: heat, power: power, ownPower: power * own)
    balance.pumps[asset.id] = (balance.pumps[asset.id] ?? HeatPumpUse()) + use
  }

  /// A tank holds capacity times (mean temperature - return) / (flow - return).
  private mutating func enterTanks(_ energies: ReportEnergies, _ curve: inout ReportCurveBuilder) {
    let (cold, hot) = (meters.network.returnTemperature, meters.network.flowTemperature)
    guard hot > cold else { return }
    for (point, capacity) in meters.tanks {
      for (position, temperature) in (energies.tanks[point]?.values ?? []).enumerated() {
        guard let temperature else { continue }
        let level = Energy(count: scaled(capacity.count, by: (temperature - cold).count, over: (hot - cold).count))
        tankLevels[point] = (tankLevels[point]?.first ?? level, level)
        curve.enterTank(
          level, of: capacity, in: meters.network.id, point, at: energies.span.lowerBound.advanced(by: position))
      }
    }
  }

  private mutating func enterDegreeDays(
    _ energies: ReportEnergies, _ total: [Energy], _ isKnown: [Bool], _ calendar: MarketCalendar
  ) {
    guard let outdoor = energies.outdoor else { return }
    for day in calendar.localDays(of: energies.span) {
      let first = energies.span.lowerBound.distance(to: day.lowerBound)
      let places = first..<(first + day.count)
      let temperatures = day.compactMap { outdoor[$0] ?? nil }
      guard temperatures.count * 10 >= day.count * 9, places.allSatisfy({ isKnown[$0] }) else { continue }
      let mean = Temperature(count: temperatures.reduce(Int64(0)) { $0 + $1.count } / Int64(temperatures.count))
      degreeDays += WeatherNormal.degreeDays(at: mean)
      heatOfDegreeDays += places.reduce(.zero) { $0 + total[$1] }
    }
  }
}
