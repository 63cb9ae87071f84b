public import MarketTime

/// What the meters of a community counted over one span: a series for each metering point and direction that is measured.
///
/// A series that is not here was not delivered; a `missing` value within a series is a gap. Neither is ever zero.
public struct MeteredEnergies: Sendable, Equatable {
  /// Which of a meter's two counters, seen as on `Channel`: import is consumption, export is production and feed-in.
  public enum Direction: String, CaseIterable, Sendable {
    /// OBIS 1.8.0: from the grid, used, charged.
    case `import`
    /// OBIS 2.8.0: into the grid, produced, discharged.
    case export
  }

  /// One counter of one metering point.
  public struct Key: Hashable, Sendable {
    /// The metering point.
    public let point: MeteringPoint.ID
    /// Which of its counters.
    public let direction: Direction

    /// The counter of `point` in `direction`.
    public init(_ point: MeteringPoint.ID, _ direction: Direction) {
      self.point = point
      self.direction = direction
    }
  }

  /// The quarter hours that every series here covers.
  public let span: Range<QuarterHour>
  private var series: [Key: TimeSeries<IntervalEnergy>] = [:]

  /// Energies over `span`. Series are cut to it; where one does not reach, its values are missing.
  public init(over span: Range<QuarterHour>, series: [Key: TimeSeries<IntervalEnergy>] = [:]) {
    self.span = span
    self.series = series.mapValues { $0.over(span, padding: .missing) }
  }

  /// The series of one counter; nil where it was not delivered. A series set is cut to the span as in `init`.
  public subscript(point: MeteringPoint.ID, direction: Direction) -> TimeSeries<IntervalEnergy>? {
    get { series[Key(point, direction)] }
    set { series[Key(point, direction)] = newValue?.over(span, padding: .missing) }
  }

  /// The same energies over another span.
  public func over(_ span: Range<QuarterHour>) -> MeteredEnergies {
    span == self.span ? self : MeteredEnergies(over: span, series: series)
  }
}
