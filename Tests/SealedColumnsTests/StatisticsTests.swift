import SealedColumns
import TestSupport
import Testing

@Suite("Statistics of sealed columns")
struct StatisticsTests {
  @Test("are those of the values, whatever the shape", arguments: ShapeCatalog.all)
  func statistics(_ shape: ShapeCatalog.Shape) throws {
    var random = SeededGenerator(seed: 2)
    for count in [1, 2, 128, 700] {
      let values = shape.values(count, &random)
      let chunk = Chunk(times: (0..<Int64(count)).map { $0 }, columns: [Column(series: 3, values: values)])
      let entry = try SealedChunk(chunk.sealed()).columns[0]
      #expect(entry.count == count)
      #expect(entry.statistics?.count == count)
      #expect(entry.statistics?.first == values.first)
      #expect(entry.statistics?.last == values.last)
      #expect(entry.statistics?.minimum == values.min())
      #expect(entry.statistics?.maximum == values.max())
      #expect(entry.statistics?.sum == values.reduce(0) { $0 + Int128($1) })
    }
  }

  @Test("do not count gaps; a column without values has none")
  func gaps() throws {
    let chunk = Chunk(
      times: [10, 20, 30], columns: [Column(series: 1, samples: [nil, 7, nil]), Column(series: 2, samples: [nil, nil, nil])])
    let sealed = try SealedChunk(chunk.sealed())
    #expect(sealed.columns[0].statistics?.count == 1)
    #expect(sealed.columns[0].statistics?.sum == 7)
    #expect(sealed.columns[0].absent == 2)
    #expect(sealed.columns[1].statistics == nil)
    #expect(sealed.columns[1].absent == 3)
  }

  @Test("sums of groups: 1 + 2, 4 (the fifth sample has no value), nothing, 6; what is behind is left out")
  func groups() throws {
    let chunk = Chunk(
      times: [1, 2, 3, 4, 5, 6, 7], columns: [Column(series: 1, samples: [1, 2, nil, 4, nil, 6, 7])])
    let sums = try SealedChunk(chunk.sealed()).sums(of: 0, endingBefore: [3, 5, 5, 6])
    #expect(sums.map(\.sum) == [3, 4, 0, 6])
    #expect(sums.map(\.count) == [2, 1, 0, 1])
  }

  @Test("sums of groups of any length agree with the samples", arguments: ShapeCatalog.all)
  func sums(_ shape: ShapeCatalog.Shape) throws {
    var random = SeededGenerator(seed: 3)
    let count = 900
    let samples = shape.values(count, &random).map { Int.random(in: 0..<5, using: &random) == 0 ? nil : Optional($0) }
    let sealed = try SealedChunk(
      Chunk(times: (0..<Int64(count)).map { $0 }, columns: [Column(series: 1, samples: samples)]).sealed())
    var ends: [Int] = []
    while ends.last ?? 0 < count { ends.append(min(count, (ends.last ?? 0) + Int.random(in: 0...200, using: &random))) }
    let sums = try sealed.sums(of: 0, endingBefore: ends)
    var start = 0
    for (end, sum) in zip(ends, sums) {
      let group = samples[start..<end].compactMap { $0 }
      #expect(sum.count == group.count)
      #expect(sum.sum == group.reduce(0) { $0 + Int128($1) })
      start = end
    }
  }
}

/// The values of a group of samples, added up.
struct GroupSum {
  /// In the values' unit; 0 for none.
  var sum: Int128 = 0
  /// How many samples of the group have a value.
  var count = 0
}

extension SealedChunk {
  /// A sum for each of `ends`.
  func sums(of place: Int, endingBefore ends: [Int]) throws(SealedColumnError) -> [GroupSum] {
    var sums = ends.map { _ in GroupSum() }
    try addUp(place, endingBefore: ends) { group, sum, count in
      sums[group].sum += sum
      sums[group].count += count
    }
    return sums
  }
}
