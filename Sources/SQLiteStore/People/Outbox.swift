public import CommunityModel
import Foundation
import GRDB
public import MarketTime
public import Messages
public import Readings

/// A delivery as the outbox knows it.
public struct OutboxEntry: Sendable, Equatable {
  /// Its number in the file.
  public let number: Int64
  /// What makes it the same one.
  public let key: DeliveryKey
  /// By what the other side knows it; see `DeliveryKey.mark(in:)`.
  public let mark: String
  /// Where it stands.
  public let state: DeliveryState
  /// When it was put here.
  public let created: Timestamp
  /// When it is tried next; nil where it is not tried any more.
  public let due: Timestamp?
  /// How often it has been tried.
  public let attempts: Int
  /// How many of these may have arrived, though nobody said so.
  public let doubtful: Int
  /// When its state changed last.
  public let changed: Timestamp
  /// What the other side said, or what went wrong.
  public let result: String?
}

/// A delivery that is being made: the message, and whose address it goes to, found together.
public struct ClaimedDelivery: Sendable, Equatable {
  /// The delivery.
  public let entry: OutboxEntry
  /// How the member is called.
  public let name: String
  /// The member's address on the channel.
  public let address: String
  /// By what the member ends it.
  public let stopToken: String
  /// What is sent.
  public let message: Message
}

/// A message on its way into the outbox.
public struct OutboxLetter: Sendable {
  /// What makes it the same one.
  public let key: DeliveryKey
  /// What is sent.
  public let message: Message
  /// Not before this time.
  public let due: Timestamp

  /// A letter; see the properties.
  public init(key: DeliveryKey, message: Message, due: Timestamp) {
    self.key = key
    self.message = message
    self.due = due
  }
}

extension CommunityDatabase {
  /// Puts letters into the outbox, all or none; one whose key is there already is left out. How many are new.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func enqueue(
    _ letters: [OutboxLetter], in community: Community.ID, at now: Timestamp
  ) throws(ReadingStoreError) -> Int {
    try file.write { db in
      var added = 0
      for letter in letters {
        let (key, message) = (letter.key, letter.message)
        try db.cachedStatement(
          sql: """
            INSERT INTO outbox (member, day, channel, kind, copy, mark, state, created, due, attempts, doubtful, changed)
            VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, 0, 0, ?) ON CONFLICT DO NOTHING
            """
        ).execute(arguments: [
          key.member.text, "\(key.day)", key.channel, key.kind.rawValue, key.copy, key.mark(in: community), now.milliseconds,
          letter.due.milliseconds, now.milliseconds,
        ])
        guard db.changesCount > 0 else { continue }
        added += 1
        let number = db.lastInsertedRowID
        try db.cachedStatement(
          sql: "INSERT INTO outbox_message (outbox, language, subject, text, html, chat) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [number, message.language, message.subject, message.text, message.html, message.chat])
        for (place, picture) in message.pictures.enumerated() {
          try db.cachedStatement(sql: "INSERT INTO outbox_picture (outbox, place, content_id, png) VALUES (?, ?, ?, ?)")
            .execute(arguments: [number, place, picture.contentID, Data(picture.png)])
        }
      }
      return added
    }
  }

  /// Takes back what a pass before this one left in the middle of being handed over, as when it was killed: it may have arrived. Call it once, when
  /// a pass begins; nobody else can be sending, since a file has one writer.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func takeBackUnfinished(at now: Timestamp) throws(ReadingStoreError) -> Int {
    try file.write { db in
      try db.execute(
        sql: """
          UPDATE outbox SET state = 'waiting', due = ?, doubtful = doubtful + 1, changed = ?, result = 'interrupted'
          WHERE state = 'sending'
          """, arguments: [now.milliseconds, now.milliseconds])
      return db.changesCount
    }
  }

  /// Takes the next delivery that is due: finds the message, the member's address and whether they still want it in one transaction, and marks it
  /// as being handed over. What nobody wants any more, or has come back three times, is called off on the way.
  ///
  /// - Parameters:
  ///   - members: Who belongs to the community; nobody else is written to.
  ///   - channels: Only these.
  ///   - mark: Only the one of this mark.
  /// - Returns: nil where nothing is due.
  /// - Throws: `ReadingStoreError.failed`.
  public func claim(
    at now: Timestamp, members: Set<Member.ID>, channels: Set<String>, only mark: String? = nil
  ) throws(ReadingStoreError) -> ClaimedDelivery? {
    try file.write { db in
      let marks = databaseQuestionMarks(count: channels.count)
      while let row = try Row.fetchOne(
        db,
        sql: """
          SELECT \(Self.columns) FROM outbox WHERE state = 'waiting' AND due <= ? AND channel IN (\(marks))
            AND (? IS NULL OR mark = ?) ORDER BY due, id LIMIT 1
          """,
        arguments: StatementArguments([now.milliseconds]) + StatementArguments(channels.sorted())
          + StatementArguments([mark, mark]))
      {
        let entry = try Self.entry(row)
        if let claimed = try Self.claim(entry, at: now, isMember: members.contains(entry.key.member), in: db) { return claimed }
      }
      return nil
    }
  }

  private static func claim(
    _ entry: OutboxEntry, at now: Timestamp, isMember: Bool, in db: Database
  ) throws -> ClaimedDelivery? {
    func callOff(_ reason: String) throws -> ClaimedDelivery? {
      try db.execute(
        sql: "UPDATE outbox SET state = 'withdrawn', due = NULL, changed = ?, result = ? WHERE id = ?",
        arguments: [now.milliseconds, reason, entry.number])
      return nil
    }
    let key = entry.key
    guard isMember else { return try callOff("no member any more") }
    guard
      let contact = try Row.fetchOne(
        db,
        sql: """
          SELECT address, bounces, name, stop_token FROM contact JOIN person ON person.member = contact.member
          WHERE contact.member = ? AND channel = ?
          """, arguments: [key.member.text, key.channel])
    else { return try callOff("no address any more") }
    guard try contact.integer(1) < 3 else { return try callOff("the address has bounced three times") }
    let needed = key.kind.consents(for: key.channel)
    if !needed.isEmpty {
      let given = try consents(in: db, of: key.member)[key.member] ?? []
      guard needed.allSatisfy({ purpose in given.last { $0.purpose == purpose }?.holds == true }) else {
        return try callOff("no consent")
      }
    }
    guard let message = try message(entry, in: db) else { return try callOff("the message has been deleted") }
    try db.execute(
      sql: "UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed = ? WHERE id = ?",
      arguments: [now.milliseconds, entry.number])
    return ClaimedDelivery(
      entry: entry, name: try contact.text(2), address: try contact.text(0), stopToken: try contact.text(3), message: message)
  }

  /// Notes how a claimed delivery ended.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func conclude(
    _ entry: OutboxEntry, _ state: DeliveryState, due: Timestamp?, result: DeliveryResult, at now: Timestamp
  ) throws(ReadingStoreError) {
    let isDoubtful = if case .doubtful = result { 1 } else { 0 }
    try file.write { db in
      try db.execute(
        sql: "UPDATE outbox SET state = ?, due = ?, doubtful = doubtful + ?, changed = ?, result = ? WHERE id = ?",
        arguments: [state.rawValue, due?.milliseconds, isDoubtful, now.milliseconds, result.words, entry.number])
    }
  }

  /// Notes that the mail with `mark` has come back; whose it was. Nil where the outbox does not know it.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func noteBounce(
    mark: String, isPermanent: Bool, reason: String, at now: Timestamp
  ) throws(ReadingStoreError) -> Member.ID? {
    try file.write { db in
      guard
        let row = try Row.fetchOne(db, sql: "SELECT member, channel, state FROM outbox WHERE mark = ?", arguments: [mark])
      else { return nil }
      let member = try row.text(0)
      guard try row.text(2) != DeliveryState.bounced.rawValue else { return Member.ID(member) }
      try db.execute(
        sql: "UPDATE outbox SET state = 'bounced', due = NULL, changed = ?, result = ? WHERE mark = ?",
        arguments: [now.milliseconds, reason, mark])
      if isPermanent {
        try db.execute(
          sql: "UPDATE contact SET bounces = bounces + 1 WHERE member = ? AND channel = ?",
          arguments: [member, try row.text(1)])
      }
      return Member.ID(member)
    }
  }

  /// The deliveries, the newest day first; only of `member` and of `day` where these are named.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func outbox(
    of member: Member.ID? = nil, day: LocalDay? = nil
  ) throws(ReadingStoreError) -> [OutboxEntry] {
    try file.read { db in
      guard try db.tableExists("outbox") else { return [] }
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT \(Self.columns) FROM outbox WHERE (? IS NULL OR member = ?) AND (? IS NULL OR day = ?)
          ORDER BY day DESC, member, channel, kind, copy
          """, arguments: [member?.text, member?.text, day.map { "\($0)" }, day.map { "\($0)" }])
      return try rows.map(Self.entry)
    }
  }

  /// The message of `entry`; nil where it is not kept any more.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func message(of entry: OutboxEntry) throws(ReadingStoreError) -> Message? {
    try file.read { db in try Self.message(entry, in: db) }
  }

  // MARK: - Rows

  private static let columns =
    "id, member, day, channel, kind, copy, mark, state, created, due, attempts, doubtful, changed, result"

  private static func entry(_ row: Row) throws -> OutboxEntry {
    guard let day = LocalDay(iso8601: try row.text(2)), let kind = MessageKind(rawValue: try row.text(4)),
      let state = DeliveryState(rawValue: try row.text(7))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the file is damaged: a delivery is not readable") }
    return OutboxEntry(
      number: try row.integer(0),
      key: DeliveryKey(
        member: Member.ID(try row.text(1)), day: day, channel: try row.text(3), kind: kind, copy: Int(try row.integer(5))),
      mark: try row.text(6), state: state, created: Timestamp(milliseconds: try row.integer(8)), due: row.time(9),
      attempts: Int(try row.integer(10)), doubtful: Int(try row.integer(11)),
      changed: Timestamp(milliseconds: try row.integer(12)), result: String.fromDatabaseValue(row[13]))
  }

  private static func message(_ entry: OutboxEntry, in db: Database) throws -> Message? {
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT language, subject, text, html, chat FROM outbox_message WHERE outbox = ?", arguments: [entry.number])
    else { return nil }
    let pictures = try Row.fetchAll(
      db, sql: "SELECT content_id, png FROM outbox_picture WHERE outbox = ? ORDER BY place", arguments: [entry.number])
    return Message(
      recipient: entry.key.member, kind: entry.key.kind, language: try row.text(0), subject: try row.text(1),
      text: try row.text(2), html: String.fromDatabaseValue(row[3]), chat: String.fromDatabaseValue(row[4]),
      pictures: try pictures.map { InlinePicture(contentID: try $0.text(0), png: Array(Data.fromDatabaseValue($0[1]) ?? Data())) }
    )
  }
}
