import Console
import Diagnosing
import Testing

@Suite("The doctor's report")
struct RemarkTextTests {
  private let remarks = [
    Remark(.clock, .ok, "clock", "synchronised by chronyd"),
    Remark(.signs, .ok, "signs_agree", about: "site mill", "import and export of 3 meters fit the site's balance"),
    Remark(
      .signs, .problem, "import_export_swapped", about: "FARM-GRID (device farm-meter)",
      "shows import and export the wrong way round: the site's balance contradicts it by 3.2 kW",
      next: "turn the meter (or its current transformers) so that the grid is at its input",
      lines: ["- {channel: active_power, table: input, address: 52, type: f32, unit: W, positive: export}"]),
  ]

  @Test("goes by sections, the gravest first, and fits 80 columns but for the lines to write into a file")
  func text() {
    let lines = RemarkText(remarks).lines(for: Terminal(isTerminal: false))
    #expect(
      lines == [
        "Signs",
        "  problem  FARM-GRID (device farm-meter): shows import and export the wrong way",
        "           round: the site's balance contradicts it by 3.2 kW",
        "           -> turn the meter (or its current transformers) so that the grid is",
        "              at its input",
        "              - {channel: active_power, table: input, address: 52, type: f32, unit: W, positive: export}",
        "  ok       site mill: import and export of 3 meters fit the site's balance", "",
        "Clock", "  ok       synchronised by chronyd", "",
        "1 problem, 0 warnings, 0 notes, 2 ok",
      ])
  }
}
