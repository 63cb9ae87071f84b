public import CommunityModel
import GRDB
public import MarketTime
public import Messages
public import Readings

/// Who is written to, and what they have agreed to. All that is personal of a member is in these tables and in the outbox, so that it can be erased.
extension CommunityDatabase {
  /// Keeps somebody who is written to, in place of what was known of them; consents are kept by themselves. An address that has changed has not
  /// bounced.
  ///
  /// - Parameter stopToken: by what they end it; the one that they have stays.
  /// - Throws: `ReadingStoreError.failed`.
  public func keep(_ recipient: Recipient, stopToken: String, at now: Timestamp) throws(ReadingStoreError) {
    try file.write { db in
      try db.execute(
        sql: """
          INSERT INTO person (member, name, language, frequency, neutral, stop_token, created) VALUES (?, ?, ?, ?, ?, ?, ?)
          ON CONFLICT (member) DO UPDATE SET name = excluded.name, language = excluded.language,
            frequency = excluded.frequency, neutral = excluded.neutral
          """,
        arguments: [
          recipient.member.text, recipient.name, recipient.language, recipient.frequency.rawValue,
          recipient.hasNeutralSubject ? 1 : 0, stopToken, now.milliseconds,
        ])
      let known = try Self.addresses(in: db, of: recipient.member)[recipient.member] ?? [:]
      for (channel, address) in recipient.addresses.sorted(by: { $0.key < $1.key }) where known[channel] != address {
        try db.execute(
          sql: """
            INSERT INTO contact (member, channel, address, changed, bounces) VALUES (?, ?, ?, ?, 0)
            ON CONFLICT (member, channel) DO UPDATE SET address = excluded.address, changed = excluded.changed, bounces = 0
            """, arguments: [recipient.member.text, channel, address, now.milliseconds])
      }
      for channel in known.keys.sorted() where recipient.addresses[channel] == nil {
        try db.execute(
          sql: "DELETE FROM contact WHERE member = ? AND channel = ?", arguments: [recipient.member.text, channel])
      }
    }
  }

  /// Everybody who is written to, in the order of their ids; only `member` where one is named.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func recipients(_ member: Member.ID? = nil) throws(ReadingStoreError) -> [Recipient] {
    try file.read { db in
      guard try db.tableExists("person") else { return [] }
      let addresses = try Self.addresses(in: db, of: member)
      let consents = try Self.consents(in: db, of: member)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT member, name, language, frequency, neutral, stop_token FROM person WHERE ? IS NULL OR member = ? ORDER BY member
          """, arguments: [member?.text, member?.text])
      return try rows.map { row in
        let member = Member.ID(try row.text(0))
        return Recipient(
          member: member, name: try row.text(1), language: try row.text(2),
          frequency: Frequency(rawValue: try row.text(3)) ?? .off, hasNeutralSubject: try row.integer(4) != 0,
          addresses: addresses[member] ?? [:], consents: consents[member] ?? [], stopToken: try row.text(5))
      }
    }
  }

  /// Notes that consents are asked for; `token` is what the link that gives them holds.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func request(
    _ purposes: [ConsentPurpose], of member: Member.ID, textVersion: String, token: String, at now: Timestamp
  ) throws(ReadingStoreError) {
    try file.write { db in
      for purpose in purposes {
        try db.execute(
          sql: "INSERT INTO consent (member, purpose, version, requested, token) VALUES (?, ?, ?, ?, ?)",
          arguments: [member.text, purpose.name, textVersion, now.milliseconds, token])
      }
    }
  }

  /// Gives what was asked for with `token`, once; whose consents to what these are. Nil where nothing is asked for with it.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func confirm(token: String, at now: Timestamp) throws(ReadingStoreError) -> (
    member: Member.ID, purposes: [ConsentPurpose]
  )? {
    try file.write { db in
      let condition = "token = ? AND given IS NULL AND withdrawn IS NULL"
      let rows = try Row.fetchAll(
        db, sql: "SELECT member, purpose FROM consent WHERE \(condition) ORDER BY id", arguments: [token])
      guard let first = rows.first else { return nil }
      try db.execute(
        sql: "UPDATE consent SET given = ?, means = 'link' WHERE \(condition)", arguments: [now.milliseconds, token])
      return (Member.ID(try first.text(0)), try rows.compactMap { ConsentPurpose(name: try $0.text(1)) })
    }
  }

  /// Keeps consents that were given otherwise, as on paper.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func give(
    _ purposes: [ConsentPurpose], of member: Member.ID, textVersion: String, means: String, at now: Timestamp
  ) throws(ReadingStoreError) {
    try file.write { db in
      for purpose in purposes {
        try db.execute(
          sql: "INSERT INTO consent (member, purpose, version, requested, given, means) VALUES (?, ?, ?, ?, ?, ?)",
          arguments: [member.text, purpose.name, textVersion, now.milliseconds, now.milliseconds, means])
      }
    }
  }

  /// Withdraws consents, also those only asked for; nil for all. What waits is not sent any more.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func withdraw(_ purposes: [ConsentPurpose]?, of member: Member.ID, at now: Timestamp) throws(ReadingStoreError) {
    try file.write { db in try Self.withdraw(purposes, of: member, at: now, in: db) }
  }

  /// Withdraws all consents to be written to of whoever has `stopToken`; nil where nobody has.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func stop(_ stopToken: String, at now: Timestamp) throws(ReadingStoreError) -> Member.ID? {
    try file.write { db in
      guard let text = try String.fetchOne(db, sql: "SELECT member FROM person WHERE stop_token = ?", arguments: [stopToken])
      else {
        return nil
      }
      let member = Member.ID(text)
      let channels = try Self.consents(in: db, of: member)[member, default: []].map(\.purpose).filter {
        if case .channel = $0 { true } else { false }
      }
      try Self.withdraw(channels, of: member, at: now, in: db)
      return member
    }
  }

  private static func withdraw(
    _ purposes: [ConsentPurpose]?, of member: Member.ID, at now: Timestamp, in db: Database
  ) throws {
    let all = try purposes ?? consents(in: db, of: member)[member, default: []].map(\.purpose)
    for purpose in Set(all) {
      try db.execute(
        sql: "UPDATE consent SET withdrawn = ? WHERE member = ? AND purpose = ? AND withdrawn IS NULL",
        arguments: [now.milliseconds, member.text, purpose.name])
      guard case .channel(let channel) = purpose else { continue }
      try db.execute(
        sql: """
          UPDATE outbox SET state = 'withdrawn', due = NULL, changed = ?, result = 'consent withdrawn'
          WHERE member = ? AND channel = ? AND state = 'waiting'
          """, arguments: [now.milliseconds, member.text, channel])
    }
  }

  // MARK: - Rows

  static func addresses(in db: Database, of member: Member.ID?) throws -> [Member.ID: [String: String]] {
    var addresses: [Member.ID: [String: String]] = [:]
    let rows = try Row.fetchAll(
      db, sql: "SELECT member, channel, address FROM contact WHERE ? IS NULL OR member = ?",
      arguments: [member?.text, member?.text])
    for row in rows { addresses[Member.ID(try row.text(0)), default: [:]][try row.text(1)] = try row.text(2) }
    return addresses
  }

  static func consents(in db: Database, of member: Member.ID?) throws -> [Member.ID: [Consent]] {
    var consents: [Member.ID: [Consent]] = [:]
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT member, purpose, version, requested, given, means, withdrawn FROM consent WHERE ? IS NULL OR member = ?
        ORDER BY id
        """, arguments: [member?.text, member?.text])
    for row in rows {
      guard let purpose = ConsentPurpose(name: try row.text(1)) else { continue }
      let member = Member.ID(try row.text(0))
      consents[member, default: []].append(
        Consent(
          member: member, purpose: purpose, textVersion: try row.text(2),
          requested: Timestamp(milliseconds: try row.integer(3)), given: row.time(4),
          means: String.fromDatabaseValue(row[5]), withdrawn: row.time(6)))
    }
    return consents
  }
}

extension Row {
  /// The time in column `position`; nil where there is none.
  func time(_ position: Int) -> Timestamp? {
    Int64.fromDatabaseValue(self[position]).map { Timestamp(milliseconds: $0) }
  }
}
