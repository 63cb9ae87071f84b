import Testing

@testable import Console

@Suite("Terminal")
struct TerminalTests {
  private func terminal(_ isTerminal: Bool, width: Int? = nil, _ variables: [String: String] = [:]) -> Terminal {
    Terminal(isTerminal: isTerminal, reportedWidth: width, environment: { variables[$0] })
  }

  @Test("takes the terminal's width first, then COLUMNS, then 80")
  func width() {
    #expect(terminal(true, width: 132, ["COLUMNS": "100"]).width == 132)
    #expect(terminal(false, ["COLUMNS": "100"]).width == 100)
    #expect(terminal(true).width == 80)
    for nonsense in ["", "wide", "0", "-5"] { #expect(terminal(false, ["COLUMNS": nonsense]).width == 80) }
    #expect(terminal(true, width: 3).width == 20)
  }

  @Test("uses colours only on a terminal, and not against NO_COLOR or TERM=dumb")
  func colours() {
    #expect(terminal(true).usesColours)
    #expect(!terminal(false).usesColours)
    #expect(!terminal(true, ["NO_COLOR": "1"]).usesColours)
    #expect(terminal(true, ["NO_COLOR": ""]).usesColours)
    #expect(!terminal(true, ["TERM": "dumb"]).usesColours)
    #expect(terminal(true, ["TERM": "xterm-256color"]).usesColours)
  }

  @Test("rewrites lines only on a terminal that can")
  func rewriting() {
    #expect(terminal(true, ["NO_COLOR": "1"]).rewritesLines)
    #expect(!terminal(true, ["TERM": "dumb"]).rewritesLines)
    #expect(!terminal(false).rewritesLines)
  }

  @Test("styles text, or leaves it as it is")
  func styled() {
    #expect(terminal(true).styled("ok", .green) == "\u{1B}[32mok\u{1B}[0m")
    #expect(terminal(false).styled("ok", .green) == "ok")
    #expect(Set(TextStyle.allCases.map { $0.applied(to: "x") }).count == TextStyle.allCases.count)
  }

  @Test("is as wide as an option says, else the same")
  func told() {
    let wide = Terminal(isTerminal: true, width: 120, usesColours: true)
    #expect(wide.withWidth(60) == Terminal(isTerminal: true, width: 60, usesColours: true))
  }

  @Test("asks the system without harm")
  func system() {
    #expect(Terminal(.standardOutput).width >= 20)
    #expect(Terminal.variable("A_VARIABLE_THAT_NOBODY_SETS") == nil)
    #expect(Terminal.variable("PATH") != nil)
  }
}
