import CommunityModel
import Quantities
public import Readings

/// Which of our series a series of another program's file is.
public struct SeriesMapping: Sendable {
  /// One line of it.
  struct Entry: Sendable {
    /// Its name there: an entity, a UUID, or `measurement,tag=value field` of line protocol; `*` for any.
    let source: String
    let key: SeriesKey
    /// The unit of its numbers; nil where the file says it.
    let unit: UnitOfMeasure?
  }

  private(set) var entries: [Entry] = []

  /// An empty one.
  public init() {}

  /// Whether nothing is mapped.
  public var isEmpty: Bool { entries.isEmpty }

  /// The series that are mapped to.
  public var series: [SeriesKey] { entries.map(\.key) }

  /// Adds `SOURCE=POINT.CHANNEL [unit]`, as an option says it. The last `=` parts the two.
  ///
  /// - Throws: `SeriesFileError` with the text as its file.
  public mutating func add(_ text: String) throws(SeriesFileError) {
    guard let parting = text.lastIndex(of: "="), parting > text.startIndex else {
      throw Self.error(text, .name(.malformed(found: text, form: "SOURCE=POINT.CHANNEL [unit]")))
    }
    let name = SeriesName(header: String(text[text.index(after: parting)...]))
    do throws(SeriesFileError.Fault) {
      try add(String(text[..<parting]), name)
    } catch {
      throw Self.error(text, error)
    }
  }

  /// Adds the lines of a CSV file with the columns `source`, `point`, `channel` and, if need be, `unit`.
  ///
  /// - Throws: `SeriesFileErrors`, each with its line and column.
  public mutating func add(_ file: CSVFile) throws(SeriesFileErrors) {
    var errors = ErrorLog(file: file.name, limit: 100)
    do throws(SeriesFileError) {
      var reader = try CSVReader.open(file)
      var columns: [Int] = []
      for name in ["source", "point", "channel"] {
        guard let column = reader.header.firstIndex(of: name) else { throw reader.error(at: 0, .name(.columnMissing(name))) }
        columns.append(column)
      }
      let unit = reader.header.firstIndex(of: "unit")
      while try reader.nextRow() {
        guard let last = columns.max(), reader.cellCount > last else {
          errors.add(reader.error(at: 0, .form(.cellCount(found: reader.cellCount, expected: reader.header.count))))
          continue
        }
        let symbol = unit.flatMap { $0 < reader.cellCount && !reader.isEmpty($0) ? reader.text($0) : nil }
        let name = SeriesName(point: reader.text(columns[1]), channel: reader.text(columns[2]), unit: symbol)
        do throws(SeriesFileError.Fault) { try add(reader.text(columns[0]), name) } catch {
          errors.add(reader.error(at: columns[1], error))
        }
      }
    } catch {
      errors.add(error)
    }
    if !errors.errors.isEmpty { throw errors.failure }
  }

  private mutating func add(_ source: String, _ name: SeriesName) throws(SeriesFileError.Fault) {
    let key = SeriesKey(try name.meteringPoint(), try name.channel(else: nil))
    let unit = name.unit == nil ? nil : try name.unit(of: key.channel.unit.symbols, else: nil)
    guard !entries.contains(where: { $0.source == source }) else { throw .name(.repeated(name: source)) }
    entries.append(Entry(source: source, key: key, unit: unit))
  }

  /// The entry for a series that is called `name` there, of the first line that fits.
  func entry(named name: String) -> Entry? { entries.first { $0.source == name || $0.source == "*" } }

  private static func error(_ text: String, _ fault: SeriesFileError.Fault) -> SeriesFileError {
    SeriesFileError(file: text, line: 0, column: 0, fault: fault)
  }
}
