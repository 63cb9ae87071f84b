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

  /// The newest chain.
  private struct Newest {
    let number: Int64
    /// ms; no reading of the chains before is later.
    let earlier: Int64
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
    let begin = try db.cachedStatement(
      sql: "INSERT INTO journal (chain, earlier, last, batch) VALUES (0, (SELECT coalesce(max(last), ?) FROM journal), ?, ?)")
    if isFirst {
      try begin.execute(arguments: [Int64.min, last, Data(batch)])
      try db.execute(sql: "UPDATE journal SET chain = id WHERE id = last_insert_rowid()")
    } else {
      try insert.execute(arguments: [last, Data(batch)])
    }
  }

  /// Hands out every reading at or after `time` in the order of arrival.
  func forEach(from time: Int64, _ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void) throws {
    try forEachGroup(from: time) { instant, series, values in
      for (number, value) in zip(series, values) { body(instant, number, value) }
    }
  }

  private func forEachGroup(from time: Int64, _ body: (Int64, [Int64], UnsafeBufferPointer<Int64>) -> Void) throws {
    for chain in try chains() where chain.last >= time {
      try read(chain.number) { instant, series, values in if instant >= time { body(instant, series, values) } }
    }
  }

  /// The samples at or after `time` of the series for which `isWanted`, each series in the order of time.
  func samples(from time: Int64, of isWanted: (Int64) -> Bool) throws -> [Int64: [Sample]] {
    var gathered = GatheredSamples()
    try forEachGroup(from: time) { gathered.take($0, $1, $2, of: isWanted) }
    return gathered.ordered()
  }

  /// The last sample of every series from `first` to `last`, by the series' number. Begins with the newest chain, and ends where no
  /// older one can have a later sample of any of the `wanted` series.
  func latest(of wanted: some Collection<Int64>, from first: Int64, through last: Int64) throws -> [Sample?] {
    var latest = LatestSamples(upTo: wanted.max() ?? 0)
    func isDone(_ earlier: Int64) -> Bool {
      earlier < first || wanted.allSatisfy { latest.samples[Int($0)].map { $0.time.milliseconds >= earlier } ?? false }
    }
    guard let newest = try newest() else { return latest.samples }
    func read(_ chain: Int64) throws {
      try self.read(chain) { time, series, values in
        if time >= first, time <= last { latest.take(time, series, values) }
      }
    }
    try read(newest.number)
    if isDone(newest.earlier) { return latest.samples }
    let others = try chains().filter { $0.number != newest.number && $0.last >= first }
    for chain in others.sorted(by: { ($0.last, $0.number) > ($1.last, $1.number) }) {
      if isDone(chain.last) { break }
      try read(chain.number)
    }
    return latest.samples
  }

  /// Forgets every chain whose readings are all before `time`.
  func drop(before time: Int64) throws {
    for chain in try chains() where chain.last < time {
      try db.execute(sql: "DELETE FROM journal WHERE chain = ?", arguments: [chain.number])
    }
  }

  /// How many bytes the batches have.
  func size() throws -> Int { try Int.fetchOne(db, sql: "SELECT total(length(batch)) FROM journal") ?? 0 }

  private func newest() throws -> Newest? {
    let statement = try db.cachedStatement(
      sql: """
        SELECT id, earlier FROM journal WHERE id = (SELECT chain FROM journal ORDER BY id DESC LIMIT 1)
        """)
    guard let row = try Row.fetchOne(statement) else { return nil }
    // Chains of older layouts say nothing.
    return Newest(number: try row.integer(0), earlier: row.integerIfAny(1) ?? .max)
  }

  /// The chains in the order of arrival.
  private func chains() throws -> [Chain] {
    try Row.fetchAll(db.cachedStatement(sql: "SELECT chain, max(last) FROM journal GROUP BY chain ORDER BY chain"))
      .map { Chain(number: try $0.integer(0), last: try $0.integer(1)) }
  }

  private func read(
    _ chain: Int64, _ body: (_ time: Int64, _ series: [Int64], _ values: UnsafeBufferPointer<Int64>) -> Void
  ) throws {
    var decoder = BatchDecoder()
    let rows = try Row.fetchCursor(
      db.cachedStatement(sql: "SELECT chain, batch FROM journal WHERE id >= ? ORDER BY id"), arguments: [chain])
    // A chain's batches follow each other.
    while let row = try rows.next(), try row.integer(0) == chain {
      try row.withUnsafeData(atIndex: 1) { data in
        guard let data else {
          throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a batch is missing")
        }
        _ = try data.withUnsafeBytes { bytes in try decoder.decodeGroups(bytes, body) }
      }
    }
  }
}

/// The last sample of each series among those taken, by the series' number.
private struct LatestSamples {
  private(set) var samples: [Sample?]

  init(upTo number: Int64) { samples = Array(repeating: nil, count: Int(number) + 1) }

  /// Takes `values` of `series`, in ascending order, at `time`.
  mutating func take(_ time: Int64, _ series: [Int64], _ values: UnsafeBufferPointer<Int64>) {
    guard let highest = series.last else { return }
    if highest >= samples.count { samples.append(contentsOf: repeatElement(nil, count: Int(highest) + 1 - samples.count)) }
    let moment = Timestamp(milliseconds: time)
    for (number, value) in zip(series, values) {
      if let known = samples[Int(number)], known.time > moment { continue }
      samples[Int(number)] = Sample(at: moment, value: value)
    }
  }
}

/// The samples of some series, each as they come.
private struct GatheredSamples {
  // A place for each number beats looking it up for each reading; -1 for those that nobody wants.
  private var places: [Int] = []
  private var numbers: [Int64] = []
  private var found: [[Sample]] = []

  /// Takes `values` of `series`, in ascending order, at `time`.
  mutating func take(
    _ time: Int64, _ series: [Int64], _ values: UnsafeBufferPointer<Int64>, of isWanted: (Int64) -> Bool
  ) {
    while series.last ?? 0 >= places.count {
      let number = Int64(places.count)
      let isWanted = isWanted(number)
      places.append(isWanted ? found.count : -1)
      guard isWanted else { continue }
      numbers.append(number)
      found.append([])
    }
    let moment = Timestamp(milliseconds: time)
    for (number, value) in zip(series, values) {
      let place = places[Int(number)]
      if place >= 0 { found[place].append(Sample(at: moment, value: value)) }
    }
  }

  /// Each series in the order of time, without those of which there is nothing.
  consuming func ordered() -> [Int64: [Sample]] {
    var samples: [Int64: [Sample]] = [:]
    for (number, var found) in zip(numbers, found) where !found.isEmpty {
      if !found.isOrdered { found.sort { $0.time < $1.time } }
      samples[number] = found
    }
    return samples
  }
}
