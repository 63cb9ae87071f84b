import Foundation
import SealedColumns
import TestSupport
import Testing

@Suite("Batches of a journal")
struct BatchTests {
  private struct Entry: Hashable {
    let time: Int64
    let series: Int64
    let value: Int64
  }

  private func decode(_ bytes: [UInt8], with decoder: inout BatchDecoder) throws -> [Entry] {
    var found: [Entry] = []
    try bytes.withUnsafeBytes { bytes in
      _ = try decoder.decode(bytes) { found.append(Entry(time: $0, series: $1, value: $2)) }
    }
    return found
  }

  private func entries(_ groups: [BatchGroup]) -> [Entry] {
    groups.flatMap { group in zip(group.series, group.values).map { Entry(time: group.time, series: $0, value: $1) } }
  }

  @Test("have the bytes that docs/formats/store.md says")
  func example() throws {
    let text = try String(contentsOf: projectFile("docs/formats/store.md"), encoding: .utf8)
    let block = try #require(text.split(separator: "```batches\n").dropFirst().first?.split(separator: "```").first)
    let lines = try block.split(separator: "\n").map { line in
      try line.split(separator: " ").map { try #require(UInt8($0, radix: 16)) }
    }
    try #require(lines.count == 2)
    var decoder = BatchDecoder()
    #expect(try decode(lines[0], with: &decoder) == [Entry(time: 1000, series: 3, value: 2300)])
    #expect(try decode(lines[1], with: &decoder) == [Entry(time: 11_000, series: 3, value: 2301)])
    var encoder = BatchEncoder()
    #expect(encoder.encode([BatchGroup(time: 1000, series: [3], values: [2300])]) == lines[0])
    #expect(encoder.encode([BatchGroup(time: 11_000, series: [3], values: [2301])]) == lines[1])
  }

  /// Polls of several devices: some steady, some that come and go, now and then any number at all.
  private func batches(seed: UInt64, count: Int) -> [[BatchGroup]] {
    var random = SeededGenerator(seed: seed)
    let lists: [[Int64]] = [[1], [2, 3, 4], [5, 9, 1_000], [6, 7], [BatchGroup.largestSeries]]
    return (0..<count).map { step in
      lists.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }.map { list in
        let series = Int.random(in: 0..<6, using: &random) == 0 ? [list[0]] : list
        let isWild = Int.random(in: 0..<8, using: &random) == 0
        let values = series.map { _ in
          isWild
            ? random.pick([.min, .max, 0, -1, 1, Int64.random(in: .min ... .max, using: &random)])
            : Int64.random(in: -30...30, using: &random) * random.pick([1, 10, 100, 1000])
        }
        let time = isWild ? Int64.random(in: .min ... .max, using: &random) : Int64(step) * 10_000
        return BatchGroup(time: time, series: series, values: values)
      }
    }
  }

  @Test("give back what was written, chain after chain", arguments: 1...20 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var encoder = BatchEncoder()
    var decoder = BatchDecoder()
    for (step, groups) in batches(seed: seed, count: 3 * BatchEncoder.chainLength).enumerated() {
      if step == 50 { encoder.beginChain() }
      #expect(try decode(encoder.encode(groups), with: &decoder) == entries(groups))
    }
  }

  @Test("are read from the beginning of any chain, and of no other place")
  func chains() throws {
    var encoder = BatchEncoder()
    let groups = batches(seed: 7, count: 2 * BatchEncoder.chainLength)
    let bytes = groups.map { encoder.encode($0) }
    var decoder = BatchDecoder()
    for step in BatchEncoder.chainLength..<bytes.count {
      #expect(try decode(bytes[step], with: &decoder) == entries(groups[step]))
    }
    var stranger = BatchDecoder()
    #expect(throws: SealedColumnError.malformed(.batch)) { try decode(bytes[5], with: &stranger) }
    // One of a chain is missing: what follows is refused until the next chain.
    var skipping = BatchDecoder()
    _ = try decode(bytes[0], with: &skipping)
    _ = try decode(bytes[1], with: &skipping)
    #expect(throws: SealedColumnError.malformed(.batch)) { try decode(bytes[3], with: &skipping) }
    #expect(throws: SealedColumnError.malformed(.batch)) { try decode(bytes[4], with: &skipping) }
    #expect(try decode(bytes[32], with: &skipping) == entries(groups[32]))
  }

  @Test("show every flipped bit and every cut")
  func damage() throws {
    var encoder = BatchEncoder()
    let bytes = encoder.encode(batches(seed: 3, count: 9).flatMap { $0 })
    for bit in 0..<(8 * bytes.count) {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      var decoder = BatchDecoder()
      #expect(throws: SealedColumnError.self) { try decode(damaged, with: &decoder) }
    }
    for length in 0..<bytes.count {
      var decoder = BatchDecoder()
      #expect(throws: SealedColumnError.self) { try decode(Array(bytes[..<length]), with: &decoder) }
    }
  }

  @Test("of 200 devices with six values take about two bytes a value")
  func size() {
    var random = SeededGenerator(seed: 11)
    var encoder = BatchEncoder()
    var energy: Int64 = 1_000_000
    let total = (0..<64).reduce(0) { total, step in
      energy += 10
      let groups = (0..<200).map { device in
        let first = Int64(device * 6 + 1)
        let noise = (0..<4).map { _ in Int64.random(in: -25...25, using: &random) * 100 }
        return BatchGroup(
          time: Int64(step) * 10_000, series: Array(first..<first + 6), values: noise.map { 230_000 + $0 } + [energy, 5_000_000])
      }
      return total + encoder.encode(groups).count
    }
    #expect(Double(total) / Double(64 * 1200) < 2.1)
  }
}
