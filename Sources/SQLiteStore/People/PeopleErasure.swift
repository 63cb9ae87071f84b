public import CommunityModel
import GRDB
public import MarketTime
public import Readings

/// What was taken out of somebody.
public struct PersonErasure: Sendable, Equatable {
  /// Addresses.
  public var contacts = 0
  /// Records of consents.
  public var consents = 0
  /// Messages, with what is known of their delivery.
  public var messages = 0

  /// Nothing.
  public init() {}
}

extension CommunityDatabase {
  /// Deletes name, addresses, consents and messages of `member`, and writes the file anew, so that neither it nor its log holds them any more.
  ///
  /// - Throws: `ReadingStoreError.failed`.
  public func erase(person member: Member.ID) throws(ReadingStoreError) -> PersonErasure {
    let erased = try file.write { db in
      var erased = PersonErasure()
      func delete(_ sql: String) throws -> Int {
        try db.execute(sql: sql, arguments: [member.text])
        return db.changesCount
      }
      let ofMember = "WHERE outbox IN (SELECT id FROM outbox WHERE member = ?)"
      _ = try delete("DELETE FROM outbox_picture \(ofMember)")
      _ = try delete("DELETE FROM outbox_message \(ofMember)")
      erased.messages = try delete("DELETE FROM outbox WHERE member = ?")
      erased.consents = try delete("DELETE FROM consent WHERE member = ?")
      erased.contacts = try delete("DELETE FROM contact WHERE member = ?")
      _ = try delete("DELETE FROM person WHERE member = ?")
      return erased
    }
    try file.rewrite()
    return erased
  }

  /// How long a message is kept, and how long what is known of its delivery.
  public static let messageRetention: (content: Duration, delivery: Duration) = (.seconds(30 * 86_400), .seconds(365 * 86_400))

  /// Deletes messages of 30 days before and deliveries of 12 months before, and what the file would still hold of them.
  ///
  /// - Returns: how many messages and deliveries went.
  /// - Throws: `ReadingStoreError.failed`.
  public func forgetOldMessages(at now: Timestamp) throws(ReadingStoreError) -> (messages: Int, deliveries: Int) {
    let (content, delivery) = Self.messageRetention
    return try file.write { db in
      // The bytes of deleted rows are overwritten.
      try db.execute(sql: "PRAGMA secure_delete = ON")
      let old = "outbox IN (SELECT id FROM outbox WHERE created < ?)"
      try db.execute(sql: "DELETE FROM outbox_picture WHERE \(old)", arguments: [(now - content).milliseconds])
      try db.execute(sql: "DELETE FROM outbox_message WHERE \(old)", arguments: [(now - content).milliseconds])
      let messages = db.changesCount
      try db.execute(sql: "DELETE FROM outbox WHERE created < ?", arguments: [(now - delivery).milliseconds])
      let deliveries = db.changesCount
      try db.execute(sql: "PRAGMA secure_delete = OFF")
      return (messages, deliveries)
    }
  }
}
