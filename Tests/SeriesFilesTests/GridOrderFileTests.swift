import CommunityModel
import MarketTime
import Quantities
import SeriesFiles
import TestSupport
import Testing

@Suite("File of the grid operator's limits")
struct GridOrderFileTests {
  private static let header = "from,until,import_kw,export_kw,controllable_kw"

  @Test("gives a limit for each cell that is not empty, from time to time in any zone")
  func limits() throws {
    let orders = try SeriesFileReader.gridOrders(
      from: file(Self.header, "2026-06-28T17:00+02:00,2026-06-28T19:15+02:00,,,4.2", "2026-06-28T10:00Z,2026-06-28T14:00Z,30,0,"))
    #expect(
      orders == [
        GridOrder(
          span: try quarter("2026-06-28T15:00Z")..<quarter("2026-06-28T17:15Z"), controllable: Power(watts: 4200)),
        GridOrder(
          span: try quarter("2026-06-28T10:00Z")..<quarter("2026-06-28T14:00Z"), imports: Power(watts: 30_000), exports: .zero),
      ])
  }

  @Test("is refused with the place of each fault")
  func faults() {
    let refused = places {
      _ = try SeriesFileReader.gridOrders(
        from: file(
          Self.header, "2026-06-28T17:00,2026-06-28T19:15Z,,,4.2", "2026-06-28T17:05Z,2026-06-28T19:15Z,,,4.2",
          "2026-06-28T17:00Z,2026-06-28T17:00Z,1,,", "noon,2026-06-28T17:00Z,1,,", "2026-06-28T17:00Z,2026-06-28T18:00Z,-1,,",
          "2026-06-28T17:00Z,2026-06-28T18:00Z,,x,"))
    }
    #expect(refused == ["2:1", "3:1", "4:19", "5:1", "6:37", "7:38"])
    #expect(places { _ = try SeriesFileReader.gridOrders(from: file("from,until,import", "")) } == ["1:1"])
  }

  @Test("as docs/formats/series-files.md shows it can be read")
  func example() throws {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    var page = try CSVReader.open(CSVFile("\(folder)/../../docs/formats/series-files.md"))
    var lines: [String] = []
    while try page.nextRow() { lines.append((0..<page.cellCount).map { page.text($0) }.joined(separator: ",")) }
    let first = try #require(lines.firstIndex(of: Self.header))
    let end = try #require(lines[first...].firstIndex { $0.hasPrefix("```") })
    let orders = try SeriesFileReader.gridOrders(from: CSVFile(name: "page", text: lines[first..<end].joined(separator: "\n")))
    #expect(orders.count == 2)
  }
}
