import TestSupport
import Testing

@testable import SealedColumns

@Suite("What was sealed comes back")
struct RoundTripTests {
  static let counts = [1, 2, 3, 4, 127, 128, 129, 130, 257, 1000]

  @Test("values of every shape, at every length around a block", arguments: ShapeCatalog.all)
  func values(_ shape: ShapeCatalog.Shape) throws {
    var random = SeededGenerator(seed: 1)
    for count in Self.counts {
      let chunk = Chunk(
        times: (0..<Int64(count)).map { $0 * 1000 }, columns: [Column(series: 3, values: shape.values(count, &random))])
      let sealed = try SealedChunk(chunk.sealed())
      #expect(try sealed.column(0) == chunk.columns[0], "\(count) values")
    }
  }

  @Test("gaps at every place", arguments: [0, 1, 2, 5])
  func gaps(_ often: Int) throws {
    var random = SeededGenerator(seed: UInt64(often))
    for count in Self.counts {
      let samples = (0..<count).map { _ -> Int64? in
        often == 0 || Int.random(in: 0..<often, using: &random) == 0 ? nil : Int64.random(in: 0...9, using: &random)
      }
      let chunk = Chunk(times: (0..<Int64(count)).map { $0 }, columns: [Column(series: 3, samples: samples)])
      let sealed = try SealedChunk(chunk.sealed())
      #expect(try sealed.column(0).samples == samples)
      #expect(try sealed.gaps(of: 0) == chunk.columns[0].gaps)
      #expect(sealed.columns[0].absent == samples.count { $0 == nil })
    }
  }

  @Test("times on a grid, beside it, with gaps, and without any order but their own")
  func times() throws {
    var random = SeededGenerator(seed: 5)
    for count in Self.counts {
      for (jitter, missing) in [(0, 0), (50, 0), (0, 10), (50, 10), (4999, 3)] as [(Int64, Int)] {
        let times = ShapeCatalog.times(count, jitter: jitter, missing: missing, using: &random)
        #expect(try SealedChunk(Chunk(times: times, columns: []).sealed()).times() == times)
      }
      let any = Set((0..<count).map { _ in Int64.random(in: .min ... .max, using: &random) }).sorted()
      #expect(try SealedChunk(Chunk(times: any, columns: []).sealed()).times() == any)
    }
    for times: [Int64] in [[], [.min], [.max], [.min, .max], [.min, 0, .max], [-1, 0, .max]] {
      #expect(try SealedChunk(Chunk(times: times, columns: []).sealed()).times() == times)
    }
  }

  @Test("whole chunks; the same chunk always becomes the same bytes", arguments: 0..<20)
  func chunks(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 0...700, using: &random)
    let shapes = (0..<Int.random(in: 0...8, using: &random)).map { _ in random.pick(ShapeCatalog.all) }
    let chunk = ShapeCatalog.chunk(shapes, count: count, using: &random)
    let bytes = try chunk.sealed()
    let sealed = try SealedChunk(bytes)
    try sealed.verify()
    #expect(try sealed.times() == chunk.times)
    #expect(sealed.columns.map(\.series) == chunk.columns.map(\.series))
    for place in chunk.columns.indices {
      #expect(try sealed.column(place) == chunk.columns[place], "seed \(seed), column \(place)")
    }
    #expect(try Chunk(times: chunk.times, columns: chunk.columns).sealed() == bytes)
  }

  @Test("100,000 samples, and memory used again for columns of different lengths")
  func long() throws {
    var random = SeededGenerator(seed: 8)
    let count = 100_000
    let power = ShapeCatalog.all[2].values(count, &random)
    let chunk = Chunk(
      times: (0..<Int64(count)).map { $0 * 10_000 },
      columns: [
        Column(series: 1, values: power), Column(series: 2, values: [5], gaps: [1..<count]),
        Column(series: 3, values: [], gaps: [0..<count]), Column(series: 4, values: power.reversed()),
      ])
    let sealed = try SealedChunk(chunk.sealed())
    var values: [Int64] = []
    for place in chunk.columns.indices {
      let gaps = try sealed.readValues(of: place, into: &values)
      #expect(values == chunk.columns[place].values)
      #expect(gaps == chunk.columns[place].gaps)
    }
  }

  @Test("the largest chunk: a million equal values in a few bytes, one more is refused")
  func largest() throws {
    let count = Chunk.largestCount
    var chunk = Chunk(
      times: (0..<Int64(count)).map { $0 * 1000 }, columns: [Column(series: 1, values: [Int64](repeating: 7, count: count))])
    let bytes = try chunk.sealed()
    #expect(bytes.count < 32)
    let sealed = try SealedChunk(bytes)
    #expect(try sealed.times() == chunk.times)
    #expect(try sealed.values(of: 0) == chunk.columns[0].values)
    #expect(sealed.columns[0].statistics?.sum == 7 * Int128(count))
    chunk.times.append(.max)
    #expect(throws: SealedColumnError.tooMany(count + 1)) { try chunk.sealed() }
  }

  @Test("blocks of values come in order, each once")
  func blocks() throws {
    var random = SeededGenerator(seed: 9)
    let chunk = ShapeCatalog.chunk(Array(ShapeCatalog.all[0...3]), count: 1000, using: &random)
    let sealed = try SealedChunk(chunk.sealed())
    for place in chunk.columns.indices {
      var values: [Int64] = []
      let gaps = try sealed.forEachBlock(of: place) { block, before in
        #expect(before == values.count)
        #expect((1...128).contains(block.count))
        for index in block.indices { values.append(block[index]) }
      }
      #expect(values == chunk.columns[place].values)
      #expect(gaps == chunk.columns[place].gaps)
    }
  }
}
