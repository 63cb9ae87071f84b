import Console
import Testing

@Suite("A misspelt word")
struct SpellingTests {
  /// Worked out by hand; the edits stand beside each pair.
  @Test(
    "is as far from another as letters must be added, dropped, changed or swapped with their neighbour",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("kWh", "kWh", 0),
      ("capcity", "capacity", 1),  // a added
      ("batttery", "battery", 1),  // t dropped
      ("grod", "grid", 1),  // o to i
      ("mesaures", "measures", 1),  // sa swapped
      ("fram", "farm", 1),  // ra swapped
      ("sdm360", "sdm630", 1),  // 36 swapped
      ("barn", "farm", 2),  // b to f, n to m
      ("kitten", "sitting", 3),  // k to s, e to i, g added
      ("ca", "abc", 3),  // a swapped pair is not touched again: c dropped, b and c added
      ("ab", "ba", 1), ("abcd", "badc", 2),  // two swaps
      ("wärme", "warme", 1),
    ])
  func distance(left: String, right: String, expected: Int) {
    #expect(Spelling.distance(left, right) == expected)
    #expect(Spelling.distance(right, left) == expected)
  }

  private static let suggestions: [(word: String, known: [String], expected: String?)] = [
    ("capcity", ["capacity", "kind", "site"], "capacity"),
    ("Grid", ["grid", "heat"], "grid"),  // case does not count
    ("kw", ["kWh", "kW"], "kW"),
    ("barn", ["farm", "mill"], nil),  // 2 of 4 letters
    ("tarif", ["tariff", "tariffs"], "tariff"),  // the nearer one
    ("colour", ["id", "name"], nil),
    ("x", ["ab"], nil),
    ("", ["ab"], nil),
    ("P3", ["P2", "P1"], "P1"),  // equally near: the first of the alphabet
    ("voltage", ["voltage_l1", "voltage_l2", "dc_voltage"], "voltage_l1"),  // the word and more, the first of the list
    ("power", ["active_power", "dc_power", "poker_x"], "active_power"),  // more and the word
    ("phase", ["phase_shift", "phases"], "phases"),  // one letter is nearer
  ]

  @Test("suggests what it is nearest to, when at most a third of the letters differ", arguments: suggestions)
  func nearest(word: String, known: [String], expected: String?) {
    #expect(Spelling.nearest(to: word, among: known) == expected)
  }

  @Test("lists what is known where nothing is near, unless the list would be long")
  func hints() {
    #expect(Spelling.hint(for: "capcity", among: ["capacity"]) == ", did you mean 'capacity'?")
    #expect(Spelling.hint(for: "colour", among: ["id", "name"]) == "; known are id, name")
    #expect(Spelling.hint(for: "colour", among: []) == "")
    #expect(Spelling.hint(for: "colour", among: (1...21).map { "\($0)" }) == "")
  }

  @Test("that is very long is not compared, because that would cost seconds")
  func longWords() {
    let long = String(repeating: "a", count: 65)
    #expect(Spelling.nearest(to: long, among: [String(long.dropLast())]) == nil)
    #expect(Spelling.nearest(to: String(long.dropLast()), among: [long]) == nil)
    #expect(Spelling.nearest(to: String(long.dropLast()), among: [String(long.dropLast(2))]) == String(long.dropLast(2)))
  }
}
