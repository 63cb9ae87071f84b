/// The coefficients of a model in the order they were added: one triple a term.
///
/// Assets add their terms to a balance one after the other, so rows grow in any order; `RowMatrix` sorts them once, at the end.
struct MatrixEntries: Sendable {
  private(set) var rows: [Int32] = []
  private(set) var columns: [Int32] = []
  private(set) var coefficients: [Double] = []
  /// Whether the entries happen to lie in row order already: then nothing needs sorting.
  private(set) var isInRowOrder = true

  init() {}

  init(rows: [Int32], columns: [Int32], coefficients: [Double]) {
    self.rows = rows
    self.columns = columns
    self.coefficients = coefficients
    isInRowOrder = zip(rows, rows.dropFirst()).allSatisfy { $0 <= $1 }
  }

  var count: Int { rows.count }

  mutating func append(row: Int32, column: Int32, coefficient: Double) {
    if let last = rows.last, last > row { isInRowOrder = false }
    rows.append(row)
    columns.append(column)
    coefficients.append(coefficient)
  }

  mutating func reserveCapacity(_ count: Int) {
    rows.reserveCapacity(count)
    columns.reserveCapacity(count)
    coefficients.reserveCapacity(count)
  }
}

/// A model's coefficients row by row, in compressed sparse row form: what solvers read.
///
/// Row `i` holds the entries `rowStarts[i] ..< rowStarts[i + 1]` of `columns` and `coefficients`. Each column occurs once in a row:
/// terms of one variable were added up, and those that cancelled are gone. Within a row the order is that of first mention.
public struct RowMatrix: Hashable, Sendable {
  /// Where each row starts, and at the end the number of entries: one element more than there are rows.
  public private(set) var rowStarts: [Int32]
  /// `Variable.index` of each entry.
  public private(set) var columns: [Int32]
  /// Coefficient of each entry, never zero.
  public private(set) var coefficients: [Double]

  init(_ entries: MatrixEntries, rowCount: Int, columnCount: Int) {
    rowStarts = Self.starts(of: entries.rows, rowCount: rowCount)
    columns = entries.columns
    coefficients = entries.coefficients
    if !entries.isInRowOrder {
      sort(entries)
    }
    if hasDuplicatesOrZeros(columnCount: columnCount) {
      merge(columnCount: columnCount)
    }
  }

  /// The sum of each row at `values`, one for each column.
  public func sums(at values: [Double]) -> [Double] {
    (0..<rowStarts.count - 1).map { row in
      (Int(rowStarts[row])..<Int(rowStarts[row + 1])).reduce(0) { $0 + coefficients[$1] * values[Int(columns[$1])] }
    }
  }

  private static func starts(of rows: [Int32], rowCount: Int) -> [Int32] {
    var starts = [Int32](repeating: 0, count: rowCount + 1)
    for row in rows {
      starts[Int(row) + 1] += 1
    }
    for row in 0..<rowCount {
      starts[row + 1] += starts[row]
    }
    return starts
  }

  /// Counting sort by row, keeping the order within a row.
  private mutating func sort(_ entries: MatrixEntries) {
    var next = rowStarts
    for entry in 0..<entries.count {
      let row = Int(entries.rows[entry])
      let place = Int(next[row])
      next[row] += 1
      columns[place] = entries.columns[entry]
      coefficients[place] = entries.coefficients[entry]
    }
  }

  private func hasDuplicatesOrZeros(columnCount: Int) -> Bool {
    var rowLastSeen = [Int32](repeating: -1, count: columnCount)
    for row in 0..<(rowStarts.count - 1) {
      for entry in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        let column = Int(columns[entry])
        if coefficients[entry] == 0 || rowLastSeen[column] == Int32(row) { return true }
        rowLastSeen[column] = Int32(row)
      }
    }
    return false
  }

  private mutating func merge(columnCount: Int) {
    var placeOfColumn = [Int](repeating: -1, count: columnCount)
    var kept = 0
    for row in 0..<(rowStarts.count - 1) {
      let entries = Int(rowStarts[row])..<Int(rowStarts[row + 1])
      let rowStart = kept
      rowStarts[row] = Int32(rowStart)
      for entry in entries {
        let column = Int(columns[entry])
        if placeOfColumn[column] >= rowStart {
          coefficients[placeOfColumn[column]] += coefficients[entry]
        } else {
          placeOfColumn[column] = kept
          columns[kept] = columns[entry]
          coefficients[kept] = coefficients[entry]
          kept += 1
        }
      }
      kept = dropZeros(in: rowStart..<kept, forgettingIn: &placeOfColumn)
    }
    rowStarts[rowStarts.count - 1] = Int32(kept)
    columns.removeSubrange(kept...)
    coefficients.removeSubrange(kept...)
  }

  /// Closes the gaps that zeros leave in one row; returns where the row ends then.
  private mutating func dropZeros(in row: Range<Int>, forgettingIn placeOfColumn: inout [Int]) -> Int {
    var kept = row.lowerBound
    for entry in row {
      placeOfColumn[Int(columns[entry])] = -1
      guard coefficients[entry] != 0 else { continue }
      columns[kept] = columns[entry]
      coefficients[kept] = coefficients[entry]
      kept += 1
    }
    return kept
  }
}
