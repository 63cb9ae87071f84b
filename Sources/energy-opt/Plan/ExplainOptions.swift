import ArgumentParser
import CommunityModel
import Console
import EnergySystems
import LinearOptimization
import MarketTime
import Planning
import Reporting

/// `--explain`: which of a plan's reasons are told.
struct ExplainOptions: ParsableArguments {
  @Option(
    defaultAsFlag: Self.everything,
    help: ArgumentHelp(
      "Why the plan does what it does, and what overruling it costs: everywhere, in these hours, or of this asset.",
      valueName: "12-16|asset"))
  var explain: String?

  private static let everything = "all"
  /// How many reasons the first screen tells.
  private static let mostUnasked = 5

  /// What is asked for.
  private enum Scope {
    case weightiest, everything
    case asset(AssetID)
    case hours(ClosedRange<Int>)
  }

  /// The reasons of `plan`, each with what overruling it costs as far as there is `time`; nil where nobody would read
  /// them.
  ///
  /// Unasked, pricing takes no longer than planning did, but two seconds at least.
  /// - Throws: `ValidationError` where no asset is called so.
  func reasons(
    for plan: Plan, of problem: PlanningProblem, in calendar: MarketCalendar, _ output: PlanOutputOptions,
    within time: PlanningTime,
    options: SolveOptions
  ) throws -> PlanReport.Reasons? {
    let scope = try scope(among: problem.assets.map(\.id))
    if case .weightiest = scope, output.format == .json { return nil }
    guard let explainer = Explainer(plan, of: problem) else { return .unknown }
    let all = explainer.explanations()
    let chosen: [Explanation]
    var isAsked = true
    switch scope {
    case .weightiest:
      guard !all.isEmpty else { return nil }
      chosen = Explainer.weightiest(Self.mostUnasked, of: all)
      isAsked = false
    case .everything: chosen = all
    case .asset(let id): chosen = all.filter { $0.isAbout(id) }
    case .hours(let minutes): chosen = all.filter { $0.touches(minutes, in: plan.horizon, calendar) }
    }
    return .found(
      priced(chosen, in: plan, of: problem, within: { isAsked ? time.asked : time.unasked(for: .reasons) }, options: options))
  }

  /// `explanations` with what overruling each costs, the weightiest first, as far as there is time `left`.
  private func priced(
    _ explanations: [Explanation], in plan: Plan, of problem: PlanningProblem, within left: () -> Duration, options: SolveOptions
  ) -> [Explanation] {
    var priced = explanations
    let planner = Planner(.inOwnProcess)
    for place in priced.indices.sorted(by: { (priced[$1].weight, $0) < (priced[$0].weight, $1) }) {
      guard let wish = priced[place].overruling else { continue }
      var rest = options
      rest.timeLimit = left()
      priced[place].price = planner.price(of: wish, in: plan, of: problem, options: rest)
    }
    return priced
  }

  private func scope(among assets: [AssetID]) throws -> Scope {
    guard let explain else { return .weightiest }
    if explain == Self.everything { return .everything }
    if let asset = assets.first(where: { $0.text == explain }) { return .asset(asset) }
    let ends = explain.split(separator: "-", maxSplits: 1).map { Self.minutes(String($0)) }
    if ends.count == 2, let from = ends[0], let until = ends[1], from < until { return .hours(from...until - 1) }
    throw ValidationError(
      "--explain is '\(explain)', expected hours of the day such as 12-16, or an asset\(Spelling.hint(for: explain, among: assets.map(\.text)))"
    )
  }

  /// `12` and `12:30` as minutes of the day.
  private static func minutes(_ text: String) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(parts.count), let hour = parts[0], (0...24).contains(hour) else { return nil }
    guard parts.count == 2 else { return hour * 60 }
    return parts[1].flatMap { (0..<60).contains($0) && hour * 60 + $0 <= 24 * 60 ? hour * 60 + $0 : nil }
  }
}

extension Explanation {
  fileprivate func isAbout(_ id: AssetID) -> Bool {
    guard case .asset(let asset, _) = subject else { return false }
    return asset == id
  }

  /// Whether it happens in these minutes of some day by the wall clock.
  fileprivate func touches(_ minutes: ClosedRange<Int>, in horizon: PlanningHorizon, _ calendar: MarketCalendar) -> Bool {
    steps.contains { step in horizon.steps[step].contains { minutes.contains(calendar.local($0.start).time.minutes) } }
  }
}
