public import CommunityModel
public import MarketTime
public import Quantities

/// What one counter of a metering point counted, quarter hour by quarter hour, with what is known of the point.
public struct MeterSeries: Sendable {
  /// The metering point.
  public let point: MeteringPoint
  /// Which of its counters.
  public let direction: MeteredEnergies.Direction
  /// The most mean power of a quarter hour that its connection bears; nil where nobody says.
  public let capacity: Power?
  /// What is known of it; more than the time that is asked about, so that days before can be compared.
  public let values: TimeSeries<IntervalEnergy>
  /// The load curve as it was delivered; nil where none was.
  public let curve: TimeSeries<IntervalEnergy>?
  /// What a register that we read advanced; estimated where it bridges a gap. Nil where none is read.
  public let register: TimeSeries<IntervalEnergy>?

  /// When a value is expected: while the one whose point it is is a member; nil for always.
  public let expected: [Range<QuarterHour>]?

  /// A series; see the properties.
  public init(
    point: MeteringPoint, direction: MeteredEnergies.Direction, capacity: Power? = nil, values: TimeSeries<IntervalEnergy>,
    curve: TimeSeries<IntervalEnergy>? = nil, register: TimeSeries<IntervalEnergy>? = nil,
    expected: [Range<QuarterHour>]? = nil
  ) {
    self.point = point
    self.direction = direction
    self.capacity = capacity
    self.values = values
    self.curve = curve
    self.register = register
    self.expected = expected
  }

  /// Its name in `MeteredEnergies`.
  public var key: MeteredEnergies.Key { MeteredEnergies.Key(point.id, direction) }

  /// Whether there should be a value in `quarter`.
  public func isExpected(_ quarter: QuarterHour) -> Bool { expected?.contains { $0.contains(quarter) } ?? true }

  /// Whether it follows the sun, the wind or a plan, and not people's habits: a plant, a battery, what a site feeds in.
  public var followsPlants: Bool {
    switch point.measures {
    case .generation: direction == .export
    case .storage: true
    case .grid: direction == .export
    case .consumption, .charging, .heat: false
    }
  }

  /// The runs of quarter hours within `span` of whose values `belongs` says yes.
  func runs(in span: Range<QuarterHour>, where belongs: (IntervalEnergy) -> Bool) -> [Range<QuarterHour>] {
    span.runs { belongs(values[$0] ?? .missing) }
  }
}

extension Community {
  /// The series of what its meters counted, in the order of the file; only those of which anything is known.
  ///
  /// - Parameters:
  ///   - energies: the best known of both.
  ///   - curves: load curves as they were delivered.
  ///   - registers: what registers advanced.
  public func meterSeries(
    _ energies: MeteredEnergies, curves: MeteredEnergies? = nil, registers: MeteredEnergies? = nil
  ) -> [MeterSeries] {
    meteringPoints.flatMap { point in
      [MeteredEnergies.Direction.import, .export].compactMap { direction in
        energies[point.id, direction].map {
          MeterSeries(
            point: point, direction: direction, capacity: capacity(of: point, direction), values: $0,
            curve: curves?[point.id, direction], register: registers?[point.id, direction],
            expected: times(of: point))
        }
      }
    }
  }

  /// When one of those whose point it is is a member; nil for the community's own.
  private func times(of point: MeteringPoint) -> [Range<QuarterHour>]? {
    guard !point.members.isEmpty else { return nil }
    return members.filter { point.members.contains($0.id) }.map { member in
      func begin(of day: LocalDay?, else bound: Int64) -> QuarterHour {
        day.map { QuarterHour(containing: calendar.start(of: $0)) } ?? QuarterHour(index: bound)
      }
      return begin(of: member.membership.from, else: .min)..<begin(of: member.membership.until, else: .max)
    }
  }

  /// What is said of the point itself, else what its site's connection carries where it measures that.
  private func capacity(of point: MeteringPoint, _ direction: MeteredEnergies.Direction) -> Power? {
    if let capacity = point.capacity { return capacity }
    guard point.measures == .grid, let wire = sites.first(where: { $0.id == point.site })?.gridConnection else { return nil }
    return direction == .import ? wire.importLimit : wire.exportLimit
  }
}
