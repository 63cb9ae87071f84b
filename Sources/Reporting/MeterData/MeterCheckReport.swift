public import CommunityModel
public import MarketTime
public import MeterData
public import Quantities

/// How whole and how plausible a month's meter values are, counter by counter: a plain value; `text`, `json()` and `csv()` write it.
public struct MeterCheckReport: Sendable, Equatable {
  /// A counter of a metering point.
  public struct Row: Sendable, Equatable {
    /// The metering point.
    public let point: MeteringPoint.ID
    /// Which of its counters.
    public let direction: MeteredEnergies.Direction
    /// Sum of what is known.
    public let energy: Energy
    /// How many quarter hours are how well known; those without a value only while the one whose point it is is a member.
    public let qualities: [IntervalEnergy.Quality: Int]
    /// Whether bills may be made of what its meter says, on all of the days.
    public let isCalibrated: Bool
    /// What the checks found, in the order of their kinds and of time.
    public let findings: [MeterFinding]
  }

  /// The community.
  public let community: Community.ID
  /// Its name as people say it.
  public let name: String
  /// The wall clock.
  public let calendar: MarketCalendar
  /// The month.
  public let month: LocalMonth
  /// Its quarter hours that are over.
  public let span: Range<QuarterHour>
  /// The counters in the order of the file.
  public let rows: [Row]
  /// Metering points of which nothing is known in that time.
  public let silent: [MeteringPoint.ID]

  /// Checks `series` over the quarter hours of `month` that are over at `now`.
  public init(on community: Community, month: LocalMonth, series: [MeterSeries], at now: Timestamp) {
    let calendar = community.calendar
    let whole = calendar.quarterHours(of: month.days)
    let span = whole.lowerBound..<min(whole.upperBound, max(whole.lowerBound, QuarterHour(containing: now)))
    let rules = MeterRules(calendar: calendar)
    let rows = series.map { series in
      var qualities: [IntervalEnergy.Quality: Int] = [:]
      var energy = Energy.zero
      for quarter in span {
        let value = series.values[quarter] ?? .missing
        if value == .missing, !series.isExpected(quarter) { continue }
        qualities[value.quality, default: 0] += 1
        energy += value.energy ?? .zero
      }
      let days = [month.firstDay, month.days.upperBound.advanced(by: -1)]
      return Row(
        point: series.point.id, direction: series.direction, energy: energy, qualities: qualities,
        isCalibrated: series.point.calibration.map { days.allSatisfy($0.contains) } ?? false,
        findings: rules.findings(in: series, over: whole, at: now))
    }
    self.rows = rows
    self.span = span
    self.month = month
    self.calendar = calendar
    self.community = community.id
    name = community.name
    let heard = Set(rows.filter { $0.qualities.keys.contains { $0 != .missing } }.map(\.point))
    silent = community.meteringPoints.map(\.id).filter { !heard.contains($0) }
  }

  /// Findings that make a value unusable for a bill.
  public var errors: Int { rows.reduce(0) { $0 + $1.findings.count { $0.kind.isError } } }
  /// Findings that ask someone to look.
  public var doubts: Int { rows.reduce(0) { $0 + $1.findings.count } - errors }
}
