import SealedColumns
import Testing

@Suite("Chunks that are none")
struct ChunkChecksTests {
  private static func seal(_ times: [Int64], _ columns: Column...) throws {
    _ = try Chunk(times: times, columns: columns).sealed()
  }

  @Test("times must grow")
  func times() {
    #expect(throws: SealedColumnError.timesNotIncreasing(at: 2)) { try Self.seal([1, 2, 2]) }
    #expect(throws: SealedColumnError.timesNotIncreasing(at: 1)) { try Self.seal([5, 4]) }
  }

  @Test("values and gaps must be as many as the times")
  func counts() {
    #expect(throws: SealedColumnError.wrongCount(series: 4, expected: 2, found: 1)) {
      try Self.seal([1, 2], Column(series: 4, values: [7]))
    }
    #expect(throws: SealedColumnError.wrongCount(series: 4, expected: 1, found: 2)) {
      try Self.seal([1, 2], Column(series: 4, values: [7, 8], gaps: [0..<1]))
    }
  }

  @Test(
    "gaps must be in order, apart, not empty, within the samples",
    arguments: [[2..<3, 0..<1], [0..<1, 1..<2], [1..<1], [2..<4], [-1..<1]])
  func gaps(_ gaps: [Range<Int>]) {
    #expect(throws: SealedColumnError.wrongGaps(series: 4)) {
      try Self.seal([1, 2, 3], Column(series: 4, values: [7], gaps: gaps))
    }
  }

  @Test("a series stands in a chunk once")
  func twice() {
    #expect(throws: SealedColumnError.seriesTwice(4)) {
      try Self.seal([1], Column(series: 4, values: [7]), Column(series: 4, values: [7]))
    }
  }

  @Test("a chunk has no column beyond its last")
  func noColumn() throws {
    let sealed = try SealedChunk(Chunk(times: [1], columns: [Column(series: 4, values: [7])]).sealed())
    #expect(throws: SealedColumnError.noColumn(1)) { try sealed.values(of: 1) }
    #expect(throws: SealedColumnError.noColumn(-1)) { try sealed.sums(of: -1, endingBefore: [1]) }
  }

  @Test("messages say where, what was expected and what to do")
  func messages() {
    #expect(
      "\(SealedColumnError.wrongCount(series: 4, expected: 2, found: 1))"
        == "series 4 has 1 values where the times without its gaps are 2")
    #expect(
      "\(SealedColumnError.wrongChecksum(.column(3)))"
        == "sealed columns: checksum of column 3 is wrong: take the chunk from a backup")
  }
}
