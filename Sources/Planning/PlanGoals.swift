import EnergySystems
public import Quantities

/// What a plan makes best: goals one after the other, or a sum of them at prices.
///
/// What stores hold at the end is worth something in the cost and counts in no other goal (optimizer-model, section 11).
public struct PlanGoals: Sendable, Equatable {
  /// What can be made small, each in its own unit.
  public enum Goal: String, CaseIterable, Sendable {
    /// What the plan costs, that of CO2 included where it has a price: EUR.
    case cost
    /// The CO2 of power from the grid and of fuel: kg.
    case co2
    /// Energy from the grid, each site behind its own meter: kWh.
    case autonomy
    /// The highest mean power that all sites together take from the grid in a step: kW.
    case peak
  }

  /// Goals that are weighed against each other: what a unit of each counts.
  public typealias Level = [Goal: Double]

  /// What is made small first, then second, ...
  public let levels: [Level]
  /// By how much a later level may make an earlier one worse, as a share of that.
  public let tolerance: Fraction

  /// `goals` one after the other, and the cost last where it is not among them.
  public init(_ goals: [Goal], tolerance: Fraction = .zero) {
    levels = (goals.contains(.cost) ? goals : goals + [.cost]).map { [$0: 1] }
    self.tolerance = tolerance
  }

  /// The sum of `goals` at prices: EUR a kg, a kWh, a kW; for the cost its weight.
  public init(weighing goals: Level) {
    levels = [goals]
    tolerance = .zero
  }

  /// Least cost.
  public static let cost = PlanGoals([.cost])

  /// Whether `goal` counts.
  public func counts(_ goal: Goal) -> Bool { levels.contains { ($0[goal] ?? 0) > 0 } }
}

extension PlanGoals {
  /// As levels of a system's objective.
  ///
  /// Limits come before goals: what is missing or too much counts a hundred times what a unit of a goal does, so that nobody goes cold
  /// for a lower peak.
  var objective: Objective {
    Objective(
      levels: levels.map { level in
        var weights: [Objective.Measure: Double] = [.penalty: level.map { $0 == .cost ? $1 : 100 * $1 }.max() ?? 1]
        for (goal, weight) in level { weights[goal.measure] = weight }
        return weights
      }, slack: max(1e-7, tolerance.value), countsCarbonPrice: true)
  }
}

extension PlanGoals.Goal {
  fileprivate var measure: Objective.Measure {
    switch self {
    case .cost: .cost
    case .co2: .emissions
    case .autonomy: .gridEnergy
    case .peak: .peak
    }
  }
}

/// What one level of a plan's goals came to, as the solver has it: breaches and the worth of content at the end included.
public struct GoalResult: Sendable, Equatable {
  /// What was weighed.
  public let level: PlanGoals.Level
  /// How far the best bound is away, relative; 0 where it is proven, infinite where nothing is. nil where time was up before.
  public let gap: Double?

  init(level: PlanGoals.Level, outcome: SystemOutcome.Level?) {
    self.level = level
    // Of a goal that comes to nothing, a share says nothing.
    gap = outcome.map { $0.objective - $0.bestBound <= 1e-6 ? 0 : $0.relativeGap }
  }
}
