import Charts
import Foundation
import Testing

@Suite("A heat map")
struct HeatMapTests {
  /// The cells of a colour: `M` column, first row, `V` row behind the last.
  private func cells(_ colour: String, of svg: String) -> String {
    svg.components(separatedBy: "\n").first { $0.contains("<path stroke=\"\(colour)\"") }?.components(separatedBy: " d=").last
      ?? ""
  }

  private let svg = Days.year.picture().svg(.light)

  // 560 wide, rows labelled by two digits: cells from 25 to 552, ten columns of 52.7. Title 18 and 8 from above, 220 - 60 below: 24 rows of
  // 134 / 24 = 5.5833. Strokes run in the middle of columns: 25 + 26.35.
  @Test("has a column a day and a row an hour")
  func places() {
    #expect(svg.contains("transform=\"translate(51.35 26) scale(52.7 5.5833)\" d=\"M0 0V4M1 0V4"))
  }

  @Test("leaves the hour out that a day does not have")
  func absent() {
    // Below 1 kWh are the hours from 0 to 3.
    #expect(cells("#fee838", of: svg).contains("M3 0V2M3 3V4M4 0V4"))
  }

  @Test("halves the hour that a day has twice")
  func doubled() {
    // The earlier 2 o'clock had 1 kWh, as the hours from 4 to 7; the later 5, as those from 20.
    #expect(cells("#fee838", of: svg).contains("M6 0V2M6 3V4"))
    #expect(svg.contains("M6 2V2.5M6 4V8"))
    #expect(cells("#00224e", of: svg).contains("M6 2.5V3M6 20V24"))
  }

  @Test("marks the hour that nobody measured, and the legend says so")
  func missing() {
    // The ninth day's column begins at 446.6; 12 o'clock at 26 + 12 * 5.583 = 93.
    #expect(svg.contains("<path fill=\"url(#cmissing)\" d=\"M446.6 93H499.3V98.6H446.6z\"/>"))
    #expect(svg.contains(">no values</text>"))
    var known = Days.year
    known.columns[8][12] = .value(0)
    #expect(!known.picture().svg(.light).contains("missing"))
  }

  @Test("is bright at the end it was told")
  func bright() {
    var map = Days.year
    #expect(cells("#fee838", of: map.picture().svg(.light)).contains("M0 0V4"), "no import at midnight is bright")
    map.bright = .high
    #expect(cells("#00224e", of: map.picture().svg(.light)).contains("M0 0V4"), "no sun at midnight is dark")
  }

  @Test("of a year takes less than 90 kB, whatever the hours")
  func small() {
    var map = Days.year
    map.columns = (0..<366).map { day in (0..<24).map { .value(Double((day * 7 + $0 * 11) % 24) / 4) } }
    #expect(map.picture().svg(.automatic).utf8.count < 90_000)
  }
}

@Suite("A flow picture")
struct FlowChartTests {
  @Test("has ribbons as broad as the amounts, and both sides as high")
  func breadths() throws {
    let svg = Days.flows.picture().svg(.light)
    let breadths = svg.matches(of: /v([\d.]+)C/).compactMap { Double($0.1) }
    #expect(breadths.count == 3, "what does not flow is not drawn")
    // 126, 86, 45 kWh by one scale, to the tenth of a pixel.
    let scale = try #require(breadths.first) / 126
    #expect((breadths[1] / scale - 86).magnitude < 1)
    #expect((breadths[2] / scale - 45).magnitude < 1)
  }

  @Test("names every side's amount in its language")
  func labels() {
    let svg = Days.flows.picture().svg(.light)
    for text in [
      "vom Dach", "212\u{A0}kWh", "aus dem Netz", "45\u{A0}kWh", "Verbrauch", "171\u{A0}kWh", "ins Netz", "86\u{A0}kWh",
    ] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(!svg.contains("Batterie"), "gave nothing")
  }

  @Test("of nothing is a title")
  func empty() {
    var chart = Days.flows
    chart.flows = []
    #expect(chart.picture().svg(.light).contains("Der Strom am 18. Juni"))
  }
}
