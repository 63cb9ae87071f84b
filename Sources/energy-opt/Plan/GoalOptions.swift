import ArgumentParser
import Console
import Planning
import Quantities

/// What a plan makes best.
struct GoalOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "cost, co2, autonomy or peak: that first, then cost. Several in order: co2,peak,cost. Or prices: cost=1,co2=0.1,peak=0.5 (EUR a kg, kWh, kW).",
      valueName: "goals"))
  var goal = "cost"

  @Option(help: ArgumentHelp("Percent that later goals may worsen earlier ones.", valueName: "percent"))
  var tolerance: Double?

  func validate() throws { _ = try read() }

  /// The goals; `validate` has refused what is none.
  var goals: PlanGoals { (try? read()) ?? .cost }

  private func read() throws -> PlanGoals {
    let parts = goal.split(separator: ",", omittingEmptySubsequences: false).map { part in
      part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    let names = try parts.map { try Self.goal(named: $0[0]) }
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("--goal names '\(twice.rawValue)' twice")
    }
    guard parts.contains(where: { $0.count > 1 }) else {
      let percent = tolerance ?? 0
      guard (0...100).contains(percent) else { throw ValidationError("--tolerance takes 0 to 100 percent") }
      return PlanGoals(names, tolerance: Fraction(percent / 100))
    }
    guard tolerance == nil else {
      throw ValidationError("--tolerance is for goals in order; those with prices are weighed against each other")
    }
    var weights: PlanGoals.Level = [:]
    for (name, part) in zip(names, parts) {
      guard part.count > 1, let weight = Double(part[1]), (0...1e6).contains(weight) else {
        throw ValidationError(
          "--goal gives '\(name.rawValue)' no price; expected a number from 0 on such as \(name.rawValue)=0.1, for each goal or for none"
        )
      }
      weights[name] = weight
    }
    guard weights.values.contains(where: { $0 > 0 }) else { throw ValidationError("--goal weighs nothing: one price is above 0") }
    return PlanGoals(weighing: weights)
  }

  private static func goal(named name: String) throws -> PlanGoals.Goal {
    if let goal = PlanGoals.Goal(rawValue: name) { return goal }
    let known = PlanGoals.Goal.allCases.map(\.rawValue)
    throw ValidationError("--goal knows no '\(name)'\(Spelling.hint(for: name, among: known))")
  }
}
