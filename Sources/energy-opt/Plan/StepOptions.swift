import ArgumentParser
import Console
import Planning

/// How long a plan's steps are.
struct StepOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Length of the steps: 15m, 30m, 1h, 2h, 3h, 4h, 6h. Several, each for a while: 15m,1h (a day, then hours), 15m:12h,1h:24h,4h.",
      valueName: "steps"))
  var step = "15m"

  private static let lengths = [("15m", 1), ("30m", 2), ("1h", 4), ("60m", 4), ("2h", 8), ("3h", 12), ("4h", 16), ("6h", 24)]
  private static let oneDay = 24 * 4

  func validate() throws { _ = try read() }

  /// The lengths; `validate` has refused what is none.
  var pattern: StepPattern { (try? read()) ?? StepPattern([.init(length: 1)]) }

  private func read() throws -> StepPattern {
    let parts = step.split(separator: ",", omittingEmptySubsequences: false)
    return StepPattern(
      try parts.enumerated().map { number, part in
        let words = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let length = Self.lengths.first(where: { $0.0 == words[0] })?.1 else {
          throw ValidationError("--step knows no '\(words[0])'\(Spelling.hint(for: words[0], among: Self.lengths.map(\.0)))")
        }
        let isLast = number == parts.count - 1
        guard words.count > 1 else { return .init(length: length, span: isLast ? nil : Self.oneDay) }
        guard words[1].hasSuffix("h"), let hours = Int(words[1].dropLast()), (1...24 * 366).contains(hours) else {
          throw ValidationError("--step is '\(part)', expected whole hours behind the colon such as \(words[0]):12h")
        }
        return .init(length: length, span: hours * 4)
      })
  }
}
