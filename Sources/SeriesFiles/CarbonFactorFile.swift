public import CommunityModel
import Quantities

/// Mean CO2 of power of countries by year, as `profiles/co2/co2_factors.csv` has them.
public struct CarbonFactorTable: Sendable, Equatable {
  /// The factors of each country, by its ISO 3166 code.
  public let factors: [String: [KeyFigureFacts.CarbonFactor]]

  /// The factor of the latest year for `country`; nil where the table has none.
  public func latest(of country: String) -> KeyFigureFacts.CarbonFactor? { factors[country]?.max { $0.year < $1.year } }

  /// Reads `key,value,unit,scope,year,kind,source,status`.
  ///
  /// A row counts where its key is `grid_COUNTRY_avg`, in g CO2/kWh, and has a value; others (labels, fuels, technologies, what was
  /// not found) are passed over. Of two rows of a year the first counts.
  ///
  /// - Throws: `SeriesFileErrors` for a table without these columns, or a year that is none.
  public init(file: CSVFile) throws(SeriesFileErrors) {
    var factors: [String: [KeyFigureFacts.CarbonFactor]] = [:]
    try TableReader(file: file, required: ["key", "value", "unit", "scope", "year", "source"]).read {
      (row, cells) throws(TableReader.CellFault) in
      let key = row.cells[cells[0]].split(separator: "_")
      guard key.count == 3, key[0] == "grid", key[2] == "avg", row.cells[cells[2]] == "g CO2/kWh", !row.cells[cells[1]].isEmpty
      else { return }
      let year = try row.number(in: cells[4], of: 1900...2100)
      guard let count = try row.decimal(in: cells[1]).scaled(by: 1000) else { throw .init(.row(.outOfRange), in: cells[1]) }
      let country = String(key[1])
      guard factors[country]?.contains(where: { $0.year == year }) != true else { return }
      factors[country, default: []].append(
        KeyFigureFacts.CarbonFactor(
          factor: EmissionFactor(count: count), year: year, source: "\(row.cells[cells[5]]) (\(row.cells[cells[3]]))"))
    }
    self.factors = factors
  }
}
