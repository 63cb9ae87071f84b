import CommunityModel
public import Forecasting
public import MarketTime
public import Quantities

/// The forecasts of a file.
public struct ImportedForecasts: Sendable {
  /// The expected power of each asset, by the asset's id.
  public let assets: [String: Forecast]
  /// The price of energy from the grid; nil where the file has no such column.
  public let importPrice: TimeSeries<EnergyPrice?>?
  /// The price of energy into the grid; nil where the file has no such column.
  public let feedInPrice: TimeSeries<EnergyPrice?>?
  /// What the file held.
  public let report: SeriesFileReport
}

extension SeriesFileReader {
  /// Reads forecasts: `time,ID [kW]` with the ids of assets; `import_price [ct/kWh]` and `feed_in_price [ct/kWh]` are prices.
  ///
  /// An energy (`[kWh]`) is taken for the mean power of its interval; an id may have a second part behind a point
  /// (`bus-01.load`). Each quarter hour of a longer interval has the interval's value.
  ///
  /// - Parameters:
  ///   - interval: how long a row's interval is; nil for the gap between the file's first two times.
  ///   - progress: told bytes read and file size, about once a megabyte.
  /// - Throws: `SeriesFileErrors` when the file is refused.
  public func forecasts(
    from file: CSVFile, interval: RowInterval? = nil, progress: Progress? = nil
  ) throws(SeriesFileErrors) -> ImportedForecasts {
    var taken: Set<String> = []
    let (sink, report) = try intervals(
      from: file, interval: interval, allowed: RowInterval.ofPrices, progress: progress
    ) { (name) throws(SeriesFileError.Fault) -> IntervalColumn<ForecastColumn> in
      let column = try forecastColumn(name)
      guard taken.insert(name.full).inserted else { throw .name(.repeated(name: name.full)) }
      return column
    }
    var assets: [String: Forecast] = [:]
    var prices: [ForecastColumn: TimeSeries<EnergyPrice?>] = [:]
    let length = Duration.milliseconds(sink.interval.milliseconds)
    for (position, column) in sink.columns.enumerated() {
      switch column.meaning {
      case .importPrice, .feedInPrice:
        prices[column.meaning] = sink.constantSeries(ofColumn: position) { EnergyPrice(count: $0) }
      case .power(let id):
        assets[id] = sink.constantSeries(ofColumn: position) { Power(count: $0) }.map { Forecast(power: $0, basis: .file) }
      case .energy(let id):
        assets[id] = sink.constantSeries(ofColumn: position) { Energy(count: $0).meanPower(over: length) }
          .map { Forecast(power: $0, basis: .file) }
      }
    }
    return ImportedForecasts(
      assets: assets, importPrice: prices[.importPrice], feedInPrice: prices[.feedInPrice], report: report)
  }

  private func forecastColumn(_ name: SeriesName) throws(SeriesFileError.Fault) -> IntervalColumn<ForecastColumn> {
    switch name.full {
    case "import_price":
      return IntervalColumn(meaning: .importPrice, unit: try name.unit(of: EnergyPrice.units, else: unit), mayBeNegative: true)
    case "feed_in_price":
      return IntervalColumn(meaning: .feedInPrice, unit: try name.unit(of: EnergyPrice.units, else: unit), mayBeNegative: true)
    default:
      guard [name.point, name.channel].allSatisfy({ $0.map(Identifier<Forecast>.isWellFormed) ?? true }) else {
        throw .name(.malformed(found: name.full, form: "an asset's id, import_price or feed_in_price"))
      }
      let unit = try name.unit(of: Power.units + Energy.units, else: unit)
      let meaning = Power.units.contains(unit) ? ForecastColumn.power(name.full) : .energy(name.full)
      return IntervalColumn(meaning: meaning, unit: unit, mayBeNegative: false)
    }
  }
}

/// What a column of a file of forecasts holds.
private enum ForecastColumn: Hashable {
  case importPrice
  case feedInPrice
  /// An asset's mean power.
  case power(String)
  /// An asset's energy in the interval.
  case energy(String)
}

extension IntervalSink {
  /// A column's values by quarter hour, each value for all quarter hours of its interval; nil without rows.
  func constantSeries<Value: Sendable>(ofColumn column: Int, value: (Int64) -> Value) -> TimeSeries<Value?>? {
    series(ofColumn: column, missing: Value?.none) { count, _, _ in
      value(count)
    } join: { _ in
      nil
    }
  }
}
