import Testing

@testable import SealedColumns

@Suite("How numbers become bits")
struct CodingTests {
  @Test(
    "the checksum is that of RFC 3720, B.4",
    arguments: [
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
      ((0..<32).map { $0 }, 0x46DD_794E), ((0..<32).reversed(), 0x113F_DB5C),
      (
        [
          0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0, 0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28,
          0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
        ], 0xD996_3A56
      ),
      // The catalogue of parametrised CRC algorithms, CRC-32/ISCSI: "123456789"; not a multiple of eight bytes.
      (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ] as [([UInt8], UInt32)])
  func checksum(_ bytes: [UInt8], _ expected: UInt32) {
    #expect(bytes.withUnsafeBytes(CRC32C.checksum) == expected)
  }

  @Test("numbers of the directory: 300 = 0b10_0101100 takes AC 02, -3 is counted as 5")
  func varints() throws {
    var bytes: [UInt8] = []
    bytes.append(varint: 300 as UInt64)
    bytes.append(signed: -3 as Int64)
    bytes.append(signed: Int128.min)
    #expect(bytes.prefix(3) == [0xAC, 0x02, 0x05])
    var reader = DirectoryReader(bytes)
    #expect(try reader.number() == 300)
    #expect(try reader.signed() == -3)
    #expect(try reader.wideSigned() == .min)
    #expect(throws: SealedColumnError.wrongLength(.directory)) { try reader.number() }
  }

  @Test("a number of too many bits, or with zeros it does not need, is refused")
  func longVarints() {
    for bytes: [UInt8] in [[0x80, 0x00], [UInt8](repeating: 0xFF, count: 9) + [0x02], [UInt8](repeating: 0x81, count: 20)] {
      var reader = DirectoryReader(bytes)
      #expect(throws: SealedColumnError.malformed(.directory)) { try reader.number() }
    }
  }

  @Test("Rice's code: 9 with two low bits is 2 zeros, a one, and 01: 0x0C from the lowest bit")
  func rice() {
    var writer = BitWriter()
    writer.writeRice(9, low: 2)
    writer.writeRice(.max, low: 0)
    var bytes: [UInt8] = []
    // 5 bits, 24 zeros, 64 bits.
    #expect(writer.move(to: &bytes) == 12)
    #expect(bytes[0] == 0x0C)
    let padded = bytes + [UInt8](repeating: 0, count: BitReader.padding)
    padded.withUnsafeBytes { memory in
      guard let start = memory.baseAddress else { return }
      var reader = BitReader(start, count: bytes.count)
      #expect(reader.rice(low: 2) == 9)
      #expect(reader.rice(low: 0) == .max)
      #expect(reader.isAtEnd)
      _ = reader.readWhole()
      #expect(reader.isBeyondEnd)
    }
  }

  @Test(
    "predictors, by hand",
    arguments: [
      (.zero, [3, 6, 9], [3, 6, 9]), (.same, [3, 6, 9], [3, 3, 3]), (.ramp, [3, 6, 9], [3, 0, 0]),
      // Level 0, 8/4 = 2, 2 + 6/4 = 3.5, which rounds to 4.
      (.level, [8, 8, 8], [8, 6, 4]),
      // Level 0; 8 and slope 8/4 = 2: 10; 10 + 6 and slope 2 + 6/4 = 3.5: 19.5, which rounds to 20.
      (.slope, [8, 16, 24], [8, 6, 4]),
      // Level 0; 16/2 and slope 16/16: 9; 9 + 7/2 and slope 1 + 7/16: 13.9375, which rounds to 14.
      (.quick, [16, 16, 16], [16, 7, 2]),
      // Level 0, 16/16 = 1, 1 + 31/16 = 2.9375, which rounds to 3.
      (.steady, [16, 32, 3], [16, 31, 0]),
      // Level 0; 128/8 and slope 128/128: 17; 17 + 128/8 and slope 2: 35.
      (.slow, [128, 145, 35], [128, 128, 0]),
    ] as [(Predictor, [Int64], [Int64])])
  func predictors(_ predictor: Predictor, _ values: [Int64], _ expected: [Int64]) {
    var rows = [Int64](repeating: 0, count: 8 * values.count)
    let row = Int(predictor.rawValue) * values.count
    if Predictor.whole.contains(predictor) {
      rows.withUnsafeMutableBufferPointer {
        if let start = $0.baseAddress { _ = Track().differences(predictor, of: values, count: values.count, into: start + row) }
      }
    } else {
      var tracks = [Track](repeating: Track(), count: 8)
      rows.withUnsafeMutableBufferPointer { rows in
        tracks.withUnsafeMutableBufferPointer { tracks in
          guard let start = rows.baseAddress, let firstTrack = tracks.baseAddress else { return }
          Track().differences(
            following: values, count: values.count, rowLength: values.count, into: start, tracks: firstTrack)
        }
      }
    }
    #expect(Array(rows[row..<row + values.count]) == expected)
    var restored = expected
    var track = Track()
    restored.withUnsafeMutableBufferPointer {
      if let start = $0.baseAddress { track.restore(predictor, in: start, count: values.count) }
    }
    #expect(restored == values)
  }

  @Test(
    "the greatest common divisor: 600, 0, 900, 2^63 + ... by Euclid",
    arguments: [
      ([600, 0, 900], 300), ([0, 0], 0), ([7, 14, 21, 22], 1), ([1 << 63, 1 << 60], 1 << 60), ([10_000, 10_000], 10_000),
    ] as [([UInt64], UInt64)])
  func divisor(_ numbers: [UInt64], _ expected: UInt64) {
    var divisor = CommonDivisor()
    for number in numbers { divisor.take(number) }
    #expect(divisor.value == expected)
    guard expected > 0 else { return }
    for number in numbers where number < 1 << 63 {
      #expect(divisor.quotient(-Int64(number)) == -Int64(number / expected))
    }
  }
}
