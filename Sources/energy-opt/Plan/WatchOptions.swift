import ArgumentParser
import Console
import Foundation
import Planning
import Quantities

/// A plan that is looked after: made anew when it is worth it.
struct WatchOptions: ParsableArguments {
  @Flag(help: "Go on: look again and again, and plan anew when the inputs have changed and it pays.")
  var watch = false

  @Option(help: ArgumentHelp("How often to look, on the clock: 30s, 5m, 15m, 1h.", valueName: "time"))
  var every = "15m"

  @Option(help: ArgumentHelp("Change of the inputs from which on it is planned anew.", valueName: "percent"))
  var threshold = 5.0

  @Option(help: ArgumentHelp("Gain from which on a new plan is taken.", valueName: "EUR"))
  var gain = 0.2

  private static let seconds = ["s": 1, "m": 60, "h": 3600]

  func validate() throws {
    guard (0...1000).contains(threshold) else { throw ValidationError("--threshold takes 0 to 1000 percent") }
    guard (0...1_000_000).contains(gain) else { throw ValidationError("--gain takes 0 to 1000000 EUR") }
    guard Self.interval(every) != nil else {
      throw ValidationError("--every is '\(every)', expected a time from 1s to 24h such as 30s, 15m or 1h")
    }
  }

  var thresholds: PlanWatch.Thresholds { .init(change: Fraction(threshold / 100), gain: Money(euros: gain)) }

  private static func interval(_ text: String) -> Int? {
    guard let unit = text.last.flatMap({ seconds[String($0)] }), let number = Int(text.dropLast()), number > 0,
      number <= 86_400 / unit
    else { return nil }
    return number * unit
  }

  /// Waits for the next look: the next multiple of `every` on the clock of UTC.
  func waitForNextLook() {
    let length = Double(Self.interval(every) ?? 900)
    let now = Date().timeIntervalSince1970
    Thread.sleep(until: Date(timeIntervalSince1970: (now / length).rounded(.down) * length + length))
  }
}
