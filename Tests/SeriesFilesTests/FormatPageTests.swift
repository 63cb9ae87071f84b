import MarketTime
import Quantities
import SeriesFiles
import Testing

/// The page for operators must not show what the reader refuses.
@Suite("Examples in docs/formats/series-files.md")
struct FormatPageTests {
  /// The page's code blocks that begin with a header of series, in their order.
  private func examples() throws -> [CSVFile] {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    var page = try CSVReader.open(CSVFile("\(folder)/../../docs/formats/series-files.md"))
    var blocks: [[String]] = []
    var isInside = false
    while try page.nextRow() {
      // The page is read as a file of one column would be: put the cells of a line together again.
      let line = (0..<page.cellCount).map { page.text($0) }.joined(separator: ",")
      if line.hasPrefix("```") {
        isInside.toggle()
        if isInside { blocks.append([]) }
      } else if isInside {
        blocks[blocks.count - 1].append(line)
      }
    }
    return blocks.filter { $0.first?.hasPrefix("time") == true }
      .map { CSVFile(name: "series-files.md", text: $0.joined(separator: "\n")) }
  }

  @Test("can be read")
  func examplesAreReadable() throws {
    let examples = try examples()
    try #require(examples.count == 6)
    var reader = SeriesFileReader(calendar: try berlin())
    var count = 0
    try reader.readings(from: examples[0]) { count += $0.count }
    #expect(count == 5)
    try reader.readings(from: examples[1]) { count += $0.count }
    #expect(count == 7)
    reader.calendar = nil
    #expect(try reader.intervalEnergies(from: examples[2]).series.count == 2)
    #expect(try reader.prices(from: examples[3]).prices.values.count == 8)
    // 412 g are 412,000 mg, and each hour is four quarter hours.
    #expect(
      try reader.emissions(from: examples[4]).values.compactMap { $0?.count }
        == [412_000, 385_500].flatMap { Array(repeating: $0, count: 4) })
    #expect(try reader.forecasts(from: examples[5]).assets.count == 2)
  }
}
