public import CommunityModel
public import MarketTime
public import Quantities

/// What a community's electricity and heat did in the course of a period: what pictures are drawn from.
///
/// Up to eight days by quarter hour, longer by hour of the wall clock.
public struct ReportCurve: Sendable, Equatable {
  /// One quarter hour or hour of electricity, all sites as one (`virtual_sum`).
  public struct Step: Sendable, Equatable {
    /// Its quarter hours.
    public let span: Range<QuarterHour>
    /// How many of them are known; the energies are sums of these.
    public internal(set) var known = 0
    /// What was used, made and exchanged.
    public internal(set) var flows = EnergyFlows()
    /// Where own energy went.
    public internal(set) var use = OwnEnergyUse()
    /// What plants made, by source.
    public internal(set) var generation: [EnergySource: Energy] = [:]

    init(span: Range<QuarterHour>) { self.span = span }

    /// What consumption was covered by, lowest part of a stacked bar first: own generation at once, from batteries (own, from the grid,
    /// stored before the period), the grid. Together the consumption.
    public var cover: [(source: Cover, energy: Energy)] {
      let direct = use.direct
      let battery = use.storedGreen + use.storedBefore
      let grid = max(.zero, flows.consumption - direct - battery - use.storedGrey)
      return [(.direct, direct), (.battery, battery), (.batteryFromGrid, use.storedGrey), (.grid, grid)]
    }
  }

  /// What covers consumption.
  public enum Cover: String, CaseIterable, Sendable {
    case direct
    case battery
    case batteryFromGrid = "battery_from_grid"
    case grid
  }

  /// One quarter hour or hour of a heat network.
  public struct HeatStep: Sendable, Equatable {
    /// Its quarter hours.
    public let span: Range<QuarterHour>
    /// How many of its quarter hours are known; what was fed in is the sum of these.
    public internal(set) var known = 0
    /// What each source fed in.
    public internal(set) var fed: [EnergySource: Energy] = [:]
    /// What the tanks held at its end; nil where nobody measures them.
    public internal(set) var stored: Energy?
    /// What they hold when full.
    public internal(set) var capacity: Energy?

    init(span: Range<QuarterHour>) { self.span = span }
    fileprivate var levels: [MeteringPoint.ID: (level: Energy, capacity: Energy)] = [:]

    /// Whether both are the same to who reads them.
    public static func == (left: HeatStep, right: HeatStep) -> Bool {
      left.span == right.span && left.known == right.known && left.fed == right.fed && left.stored == right.stored
        && left.capacity == right.capacity
    }
  }

  /// How long a step is.
  public let length: CalendarStep
  /// Electricity, step by step, without holes; empty where no site is metered.
  public let steps: [Step]
  /// Heat of each network, step by step.
  public let heat: [HeatNetwork.ID: [HeatStep]]
  /// Months, or parts of them, with their own figures, in order: several where the period is longer than 31 days.
  public let months: [Month]

  /// The figures of a month within the period, all sites as one.
  public struct Month: Sendable, Equatable {
    /// Its days within the period.
    public let days: Range<LocalDay>
    /// Its figures; peaks are those until its end.
    public let figures: KeyFigures
  }
}

/// Gathers a curve.
struct ReportCurveBuilder: Sendable {
  let length: CalendarStep
  private var steps: [ReportCurve.Step] = []
  private var heat: [HeatNetwork.ID: [ReportCurve.HeatStep]] = [:]
  var months: [ReportCurve.Month] = []
  /// The step of each quarter hour of the current span.
  private var places: [Int] = []
  private var span: Range<QuarterHour>

  init(_ period: ReportPeriod, start: QuarterHour) {
    length = period.days.count <= 8 ? .quarterHour : .hour
    span = start..<start
  }

  var curve: ReportCurve {
    ReportCurve(length: length, steps: steps, heat: heat.mapValues { $0.map(Self.closed) }, months: months)
  }

  private static func closed(_ step: ReportCurve.HeatStep) -> ReportCurve.HeatStep {
    var closed = step
    if !step.levels.isEmpty {
      closed.stored = step.levels.values.reduce(Energy.zero) { $0 + $1.level }
      closed.capacity = step.levels.values.reduce(Energy.zero) { $0 + $1.capacity }
    }
    return closed
  }

  /// Begins the steps of the next days.
  mutating func begin(_ days: Range<LocalDay>, calendar: MarketCalendar, networks: [HeatNetwork.ID]) {
    let spans = calendar.spans(of: days, by: length)
    let first = steps.count
    places = spans.enumerated().flatMap { place, span in span.map { _ in first + place } }
    span = calendar.quarterHours(of: days)
    steps += spans.map { ReportCurve.Step(span: $0) }
    for network in networks { heat[network, default: []] += spans.map { ReportCurve.HeatStep(span: $0) } }
  }

  private func place(of quarter: QuarterHour) -> Int? {
    let position = span.lowerBound.distance(to: quarter)
    return places.indices.contains(position) ? places[position] : nil
  }

  mutating func enter(_ flows: EnergyFlows, _ use: OwnEnergyUse, at quarter: QuarterHour) {
    guard let place = place(of: quarter) else { return }
    steps[place].known += 1
    steps[place].flows = steps[place].flows + flows
    steps[place].use = steps[place].use + use
  }

  mutating func enter(_ generation: Energy, from source: EnergySource, at quarter: QuarterHour) {
    guard generation > .zero, let place = place(of: quarter) else { return }
    steps[place].generation[source, default: .zero] += generation
  }

  mutating func enterKnownHeat(of network: HeatNetwork.ID, at quarter: QuarterHour) {
    guard let place = place(of: quarter), heat[network] != nil else { return }
    heat[network]?[place].known += 1
  }

  mutating func enter(_ fed: Energy, from source: EnergySource, of network: HeatNetwork.ID, at quarter: QuarterHour) {
    guard let place = place(of: quarter), heat[network] != nil else { return }
    heat[network]?[place].fed[source, default: .zero] += fed
  }

  mutating func enterTank(
    _ level: Energy, of capacity: Energy, in network: HeatNetwork.ID, _ point: MeteringPoint.ID, at quarter: QuarterHour
  ) {
    guard let place = place(of: quarter), heat[network] != nil else { return }
    heat[network]?[place].levels[point] = (level, capacity)
  }
}
