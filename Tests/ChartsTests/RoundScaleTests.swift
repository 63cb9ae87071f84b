import Testing

@testable import Charts

@Suite("An axis")
struct RoundScaleTests {
  @Test(
    "has lines at 1, 2 or 5 times a power of ten, zero among them",
    arguments: [
      (0, 0.7, [0, 0.2, 0.4, 0.6, 0.8], 1), (0, 0.8, [0, 0.2, 0.4, 0.6, 0.8], 1), (0, 100, [0, 50, 100], 0),
      (-3, 7, [-5, 0, 5, 10], 0),
      (0, 12_345, [0, 5000, 10_000, 15_000], 0), (0, 0.035, [0, 0.01, 0.02, 0.03, 0.04], 2), (2, 8, [0, 2, 4, 6, 8], 0),
      (-8, -2, [-8, -6, -4, -2, 0], 0), (0, 33, [0, 10, 20, 30, 40], 0), (0, 0, [0, 1], 0), (.nan, .infinity, [0, 1], 0),
    ] as [(Double, Double, [Double], Int)])
  func lines(least: Double, most: Double, lines: [Double], decimals: Int) {
    let scale = RoundScale(least: least, most: most, steps: 4)
    #expect(scale.lines.count == lines.count)
    for (line, expected) in zip(scale.lines, lines) { #expect((line - expected).magnitude < 1e-9) }
    #expect(scale.decimals == decimals)
  }

  @Test("holds every value and no more than twice the steps asked for")
  func reach() {
    for power in -6...9 {
      for digits in 1...99 {
        let most = (0..<power.magnitude).reduce(Double(digits)) { value, _ in power < 0 ? value / 10 : value * 10 }
        let scale = RoundScale(least: 0, most: most, steps: 4)
        #expect(scale.highest >= most * (1 - 1e-6))
        #expect((2...6).contains(scale.lines.count), "0...\(most): \(scale.lines)")
      }
    }
  }

  @Test(
    "numbers in path data are short",
    arguments: [(12.34, "12.3"), (0.5, ".5"), (-0.25, "-.3"), (3, "3"), (-0.01, "0"), (.nan, "0")])
  func numbers(value: Double, text: String) {
    #expect(Path.number(value) == text)
  }
}
