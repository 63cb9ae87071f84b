import Quantities

/// Reads a table with named columns and one fixed meaning, row by row.
struct TableReader {
  /// A fault in a cell of the current row.
  struct CellFault: Error {
    let cell: Int
    let fault: SeriesFileError.Fault

    init(_ fault: SeriesFileError.Fault, in cell: Int) {
      self.cell = cell
      self.fault = fault
    }
  }

  /// The current row's texts by column.
  struct Row {
    let line: Int
    let cells: [String]
  }

  let file: CSVFile
  /// Columns that must be there.
  let required: [String]

  private static let errorLimit = 100

  /// Hands each row with all cells of the header to `take`; the required columns' positions stand in their order.
  ///
  /// - Throws: `SeriesFileErrors` with all that is wrong.
  func read(
    header: ([String], _ required: [Int]) throws(CellFault) -> Void = { (_, _) in },
    row take: (Row, _ required: [Int]) throws(CellFault) -> Void
  ) throws(SeriesFileErrors) {
    var log = ErrorLog(file: file.name, limit: Self.errorLimit)
    do throws(SeriesFileError) {
      var reader = try CSVReader.open(file)
      let names = reader.header
      var positions: [Int] = []
      for name in required {
        guard let position = names.firstIndex(of: name) else { throw reader.error(at: 0, .name(.columnMissing(name))) }
        positions.append(position)
      }
      do throws(CellFault) { try header(names, positions) } catch { throw reader.error(at: error.cell, error.fault) }
      while !log.isFull, try reader.nextRow() {
        guard reader.cellCount == names.count else {
          let fault = FormFault.cellCount(found: reader.cellCount, expected: names.count)
          log.add(reader.error(at: min(reader.cellCount, names.count) - 1, .form(fault)))
          continue
        }
        let row = Row(line: reader.line, cells: names.indices.map { reader.text($0) })
        do throws(CellFault) { try take(row, positions) } catch { log.add(reader.error(at: error.cell, error.fault)) }
      }
    } catch {
      log.stop(error)
    }
    if !log.errors.isEmpty { throw log.failure }
  }

  /// The refusal of a table that lacks a row.
  func lacks(_ row: String) -> SeriesFileErrors {
    SeriesFileErrors([SeriesFileError(file: file.name, line: 0, column: 0, fault: .table(.missing(row)))])
  }
}

extension TableReader.Row {
  /// The whole number in `cell`, within `range`.
  func number(in cell: Int, of range: ClosedRange<Int>) throws(TableReader.CellFault) -> Int {
    guard let number = Int(cells[cell]), range.contains(number) else {
      throw .init(.table(.notOneOf(found: cells[cell], allowed: ["\(range.lowerBound) to \(range.upperBound)"])), in: cell)
    }
    return number
  }

  /// The word in `cell`, one of the cases.
  func word<Word: RawRepresentable & CaseIterable>(in cell: Int, as type: Word.Type) throws(TableReader.CellFault) -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: cells[cell]) else {
      throw .init(.table(.notOneOf(found: cells[cell], allowed: Word.allCases.map(\.rawValue))), in: cell)
    }
    return word
  }

  /// The decimal number in `cell`.
  func decimal(in cell: Int) throws(TableReader.CellFault) -> DecimalNumber {
    guard let number = DecimalNumber(cells[cell]) else { throw .init(.row(.notANumber(cells[cell])), in: cell) }
    return number
  }

  /// The number in `cell` in thousandths, at least zero.
  func thousandths(in cell: Int) throws(TableReader.CellFault) -> Int64 {
    guard let count = try decimal(in: cell).scaled(by: 1000) else { throw .init(.row(.outOfRange), in: cell) }
    guard count >= 0 else { throw .init(.row(.negative), in: cell) }
    return count
  }
}
