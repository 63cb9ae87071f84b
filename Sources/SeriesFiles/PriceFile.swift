public import MarketTime
public import Quantities

/// The prices of a file.
public struct ImportedPrices: Sendable {
  /// The price of each quarter hour, from the file's first row to its last; nil where the file has none.
  public let prices: TimeSeries<EnergyPrice?>
  /// What the file held.
  public let report: SeriesFileReport

  /// The spans within the file for which it has no price.
  public var gaps: [Range<QuarterHour>] {
    var gaps: [Range<QuarterHour>] = []
    for (quarter, price) in zip(prices.span, prices.values) where price == nil {
      if let last = gaps.last, last.upperBound == quarter {
        gaps[gaps.count - 1] = last.lowerBound..<quarter.advanced(by: 1)
      } else {
        gaps.append(quarter..<quarter.advanced(by: 1))
      }
    }
    return gaps
  }

  /// The prices of all of `span`; nil where one is missing.
  public func prices(over span: Range<QuarterHour>) -> TimeSeries<EnergyPrice>? {
    let known = prices.over(span, padding: nil).values.compactMap { $0 }
    return known.count == span.count ? TimeSeries(start: span.lowerBound, values: known) : nil
  }
}

extension RowInterval {
  /// Those that a price or a forecast may have.
  static let ofPrices: [RowInterval] = [.quarterHour, .halfHour, .hour]
}

extension SeriesFileReader {
  /// Reads a file of one price: `time,price [EUR/MWh]`, quarter hour by quarter hour, half hours or hours.
  ///
  /// Each quarter hour of a longer interval has the interval's price.
  ///
  /// - Parameters:
  ///   - interval: how long a row's interval is; nil for the gap between the file's first two times.
  ///   - progress: told bytes read and file size, about once a megabyte.
  /// - Throws: `SeriesFileErrors` when the file is refused.
  public func prices(
    from file: CSVFile, interval: RowInterval? = nil, progress: Progress? = nil
  ) throws(SeriesFileErrors) -> ImportedPrices {
    let (sink, report) = try intervals(
      from: file, interval: interval, allowed: RowInterval.ofPrices, progress: progress
    ) { (name) throws(SeriesFileError.Fault) -> IntervalColumn<Void> in
      guard name.full == "price" else { throw .name(.malformed(found: name.full, form: "price [EUR/MWh]")) }
      return IntervalColumn(meaning: (), unit: try name.unit(of: EnergyPrice.units, else: unit), mayBeNegative: true)
    }
    let prices: TimeSeries<EnergyPrice?>? = sink.constantSeries(ofColumn: 0) { EnergyPrice(count: $0) }
    return ImportedPrices(prices: prices ?? TimeSeries(start: QuarterHour(index: 0), values: []), report: report)
  }
}
