import CommunityModel
import Foundation
import GRDB
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

@Suite("A backup of a store")
struct StoreBackupTests {
  fileprivate let folder: TemporaryFolder
  fileprivate let backups: String

  init() throws {
    folder = try TemporaryFolder()
    backups = folder.file("backups")
    try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: true)
  }

  private var names: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: backups)) }
  }

  private func filledCommunity() throws -> String {
    let path = folder.file("community.sqlite")
    let database = try CommunityDatabase(writing: path)
    let values = (0..<500).map { IntervalEnergy(Energy(count: $0), quality: .measured) }
    try database.store([grid: TimeSeries(start: QuarterHour(index: 1_969_248), values: values)], from: "a.csv", at: at(0))
    try database.close()
    return path
  }

  fileprivate func backup(_ store: DamagedStore, community: String? = nil) -> StoreBackup {
    StoreBackup(readings: store.path, community: community, program: "1")
  }

  private func expect(_ path: String, holds other: String) throws {
    let (left, right) = (try ReadingsDatabase(readingOnly: path), try ReadingsDatabase(readingOnly: other))
    #expect(try left.inventory() == right.inventory())
    for key in [grid, pv, power] {
      let whole = ReadingStoreConformance.whole
      #expect(try left.samples(of: key, in: whole) == right.samples(of: key, in: whole))
    }
    #expect(try left.conflicts() == right.conflicts())
    #expect(try left.allEvents() == right.allEvents())
  }

  @Test("restores to a store that answers as the first one does, and goes on from there")
  func roundTrip() throws {
    let store = try DamagedStore()
    let community = try filledCommunity()
    let made = try backup(store, community: community).make("b", in: backups, made: at(0))
    #expect(made.isWhole && made.path == backups + "/b")
    #expect(try names == ["b"])
    #expect(made.readings == (try ReadingsDatabase(readingOnly: store.path).inventory().reduce(0) { $0 + $1.count }))
    #expect(made.quarterHours == 500)

    let target = folder.file("restored")
    let restored = try StoreRestore(of: made.path).restore(to: target, movingAsideAt: nil)
    #expect(restored.folder == target && restored.series == 4 && restored.isWhole)
    let restoredNames = Set(try FileManager.default.contentsOfDirectory(atPath: target)).filter { !$0.hasSuffix(".lock") }
    #expect(restoredNames == ["readings.sqlite", "readings.sqlite.segments", "community.sqlite"])
    try expect(target + "/readings.sqlite", holds: store.path)
    #expect(
      try CommunityDatabase(readingOnly: target + "/community.sqlite").inventory()
        == CommunityDatabase(readingOnly: community).inventory())

    for path in [target + "/readings.sqlite", store.path] {
      let writer = try ReadingsDatabase(writing: path, now: clock)
      for minute in stride(from: 10 * 3600, to: 13 * 3600, by: 300) { try writer.append(DamagedStore.poll(minute)) }
      try writer.close()
    }
    try expect(target + "/readings.sqlite", holds: store.path)
    #expect(StoreCheck().readings(at: target + "/readings.sqlite").isWhole)
  }

  @Test("is never written over, and leaves nothing behind where it is refused")
  func refusals() throws {
    let store = try DamagedStore()
    _ = try backup(store).make("b", in: backups, made: at(0))
    #expect(throws: BackupError.exists(backups + "/b")) { try backup(store).make("b", in: backups, made: at(0)) }
    #expect(throws: BackupError.noFolder(folder.file("none"))) {
      try backup(store).make("b", in: folder.file("none"), made: at(0))
    }
    #expect(throws: ReadingStoreError.self) {
      try StoreBackup(readings: folder.file("none.sqlite"), community: nil, program: "1").make("c", in: backups, made: at(0))
    }
    let making = try FolderInMaking(in: backups)
    #expect(throws: BackupError.busy(backups)) { try backup(store).make("c", in: backups, made: at(0)) }
    #expect(try names.count == 2)
    _ = consume making
    #expect(try names == ["b"])
  }

  @Test("replaces what a stopped program left, and removes the oldest beyond those to keep, and nothing else")
  func keeping() throws {
    let store = try DamagedStore()
    let manager = FileManager.default
    try manager.createDirectory(atPath: backups + "/.energy-opt-partial-1/x", withIntermediateDirectories: true)
    try manager.createDirectory(atPath: backups + "/energy-opt-20200101T000000Z", withIntermediateDirectories: true)
    for minute in 0..<4 {
      let outcome = try backup(store).make(StoreBackup.name(at: at(minute * 60)), in: backups, made: at(minute * 60), keeping: 2)
      #expect(outcome.removed.count == (minute < 2 ? 0 : 1))
    }
    // One is no backup of ours, though its name looks like it.
    #expect(try names == ["energy-opt-20200101T000000Z", "energy-opt-20260301T000200Z", "energy-opt-20260301T000300Z"])
  }

  @Test("of a damaged store says so in its name, and removes no older one")
  func damagedStore() throws {
    let store = try DamagedStore()
    _ = try backup(store).make(StoreBackup.name(at: at(0)), in: backups, made: at(0))
    try DamagedStore.flip(3, at: 500, of: try #require(try store.files().last).path)
    let outcome = try backup(store).make(StoreBackup.name(at: at(60)), in: backups, made: at(60), keeping: 1)
    #expect(!outcome.isWhole && outcome.removed.isEmpty)
    #expect(try names == ["energy-opt-20260301T000000Z", "energy-opt-20260301T000100Z-damaged"])
  }

  @Test("is known to be damaged whichever of its bits flips, and is not restored then")
  func flippedBackup() throws {
    let store = try DamagedStore()
    let made = try backup(store, community: try filledCommunity()).make("b", in: backups, made: at(0))
    var dice = SeededGenerator(seed: FaultFigure.seed)
    let segment = try #require(try store.files().last).path.split(separator: "/").suffix(2).joined(separator: "/")
    let files = ["backup.json", "readings.sqlite", "community.sqlite", segment]
    for round in 0..<FaultFigure.count(80, large: 4000) {
      let file = made.path + "/" + files[round % files.count]
      let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
      let (place, bit) = (Int.random(in: 0..<size, using: &dice), Int.random(in: 0..<8, using: &dice))
      try DamagedStore.flip(bit, at: place, of: file)
      let isRefused: Bool
      do { isRefused = try !StoreRestore(of: made.path).restore(to: folder.file("r"), movingAsideAt: nil).isWhole } catch {
        isRefused = error is BackupError
      }
      try DamagedStore.flip(bit, at: place, of: file)
      #expect(isRefused, "bit \(bit) at \(place) of \(file)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("r")))
    let drill = try StoreRestore(of: made.path).drill(in: folder.path)
    #expect(drill.isWhole && drill.series == 4 && drill.folder == nil)
    #expect(try !folder.names.contains { $0.hasPrefix("energy-opt-drill") })
  }

  @Test("is not restored over a store, nor under a running writer; a store moved aside stays whole")
  func existing() throws {
    let store = try DamagedStore()
    let made = try backup(store).make("b", in: backups, made: at(0))
    let target = folder.file("data")
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    let path = target + "/readings.sqlite"
    let writer = try ReadingsDatabase(writing: path, now: clock)
    try writer.append([Reading(grid, at: at(0), value: 42)])
    let restore = StoreRestore(of: made.path)
    #expect(throws: BackupError.storeExists(path)) { try restore.restore(to: target, movingAsideAt: nil) }
    #expect(throws: ReadingStoreError.writtenByAnother(path: path)) { try restore.restore(to: target, movingAsideAt: at(0)) }
    try writer.close()
    let outcome = try restore.restore(to: target, movingAsideAt: at(0))
    try expect(path, holds: store.path)
    let aside = try #require(outcome.aside)
    #expect(aside == target + "/before-restore-20260301T000000Z")
    #expect(try ReadingsDatabase(readingOnly: aside + "/readings.sqlite").latest(asOf: at(9))[grid]?.value == 42)
  }

  @Test("a writer does not begin anew beside the sealed readings of a database that is gone")
  func orphans() throws {
    let store = try DamagedStore()
    try FileManager.default.removeItem(atPath: store.path)
    #expect(throws: ReadingStoreError.self) { try ReadingsDatabase(writing: store.path, now: clock) }
    #expect(!FileManager.default.fileExists(atPath: store.path))
  }
}

extension StoreBackupTests {
  @Test("of an older program is restored, and tried as that of the present one", arguments: [4, 5, 6])
  func older(layout: Int) throws {
    let store = try DamagedStore()
    let made = try backup(store).make("b", in: backups, made: at(0))
    // As layouts 6, 5 and 4 were: without what came since.
    let file = made.path + "/readings.sqlite"
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { db in
      // Each of its spells stands alone.
      try db.execute(
        sql: """
          ALTER TABLE gap DROP COLUMN count; DROP TABLE correction; DROP TABLE original; DROP TABLE dropped;
          DELETE FROM row_sum WHERE name IN ('correction', 'original', 'dropped');
          DELETE FROM grdb_migrations WHERE substr(identifier, 1, 2) IN ('7 ', '8 ', '9 ')
          """)
      if layout < 6 { try db.execute(sql: "DROP TABLE row_sum; DELETE FROM grdb_migrations WHERE identifier LIKE '6 %'") }
      if layout == 4 {
        try db.execute(
          sql: """
            DROP TABLE stale; ALTER TABLE ledger DROP COLUMN rolled_until; ALTER TABLE journal DROP COLUMN earlier;
            ALTER TABLE segment DROP COLUMN used; ALTER TABLE segment DROP COLUMN kind;
            ALTER TABLE segment RENAME COLUMN period TO month; DELETE FROM grdb_migrations WHERE identifier LIKE '5 %'
            """)
      }
      try db.execute(sql: "PRAGMA user_version = \(layout)")
    }
    try queue.close()
    let sum = try FileCopy { _ in }.checksum(of: file)
    var manifest = try BackupManifest.read(from: made.path)
    manifest.files[0] = .init(name: "readings.sqlite", bytes: sum.bytes, crc32c: BackupManifest.text(of: sum.sum))
    try manifest.encoded().write(to: URL(filePath: made.path + "/backup.json"))

    let restored = try StoreRestore(of: made.path).restore(to: folder.file("restored"), movingAsideAt: nil)
    #expect(restored.isWhole && restored.folder != nil)
    // Layout 4 had chunks of hours only; what is merged since is not found again in its files.
    if layout > 4 { #expect(try StoreRestore(of: made.path).drill(in: folder.path).isWhole) }
  }
}
