public import MarketTime
public import Quantities

extension SeriesFileReader {
  /// Reads a file of the CO2 of power: `time,co2 [g/kWh]`, quarter hour by quarter hour, half hours or hours.
  ///
  /// - Returns: the factor of each quarter hour, from the file's first row to its last; nil where the file has none.
  /// - Throws: `SeriesFileErrors` when the file is refused.
  public func emissions(from file: CSVFile) throws(SeriesFileErrors) -> TimeSeries<EmissionFactor?> {
    let (sink, _) = try intervals(
      from: file, interval: nil, allowed: RowInterval.ofPrices, progress: nil
    ) { (name) throws(SeriesFileError.Fault) -> IntervalColumn<Void> in
      guard name.full == "co2" else { throw .name(.malformed(found: name.full, form: "co2 [g/kWh]")) }
      return IntervalColumn(meaning: (), unit: try name.unit(of: EmissionFactor.units, else: unit), mayBeNegative: false)
    }
    return sink.constantSeries(ofColumn: 0) { EmissionFactor(count: $0) } ?? TimeSeries(start: QuarterHour(index: 0), values: [])
  }
}
