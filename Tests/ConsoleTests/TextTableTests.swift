import Console
import Testing

@Suite("Text table")
struct TextTableTests {
  private func sample() -> TextTable {
    var table = TextTable(columns: [.init("site"), .init("kWh", .right), .init("note")], flexible: "site", indent: 2)
    table.append(["Gärtnerei Möhring", "12,3", "→ ok"])
    table.append(["Hof", "1 234,5 €", ""])
    return table
  }

  @Test("aligns columns by what is seen, umlauts and all")
  func alignment() {
    #expect(
      sample().lines() == [
        "  site                     kWh  note",
        "  Gärtnerei Möhring       12,3  → ok",
        "  Hof                1 234,5 €",
      ])
  }

  @Test("shrinks only the flexible column to fit")
  func shrinking() {
    let lines = sample().lines(width: 30)
    #expect(
      lines == [
        "  site               kWh  note",
        "  Gärtnerei…        12,3  → ok",
        "  Hof          1 234,5 €",
      ])
    #expect(lines.allSatisfy { $0.displayWidth <= 30 })
  }

  @Test("shrinks the flexible column's own title too, down to one character, and no further")
  func narrow() {
    let lines = sample().lines(width: 5)
    #expect(lines[1] == "  …       12,3  → ok")
    #expect(lines[2] == "  …  1 234,5 €")
  }

  @Test("keeps its lines when there is room, and without a flexible column")
  func roomy() {
    #expect(sample().lines(width: 200) == sample().lines())
    var rigid = TextTable(columns: [.init("a"), .init("b")])
    rigid.append(["long content", "x"])
    #expect(rigid.lines(width: 3) == rigid.lines())
  }

  @Test("leaves no blanks at the end of any line")
  func trailing() {
    var table = sample()
    table.append(["only the first"])
    table.append(["", "", ""])
    table.append(["trailing ", "1", "  "])
    #expect(table.lines().allSatisfy { $0.last != " " })
  }

  @Test("omits an empty header, draws blanks and rules")
  func rules() {
    var table = TextTable(columns: [.init(""), .init("", .right)])
    table.append(["a", "1"])
    table.appendRule()
    table.append(["sum", "10"])
    table.appendBlank()
    table.append(["x", "2", "beyond the last column"])
    #expect(table.lines() == ["a     1", "───────", "sum  10", "", "x     2"])
  }

  @Test("writes styles around the text only, and none unless asked")
  func styles() {
    var table = TextTable(columns: [.init("a"), .init("b", .right)])
    table.append([.init("x", style: .red), "12"])
    #expect(table.lines(styled: true) == ["\u{1B}[1ma\u{1B}[0m   \u{1B}[1mb\u{1B}[0m", "\u{1B}[31mx\u{1B}[0m  12"])
    #expect(table.lines() == ["a   b", "x  12"])
  }

  @Test("lets no escape sequence or line break of a name through")
  func controls() {
    var table = TextTable(columns: [.init("name")])
    table.append([.init("Hof\u{1B}[31m\nrot")])
    #expect(table.lines() == ["name", "Hof [31m rot"])
  }
}
