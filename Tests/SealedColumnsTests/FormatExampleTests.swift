import Foundation
import SealedColumns
import TestSupport
import Testing

@Suite("docs/formats/sealed-columns.md")
struct FormatExampleTests {
  /// The bytes of the document's only fenced block.
  private static func bytes() throws -> [UInt8] {
    let text = try String(contentsOf: projectFile("docs/formats/sealed-columns.md"), encoding: .utf8)
    let blocks = text.split(separator: "```", omittingEmptySubsequences: false)
    try #require(blocks.count == 3)
    return try blocks[1].split(whereSeparator: \.isWhitespace).map { try #require(UInt8($0, radix: 16)) }
  }

  @Test("its example holds what it says")
  func example() throws {
    let sealed = try SealedChunk(Self.bytes())
    try sealed.verify()
    #expect(try sealed.times() == [1000, 2000, 3000, 5000])
    #expect(try sealed.column(0) == Column(series: 7, values: [500, 600, 600, 900]))
    #expect(try sealed.column(1) == Column(series: 9, samples: [230, 230, nil, 230]))
    #expect(sealed.columns.count == 2)
    let statistics = try #require(sealed.columns[0].statistics)
    #expect((statistics.minimum, statistics.maximum) == (500, 900))
    #expect((statistics.last, statistics.sum) == (900, 2600))
  }
}
