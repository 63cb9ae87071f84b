import CommunityModel
import Foundation
import Quantities
import TestSupport
import Testing

@testable import SeriesFiles

@Suite("CO2 factors of countries")
struct CarbonFactorTests {
  @Test("the shipped table has UBA's 363 g for Germany in 2024, and none for Austria")
  func shipped() throws {
    let table = try CarbonFactorTable(file: CSVFile(projectFile("profiles/co2/co2_factors.csv").path))
    let germany = try #require(table.latest(of: "DE"))
    #expect(germany.factor == EmissionFactor(count: 363_000))
    #expect(germany.year == 2024)
    #expect(germany.source.contains("UBA"))
    #expect(table.factors["DE"]?.map(\.year).sorted() == [1990, 2020, 2024])
    #expect(table.latest(of: "AT") == nil)
  }

  @Test("a year that is none is refused with its place")
  func refusal() {
    let text = "key,value,unit,scope,year,source\ngrid_DE_avg,300,g CO2/kWh,direct,soon,somebody\n"
    #expect(throws: SeriesFileErrors.self) { try CarbonFactorTable(file: CSVFile(name: "co2.csv", text: text)) }
  }
}
