import Foundation

/// A row of the fault catalogue with what was measured: `name | ours | limit | ratio | goal | reached or short`.
package struct FaultFigure {
  /// How often faults are made: `small` in every test run, `large` where FAULT_RUNS says so (`.ci/soak`).
  package static func count(_ small: Int, large: Int) -> Int {
    ProcessInfo.processInfo.environment["FAULT_RUNS"] == "large" ? large : small
  }

  /// The seed of random faults; FAULT_SEED repeats another run.
  package static let seed = ProcessInfo.processInfo.environment["FAULT_SEED"].flatMap(UInt64.init) ?? 20_261_125

  /// Prints the figure and tells whether the goal is reached.
  @discardableResult
  package static func tell(
    _ name: String, ours: String, limit: String = "-", ratio: String = "-", goal: String, reached: Bool
  ) -> Bool {
    print("\(name) | \(ours) | \(limit) | \(ratio) | \(goal) | \(reached ? "reached" : "short")")
    return reached
  }
}
