import Console
import Planning
import Quantities

extension PlanReport {
  /// What was made best, one goal after the other, what each came to and how sure that is; nil where it is the cost alone.
  func goals(_ language: Language) -> String? {
    guard plan.goals.map(\.level) != PlanGoals.cost.levels else { return nil }
    return plan.goals.map { result in
      let goals = PlanGoals.Goal.allCases.filter { result.level[$0] != nil }
      let words = goals.map { goal in
        let weight = goals.count > 1 ? (result.level[goal] ?? 0) : nil
        return language.goal(goal, reached: figure(of: goal), weight: weight)
      }
      return "\(words.joined(separator: " + ")) (\(language.proof(result.gap)))"
    }.joined(separator: language.then)
  }

  /// What the plan comes to by `goal`, in millionths of its unit; nil where that is not known.
  private func figure(of goal: PlanGoals.Goal) -> Int64? {
    switch goal {
    case .cost: figures.cost.count
    case .co2: figures.carbon.emissions?.count
    case .autonomy: figures.key.flows.gridImport.count
    case .peak: figures.jointPeak?.power.count
    }
  }

  /// The same for programs.
  var goalsJSON: JSONValue {
    .array(
      plan.goals.map { result in
        .object([
          (
            "goals",
            .array(
              PlanGoals.Goal.allCases.filter { result.level[$0] != nil }.map { goal in
                .object([
                  ("goal", .string(goal.rawValue)), ("weight", .decimal(result.level[goal] ?? 0)),
                  ("result", figure(of: goal).map { .number(decimalText($0, digits: 6)) } ?? .null),
                  ("unit", .string(goal.unit)),
                ])
              })
          ),
          ("solved", .bool(result.gap != nil)),
          ("relative_gap", result.gap.flatMap { $0.isFinite ? .number("\($0)") : nil } ?? .null),
        ])
      })
  }
}

extension PlanGoals.Goal {
  fileprivate var unit: String {
    switch self {
    case .cost: "EUR"
    case .co2: "kg"
    case .autonomy: "kWh"
    case .peak: "kW"
    }
  }
}

extension Language {
  var goalWord: String { pick("ZIEL", "GOAL") }
  fileprivate var then: String { pick(", dann ", ", then ") }

  /// `CO2 73.2 kg`, `peak 48.0 kW at 0.5 EUR/kW`.
  fileprivate func goal(_ goal: PlanGoals.Goal, reached figure: Int64?, weight: Double?) -> String {
    let name =
      switch goal {
      case .cost: costWord
      case .co2: carbonWord
      case .autonomy: gridImport
      case .peak: jointPeakWord
      }
    let value = figure.map { numbers(decimals: goal == .cost ? 2 : 1).text($0, per: 1_000_000) } ?? "–"
    let words = "\(name) \(value) \(goal.unit)"
    guard let weight else { return words }
    let price = numbers(decimals: 3).text(Int64((weight * 1000).rounded()), per: 1000)
    return words + (goal == .cost ? " x \(price)" : pick(" zu ", " at ") + "\(price) EUR/\(goal.unit)")
  }

  fileprivate func proof(_ gap: Double?) -> String {
    guard let gap else { return pick("die Zeit war um", "time was up") }
    guard gap > 0 else { return pick("nachgewiesen", "proven") }
    guard gap < 1e6 else { return pick("nicht nachgewiesen", "not proven") }
    let percent = numbers(decimals: 3).text(Int64((gap * 1e5).rounded(.up)), per: 1000)
    return pick("bis auf \(percent) %", "within \(percent) %")
  }
}
