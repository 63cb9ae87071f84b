import CommunityModel
import Planning
import Quantities
import Testing

@testable import CommunityFiles

@Suite("Facts for key figures in community.yaml")
struct KeyFigureEntriesTests {
  private func file(_ more: String) throws(FileProblems) -> CommunityFile {
    let text = """
      version: 1
      community: {id: c, name: C, time_zone: Europe/Berlin}
      sites:
        - {id: s, grid_connection: {import: 10 kW, export: 10 kW}}
      \(more)
      """
    return try CommunityFile(bytes: Array(text.utf8), file: "community.yaml")
  }

  @Test("are read with year and source")
  func read() throws {
    let facts = try file(
      """
      key_figures:
        grid_co2: {factor: 363 g/kWh, year: 2024, source: UBA}
        marginal_co2: {least: 400 g/kWh, most: 900 g/kWh, year: 2024, source: own estimate}
        grid_renewable_share: 54.4 %
        regional_value: {region: Hunsrück, year: 2025, profit: 50000 EUR, local_ownership: 80 %, municipal_taxes: 7000 EUR}
      """
    ).community.facts
    #expect(facts.gridCarbon == .init(factor: EmissionFactor(count: 363_000), year: 2024, source: "UBA"))
    #expect(facts.marginalCarbon?.factors == EmissionFactor(count: 400_000)...EmissionFactor(count: 900_000))
    #expect(facts.gridRenewableShare == Fraction(0.544))
    #expect(facts.business?.profit == Money(euros: 50_000))
    #expect(facts.business?.wages == .zero)
    #expect(try file("").community.facts == KeyFigureFacts())
  }

  @Test("a profit needs the local part of its shares; a range rises; unknown words are refused")
  func refusals() {
    for (text, word) in [
      ("key_figures: {regional_value: {region: R, year: 2025, profit: 5 EUR}}", "local_ownership"),
      ("key_figures: {marginal_co2: {least: 9 g/kWh, most: 4 g/kWh, year: 2024, source: x}}", "least"),
      ("key_figures: {grid_co: 5}", "grid_co"),
    ] {
      do {
        _ = try file(text)
        Issue.record("\(text) was taken")
      } catch {
        #expect("\(error.problems)".contains(word), "\(text)")
      }
    }
  }

  @Test("a fuel says what it is")
  func fuels() throws {
    let fuels = try file("fuels: [{id: chips, price: 4 ct/kWh, kind: wood_chips}, {id: heizoel, price: 9 ct/kWh}]").fuels
    #expect(fuels.map(\.kind) == [.woodChips, nil])
    #expect(throws: FileProblems.self) { try file("fuels: [{id: x, price: 1 ct/kWh, kind: peat}]") }
  }
}
