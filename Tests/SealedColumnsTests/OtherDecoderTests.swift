import Foundation
import SealedColumns
import TestSupport
import Testing

/// `sealed_columns.py` was written from docs/formats/sealed-columns.md alone.
@Suite("A decoder written from the document, in another language")
struct OtherDecoderTests {
  private static let script = projectFile("Tests/EndToEndTests/Support/sealed_columns.py").path

  private struct Told: Decodable {
    struct Column: Decodable {
      let series: Int64
      let values: [Int64?]
    }
    let times: [Int64]
    let columns: [Column]
  }

  private static func decode(_ chunks: [[UInt8]]) throws -> Ran {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "energy-opt-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = try chunks.enumerated().map { place, bytes in
      let file = folder.appending(path: "\(place)")
      try Data(bytes).write(to: file)
      return file.path
    }
    return try run("/usr/bin/python3", [script] + files)
  }

  /// Chunks of every shape, at lengths around a block, and of times and columns that no device makes.
  private static func chunks() -> [Chunk] {
    var random = SeededGenerator(seed: 21)
    var chunks = [0, 1, 2, 3, 127, 128, 129, 130, 257, 1000].map { count in
      ShapeCatalog.chunk(ShapeCatalog.all, count: count, using: &random)
    }
    for (jitter, missing) in [(0, 0), (0, 10), (50, 0), (4999, 3)] as [(Int64, Int)] {
      chunks.append(Chunk(times: ShapeCatalog.times(400, jitter: jitter, missing: missing, using: &random), columns: []))
    }
    chunks.append(Chunk(times: [.min, -1, 0, .max], columns: [Column(series: .min, values: [.max, .min, 0, -1])]))
    for often in [1, 2, 5, 40] {
      let samples = (0..<700).map { Int.random(in: 0..<often, using: &random) == 0 ? nil : Int64($0 / 100) }
      let columns = [Column(series: -9, samples: samples), Column(series: .max, samples: samples.map { $0.map { _ in 3 } })]
      chunks.append(Chunk(times: (0..<700).map { $0 * 1000 }, columns: columns))
    }
    let long = 30_000
    let power = ShapeCatalog.all[2].values(long, &random)
    chunks.append(
      Chunk(
        times: ShapeCatalog.times(long, jitter: 20, missing: 500, using: &random),
        columns: [Column(series: 1, values: power), Column(series: 2, values: [], gaps: [0..<long])]))
    return chunks
  }

  @Test("reads the same times and values")
  func same() throws {
    let chunks = Self.chunks()
    let ran = try Self.decode(chunks.map { try $0.sealed() })
    try #require(ran.status == 0, "\(ran.output)")
    let lines = ran.output.split(separator: "\n")
    try #require(lines.count == chunks.count)
    for (place, (line, chunk)) in zip(lines, chunks).enumerated() {
      let told = try JSONDecoder().decode(Told.self, from: Data(line.utf8))
      #expect(told.times == chunk.times, "chunk \(place)")
      #expect(told.columns.map(\.series) == chunk.columns.map(\.series), "chunk \(place)")
      for (column, expected) in zip(told.columns, chunk.columns) {
        #expect(column.values == expected.samples, "chunk \(place), series \(expected.series)")
      }
    }
  }

  @Test("refuses a chunk with any bit changed")
  func damaged() throws {
    var random = SeededGenerator(seed: 22)
    let bytes = try ShapeCatalog.chunk(Array(ShapeCatalog.all[0...5]), count: 40, using: &random).sealed()
    for _ in 0..<8 {
      var damaged = bytes
      let (place, bit) = (Int.random(in: bytes.indices, using: &random), Int.random(in: 0..<8, using: &random))
      damaged[place] ^= 1 << bit
      #expect(try Self.decode([damaged]).status == 1, "byte \(place), bit \(bit)")
    }
  }
}
