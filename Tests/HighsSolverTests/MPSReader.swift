import Foundation
import LinearOptimization

/// Reads free-format MPS, the solvers' common text format, as far as the reference models use it.
///
/// Sections ROWS, COLUMNS (with integer markers), RHS, RANGES, BOUNDS, and ENDATA; fields apart by blanks, no blanks in names.
/// The right-hand side of the objective row is minus the objective's constant.
struct MPSReader {
  /// Why a file was not read, with the line.
  struct Failure: Error {
    let line: Int
    let reason: String
  }

  private struct Row {
    var kind: Substring.UTF8View.Element
    var rightHandSide = 0.0
    var range: Double?
    var terms: [(column: Int, coefficient: Double)] = []

    var bounds: RowBounds {
      switch (kind, range) {
      case (UInt8(ascii: "L"), let range): .between(range.map { rightHandSide - abs($0) } ?? -.infinity, rightHandSide)
      case (UInt8(ascii: "G"), let range): .between(rightHandSide, range.map { rightHandSide + abs($0) } ?? .infinity)
      case (_, let range?) where range < 0: .between(rightHandSide + range, rightHandSide)
      case (_, let range?): .between(rightHandSide, rightHandSide + range)
      case (_, nil): .equal(rightHandSide)
      }
    }
  }

  private struct Column {
    var cost = 0.0
    var lower = 0.0
    var upper = Double.infinity
    var isInteger: Bool
  }

  private var rows: [Row] = []
  private var rowIndexes: [String: Int] = [:]
  private var columns: [Column] = []
  private var columnIndexes: [String: Int] = [:]
  private var objectiveRow = ""
  private var constant = 0.0
  private var isInteger = false
  private var section = ""
  private var line = 0

  /// The model in the text of an MPS file.
  /// - Throws: `Failure` with the line that was not understood.
  static func model(from text: Data) throws -> LinearModel {
    var reader = MPSReader()
    for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      try reader.read(line)
    }
    return reader.model
  }

  private var model: LinearModel {
    var model = LinearModel()
    for column in columns {
      _ = model.addVariable(
        lower: column.lower, upper: column.upper, cost: column.cost, domain: column.isInteger ? .integer : .continuous)
    }
    for row in rows {
      model.addConstraint(row.bounds, row.terms.map { Term($0.coefficient, Variable(index: $0.column)) })
    }
    model.addOffset(constant)
    return model
  }

  private mutating func read(_ bytes: Data) throws {
    line += 1
    let fields = bytes.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard let first = fields.first, !first.hasPrefix("*") else { return }
    guard bytes.first == UInt8(ascii: " ") else {
      section = first
      return
    }
    switch section {
    case "ROWS": try readRow(fields)
    case "COLUMNS": try readColumn(fields)
    case "RHS": try readPairs(fields) { try $0.setRightHandSide(of: $1, to: $2) }
    case "RANGES": try readPairs(fields) { $0.rows[try $0.row($1)].range = $2 }
    case "BOUNDS": try readBound(fields)
    default: throw failure("section \(section) is not known")
    }
  }

  private mutating func readRow(_ fields: [String]) throws {
    guard fields.count == 2, let kind = fields[0].utf8.first else { throw failure("a row is a kind and a name") }
    if kind == UInt8(ascii: "N") {
      objectiveRow = fields[1]
    } else {
      rowIndexes[fields[1]] = rows.count
      rows.append(Row(kind: kind))
    }
  }

  private mutating func readColumn(_ fields: [String]) throws {
    if fields.count == 3, fields[1] == "'MARKER'" {
      isInteger = fields[2] == "'INTORG'"
      return
    }
    let column: Int
    if let known = columnIndexes[fields[0]] {
      column = known
    } else {
      column = columns.count
      columnIndexes[fields[0]] = column
      columns.append(Column(isInteger: isInteger))
    }
    try readPairs(fields) { reader, row, coefficient in
      if row == reader.objectiveRow {
        reader.columns[column].cost = coefficient
      } else {
        reader.rows[try reader.row(row)].terms.append((column, coefficient))
      }
    }
  }

  /// Fields after the first come in pairs of a row's name and a number.
  private mutating func readPairs(_ fields: [String], _ use: (inout Self, String, Double) throws -> Void) throws {
    guard fields.count == 3 || fields.count == 5 else { throw failure("expected one or two pairs of name and number") }
    for field in stride(from: 1, to: fields.count, by: 2) {
      try use(&self, fields[field], try number(fields[field + 1]))
    }
  }

  private mutating func setRightHandSide(of row: String, to value: Double) throws {
    if row == objectiveRow {
      constant = -value
    } else {
      rows[try self.row(row)].rightHandSide = value
    }
  }

  private mutating func readBound(_ fields: [String]) throws {
    guard fields.count >= 3, let column = columnIndexes[fields[2]] else { throw failure("a bound names no known column") }
    switch (fields[0], fields.count) {
    case ("UP", 4): columns[column].upper = try number(fields[3])
    case ("LO", 4): columns[column].lower = try number(fields[3])
    case ("FX", 4):
      columns[column].lower = try number(fields[3])
      columns[column].upper = columns[column].lower
    case ("FR", 3): columns[column].lower = -.infinity
    case ("MI", 3): columns[column].lower = -.infinity
    case ("PL", 3): columns[column].upper = .infinity
    case ("BV", 3):
      columns[column].upper = 1
      columns[column].isInteger = true
    default: throw failure("bound \(fields[0]) is not known")
    }
  }

  private func row(_ name: String) throws -> Int {
    guard let index = rowIndexes[name] else { throw failure("row \(name) is not known") }
    return index
  }

  private func number(_ text: String) throws -> Double {
    guard let value = Double(text) else { throw failure("\(text) is no number") }
    return value
  }

  private func failure(_ reason: String) -> Failure { Failure(line: line, reason: reason) }
}
