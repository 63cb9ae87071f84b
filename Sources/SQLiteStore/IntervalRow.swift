import GRDB

/// A row of quarter, series, energy and quality, read column by column without a detour over values of any kind: of a long scan that is what
/// takes most of the time.
struct IntervalRow: DatabaseValueConvertible, StatementColumnConvertible {
  let quarter: Int64
  let series: Int64
  let energy: Int64
  let quality: Int64
  /// Whether all four are whole numbers, as in a file that is not damaged.
  private let isWhole: Bool

  init(sqliteStatement: SQLiteStatement, index: CInt) {
    var isWhole = true
    func integer(_ position: CInt) -> Int64 {
      guard case .int64(let number) = DatabaseValue(sqliteStatement: sqliteStatement, index: index + position).storage else {
        isWhole = false
        return 0
      }
      return number
    }
    (quarter, series, energy, quality) = (integer(0), integer(1), integer(2), integer(3))
    self.isWhole = isWhole
  }

  /// The row, where it is one.
  ///
  /// - Throws: `DatabaseError` where damage has made something else of a number.
  func checked() throws -> IntervalRow {
    guard isWhole else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a number is missing") }
    return self
  }

  /// Rows are only read.
  var databaseValue: DatabaseValue { quarter.databaseValue }
  /// One value is no row.
  static func fromDatabaseValue(_: DatabaseValue) -> IntervalRow? { nil }
}
