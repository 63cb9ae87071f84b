import CommunityModel
public import MarketTime
public import Quantities

/// What is checked in a load curve, and from where on it is told. The checks are those of VDN MeteringCode 2006, annex 7, which names
/// them and not their limits: the limits are choices of ours.
public struct MeterRules: Sendable {
  /// How long the same value may repeat, if it is not zero.
  public var frozen: Duration = .seconds(4 * 3600)
  /// How long nothing may be used.
  public var unused: Duration = .seconds(24 * 3600)
  /// How long a plant may give nothing: dark days and snow are usual.
  public var idlePlant: Duration = .seconds(72 * 3600)
  /// How many times as high as the days' usual peak a value may be.
  public var spike: Int64 = 3
  /// How many days with a value it takes to know a usual peak.
  public var spikeDays = 5
  /// How far a month's load curve may lie from what the register advanced.
  public var registerTolerance = Energy(wattHours: 1000)

  private let calendar: MarketCalendar

  /// The checks by the clock of `calendar`.
  public init(calendar: MarketCalendar) { self.calendar = calendar }

  /// What is found in the quarter hours of `span` that are over at `now`, in the order of their kinds and of time.
  public func findings(in series: MeterSeries, over span: Range<QuarterHour>, at now: Timestamp) -> [MeterFinding] {
    let present = QuarterHour(containing: now)
    let over = span.clamped(to: span.lowerBound..<max(span.lowerBound, present))
    func found(_ kind: MeterFinding.Kind, _ belongs: (IntervalEnergy) -> Bool, in span: Range<QuarterHour>) -> [MeterFinding] {
      series.runs(in: span, where: belongs).map { MeterFinding(kind, in: $0) }
    }
    func worst(_ kind: MeterFinding.Kind, _ belongs: (Energy) -> Bool, _ pick: (Energy, Energy) -> Energy) -> [MeterFinding] {
      series.runs(in: over) { $0.energy.map(belongs) ?? false }.map { run in
        let energies = run.compactMap { series.values[$0]?.energy }
        return MeterFinding(kind, in: run, figure: energies.dropFirst().reduce(energies[0], pick))
      }
    }
    let limit = series.capacity.map { $0.energy(over: QuarterHour.duration) }
    let errors =
      over.runs { series.isExpected($0) && (series.values[$0] ?? .missing) == .missing }.map { MeterFinding(.gap, in: $0) }
      + found(.faulty, { $0.quality == .faulty }, in: over)
      + worst(.negative, { $0 < .zero }, { min($0, $1) })
      + (limit.map { limit in worst(.aboveCapacity, { $0 > limit }, { max($0, $1) }) } ?? [])
      + found(.future, { $0 != .missing }, in: max(over.upperBound, span.lowerBound)..<span.upperBound)
      + differences(series, over)
    return errors + repeated(series, over) + spikes(series, over, worst)
  }

  /// The same value for longer than `frozen`, or nothing for longer than is usual.
  private func repeated(_ series: MeterSeries, _ span: Range<QuarterHour>) -> [MeterFinding] {
    let idle = series.followsPlants ? idlePlant : unused
    var findings: [MeterFinding] = []
    var start = span.lowerBound
    for quarter in span {
      let value = series.values[quarter]?.energy
      let next = quarter.advanced(by: 1)
      if next < span.upperBound, series.values[next]?.energy == value { continue }
      let lasted = QuarterHour.duration * start.distance(to: next)
      if let value, value == .zero, lasted > idle { findings.append(MeterFinding(.zeroRun, in: start..<next)) }
      if let value, value != .zero, lasted > frozen { findings.append(MeterFinding(.frozen, in: start..<next, figure: value)) }
      start = next
    }
    return findings.filter { $0.kind == .frozen } + findings.filter { $0.kind == .zeroRun }
  }

  /// What is more than `spike` times the median of the days' peaks.
  private func spikes(
    _ series: MeterSeries, _ span: Range<QuarterHour>,
    _ worst: (MeterFinding.Kind, (Energy) -> Bool, (Energy, Energy) -> Energy) -> [MeterFinding]
  ) -> [MeterFinding] {
    guard let last = series.values.span.last else { return [] }
    let days = calendar.localDay(of: series.values.start.start)...calendar.localDay(of: last.start)
    let peaks = days.compactMap { day in
      calendar.quarterHours(of: day).compactMap { series.values[$0]?.energy }.max()
    }.filter { $0 > .zero }.sorted()
    guard peaks.count >= spikeDays else { return [] }
    let usual = peaks[peaks.count / 2]
    return worst(.spike, { Int128($0.count) > Int128(usual.count) * Int128(spike) }, { max($0, $1) })
  }

  /// Curve less register over the quarter hours in which both are known, where that is more than the tolerance.
  private func differences(_ series: MeterSeries, _ span: Range<QuarterHour>) -> [MeterFinding] {
    guard let curve = series.curve, let register = series.register else { return [] }
    var difference = Energy.zero
    var both: [QuarterHour] = []
    for quarter in span {
      guard let told = curve[quarter]?.energy, let advance = register[quarter]?.energy else { continue }
      difference += told - advance
      both.append(quarter)
    }
    guard let first = both.first, let last = both.last, difference.magnitude > registerTolerance else { return [] }
    return [MeterFinding(.registerDifference, in: first..<last.advanced(by: 1), figure: difference)]
  }
}
