import SealedColumns
import TestSupport
import Testing

@Suite("Sealed columns stay small")
struct SizeTests {
  private static func size(_ times: [Int64], _ columns: [[Int64]] = []) throws -> Int {
    try Chunk(times: times, columns: columns.enumerated().map { Column(series: Int64($0.offset), values: $0.element) }).sealed()
      .count
  }

  @Test("times on a grid take the same few bytes however many they are")
  func grid() throws {
    let hour = try Self.size((0..<360).map { 1_767_225_600_000 + $0 * 10_000 })
    let days = try Self.size((0..<100_000).map { 1_767_225_600_000 + $0 * 10_000 })
    #expect(hour <= 20)
    #expect(days == hour + 1)
  }

  @Test("times up to 50 ms beside a grid of 10 s: 101 places are 6.66 bits each, at most 7.3 are taken")
  func jitter() throws {
    var random = SeededGenerator(seed: 21)
    let times = ShapeCatalog.times(8640, jitter: 50, missing: 0, using: &random)
    #expect(try Double(Self.size(times) * 8) / 8640 <= 7.3)
    let gappy = ShapeCatalog.times(8640, jitter: 50, missing: 100, using: &random)
    // A missed poll in a hundred: its place among 100 and its length among 30 are 11.5 bits.
    #expect(try Double(Self.size(gappy) * 8) / 8640 <= 7.3 + 0.2)
  }

  @Test("four samples of four columns take less than 100 bytes where 20 whole numbers are 160")
  func four() throws {
    let columns: [[Int64]] = [
      [431_200, 433_900, 430_700, 431_500], [231_400, 231_500, 231_400, 231_300], [1870, 1880, 1870, 1870],
      [48_211_230_000, 48_211_230_000, 48_211_240_000, 48_211_240_000],
    ]
    #expect(try Self.size([1_767_225_600_012, 1_767_225_610_043, 1_767_225_619_987, 1_767_225_630_001], columns) < 100)
  }

  @Test("a constant takes no part of its own, a ramp and a counter at steady power next to nothing")
  func quiet() throws {
    let times = (0..<8640).map { Int64($0) * 10_000 }
    let empty = try Self.size(times)
    #expect(try Self.size(times, [[Int64](repeating: 230_000, count: 8640)]) - empty <= 8)
    #expect(try Self.size(times, [times]) - empty <= 40)
    // 300 W fill a twelfth of 0.01 kWh in 10 s: a step every twelve samples, 0.41 bits a sample by their rate alone.
    let counter = (0..<8640).map { Int64($0) / 12 * 10_000 }
    #expect(try Double(Self.size(times, [counter]) - empty) * 8 / 8640 < 0.41)
  }
}
