import CommunityModel
import GRDB
import MarketTime
import Readings
import Testing

@testable import SQLiteStore

@Suite("Settlements in the store")
struct SettlementRunsTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("community.sqlite")
  }

  private static let march = LocalMonth(containing: LocalDay(number: 20_520))

  private static func settlement(_ version: Int, _ state: String) -> StoredSettlement {
    StoredSettlement(
      month: march, version: version, state: state, input: "in\(version)", created: Timestamp(milliseconds: Int64(version)),
      run: "run \(version)\n", members: [("a", "record a\n"), ("b", "record b\n")])
  }

  private static let seal = StoredSeal(number: 1, month: march, entry: "entry\n", key: "key", signature: "signature")

  @Test("are kept run by run and come back as they went in")
  func roundTrip() throws {
    let database = try CommunityDatabase(writing: path)
    #expect(try database.settlement(of: Self.march) == nil)
    try database.add(Self.settlement(1, "provisional"))
    try database.add(Self.settlement(2, "preview"))
    try database.add(Self.settlement(3, "final"), seal: Self.seal)
    #expect(try database.settlement(of: Self.march) == Self.settlement(3, "final"))
    #expect(try database.settlement(of: Self.march, state: "preview") == Self.settlement(2, "preview"))
    #expect(try database.settlement(of: Self.march.next) == nil)
    #expect(try database.settledMonths("final") == [Self.march])
    #expect(try database.seals() == [Self.seal])
    #expect(Self.settlement(3, "final").records == ["run 3\n", "record a\n", "record b\n"])
  }

  @Test("are refused by the file itself when one is changed, deleted, or made final twice")
  func immutable() throws {
    let database = try CommunityDatabase(writing: path)
    try database.add(Self.settlement(1, "final"), seal: Self.seal)
    for statement in [
      "UPDATE settlement SET run = 'x'", "DELETE FROM settlement", "UPDATE settlement_record SET record = 'x' WHERE place = 1",
      "DELETE FROM settlement_record", "UPDATE settlement_seal SET entry = 'x'", "DELETE FROM settlement_seal",
    ] {
      #expect(throws: ReadingStoreError.self, "\(statement)") { try database.file.write { try $0.execute(sql: statement) } }
    }
    #expect(throws: (any Error).self) { try database.add(Self.settlement(2, "final")) }
    #expect(throws: (any Error).self) { try database.add(Self.settlement(1, "preview")) }
    #expect(try database.settlement(of: Self.march) == Self.settlement(1, "final"))
  }

  @Test("a file of layout 2 is brought up, and read as one without settlements before")
  func olderLayout() throws {
    let present = Layout.community
    let older = Layout(
      contents: present.contents, applicationID: present.applicationID, pageSize: present.pageSize,
      migrations: Array(present.migrations.prefix(2)), oldestReadable: 1,
      sums: RowSums(tables: present.sums.tables.filter { $0.name.hasPrefix("i") }))
    try DatabaseFile(writing: path, layout: older).close()
    let reading = try CommunityDatabase(readingOnly: path)
    #expect(try reading.settlement(of: Self.march) == nil && reading.seals() == [])
    try reading.close()
    let writing = try CommunityDatabase(writing: path)
    try writing.add(Self.settlement(1, "final"), seal: Self.seal)
    #expect(try writing.settledMonths("final") == [Self.march])
  }
}
