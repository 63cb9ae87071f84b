import SealedColumns
import TestSupport
import Testing

/// Columns as devices make them, and as none does.
enum ShapeCatalog {
  /// A shape's name and its values, by how many there are and a seed.
  struct Shape: Sendable, CustomTestStringConvertible {
    let name: String
    let values: @Sendable (Int, inout SeededGenerator) -> [Int64]
    var testDescription: String { name }
  }

  static let all: [Shape] = [
    Shape(name: "one value only") { count, random in
      [Int64](repeating: Int64.random(in: .min ... .max, using: &random), count: count)
    },
    Shape(name: "a ramp") { count, random in
      let step = Int64.random(in: -1000...1000, using: &random)
      return (0..<count).map { 77 + Int64($0) * step }
    },
    Shape(name: "a power in tenths of a watt") { count, random in
      var level: Int64 = 300
      return (0..<count).map { _ in
        if Int.random(in: 0..<60, using: &random) == 0 { level = Int64.random(in: -5000...5000, using: &random) }
        return 100 * (level + Int64.random(in: -9...9, using: &random))
      }
    },
    Shape(name: "a counter with resets") { count, random in
      var total: Int64 = 123_456_780_000
      return (0..<count).map { place in
        if place % 301 == 300 { total = 0 }
        total += 10_000 * Int64.random(in: 0...1, using: &random)
        return total
      }
    },
    Shape(name: "a counter that wraps at 2^32") { count, _ in
      (0..<count).map { (4_294_967_000 + Int64($0) * 7) % 4_294_967_296 }
    },
    Shape(name: "mostly zero") { count, random in
      (0..<count).map { _ in Int.random(in: 0..<40, using: &random) == 0 ? Int64.random(in: 1...500, using: &random) : 0 }
    },
    Shape(name: "a relay") { count, random in (0..<count).map { _ in Int64.random(in: 0...1, using: &random) } },
    Shape(name: "single spikes") { count, _ in (0..<count).map { $0 % 50 == 49 ? 4_000_000_000_000 : 230_000 } },
    Shape(name: "any number") { count, random in
      (0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }
    },
    Shape(name: "the extremes in turn") { count, _ in (0..<count).map { $0 % 2 == 0 ? .min : .max } },
    Shape(name: "the extremes and zero") { count, random in
      (0..<count).map { _ in random.pick([.min, .max, 0, -1, 1, .min + 1, .max - 1]) }
    },
    Shape(name: "multiples of 2^60") { count, random in
      (0..<count).map { _ in Int64.random(in: -8...7, using: &random) << 60 }
    },
    Shape(name: "growing powers of two") { count, _ in (0..<count).map { 1 << Int64($0 % 63) } },
    Shape(name: "a quadratic") { count, _ in (0..<count).map { Int64($0) * Int64($0) } },
  ]

  /// Times near a grid of 10 s, with polls missed.
  static func times(_ count: Int, jitter: Int64, missing: Int, using random: inout SeededGenerator) -> [Int64] {
    var point: Int64 = 1_767_225_600_000
    return (0..<count).map { _ in
      point += 10_000
      if missing > 0, Int.random(in: 0..<missing, using: &random) == 0 {
        point += 10_000 * Int64.random(in: 1...30, using: &random)
      }
      return point + (jitter > 0 ? Int64.random(in: -jitter...jitter, using: &random) : 0)
    }
  }

  /// A chunk with a column of each of `shapes`, every other one with gaps.
  static func chunk(_ shapes: [Shape], count: Int, using random: inout SeededGenerator) -> Chunk {
    Chunk(
      times: times(count, jitter: 50, missing: 20, using: &random),
      columns: shapes.enumerated().map { place, shape in
        let values = shape.values(count, &random)
        guard place % 2 == 1 else { return Column(series: Int64(place), values: values) }
        return Column(
          series: -Int64(place), samples: values.map { Int.random(in: 0..<9, using: &random) == 0 ? nil : $0 })
      })
  }
}
