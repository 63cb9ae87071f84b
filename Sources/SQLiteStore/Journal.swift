import Foundation
import GRDB
import SealedColumns

/// The table of batches: readings in the order in which they came, not sealed yet.
///
/// A batch is one append, or its part that is not late. Where the readings of a batch lie before `settledUntil` they have been sealed
/// since and count no longer; a chain of batches goes when all of its readings have been sealed.
struct Journal {
  private let db: Database

  /// The journal of `db`.
  init(_ db: Database) { self.db = db }

  /// Keeps `batch` behind the others.
  func append(_ batch: [UInt8]) throws {
    try db.cachedStatement(sql: "INSERT INTO journal (batch) VALUES (?)").execute(arguments: [Data(batch)])
  }

  /// Hands out every reading in the order of arrival, those that have been sealed since too.
  func forEach(_ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void) throws {
    var decoder = BatchDecoder()
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT batch FROM journal ORDER BY id"))
    while let row = try rows.next() { _ = try Self.decode(row, at: 0, with: &decoder, body) }
  }

  /// Forgets every chain whose readings are all before `time`.
  func drop(before time: Int64) throws {
    var decoder = BatchDecoder()
    var chains: [(first: Int64, last: Int64, end: Int64)] = []
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT id, batch FROM journal ORDER BY id"))
    while let row = try rows.next() {
      let id = try row.integer(0)
      var end = Int64.min
      let isFirst = try Self.decode(row, at: 1, with: &decoder) { time, _, _ in end = max(end, time) }
      if isFirst { chains.append((id, id, end)) }
      guard !isFirst, let chain = chains.indices.last else { continue }
      chains[chain].last = id
      chains[chain].end = max(chains[chain].end, end)
    }
    for chain in chains where chain.end < time {
      try db.execute(sql: "DELETE FROM journal WHERE id >= ? AND id <= ?", arguments: [chain.first, chain.last])
    }
  }

  /// How many bytes the batches have.
  func size() throws -> Int { try Int.fetchOne(db, sql: "SELECT total(length(batch)) FROM journal") ?? 0 }

  private static func decode(
    _ row: Row, at column: Int, with decoder: inout BatchDecoder, _ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void
  ) throws -> Bool {
    try row.withUnsafeData(atIndex: column) { data in
      guard let data else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a batch is missing") }
      return try data.withUnsafeBytes { bytes in try decoder.decode(bytes, body) }
    }
  }
}
