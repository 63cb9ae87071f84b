import Foundation
import GRDB
import MarketTime
import Readings
import SealedColumns

/// The table of batches: readings in the order in which they came, not sealed yet.
///
/// A batch is one append, or its part that is not late. Where the readings of a batch lie before `settledUntil` they have been sealed
/// since and count no longer; a chain of batches goes when all of its readings have been sealed.
struct Journal {
  /// Batches that can only be read together.
  private struct Chain {
    /// The `id` of its first batch.
    let number: Int64
    /// When the last of its readings was taken, ms.
    let last: Int64
  }

  private let db: Database

  /// The journal of `db`.
  init(_ db: Database) { self.db = db }

  /// Keeps `batch`, whose last reading was taken at `last`, behind the others.
  ///
  /// - Parameter isFirst: whether it begins a chain.
  func append(_ batch: [UInt8], last: Int64, isFirst: Bool) throws {
    let insert = try db.cachedStatement(
      sql: "INSERT INTO journal (chain, last, batch) VALUES ((SELECT chain FROM journal ORDER BY id DESC LIMIT 1), ?, ?)")
    let begin = try db.cachedStatement(sql: "INSERT INTO journal (chain, last, batch) VALUES (0, ?, ?)")
    try (isFirst ? begin : insert).execute(arguments: [last, Data(batch)])
    if isFirst { try db.execute(sql: "UPDATE journal SET chain = id WHERE id = last_insert_rowid()") }
  }

  /// Hands out every reading at or after `time` in the order of arrival.
  func forEach(from time: Int64, _ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void) throws {
    for chain in try chains() where chain.last >= time {
      try read(chain) { instant, series, value in if instant >= time { body(instant, series, value) } }
    }
  }

  /// The samples at or after `time` of the series for which `isWanted`, each series in the order of time.
  func samples(from time: Int64, of isWanted: (Int64) -> Bool) throws -> [Int64: [Sample]] {
    // A place for each number beats looking it up for each reading; -1 for those that nobody wants.
    var places: [Int] = []
    var numbers: [Int64] = []
    var found: [[Sample]] = []
    try forEach(from: time) { instant, series, value in
      while series >= places.count {
        let number = Int64(places.count)
        let isWanted = isWanted(number)
        places.append(isWanted ? found.count : -1)
        guard isWanted else { continue }
        numbers.append(number)
        found.append([])
      }
      let place = places[Int(series)]
      if place >= 0 { found[place].append(Sample(at: Timestamp(milliseconds: instant), value: value)) }
    }
    var samples: [Int64: [Sample]] = [:]
    for (place, number) in numbers.enumerated() where !found[place].isEmpty {
      if !found[place].isOrdered { found[place].sort { $0.time < $1.time } }
      samples[number] = found[place]
    }
    return samples
  }

  /// The last sample of every series from `first` to `last`. Begins with the newest chain, and ends where no older one can have a
  /// later sample of any of the `wanted` series.
  func latest(of wanted: Set<Int64>, from first: Int64, through last: Int64) throws -> [Int64: Sample] {
    var latest: [Int64: Sample] = [:]
    for chain in try chains().sorted(by: { ($0.last, $0.number) > ($1.last, $1.number) }) where chain.last >= first {
      if latest.count == wanted.count, latest.values.allSatisfy({ $0.time.milliseconds >= chain.last }) { break }
      try read(chain) { time, series, value in
        guard time >= first, time <= last, time >= latest[series]?.time.milliseconds ?? .min else { return }
        latest[series] = Sample(at: Timestamp(milliseconds: time), value: value)
      }
    }
    return latest
  }

  /// Forgets every chain whose readings are all before `time`.
  func drop(before time: Int64) throws {
    for chain in try chains() where chain.last < time {
      try db.execute(sql: "DELETE FROM journal WHERE chain = ?", arguments: [chain.number])
    }
  }

  /// How many bytes the batches have.
  func size() throws -> Int { try Int.fetchOne(db, sql: "SELECT total(length(batch)) FROM journal") ?? 0 }

  /// The chains in the order of arrival.
  private func chains() throws -> [Chain] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT chain, max(last) FROM journal GROUP BY chain ORDER BY chain"))
      .map { Chain(number: try $0.integer(0), last: try $0.integer(1)) }
  }

  private func read(_ chain: Chain, _ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void) throws {
    var decoder = BatchDecoder()
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT chain, batch FROM journal WHERE id >= ? ORDER BY id"), arguments: [chain.number])
    // A chain's batches follow each other.
    while let row = try rows.next(), try row.integer(0) == chain.number {
      try row.withUnsafeData(atIndex: 1) { data in
        guard let data else {
          throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a batch is missing")
        }
        _ = try data.withUnsafeBytes { bytes in try decoder.decode(bytes, body) }
      }
    }
  }
}
