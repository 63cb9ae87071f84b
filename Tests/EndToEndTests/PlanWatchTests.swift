import Foundation
import Testing

/// `energy-opt plan --watch` beside files that change.
@Suite("A watched plan")
struct PlanWatchTests {
  @Test("stays while nothing changes, gives way when prices turn round, and outlives a file that is wrong")
  func prices() async throws {
    let community = try CommunityCopy()
    let kept = community.path("plan.json")
    let watch = try ChildProcess(
      .energyOpt, "plan", "-c", community.file, "--from", "2016-06-28T00:00:00Z", "--hours", "12", "--quiet", "--watch",
      "--every",
      "1s", "--gain", "0.01", "--save", kept)
    try await watch.says("inputs as before, less than 5.0 %: the plan stays")
    let first = try Checkout.text(kept)

    let prices = try Checkout.text(community.path("prices.csv"))
    try Self.turnedRound(prices).write(toFile: community.path("prices.csv"), atomically: true, encoding: .utf8)
    try await watch.says("(prices); the new plan gains ")
    // The plan is kept before it is shown.
    try await watch.says("peak ", times: 2)
    #expect(try Checkout.text(kept) != first)

    try "time,price [EUR/MWh]\nnever,1\n".write(toFile: community.path("prices.csv"), atomically: true, encoding: .utf8)
    try await watch.says("never")
    try prices.write(toFile: community.path("prices.csv"), atomically: true, encoding: .utf8)
    try await watch.says("(prices); the new plan gains ", times: 2)
  }

  @Test("is text, of least cost, and looks at times that there are")
  func refusals() async throws {
    for (arguments, words) in [
      (["--format", "json"], "--save keeps the plan as JSON"), (["--goal", "co2"], "it goes with --goal cost"),
      (["--case", "robust"], "choose --case p10, p50 or p90"), (["--every", "15"], "such as 30s, 15m or 1h"),
    ] {
      let plan = try await ChildProcess(Checkout.program(.energyOpt), ["plan", "--watch"] + arguments).end()
      #expect(plan.status == 64)
      #expect(plan.errors.contains(words))
    }
  }

  /// What was dear is cheap.
  private static func turnedRound(_ prices: String) -> String {
    prices.split(separator: "\n").map { line in
      let cells = line.split(separator: ",")
      return Double(cells[1]).map { "\(cells[0]),\(800 - 10 * $0)" } ?? String(line)
    }.joined(separator: "\n") + "\n"
  }
}
