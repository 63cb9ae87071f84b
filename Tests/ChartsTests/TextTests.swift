import Charts
import Console
import Testing

@Suite("A chart on a terminal")
struct ChartTextTests {
  private static let texts: [@Sendable (Terminal) -> String] = [
    { Days.member().text(on: $0) }, { Days.withGap.text(on: $0) }, { Days.heat.text(on: $0) }, { Days.flows.text(on: $0) },
    { Days.year.text(on: $0) },
  ]

  @Test("fits the width", arguments: [40, 60, 80, 120, 200])
  func fits(width: Int) {
    for text in Self.texts {
      for line in text(Terminal(isTerminal: false, width: width)).split(separator: "\n") {
        #expect(line.displayWidth <= width, "\(line)")
      }
    }
  }

  @Test("has colours on a terminal only, and says the same without")
  func colours() {
    for text in Self.texts {
      let plain = text(Terminal(isTerminal: false, width: 80))
      let coloured = text(Terminal(isTerminal: true, width: 80, usesColours: true))
      #expect(!plain.contains("\u{1B}"))
      #expect(coloured.contains("\u{1B}["))
      #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == plain)
    }
  }

  @Test("is as high as its values")
  func heights() {
    let chart = StackedChart(
      title: "t", alternative: "", unit: "kWh", parts: [.init("sun", .sun, [0, 1, 2, 4]), .init("grid", .grid, [4, 3, 2, 0])],
      ticks: [.init(0, "0"), .init(4, "4")], missing: "no values", numbers: Days.english)
    // Lines at 0, 1, 2, 3, 4, two rows each, six characters a slot of which one is free.
    let expected = """
      t
      ██ sun   // grid
      4 ┤///// ///// ///// █████
        │///// ///// ///// █████
      3 ┤///// ///// ///// █████
        │///// ///// ///// █████
      2 ┤///// ///// █████ █████
        │///// ///// █████ █████
      1 ┤///// █████ █████ █████
        │///// █████ █████ █████
      0 └────────────────────────
         0                      4
      kWh

      """
    #expect(chart.text(on: Terminal(isTerminal: false, width: 80), rows: 8) == expected)
  }

  @Test("marks what is missing, and draws no column there")
  func missing() {
    let text = Days.withGap.text(on: Terminal(isTerminal: false, width: 80))
    #expect(text.contains("? keine Werte"))
    #expect(text.contains("?? ??"), "9 and 10 o'clock, at the zero line")
    #expect(!Days.member().text(on: Terminal(isTerminal: false, width: 80)).contains("?"))
  }

  @Test("is drawn as the golden file has it")
  func golden() throws {
    let terminal = Terminal(isTerminal: false, width: 80)
    for (text, name) in zip(Self.texts, ["day.de", "gap.de", "heat.en", "flow.de", "year.en"]) {
      try expectGolden(text(terminal), name + ".txt")
    }
  }
}
