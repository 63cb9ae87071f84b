public import MarketTime
public import Quantities

/// The span that a plan covers and the steps it is cut into, each a whole number of quarter hours.
///
/// Steps may differ in length: 15 minutes for the first day, hours beyond.
public struct PlanningHorizon: Sendable, Hashable {
  /// Where the first step begins.
  public let start: QuarterHour
  /// The steps, in order, as spans of quarter hours without gaps between them.
  public let steps: [Range<QuarterHour>]

  /// Steps of `quarterHours` each from `start`, `count` of them. Both at least 1.
  public init(start: QuarterHour, count: Int, quarterHoursPerStep quarterHours: Int = 1) {
    self.start = start
    steps = (0..<count).map { step in
      start.advanced(by: step * quarterHours)..<start.advanced(by: (step + 1) * quarterHours)
    }
  }

  /// Steps of so many quarter hours each, one behind the other from `start`. Each at least 1.
  public init(start: QuarterHour, stepLengths: [Int]) {
    self.start = start
    var end = start
    steps = stepLengths.map { length in
      defer { end = end.advanced(by: length) }
      return end..<end.advanced(by: length)
    }
  }

  /// How many steps there are.
  public var count: Int { steps.count }
  /// From the first step's start to the last step's end.
  public var span: Range<QuarterHour> { start..<(steps.last?.upperBound ?? start) }
  /// Which step of `earlier` this horizon's first one is; 0 where it is none of them.
  func stepsBehind(_ earlier: PlanningHorizon) -> Int {
    earlier.steps.firstIndex { $0.lowerBound == start } ?? 0
  }

  /// How long a step lasts.
  public func duration(of step: Int) -> Duration { QuarterHour.duration * steps[step].count }
  /// How long a step lasts, in hours.
  public func hours(of step: Int) -> Double { Double(steps[step].count) / 4 }

  /// The mean of a power, price or coefficient over each step; where `series` is shorter than the horizon, which
  /// `PlanningProblem.validate` refuses, it counts as zero.
  public func means<Q: Quantity>(of series: TimeSeries<Q>) -> [Q] {
    steps.map { step in mean(of: step.map { series[$0]?.count ?? 0 }) }
  }

  /// No power in any step.
  var idle: [Power] { [Power](repeating: .zero, count: count) }

  private func mean<Q: Quantity>(of counts: [Int64]) -> Q {
    guard counts.count > 1 else { return Q(count: counts.first ?? 0) }
    let sum = counts.reduce(Int128(0)) { $0 + Int128($1) }
    let half = Int128(counts.count) / 2
    return Q(count: Int64((sum + (sum < 0 ? -half : half)) / Int128(counts.count)))
  }
}
