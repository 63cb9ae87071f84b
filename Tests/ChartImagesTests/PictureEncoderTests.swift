import ChartImages
import Charts
import Console
import Testing

@Suite("A picture as PNG")
struct PictureEncoderTests {
  /// A day of 24 hours, 560 pixels wide.
  private static let svg = StackedChart(
    title: "Ihr Strom am Donnerstag, 18. Juni", alternative: "Mittags vom Dach, nachts aus dem Netz.", unit: "kWh je Stunde",
    parts: [
      .init("aus der Sonne auf dem Dach", .sun, (0..<24).map { (7..<19).contains($0) ? 0.05 * Double(min($0 - 6, 19 - $0)) : 0 }),
      .init("aus dem Netz", .grid, (0..<24).map { 0.1 + 0.02 * Double($0 % 7) }),
    ],
    bands: [.init(11..<15, "beste Zeit morgen: 11–15 Uhr")], ticks: [0, 6, 12, 18, 24].map { .init(Double($0), "\($0)") },
    missing: "keine Werte", numbers: NumberStyle(decimals: 1, decimalMark: .comma)
  ).picture().svg(.light)

  /// Width and height in a PNG's first chunk, IHDR (ISO/IEC 15948, 11.2.2).
  private func size(of png: [UInt8]) -> (width: Int, height: Int) {
    let number = { (start: Int) in png[start..<start + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  @Test(
    "has the signature of one, the width asked for, and the height by proportion", arguments: [(560, 220), (840, 330), (1, 1)])
  func header(width: Int, height: Int) throws {
    let png = try PictureEncoder().png(svg: Self.svg, width: width)
    #expect(png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(png[12..<16]) == Array("IHDR".utf8))
    #expect(size(of: png) == (width, max(1, height)))
    #expect(Array(png.suffix(8).prefix(4)) == Array("IEND".utf8))
  }

  @Test("of a day, for a mail, is below 40 kB")
  func small() throws {
    #expect(try PictureEncoder().png(svg: Self.svg, width: 840).count < 40_000)
  }

  @Test("is the same each time")
  func same() throws {
    #expect(try PictureEncoder().png(svg: Self.svg, width: 840) == PictureEncoder().png(svg: Self.svg, width: 840))
  }

  @Test("is the same on all cores as one by one, in order; one that is none refuses all")
  func many() throws {
    let widths = (1...24).map { 40 * $0 }
    let encoder = PictureEncoder()
    #expect(
      try encoder.pngs(of: widths.map { (Self.svg, $0) }) == widths.map { try encoder.png(svg: Self.svg, width: $0) })
    #expect(throws: ChartImageError.self) { try encoder.pngs(of: [(Self.svg, 100), ("no picture", 100)]) }
    #expect(try encoder.pngs(of: []) == [])
  }

  @Test("is refused where the text is no picture", arguments: ["", "no picture", "<svg", "<html></html>"])
  func unreadable(text: String) {
    #expect {
      try PictureEncoder().png(svg: text, width: 100)
    } throws: {
      if case ChartImageError.unreadable = $0 { true } else { false }
    }
  }

  @Test("is refused where its size is none", arguments: [0, -1, 10_001])
  func size(width: Int) {
    #expect(throws: ChartImageError.size(width: width)) { try PictureEncoder().png(svg: Self.svg, width: width) }
  }

  @Test("does not read the machine's files")
  func noFiles() throws {
    let plain = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\">"
    let asking = plain + "<image href=\"file:///etc/hostname\" width=\"10\" height=\"10\"/></svg>"
    #expect(try PictureEncoder().png(svg: asking, width: 10) == PictureEncoder().png(svg: plain + "</svg>", width: 10))
  }

  @Test("can be made by many at once")
  func concurrent() async throws {
    let first = try PictureEncoder().png(svg: Self.svg, width: 280)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 { group.addTask { try PictureEncoder().png(svg: Self.svg, width: 280) == first } }
      for try await isSame in group { #expect(isSame) }
    }
  }
}
