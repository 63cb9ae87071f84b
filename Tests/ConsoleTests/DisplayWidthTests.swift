import Console
import Testing

@Suite("Display width")
struct DisplayWidthTests {
  @Test(
    "counts columns, not bytes",
    arguments: [
      ("", 0), ("kWh", 3), ("Gärtnerei Möhring", 17), ("12,34 €", 7), ("↑↓→", 3), ("−51", 3), ("12\u{202F}345", 6), ("°C", 2),
      ("a\u{0308}", 1), ("Mu\u{0308}ller", 6), ("日本", 4), ("🔋", 2), ("☀\u{FE0F}", 2), ("\u{1B}", 0),
    ])
  func width(text: String, columns: Int) {
    #expect(text.displayWidth == columns)
  }

  @Test(
    "shortens to the width with an ellipsis",
    arguments: [
      ("Gutshof", 7, "Gutshof"), ("Gutshof mit Ferienwohnungen", 10, "Gutshof m…"), ("Gutshof mit", 9, "Gutshof…"),
      ("abc", 1, "…"),
      ("abc", 0, ""), ("日本語", 4, "日…"), ("日本語", 5, "日本…"),
    ])
  func shortening(text: String, width: Int, expected: String) {
    let short = text.shortened(toWidth: width)
    #expect(short == expected)
    #expect(short.displayWidth <= width)
  }

  @Test("wraps at blanks, indents what follows, leaves long words whole")
  func wrapping() {
    #expect("one two three four".wrapped(toWidth: 9, indent: 2) == ["one two", "  three", "  four"])
    #expect("Energiegenossenschaft".wrapped(toWidth: 5) == ["Energiegenossenschaft"])
    #expect("needs 90.0 % of it".wrapped(toWidth: 11) == ["needs", "90.0 % of", "it"])
    #expect("1 2 3 4".wrapped(toWidth: 3) == ["1 2", "3 4"])
    #expect("".wrapped(toWidth: 5) == [""])
  }
}
