public import CommunityModel
public import MarketTime
public import Readings

/// The forms in which grid operators and market partners send energies.
public enum OfficialForm: String, CaseIterable, Sendable {
  /// The energy data report of the Austrian EDA portal, a workbook.
  case eda
  /// MSCONS, the EDIFACT message of the German market.
  case mscons
}

/// Energies from a grid operator or market partner, each with its status.
public struct OfficialEnergies: Sendable {
  /// Its form.
  public let form: OfficialForm
  /// Each series by quarter hour, from its first value to its last; what the file lacks is missing.
  public let series: [SeriesKey: TimeSeries<IntervalEnergy>]
  /// How many values were taken.
  public let values: Int
  /// What the file has besides, and how often: columns of shares, messages of other kinds.
  public let passedOver: [String: Int]

  /// From the first quarter hour to the end of the last; nil where nothing was taken.
  public var span: Range<QuarterHour>? {
    let spans = series.values.map(\.span)
    guard let first = spans.map(\.lowerBound).min(), let end = spans.map(\.upperBound).max() else { return nil }
    return first..<end
  }
}

/// Reads files of grid operators and market partners; `docs/formats/official-files.md` shows them.
public struct OfficialReader: Sendable {
  let calendar: MarketCalendar
  /// What values count as whose file says no status.
  let quality: IntervalEnergy.Quality

  /// A reader by the clock of `calendar`; `quality` is that of values whose file says none.
  public init(calendar: MarketCalendar, quality: IntervalEnergy.Quality = .measured) {
    self.calendar = calendar
    self.quality = quality
  }

  /// The form of `file` by how it begins; nil for another, and for what cannot be read.
  public static func form(of file: CSVFile) -> OfficialForm? {
    let start = file.firstBytes(4)
    if start.starts(with: [0x50, 0x4B, 3, 4]) { return .eda }
    return start.starts(with: "UNA".utf8) || start.starts(with: "UNB".utf8) ? .mscons : nil
  }

  /// The energies of `file`.
  ///
  /// - Throws: `SeriesFileErrors` with everything that is wrong; nothing of the file is taken then.
  public func energies(from file: CSVFile, as form: OfficialForm) throws(SeriesFileErrors) -> OfficialEnergies {
    let bytes: [UInt8]
    do { bytes = try file.bytes() } catch { throw SeriesFileErrors([error]) }
    switch form {
    case .eda: return try EDAReport(self, file: file.name).energies(bytes)
    case .mscons: return try MSCONSInterchange(self, file: file.name).energies(bytes)
    }
  }
}

/// Values as they come in, whatever their order.
struct OfficialValues {
  private var values: [SeriesKey: [QuarterHour: (value: IntervalEnergy, line: Int)]] = [:]
  /// How many there are.
  private(set) var count = 0

  /// Takes `value`; nothing where the same stands there already.
  ///
  /// - Throws: `RowFault.conflict` where another value does.
  mutating func put(_ value: IntervalEnergy, of key: SeriesKey, at quarter: QuarterHour, line: Int) throws(SeriesFileError.Fault)
  {
    if let (former, first) = values[key]?[quarter] {
      if former != value { throw .row(.conflict(firstLine: first)) }
      return
    }
    values[key, default: [:]][quarter] = (value, line)
    count += 1
  }

  /// Each series without holes between its first and last value.
  var series: [SeriesKey: TimeSeries<IntervalEnergy>] {
    values.mapValues { found in
      let quarters = found.keys.sorted()
      return TimeSeries(
        start: quarters[0],
        values: (quarters[0]..<quarters[quarters.count - 1].advanced(by: 1)).map { found[$0]?.value ?? .missing })
    }
  }
}

/// Kilowatt-hours as operators write them, in mWh to the nearest; point or comma, an exponent where a spreadsheet wrote the number.
///
/// - Throws: `RowFault` for what is no number, too large or below zero.
func energyCount(ofKilowattHours text: String, per unit: Double = 1_000_000) throws(SeriesFileError.Fault) -> Int64 {
  let isNumber = !text.isEmpty && text.utf8.allSatisfy { "0123456789.,+-eE".utf8.contains($0) }
  guard isNumber, let value = Double(text.contains(".") ? text : text.replacing(",", with: ".")), value.isFinite else {
    throw .row(.notANumber(text))
  }
  if value < 0 { throw .row(.negative) }
  // 1 TWh: no meter shows more, and Doubles are exact to the mWh so far.
  guard value * unit <= 1_000_000_000_000_000 else { throw .row(.outOfRange) }
  return Int64((value * unit).rounded())
}
