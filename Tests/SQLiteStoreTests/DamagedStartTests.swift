import Foundation
import Readings
import TestSupport
import Testing

@testable import SQLiteStore

/// Fault row S8, as far as the start of the collector goes.
@Suite("The start on a damaged database")
struct DamagedStartTests {
  @Test("S8: tells a damaged page, whichever it is, and empties nothing")
  func pages() throws {
    let store = try DamagedStore()
    let whole = try Data(contentsOf: URL(filePath: store.path))
    let size = 1024
    var (harmed, told) = (0, 0)
    for page in 0..<whole.count / size {
      var bytes = whole
      bytes.replaceSubrange(page * size..<(page + 1) * size, with: Data(repeating: 0xA5, count: size))
      for suffix in ["-wal", "-shm", ".mark"] { try? FileManager.default.removeItem(atPath: store.path + suffix) }
      try bytes.write(to: URL(filePath: store.path))
      guard !StoreCheck().readings(at: store.path).findings.isEmpty else { continue }
      harmed += 1
      do {
        let database = try ReadingsDatabase(writing: store.path, now: clock)
        if database.warnings.contains(where: { $0.kind == .damaged }) { told += 1 }
        try database.close()
      } catch {
        told += 1
      }
      #expect(try Data(contentsOf: URL(filePath: store.path)).count >= whole.count)
    }
    FaultFigure.tell(
      "S8 damaged pages told at the start", ours: "\(told) of \(harmed)", limit: "\(harmed)", goal: "100 %",
      reached: told == harmed)
    #expect(told == harmed && harmed > 10)
  }

  @Test("a whole database is not said to be damaged")
  func whole() throws {
    let store = try DamagedStore()
    let database = try ReadingsDatabase(writing: store.path, now: clock)
    #expect(database.warnings == [])
    try database.close()
  }
}
