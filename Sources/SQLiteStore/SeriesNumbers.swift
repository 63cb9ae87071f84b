import CommunityModel
import GRDB
import Readings
import SealedColumns

/// The numbers by which a file's tables name series.
struct SeriesNumbers {
  private let db: Database
  /// The numbers known so far.
  private(set) var known: [SeriesKey: Int64]

  /// Numbers in `db`, of which `known` have been read before.
  init(_ db: Database, known: [SeriesKey: Int64] = [:]) {
    self.db = db
    self.known = known
  }

  /// The number of `key`, a new one where it has none.
  mutating func number(of key: SeriesKey) throws -> Int64 {
    if let number = known[key] { return number }
    let insert = try db.cachedStatement(sql: "INSERT INTO series (point, channel) VALUES (?, ?) ON CONFLICT DO NOTHING")
    try insert.execute(arguments: [key.point.text, key.channel.rawValue])
    let select = try db.cachedStatement(sql: "SELECT id FROM series WHERE point = ? AND channel = ?")
    guard let number = try Int64.fetchOne(select, arguments: [key.point.text, key.channel.rawValue]), Self.isNumber(number)
    else {
      throw DatabaseError(
        resultCode: .SQLITE_CORRUPT,
        message: "the file is damaged: series \(key.point.text) \(key.channel.rawValue) has no number")
    }
    known[key] = number
    return number
  }

  /// The point of every series of the file; see `points(in:)`.
  func points() throws -> [Int64: Int64] { try Self.points(in: db) }

  /// Whether a series can have this number: a table of so many places is made on the word of a row.
  static func isNumber(_ number: Int64) -> Bool { (1...BatchGroup.largestSeries).contains(number) }

  private static let isNumber = "id BETWEEN 1 AND \(BatchGroup.largestSeries)"

  /// Every series of the file by its number, without those of channels that this program does not know, and without what damage has
  /// made of a number.
  static func all(in db: Database) throws -> [Int64: SeriesKey] {
    var keys: [Int64: SeriesKey] = [:]
    let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT id, point, channel FROM series WHERE \(isNumber)"))
    while let row = try rows.next() {
      guard let channel = Channel(rawValue: try row.text(2)) else { continue }
      keys[try row.integer(0)] = SeriesKey(MeteringPoint.ID(try row.text(1)), channel)
    }
    return keys
  }

  /// The point of every series of the file: the smallest number among the series of its metering point. What damage has made of a
  /// number is left out.
  static func points(in db: Database) throws -> [Int64: Int64] {
    var points: [Int64: Int64] = [:]
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT id, min(id) OVER (PARTITION BY point) FROM series WHERE \(isNumber)"))
    while let row = try rows.next() { points[try row.integer(0)] = try row.integer(1) }
    return points
  }
}

/// The series of a file, read once for many questions.
struct SeriesCatalog: Sendable {
  /// By their numbers, without those of channels that this program does not know.
  let keys: [Int64: SeriesKey]
  /// Their numbers.
  let numbers: [SeriesKey: Int64]
  /// The point of each: the smallest number among the series of its metering point.
  let points: [Int64: Int64]
  /// Series are only ever added, or erased and then fewer.
  private let count: Int64
  private let last: Int64

  /// Those of `db`.
  ///
  /// - Parameter known: what was read before; taken where it is still true.
  init(_ db: Database, known: SeriesCatalog? = nil) throws {
    let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT count(*), coalesce(max(id), 0) FROM series"))
    let (count, last) = (try row?.integer(0) ?? 0, try row?.integer(1) ?? 0)
    if let known, known.count == count, known.last == last {
      self = known
      return
    }
    (self.count, self.last) = (count, last)
    keys = try SeriesNumbers.all(in: db)
    // Each stands there once, where the table's index is whole.
    numbers = Dictionary(keys.map { ($1, $0) }, uniquingKeysWith: min)
    points = try SeriesNumbers.points(in: db)
  }
}
