import CommunityModel
import MarketTime
import Quantities
import Readings
import Spreadsheets

/// The EDA portal's energy data report: above the values, rows that say of each column its metering point, direction and meter code;
/// then a row a quarter hour, by the Austrian wall clock. Layout as in eegfaktura-energystore, `excel/ExcelSourceNew.go`.
struct EDAReport {
  /// A column that is taken.
  private struct Column {
    let place: Int
    let key: SeriesKey
  }

  /// Meter codes whose values are measured energies; the operator's shares are passed over, our own are worked out.
  private static let measured = [
    "Gesamtverbrauch lt. Messung (bei Teilnahme gem. Erzeugung) [KWH]", "Gesamte gemeinschaftliche Erzeugung [KWH]",
  ]

  private let reader: OfficialReader
  private let file: String
  private var errors: ErrorLog
  private var columns: [Column] = []
  private var head: [String: (cells: [Workbook.Cell], row: Int)] = [:]
  private var passedOver: [String: Int] = [:]
  private var values = OfficialValues()
  private var previous: Timestamp?

  init(_ reader: OfficialReader, file: String) {
    self.reader = reader
    self.file = file
    errors = ErrorLog(file: file, limit: 100)
  }

  consuming func energies(_ bytes: [UInt8]) throws(SeriesFileErrors) -> OfficialEnergies {
    do throws(SpreadsheetError) {
      if let sheet = try Self.report(in: Workbook(bytes)) {
        take(sheet)
      } else {
        errors.add(.official(.headMissing("MeteringpointID")), line: 0, column: 0)
      }
    } catch {
      errors.add(.official(.workbook("\(error)")), line: 0, column: 0)
    }
    guard errors.errors.isEmpty else { throw errors.failure }
    return OfficialEnergies(form: .eda, series: values.series, values: values.count, passedOver: passedOver)
  }

  /// The first sheet with the report's head.
  private static func report(in workbook: Workbook) throws(SpreadsheetError) -> [Workbook.Row]? {
    for name in workbook.sheetNames {
      let rows = try workbook.rows(of: name)
      if rows.contains(where: { $0.cells.first == .text("MeteringpointID") }) { return rows }
    }
    return nil
  }

  private mutating func take(_ rows: [Workbook.Row]) {
    var isHead = true
    for row in rows where !errors.isFull {
      let first = row.cells.first ?? .empty
      if let time = Self.time(of: first) {
        if isHead { readHead(above: row.number) }
        isHead = false
        if !columns.isEmpty { take(row, at: time) }
      } else if isHead, case .text(let name) = first {
        head[name] = (row.cells, row.number)
      }
    }
    if isHead { readHead(above: rows.last?.number ?? 0) }
  }

  private mutating func readHead(above line: Int) {
    guard let points = head["MeteringpointID"], let directions = head["Energy direction"], let codes = head["Metercode"] else {
      for name in ["MeteringpointID", "Energy direction", "Metercode"] where head[name] == nil {
        errors.add(.official(.headMissing(name)), line: line, column: 0)
      }
      return
    }
    for place in 1..<max(2, codes.cells.count) {
      guard case .text(let code)? = codes.cells.element(place), case .text(let point)? = points.cells.element(place) else {
        continue
      }
      guard Self.measured.contains(where: { $0.uppercased() == code.uppercased() }) else {
        passedOver[code, default: 0] += 1
        continue
      }
      guard MeteringPoint.ID.isWellFormed(point) else {
        errors.add(
          .name(.malformed(found: point, form: "the id of a metering point")), line: points.row, column: place + 1)
        continue
      }
      var direction = ""
      if case .text(let text)? = directions.cells.element(place) { direction = text }
      switch direction {
      case "CONSUMPTION": columns.append(Column(place: place, key: SeriesKey(MeteringPoint.ID(point), .energyImport)))
      case "GENERATION": columns.append(Column(place: place, key: SeriesKey(MeteringPoint.ID(point), .energyExport)))
      default: errors.add(.official(.unknownDirection(direction)), line: directions.row, column: place + 1)
      }
    }
    if columns.isEmpty, errors.errors.isEmpty {
      errors.add(.official(.noValues(known: Self.measured)), line: codes.row, column: 0)
    }
  }

  private mutating func take(_ row: Workbook.Row, at local: LocalInstant) {
    do throws(SeriesFileError.Fault) {
      let instant = try instant(of: local)
      previous = instant
      guard instant.milliseconds % 900_000 == 0 else { throw .row(.offGrid(interval: .quarterHour)) }
      let quarter = QuarterHour(containing: instant)
      for column in columns {
        let text: String
        switch row.cells.element(column.place) ?? .empty {
        case .empty: continue
        case .number(let number): text = number
        case .text(let written): text = written
        }
        do throws(SeriesFileError.Fault) {
          let count = try energyCount(ofKilowattHours: text)
          let value = IntervalEnergy(Energy(count: count), quality: reader.quality)
          try values.put(value, of: column.key, at: quarter, line: row.number)
        } catch {
          errors.add(error, line: row.number, column: column.place + 1)
        }
      }
    } catch {
      errors.add(error, line: row.number, column: 1)
    }
  }

  /// The instant of a wall clock's time; of an hour that happens twice the second pass, where the row before has come so far.
  private func instant(of local: LocalInstant) throws(SeriesFileError.Fault) -> Timestamp {
    let early = reader.calendar.instant(of: local)
    let shown = early.milliseconds + Int64(reader.calendar.offset(at: early)) * 1000
    guard shown == local.milliseconds else {
      throw .row(.skippedByClock(Self.words(local), zone: reader.calendar.timeZone))
    }
    guard let previous, previous >= early else { return early }
    let late = early + .seconds(3600)
    let again = late.milliseconds + Int64(reader.calendar.offset(at: late)) * 1000
    return again == local.milliseconds ? late : early
  }

  private static func words(_ local: LocalInstant) -> String {
    String(Timestamp(milliseconds: local.milliseconds).description.dropLast())
  }

  /// `01.06.2026 00:15:00`, or a date of Excel's; nil for anything else.
  private static func time(of cell: Workbook.Cell) -> LocalInstant? {
    switch cell {
    case .empty: return nil
    case .number(let number): return SerialDate.milliseconds(number).map { LocalInstant(milliseconds: $0) }
    case .text(let text):
      let parts = text.split(separator: " ")
      let date = parts.first?.split(separator: ".") ?? []
      guard parts.count == 2, date.count == 3 else { return nil }
      return LocalInstant.parse("\(date[2])-\(date[1])-\(date[0])T\(parts[1])")?.local
    }
  }
}

extension Array {
  /// The element at `place`; nil where there is none.
  fileprivate func element(_ place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
