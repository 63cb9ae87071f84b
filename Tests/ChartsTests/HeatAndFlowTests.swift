import Charts
import Foundation
import Testing

@Suite("A heat map")
struct HeatMapTests {
  /// The areas of a colour.
  private func area(_ fill: String, of svg: String) -> String {
    svg.components(separatedBy: "\n").filter { $0.contains("fill=\"\(fill)\"") }.joined(separator: "\n")
  }

  // 560 wide, rows labelled by two digits: cells from 25 to 552, ten columns of 52.7. Title 32 - 14 + 8 = 26 from above, 220 - 60 below: 24 rows
  // of 134 / 24 = 5.583.
  private let svg = Days.year.picture().svg(.light)

  @Test("leaves the hour out that a day does not have")
  func absent() {
    // The fourth day's column begins at 25 + 3 * 52.7 = 183.1; its hours 0 and 1 end at 26 + 2 * 5.583 = 37.2, hour 3 begins at 42.8.
    let low = area("#fee838", of: svg)
    #expect(low.contains("M183.1 26H235.8V37.2H183.1z"))
    #expect(low.contains("M183.1 42.8H235.8"))
  }

  @Test("halves the hour that a day has twice")
  func doubled() {
    // The seventh day's column begins at 25 + 6 * 52.7 = 341.2; the later 2 o'clock, 5 kWh, is drawn from 26 + 2.5 * 5.583 = 40 to 42.8.
    #expect(svg.contains("M341.2 40H393.9V42.8H341.2z"))
  }

  @Test("marks the hour that nobody measured, and the legend says so")
  func missing() {
    // The ninth day's column begins at 446.6; 12 o'clock at 26 + 12 * 5.583 = 93.
    #expect(area("url(#cmissing)", of: svg).contains("M446.6 93H499.3V98.6H446.6z"))
    #expect(svg.contains(">no values</text>"))
    var known = Days.year
    known.columns[8][12] = .value(0)
    #expect(!known.picture().svg(.light).contains("missing"))
  }

  @Test("is bright at the end it was told")
  func bright() {
    var map = Days.year
    #expect(area("#fee838", of: map.picture().svg(.light)).contains("M25 26H"), "no import at midnight is bright")
    map.bright = .high
    #expect(area("#00224e", of: map.picture().svg(.light)).contains("M25 26H"), "no sun at midnight is dark")
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
