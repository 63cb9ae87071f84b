import GRDB

/// Sums over the rows of those tables whose values nothing else in the file vouches for: SQLite's pages carry no checksum, so that a
/// flipped bit in a number would just be another number.
///
/// Each row has a hash, and the hashes of a table's rows that belong to one series, or price curve, are added up in `row_sum`, in the
/// transaction that writes the row. Triggers of the writer's own connection do that; they are not part of the file. A sum does not
/// depend on the order of the rows, and taking a row out takes its hash out again.
struct RowSums: Sendable {
  /// A table and the columns that are hashed.
  struct Table: Sendable {
    let name: String
    /// Whole numbers, texts or null.
    let columns: [String]
    /// The column with the number of what the row belongs to; nil where all rows share a sum.
    var owner: String?
  }

  /// A sum that is not what its rows add up to.
  struct Wrong: Hashable {
    let table: String
    /// 0 where all rows share a sum.
    let owner: Int64
  }

  let tables: [Table]

  /// Sums are whole numbers of 62 bits, modulo 2^62, so that adding two never leaves SQLite's whole numbers.
  private static let mask: Int64 = 1 << 62 - 1
  private static let function = "row_hash"

  /// Makes the sums of a file that has none yet, and keeps them from now on in what `queue` writes.
  func attach(to queue: DatabaseQueue) throws {
    guard !tables.isEmpty else { return }
    try queue.inDatabase { db in
      db.add(
        function: DatabaseFunction(Self.function, pure: true) { values in
          var hash = Hash()
          for value in values { hash.add(value) }
          return hash.value
        })
      try db.execute(sql: "PRAGMA temp_store = MEMORY")
    }
    try queue.write { db in
      if try !Self.areMade(in: db) { try make(in: db) }
      for table in tables { try db.execute(sql: Self.triggers(table)) }
    }
  }

  /// Whether the sums have been made; else nothing can be said of the rows.
  static func areMade(in db: Database) throws -> Bool {
    guard try db.tableExists("row_sum") else { return false }
    return try Int.fetchOne(db, sql: "SELECT count(*) FROM row_sum") ?? 0 > 0
  }

  /// The sums that are wrong.
  func wrong(in db: Database) throws -> [Wrong] {
    guard try Self.areMade(in: db) else { return [] }
    var remembered: [Wrong: Int64] = [:]
    let rows = try Row.fetchCursor(db, sql: "SELECT name, owner, sum FROM row_sum")
    while let row = try rows.next() {
      remembered[Wrong(table: try row.text(0), owner: try row.integer(1))] = try row.integer(2)
    }
    var wrong: Set<Wrong> = []
    // A reader may meet an older layout.
    for table in tables where try db.tableExists(table.name) {
      for (owner, sum) in try Self.sums(of: table, in: db) {
        let key = Wrong(table: table.name, owner: owner)
        if remembered.removeValue(forKey: key) != sum { wrong.insert(key) }
      }
    }
    // Of what has no rows any more, or never had.
    for (key, sum) in remembered where sum != (key.table.isEmpty ? 1 : 0) { wrong.insert(key) }
    if remembered[Wrong(table: "", owner: 0)] == nil { wrong.insert(Wrong(table: "", owner: 0)) }
    return wrong.sorted { ($0.table, $0.owner) < ($1.table, $1.owner) }
  }

  private func make(in db: Database) throws {
    let insert = try db.cachedStatement(sql: "INSERT INTO row_sum (name, owner, sum) VALUES (?, ?, ?)")
    for table in tables {
      for (owner, sum) in try Self.sums(of: table, in: db).sorted(by: { $0.key < $1.key }) {
        try insert.execute(arguments: [table.name, owner, sum])
      }
    }
    // Says that they are made, also where there are no rows.
    try insert.execute(arguments: ["", 0, 1])
  }

  private static func sums(of table: Table, in db: Database) throws -> [Int64: Int64] {
    let columns = table.columns.map { "\"\($0)\"" }.joined(separator: ", ")
    let rows = try Row.fetchCursor(db, sql: "SELECT \(table.owner ?? "0"), \(columns) FROM \(table.name)")
    var sums: [Int64: Int64] = [:]
    while let row = try rows.next() {
      var hash = Hash()
      for column in table.columns.indices { hash.add(row[column + 1]) }
      let owner = try row.integer(0)
      sums[owner] = (sums[owner, default: 0] + hash.value) & mask
    }
    return sums
  }

  /// What `rows` add up to; each has its table's `columns`.
  static func sum(of rows: [[DatabaseValue]]) -> Int64 {
    rows.reduce(0) { sum, row in
      var hash = Hash()
      for value in row { hash.add(value) }
      return (sum + hash.value) & mask
    }
  }

  private static func triggers(_ table: Table) -> String {
    func add(_ row: String, _ sign: String) -> String {
      let values = table.columns.map { "\(row).\"\($0)\"" }.joined(separator: ", ")
      let owner = table.owner.map { "\(row).\($0)" } ?? "0"
      return """
        INSERT INTO row_sum (name, owner, sum) VALUES ('\(table.name)', \(owner), \(sign)\(function)(\(values)) & \(mask))
        ON CONFLICT (name, owner) DO UPDATE SET sum = (sum + excluded.sum) & \(mask);
        """
    }
    let (added, removed) = (add("NEW", ""), add("OLD", "-"))
    return [("INSERT", added), ("DELETE", removed), ("UPDATE", removed + added)].map { event, body in
      "CREATE TEMP TRIGGER sum_\(table.name)_\(event) AFTER \(event) ON main.\(table.name) BEGIN \(body) END;"
    }.joined(separator: "\n")
  }

  /// The hash of a row: FNV-1a over its values, eight bytes at a time, stirred after each (the finaliser of SplitMix64).
  private struct Hash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Its 62 bits.
    var value: Int64 { Int64(state & UInt64(mask)) }

    mutating func add(_ value: DatabaseValue) {
      switch value.storage {
      case .null: add(word: 0, kind: 0)
      case .int64(let number): add(word: UInt64(bitPattern: number), kind: 1)
      case .double(let number): add(word: number.bitPattern, kind: 2)
      case .string(let text): add(bytes: text.utf8, kind: 3)
      case .blob(let data): add(bytes: data, kind: 4)
      }
    }

    private mutating func add(bytes: some Sequence<UInt8>, kind: UInt64) {
      var count: UInt64 = 0
      for byte in bytes {
        add(word: UInt64(byte), kind: kind)
        count += 1
      }
      add(word: count, kind: kind)
    }

    private mutating func add(word: UInt64, kind: UInt64) {
      state = (state ^ word ^ kind << 56) &* 0x0000_0100_0000_01B3 &+ kind
      state = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ state >> 27) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
    }
  }
}

extension RowSums {
  /// Of a database of readings: what is not sealed, and what readings depend on. Chunks and journal have checksums, series and gaps are
  /// counted anew by a check.
  static let readings = RowSums(tables: [
    Table(name: "reading", columns: ["time", "series", "value"], owner: "series"),
    Table(name: "reading_conflict", columns: ["time", "series", "value", "received"], owner: "series"),
    Table(
      name: "correction", columns: ["series", "time", "received", "author", "reason", "value"], owner: "series"),
    Table(name: "original", columns: ["series", "time", "value"], owner: "series"),
    Table(
      name: "event", columns: ["device", "time", "series", "kind", "before", "after", "modulus"], owner: "series"),
    Table(name: "quarantine", columns: ["series", "time", "reason", "value", "registers"], owner: "series"),
    Table(name: "boot", columns: ["id", "name", "began", "source", "since"]),
    Table(
      name: "unplaced",
      columns: ["boot", "sequence", "instant", "device", "series", "kind", "value", "before", "modulus", "registers"],
      owner: "series"),
    Table(name: "ledger", columns: ["id", "settled_until", "rolled_until"]),
    Table(name: "stale", columns: ["day", "series"], owner: "series"),
    Table(name: "dropped", columns: ["series", "start", "until", "count"], owner: "series"),
  ])

  /// Of a community's database: all that was imported.
  static let community = RowSums(tables: history + people)

  private static let history = [
    Table(name: "import_run", columns: ["id", "file", "received", "rows", "size"]),
    Table(name: "interval_energy", columns: ["quarter", "series", "energy", "quality", "run"], owner: "series"),
    Table(
      name: "interval_energy_history", columns: ["id", "quarter", "series", "energy", "quality", "run", "replaced"],
      owner: "series"),
    Table(name: "interval_price", columns: ["quarter", "curve", "price", "run"], owner: "curve"),
    Table(name: "interval_price_history", columns: ["id", "quarter", "curve", "price", "run", "replaced"], owner: "curve"),
    Table(name: "settlement", columns: ["id", "month", "version", "state", "input", "created", "run"]),
    Table(name: "settlement_record", columns: ["settlement", "place", "member", "record"]),
    Table(name: "settlement_seal", columns: ["number", "settlement", "entry", "key", "signature"]),
  ]
}
