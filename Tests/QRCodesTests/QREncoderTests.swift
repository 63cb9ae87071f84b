import ChartImages
import Charts
import Foundation
import QRCodes
import TestSupport
import Testing

@Suite("QR codes", .enabled(if: QRLibrary.isThere, "libqrencode4 is not installed: no code was made or looked at"))
struct QREncoderTests {
  @Test("of one's own decoder's reading hold the codewords that ISO/IEC 18004 publishes for their data")
  func codewords() throws {
    // Version 1 at level M, byte mode, "abcde" is 5 bytes: mode 0100, count 00000101, the bytes, end 0000, then EC and 11 in turn to 16
    // codewords (ISO/IEC 18004, 7.4.5 and 7.4.10).
    let code = try QREncoder().code(of: "abcde")
    #expect(code.width == 21)
    let data: [UInt8] = [0x40, 0x56, 0x16, 0x26, 0x36, 0x46, 0x50, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC]
    let read = VersionOne(code)
    #expect(Array(read.codewords.prefix(16)) == data)
    #expect(read.level == 0b00, "level M is written 00 (table 25)")
    // The remainder of the division by the generator, by which each codeword's syndrome is zero (7.5.2).
    #expect(VersionOne.remainder(of: data) == Array(read.codewords.suffix(10)))
    // The division itself, on the example that the standard publishes: 01234567 in version 1-M (Annex I).
    let published: [UInt8] = [
      0x10, 0x20, 0x0C, 0x56, 0x61, 0x80, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11, 0xEC, 0x11,
    ]
    #expect(VersionOne.remainder(of: published) == [0xA5, 0x24, 0xD4, 0xC1, 0xED, 0x36, 0xC7, 0x87, 0x2C, 0x55])
  }

  @Test(
    "are read by an independent decoder from the picture as text says",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zbarimg"), "zbar-tools is not installed: no decoder looked"),
    arguments: ["https://musterhof.example/haus", "https://xn--4ca.example/\(String(repeating: "a", count: 150))?b=1&c=2"])
  func decoded(_ text: String) throws {
    let svg = try QREncoder().code(of: text).svg(alternative: "x")
    let file = URL(filePath: NSTemporaryDirectory()).appending(path: "code-\(UUID().uuidString).png")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(try PictureEncoder().png(svg: svg, width: 600)).write(to: file)
    let decoder = Process()
    let output = Pipe()
    decoder.executableURL = URL(filePath: "/usr/bin/zbarimg")
    decoder.arguments = ["--quiet", "--raw", file.path]
    decoder.standardOutput = output
    try decoder.run()
    let read = try output.fileHandleForReading.readToEnd() ?? Data()
    decoder.waitUntilExit()
    #expect(String(decoding: read, as: UTF8.self).trimmingCharacters(in: .newlines) == text)
  }

  @Test("are refused for what no code can hold")
  func refused() throws {
    let encoder = try QREncoder()
    for text in ["", "a\0b", String(repeating: "a", count: 2332)] {
      #expect(throws: QRCodeError.text(length: text.utf8.count)) { try encoder.code(of: text) }
    }
    #expect(throws: QRCodeError.beyondASCII("ä")) { try encoder.code(of: "https://ä.example") }
    // Version 40 has 21 + 4 x 39 modules a side.
    #expect(try encoder.code(of: String(repeating: "a", count: 2331)).width == 177)
  }

  @Test("say what to install where the library is not there")
  func noLibrary() {
    let error = #expect(throws: QRCodeError.self) { try QREncoder(library: "libqrencode.so.999") }
    #expect(error?.description.contains("libqrencode.so.999") == true && error?.description.contains("install") == true)
  }
}

private enum QRLibrary {
  static let isThere = (try? QREncoder()) != nil
}

/// Reads a QR code of version 1 by ISO/IEC 18004, 7.7.3, 7.8 and 7.9, from the modules alone.
private struct VersionOne {
  let codewords: [UInt8]
  let level: Int

  init(_ code: SquareCode) {
    func bit(_ row: Int, _ column: Int) -> Int { code.isDark(row: row, column: column) ? 1 : 0 }
    // The first five bits of the format beside the upper left finder, masked with 10101: level and mask.
    let format = (0..<5).reduce(0) { $0 << 1 | bit(8, $1) } ^ 0b10101
    level = format >> 3
    let mask = format & 7
    func isMasked(_ i: Int, _ j: Int) -> Bool {
      switch mask {
      case 0: (i + j) % 2 == 0
      case 1: i % 2 == 0
      case 2: j % 3 == 0
      case 3: (i + j) % 3 == 0
      case 4: (i / 2 + j / 3) % 2 == 0
      case 5: (i * j) % 2 + (i * j) % 3 == 0
      case 6: ((i * j) % 2 + (i * j) % 3) % 2 == 0
      default: ((i + j) % 2 + (i * j) % 3) % 2 == 0
      }
    }
    func isFunction(_ row: Int, _ column: Int) -> Bool {
      row == 6 || column == 6 || (row < 9 && column < 9) || (row < 9 && column > 12) || (row > 12 && column < 9)
    }
    var bits: [Int] = []
    var isUpwards = true
    // Pairs of columns from the right, the timing pattern left out, up and down in turn.
    for right in [20, 18, 16, 14, 12, 10, 8, 5, 3, 1] {
      for step in 0..<21 {
        let row = isUpwards ? 20 - step : step
        for column in [right, right - 1] where !isFunction(row, column) {
          bits.append(bit(row, column) ^ (isMasked(row, column) ? 1 : 0))
        }
      }
      isUpwards.toggle()
    }
    codewords = stride(from: 0, to: bits.count - 7, by: 8).map { first in
      bits[first..<(first + 8)].reduce(UInt8(0)) { $0 << 1 | UInt8($1) }
    }
  }

  /// The ten codewords of error correction of `data`: Reed and Solomon's over GF(256) with x^8 + x^4 + x^3 + x^2 + 1.
  static func remainder(of data: [UInt8]) -> [UInt8] {
    func times(_ left: UInt8, _ right: UInt8) -> UInt8 {
      var (product, left) = (UInt8(0), left)
      for place in 0..<8 {
        if right >> place & 1 == 1 { product ^= left }
        left = left << 1 ^ (left & 0x80 != 0 ? 0x1D : 0)
      }
      return product
    }
    var (generator, root): ([UInt8], UInt8) = ([1], 1)
    for _ in 0..<10 {
      generator = zip(generator + [0], [0] + generator).map { $0 ^ times($1, root) }
      root = times(root, 2)
    }
    var rest = data + [UInt8](repeating: 0, count: 10)
    for place in data.indices {
      let factor = rest[place]
      for (offset, value) in generator.enumerated() { rest[place + offset] ^= times(value, factor) }
    }
    return Array(rest.suffix(10))
  }
}
