public import MarketTime
public import Readings

/// Reads CSV files of readings, interval energies, prices and forecasts; `docs/formats/series-files.md` shows them.
///
/// The properties say what a file does not say itself.
public struct SeriesFileReader: Sendable {
  /// Which end of its interval a row's time names.
  public enum Stamp: String, CaseIterable, Sendable {
    /// The interval's start.
    case start
    /// The interval's end.
    case end
  }

  /// What becomes of a file with bad lines.
  public enum BadLines: Sendable {
    /// Nothing of it is taken; the error lists the bad lines.
    case refuse
    /// Bad cells count as missing; the report lists them.
    case skip
  }

  /// Told now and then how many bytes have been read, and of how many; 0 of a pipe.
  public typealias Progress = (_ bytesRead: Int64, _ totalBytes: Int64) -> Void

  /// The clock that times without a zone were read from; nil refuses such times.
  public var calendar: MarketCalendar?
  /// Which end of its interval a row's time names.
  public var stamp = Stamp.start
  /// The channel of series that name none; for interval energies `energy_import` unless told.
  public var channel: Channel?
  /// The unit of series that name none.
  public var unit: String?
  /// What becomes of a file with bad lines. A bad header or damaged text refuses the file in any case.
  public var badLines = BadLines.refuse
  /// How many errors are listed; where they refuse the file, reading stops there.
  public var errorLimit = 100

  /// A reader for files with zones in their times and names in their headers; change the properties for others.
  public init(calendar: MarketCalendar? = nil) { self.calendar = calendar }

  /// Throws what refuses the file at its end: any error by default, else only one behind which nothing could be read, and the
  /// lack of any usable row.
  func check(_ stream: borrowing SeriesStream) throws(SeriesFileErrors) {
    let errors = stream.errors
    if !errors.errors.isEmpty, errors.isFatal || badLines == .refuse || stream.rows == 0 { throw errors.failure }
    guard stream.rows == 0 else { return }
    throw SeriesFileErrors([SeriesFileError(file: stream.errors.file, line: 0, column: 0, fault: .form(.noRows))])
  }
}

/// What was read from a file.
public struct SeriesFileReport: Sendable, Equatable {
  /// The file's name.
  public let file: String
  /// How many rows had a usable time.
  public var rows = 0
  /// How many of them repeated a row before with the same values.
  public var repeatedRows = 0
  /// When the first row's interval or reading starts; nil without rows.
  public var first: Timestamp?
  /// When the last row's interval ends, or the last reading was taken; nil without rows.
  public var last: Timestamp?
  /// How long a row's interval is; nil for readings.
  public var interval: RowInterval?
  /// The lines that were skipped, as far as the reader's limit lists them.
  public var badLines: [SeriesFileError] = []
  /// How many more were skipped.
  public var unlistedBadLines = 0

  /// A report of what `stream` has seen.
  init(of stream: borrowing SeriesStream) {
    file = stream.errors.file
    rows = stream.rows
    badLines = stream.errors.errors
    unlistedBadLines = stream.errors.omitted
  }
}
