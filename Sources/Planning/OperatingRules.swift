import EnergySystems
public import Quantities

/// How a unit may be run: its least load, how long it stays on and off, what a start costs.
///
/// Equations: `Converter` and `Commitment` of the room EnergySystems (optimizer-model, section 9).
public struct OperatingRules: Sendable, Equatable {
  /// The least that it takes while it is on, as a share of the most.
  public let leastLoad: Fraction
  /// How long it stays on at least.
  public let minUp: Duration
  /// How long it stays off at least.
  public let minDown: Duration
  /// What a start costs.
  public let startCost: Money
  /// By how much of its most it may change within an hour; nil for no limit.
  public let rampPerHour: Fraction?
  /// Whether it is on at the horizon's start.
  public let isOn: Bool
  /// For how long it has been so; nil for long enough.
  public let since: Duration?

  /// Rules; see the properties.
  public init(
    leastLoad: Fraction = .zero, minUp: Duration = .zero, minDown: Duration = .zero, startCost: Money = .zero,
    rampPerHour: Fraction? = nil, isOn: Bool = false, since: Duration? = nil
  ) {
    self.leastLoad = leastLoad
    self.minUp = minUp
    self.minDown = minDown
    self.startCost = startCost
    self.rampPerHour = rampPerHour
    self.isOn = isOn
    self.since = since
  }

  /// A unit that takes what it likes when it likes.
  public static let none = OperatingRules()

  /// As a commitment of a unit that takes `most` kW at the most; nil where nothing is on or off.
  func commitment(most: [Double]) -> Commitment? {
    let commitment = Commitment(
      minInput: .steps(most.map { $0 * leastLoad.value }), startCost: startCost.euros, minUpHours: minUp.hours,
      minDownHours: minDown.hours, wasOn: isOn, hoursBefore: since?.hours)
    return self == .none ? nil : commitment
  }

  /// By how much a unit that takes `most` kW may change from the step before, kW: in the time from the middle of that step to the middle of
  /// the step itself.
  func ramp(of most: Double, over horizon: PlanningHorizon) -> Series? {
    guard let rampPerHour else { return nil }
    return .steps(
      horizon.steps.indices.map { step in
        rampPerHour.value * most * (horizon.hours(of: max(0, step - 1)) + horizon.hours(of: step)) / 2
      })
  }

  /// Costs of the starts in `on`; what takes power in stand-by in a step, `waiting`, is not off in it.
  func startCosts(of on: [Double]?, waiting: [Double]? = nil) -> Money {
    guard let on else { return .zero }
    var (wasOn, starts) = (isOn, 0)
    for (step, state) in on.enumerated() {
      let isWarm = state > 0.5 || (waiting?[step] ?? 0) > 0
      if isWarm, !wasOn { starts += 1 }
      wasOn = isWarm
    }
    return Money(count: startCost.count * Int64(starts))
  }
}

extension Duration {
  /// In hours.
  var hours: Double { self / .seconds(3600) }
}
