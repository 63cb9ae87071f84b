import Foundation

/// A CSV file without quotes, as the reference community's are.
struct CSVTable {
  /// Names of the columns.
  let header: [String]
  /// The rows, each with as many cells as the header.
  let rows: [[String]]

  /// Reads a text.
  init(_ text: String) throws {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    header = lines.first ?? []
    rows = Array(lines.dropFirst())
    for row in rows where row.count != header.count { throw Ragged(row: row) }
  }

  /// The number of a column.
  func column(_ name: String) throws -> Int {
    guard let column = header.firstIndex(of: name) else { throw Checkout.Missing(what: "column \(name)", hint: "\(header)") }
    return column
  }

  /// The cells of a column.
  subscript(name: String) -> [String] {
    get throws {
      let column = try column(name)
      return rows.map { $0[column] }
    }
  }

  /// A row that does not fit the header.
  struct Ragged: Error {
    let row: [String]
  }
}

/// A decimal number as a whole number of its `digits`-th decimals: `1.25` with three digits is 1250; nil for anything else.
func decimal(_ text: String, digits: Int) -> Int64? {
  let isNegative = text.hasPrefix("-")
  let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
  guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
  let decimals = parts.count == 2 ? String(parts[1]) : ""
  guard decimals.count <= digits else { return nil }
  let number = Int64(parts[0] + decimals + String(repeating: "0", count: digits - decimals.count))
  return number.map { isNegative ? -$0 : $0 }
}
