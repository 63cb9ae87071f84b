/// An axis whose lines stand at round values: 1, 2 or 5 times a power of ten apart, zero among them.
struct RoundScale: Hashable, Sendable {
  /// The lowest line, zero or below.
  let lowest: Double
  /// The highest line, above the lowest.
  let highest: Double
  /// From line to line.
  let step: Double
  /// Decimals that tell the lines apart, 0...9.
  let decimals: Int

  /// The scale for values from `least` to `most`, zero included, with about `count` steps.
  init(least: Double, most: Double, steps count: Int) {
    let low = least.isFinite ? min(0, least) : 0
    let high = most.isFinite ? max(0, most) : 0
    let rough = (high - low) / Double(max(1, count))
    guard rough > 0 else {
      (lowest, highest, step, decimals) = (0, 1, 1, 0)
      return
    }
    var power = 0
    while Self.ten(to: power + 1) <= rough, power < 12 { power += 1 }
    while Self.ten(to: power) > rough, power > -9 { power -= 1 }
    // The first round step that is not smaller, by a hair.
    let factor = [1.0, 2, 5, 10].first { $0 * Self.ten(to: power) >= rough * (1 - 1e-9) } ?? 10
    step = factor * Self.ten(to: power)
    decimals = max(0, -(factor == 10 ? power + 1 : power))
    lowest = (low / step + 1e-9).rounded(.down) * step
    highest = (high / step - 1e-9).rounded(.up) * step
  }

  /// Where lines stand, lowest first.
  var lines: [Double] {
    let count = Int(((highest - lowest) / step).rounded())
    return (0...max(1, count)).map { lowest + Double($0) * step }
  }

  private static func ten(to power: Int) -> Double {
    power < 0 ? 1 / (0..<(-power)).reduce(1.0) { value, _ in value * 10 } : (0..<power).reduce(1.0) { value, _ in value * 10 }
  }
}
