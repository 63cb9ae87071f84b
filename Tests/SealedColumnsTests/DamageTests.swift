import TestSupport
import Testing

@testable import SealedColumns

@Suite("Damaged sealed columns")
struct DamageTests {
  static let samples: [Chunk] = {
    var random = SeededGenerator(seed: 11)
    let meter = Array(ShapeCatalog.all[1...5])
    return [
      Chunk(times: [], columns: []), Chunk(times: [5], columns: [Column(series: 1, values: [7])]),
      Chunk(times: [1000, 2000, 3000, 5000], columns: [Column(series: 7, values: [500, 600, 600, 900])]),
      ShapeCatalog.chunk(meter, count: 4, using: &random), ShapeCatalog.chunk(meter, count: 90, using: &random),
      ShapeCatalog.chunk(ShapeCatalog.all, count: 12, using: &random),
    ]
  }()

  /// Reads everything there is.
  private static func readAll(_ sealed: SealedChunk) throws(SealedColumnError) {
    #expect(try sealed.times().count == sealed.sampleCount)
    for place in sealed.columns.indices {
      let column = try sealed.column(place)
      #expect(column.values.count == sealed.columns[place].count)
      #expect(column.values.count + column.gaps.reduce(0) { $0 + $1.count } == sealed.sampleCount)
    }
  }

  @Test("no flipped bit passes, neither by verifying nor by reading", arguments: samples.indices)
  func everyBit(_ index: Int) throws {
    let bytes = try Self.samples[index].sealed()
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: SealedColumnError.self, "bit \(bit)") { try SealedChunk(damaged).verify() }
      // Reading asks for the same checks and takes longer.
      guard bit % 7 == 0 else { continue }
      #expect(throws: SealedColumnError.self, "bit \(bit)") { try Self.readAll(SealedChunk(damaged)) }
    }
  }

  @Test("no cut and no further byte passes", arguments: samples.indices)
  func everyLength(_ index: Int) throws {
    let bytes = try Self.samples[index].sealed()
    for length in bytes.indices {
      #expect(throws: SealedColumnError.self, "\(length) bytes") { try SealedChunk(Array(bytes.prefix(length))) }
    }
    #expect(throws: SealedColumnError.self) { try SealedChunk(bytes + [0]) }
  }

  @Test("a damaged column leaves times, statistics and other columns readable")
  func othersRemain() throws {
    var random = SeededGenerator(seed: 12)
    let chunk = ShapeCatalog.chunk(Array(ShapeCatalog.all[0...2]), count: 150, using: &random)
    var bytes = try chunk.sealed()
    bytes[bytes.count - 1] ^= 0x80
    let sealed = try SealedChunk(bytes)
    let last = chunk.columns.count - 1
    #expect(throws: SealedColumnError.wrongChecksum(.column(last))) { try sealed.verify() }
    #expect(throws: SealedColumnError.wrongChecksum(.column(last))) { try sealed.values(of: last) }
    #expect(throws: SealedColumnError.wrongChecksum(.column(last))) { try sealed.sums(of: last, endingBefore: [100]) }
    #expect(try sealed.times() == chunk.times)
    for place in 0..<last { #expect(try sealed.column(place) == chunk.columns[place]) }
    #expect(sealed.columns[last].statistics?.minimum == chunk.columns[last].values.min())
  }

  @Test("behind the checksums, any bytes are read to an end or an error")
  func mutations() throws {
    var random = SeededGenerator(seed: FaultFigure.seed)
    let originals = try Self.samples.map { try $0.sealed() }
    var (read, refused) = (0, 0)
    for _ in 0..<FaultFigure.count(10_000, large: 2_000_000) {
      var bytes = random.pick(originals)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
      case 1: bytes = bytes.map { _ in UInt8.random(in: 0...255, using: &random) }
      default: break
      }
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: bytes.indices, using: &random)
        bytes[place] = random.pick([0, 1, 0x7F, 0x80, 0xFF, bytes[place] ^ 1 << UInt8.random(in: 0..<8, using: &random)])
      }
      if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] = Chunk.version }
      do throws(SealedColumnError) {
        let sealed = try SealedChunk(bytes, isVerifying: false)
        // A million equal values take their time, and one test of their own.
        guard sealed.sampleCount < 10_000 else { continue }
        try Self.readAll(sealed)
        for place in sealed.columns.indices { _ = try sealed.sums(of: place, endingBefore: [1, 2, 100]) }
        read += 1
      } catch {
        refused += 1
      }
    }
    #expect(read > 1000)
    #expect(refused > 1000)
  }

  @Test("a part of any bits is read to an end or an error: directory whole, values random")
  func randomParts() throws {
    var random = SeededGenerator(seed: FaultFigure.seed &+ 1)
    var read = 0
    for _ in 0..<FaultFigure.count(600, large: 200_000) {
      let original = try random.pick(Array(Self.samples[2...])).sealed()
      let length = try SealedChunk(original).directoryLength
      let bytes = original.prefix(length) + original.dropFirst(length).map { _ in UInt8.random(in: 0...255, using: &random) }
      let sealed = try SealedChunk(Array(bytes), isVerifying: false)
      for place in sealed.columns.indices where (try? sealed.values(of: place)) != nil { read += 1 }
      _ = try? sealed.times()
    }
    #expect(read > 0)
  }

  @Test("a count beyond the limit is refused before any memory is asked for")
  func hugeCounts() {
    for count: UInt64 in [UInt64(Chunk.largestCount) + 1, 1 << 40, .max] {
      var bytes: [UInt8] = [Chunk.version]
      bytes.append(varint: count)
      bytes += [UInt8](repeating: 0, count: 12)
      #expect(throws: SealedColumnError.malformed(.directory)) { try SealedChunk(bytes, isVerifying: false) }
    }
  }

  @Test("another version is told apart")
  func version() throws {
    var bytes = try Self.samples[1].sealed()
    bytes[0] = 2
    #expect(throws: SealedColumnError.unknownVersion(2)) { try SealedChunk(bytes) }
  }
}
