import CommunityModel
import MarketTime
import Quantities

/// Adds up what a scope's quarter hours say, span after span, so that a year takes the memory of a month.
struct KeyFigureAccount: Sendable {
  /// Where energy went; of sites together, the sum of theirs.
  var flow = FlowAccount()
  private(set) var quality = QualityCounts()
  private(set) var peaks: PeakImports
  private(set) var selfSupply = SelfSupply()
  private(set) var shape = LoadShape()

  /// Nothing added.
  ///
  /// - Parameter importLimit: what is agreed with the grid's operator; nil for nothing.
  init(importLimit: Power? = nil) { peaks = PeakImports(limit: importLimit) }

  /// Enters the quarter hours of the next span, but not where their energy went.
  ///
  /// - Parameter calendar: tells local days apart; without it the span is one.
  mutating func observe(_ intervals: TimeSeries<IntervalFlows>, calendar: MarketCalendar?) {
    quality.enter(intervals)
    for (position, interval) in intervals.values.enumerated() {
      guard let energy = interval.flows?.gridImport else { continue }
      peaks.enter(energy, at: intervals.start.advanced(by: position))
    }
    for day in calendar?.localDays(of: intervals.span) ?? [intervals.span] {
      let first = intervals.start.distance(to: day.lowerBound)
      let part = intervals.values[first..<(first + day.count)]
      selfSupply.enter(part)
      shape.enter(part)
    }
  }

  /// The figures so far.
  func figures(residual: BalanceResidual?) -> KeyFigures {
    KeyFigures(
      flows: flow.flows, use: flow.use, matched: flow.matched, peaks: peaks, selfSupply: selfSupply, shape: shape,
      quality: DataQuality(quality, residual: residual))
  }
}

extension MarketCalendar {
  /// The parts of `span` that lie on one local day each, in order.
  func localDays(of span: Range<QuarterHour>) -> [Range<QuarterHour>] {
    guard let last = span.last else { return [] }
    let days = localDay(of: span.lowerBound.start)...localDay(of: last.start)
    return days.map { quarterHours(of: $0).clamped(to: span) }.filter { !$0.isEmpty }
  }
}

extension BalanceResidual {
  /// What the accounts of sites whose balance can be checked leave; nil where there are none.
  init?(_ checked: [FlowAccount]) {
    guard !checked.isEmpty else { return nil }
    let sum = checked.reduce(FlowAccount(), +)
    self.init(sum: sum.flows.residual, absolute: sum.absoluteResidual, inflow: sum.flows.inflow)
  }
}
