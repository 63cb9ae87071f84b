import CommunityModel
import Foundation
import GRDB
import MarketTime
import Messages
import Quantities
import Readings
import TestSupport

@testable import SQLiteStore

/// A small store with something of everything in it, closed, whose bits can be flipped.
struct DamagedStore {
  let folder: TemporaryFolder
  let path: String

  /// Half a day every minute around the end of February, three series of two points, with gaps, and late, refused and odd values.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("readings.sqlite")
    let database = try ReadingsDatabase(writing: path, now: clock)
    // Before its reading comes, so that nothing is written anew for it.
    try database.correct([Correction(power, at: at(-7200), value: 5, received: receivedAt, author: "Vera", reason: "display")])
    for minute in stride(from: -2 * 3600, to: 9 * 3600, by: 300) where !(3 * 3600..<5 * 3600).contains(minute) {
      try database.append(stride(from: 0, to: 300, by: 60).flatMap { Self.poll(minute + $0) })
    }
    let late = (0..<40).map { Reading(grid, at: at(4 * 3600 + $0 * 60 + 7), value: Int64($0)) }
    try database.append(late + [Reading(pv, at: at(0), value: -77)])
    try database.keep(
      [MeterEvent(device: "m", series: grid, at: at(60), .reset, before: 9, after: 1)],
      [Quarantined(power, at: at(61), value: 7, .range, registers: [17, 4])])
    try database.close()
  }

  static func poll(_ second: Int) -> [Reading] {
    [grid, pv, power].enumerated().map { Reading($1, at: at(second), value: Int64((second * ($0 + 3)) % 7919)) }
  }

  /// Imported history beside it, closed: energies, some of them replaced, and prices.
  func communityPath() throws -> String {
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    let start = QuarterHour(index: 1_969_248)
    for (round, length) in [400, 300].enumerated() {
      let values = (0..<Int64(length)).map { IntervalEnergy(Energy(count: $0 * 1_000_000 + Int64(round)), quality: .measured) }
      try database.store([grid: TimeSeries(start: start, values: values)], from: "\(round).csv", at: at(round))
    }
    let prices = (0..<Int64(400)).map { EnergyPrice(count: 80_000 - $0 * 100) }
    try database.storePrices(TimeSeries(start: start, values: prices), named: "spot", from: "p.csv", at: at(2))
    // Members' statements of a final month, with its seal.
    let month = LocalMonth(containing: LocalDay(number: 20_520))
    let records = (0..<20).map { (Member.ID("m\($0)"), String(repeating: "line \($0) 12.34 EUR\n", count: 100)) }
    try database.add(
      StoredSettlement(
        month: month, version: 1, state: "final", input: "input", created: at(3), run: "run\n", members: records),
      seal: StoredSeal(number: 1, month: month, entry: "entry\n", key: "key", signature: "signature"))
    try Self.fillPeople(of: database)
    try database.close()
    return path
  }

  /// People, consents, and what they are sent.
  private static func fillPeople(of database: CommunityDatabase) throws {
    let day = LocalDay(number: 20_520)
    let letters = try (0..<10).map { number in
      let member = Member.ID("m\(number)")
      try database.keep(
        Recipient(member: member, name: "Member \(number)", language: "de", addresses: ["mail": "m\(number)@example.org"]),
        stopToken: "stop\(number)", at: at(4))
      try database.give([.channel("mail"), .money], of: member, textVersion: "1", means: "paper", at: at(5))
      return OutboxLetter(
        key: DeliveryKey(member: member, day: day, channel: "mail", kind: .summary),
        message: Message(
          recipient: member, kind: .summary, language: "de", subject: "49 % vom Dach", text: "Guten Morgen", html: "<p>",
          pictures: [InlinePicture(contentID: "day@x", png: [137, 80, 78, 71])]), due: at(6))
    }
    _ = try database.enqueue(letters, in: "hollow", at: at(6))
  }

  /// The files, with how long each is as far as the store uses it.
  func files() throws -> [(path: String, length: Int)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: path + ".segments").sorted()
    return try ([path] + names.map { path + ".segments/" + $0 }).map { file in
      (file, try size(file))
    }
  }

  private func size(_ file: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
  }

  /// Turns bit `bit` of the byte at `place` of `file` over.
  static func flip(_ bit: Int, at place: Int, of file: String) throws {
    let handle = try FileHandle(forUpdating: URL(filePath: file))
    defer { try? handle.close() }
    try handle.seek(toOffset: UInt64(place))
    let byte = try handle.read(upToCount: 1)?.first ?? 0
    try handle.seek(toOffset: UInt64(place))
    try handle.write(contentsOf: Data([byte ^ (1 << UInt8(bit))]))
  }

  /// What is read of each table: all but what means nothing, which is how parts are numbered, and `earlier` where no chain stands before.
  private static let selections = [
    "* FROM series", "* FROM reading", "* FROM reading_conflict", "* FROM gap", "* FROM ledger", "* FROM event",
    "* FROM quarantine", "* FROM correction", "* FROM original",
    "* FROM boot", "* FROM unplaced", "id, chain, last, hex(batch) FROM journal", "* FROM segment",
    "start, point, segment, \"offset\", length FROM chunk", "* FROM stale",
  ]
  private static let selectionsOfCommunity = [
    "* FROM series", "* FROM import_run", "* FROM interval_energy", "* FROM interval_energy_history", "* FROM price_curve",
    "* FROM interval_price", "* FROM interval_price_history", "* FROM settlement", "* FROM settlement_record",
    "* FROM settlement_seal", "* FROM person", "* FROM contact", "* FROM consent", "* FROM outbox", "* FROM outbox_message",
    "outbox, place, content_id, hex(png) FROM outbox_picture",
  ]

  /// All rows of the database at `path`.
  static func dump(_ path: String, ofCommunity isCommunity: Bool) throws -> String {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
      try (isCommunity ? selectionsOfCommunity : selections).map { selection in
        try Row.fetchAll(db, sql: "SELECT \(selection)").map { row in
          row.databaseValues.map { $0.storage.value.map { "\($0)" } ?? "null" }.joined(separator: ", ")
        }.joined(separator: "\n")
      }.joined(separator: "\n\n")
    }
  }
}
