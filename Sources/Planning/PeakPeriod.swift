import CommunityModel
import EnergySystems
public import MarketTime
public import Quantities

/// A billing period of peaks, as far as the horizon reaches into it: a local month.
public struct PeakPeriod: Sendable, Equatable {
  /// Its quarter hours in the horizon.
  public let span: Range<QuarterHour>
  /// Paid for whatever comes: the highest mean import of the period before the horizon, and what known earlier periods count for.
  public let paid: Power
  /// Share of the highest of the plan's periods before this one that is charged at least.
  public let share: Fraction
  /// How many of the plan's periods before this one count.
  public let looksBack: Int

  /// A period; see the properties.
  public init(span: Range<QuarterHour>, paid: Power, share: Fraction = .zero, looksBack: Int = 0) {
    self.span = span
    self.paid = paid
    self.share = share
    self.looksBack = looksBack
  }
}

extension SiteConditions {
  /// The billing periods over `horizon`: those given, else all of it as one.
  func peaks(over horizon: PlanningHorizon) -> [PeakPeriod] {
    peakPeriods.isEmpty ? [PeakPeriod(span: horizon.span, paid: peakSoFar)] : peakPeriods
  }

  /// The price on peaks as charges on what `supplies` take, one a period.
  func peakCharges(on supplies: [String], over horizon: PlanningHorizon) -> [PeakCharge] {
    guard peakPrice > .zero else { return [] }
    let periods = peaks(over: horizon)
    let names = periods.indices.map { $0 == 0 ? "peak \(site)" : "peak \(site), period \($0 + 1)" }
    return periods.enumerated().map { number, period in
      let before = periods[max(0, number - period.looksBack)..<number].flatMap { $0.steps(of: horizon) }
      return PeakCharge(
        names[number], supplies: supplies, price: peakPrice.eurosPerKilowatt, before: period.paid.kilowatts,
        steps: periods.count == 1 ? nil : period.steps(of: horizon),
        lookBack: before.isEmpty || period.share <= .zero
          ? nil : .init(share: period.share.value, steps: before))
    }
  }

  /// What the peaks of `grid` cost beyond what is paid for.
  func peakCost(of grid: [Power], over horizon: PlanningHorizon) -> Money {
    /// The highest import of each of the plan's periods so far.
    var reached: [Power] = []
    var cost = Money.zero
    for period in peaks(over: horizon) {
      let highest = period.steps(of: horizon).reduce(Power.zero) { max($0, grid[$1]) }
      let counting = (reached.suffix(period.looksBack).max() ?? .zero).kilowatts * period.share.value
      let billed = max(highest, period.paid, Power(kilowatts: counting))
      cost += Money(euros: peakPrice.eurosPerKilowatt * (billed - period.paid).kilowatts)
      reached.append(highest)
    }
    return cost
  }
}

extension PeakPeriod {
  /// The steps that begin in the period.
  fileprivate func steps(of horizon: PlanningHorizon) -> [Int] {
    horizon.steps.indices.filter { span.contains(horizon.steps[$0].lowerBound) }
  }
}
