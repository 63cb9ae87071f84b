import CommunityModel
import Foundation
import GRDB
import MarketTime
import Readings
import SQLiteStore
import TestSupport

/// A folder that is deleted with its last reference.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "energy-opt-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// The names in the folder, but for what is kept beside readings for the worst case.
  var names: Set<String> {
    get throws {
      Set(try FileManager.default.contentsOfDirectory(atPath: path)).filter {
        !$0.hasSuffix(".reserve") && !$0.hasSuffix(".mark")
      }
    }
  }
}

let grid = SeriesKey("GRID-1", .energyImport)
let pv = SeriesKey("PV-1", .energyExport)
let power = SeriesKey("PV-1", .activePower)

/// 2026-03-01T00:00:00Z and `seconds` later.
func at(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: 1_772_323_200_000 + Int64(seconds) * 1000) }

/// The clock of the tests.
let receivedAt = at(1_000_000)
@Sendable func clock() -> Timestamp { receivedAt }

/// A checksum of a file, taken by another process: opening and closing a database here would drop SQLite's locks on it.
func checksum(_ path: String) throws -> String { try run("/usr/bin/sha256sum", path).output }

/// The first value of `sql` in the file at `path`, by a connection of its own.
func query<Value: DatabaseValueConvertible>(_ sql: String, _ path: String, as type: Value.Type = Value.self) throws -> Value? {
  let queue = try DatabaseQueue(path: path)
  defer { try? queue.close() }
  return try queue.read { try Value.fetchOne($0, sql: sql) }
}
