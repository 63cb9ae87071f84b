import Foundation
import TestSupport
import Testing

/// Fault rows S1 to S4 and S13, figures 1 to 3: `Tests/StoreWriter` fills a store, and what it runs on is taken away.
@Suite("A store whose process, power or disk fails", .serialized)
struct StoreFaultTests {
  /// What a driver in `Support/` found.
  private struct Found: Decodable {
    let lost: Int
    let corrupt: Int
    let wrong: [String]
    var cycles: Int?
    var readings: Int?
    var boundaries: Int?
    var states: Int?
    var compound: Int?
    var unreadable: Int?
    var silent: Int?
    var runs: Int?
    var refused: Int?
    var stuck: Int?

    /// Whether every state holds what was acknowledged.
    var isWhole: Bool { lost == 0 && corrupt == 0 && unreadable == 0 }
  }

  private let folder: URL
  private let home: TemporaryFolder
  private var room: String { folder.path }

  init() throws {
    home = try TemporaryFolder()
    // In memory, where there is such a place: a state takes milliseconds to build, and syncs cost nothing.
    let memory = "/dev/shm"
    let place = FileManager.default.isWritableFile(atPath: memory) ? memory : home.path
    folder = URL(filePath: place).appending(path: "energy-opt-faults-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Runs a driver to its end and removes what it left.
  private func found(_ script: String, _ arguments: String...) async throws -> Found {
    defer { try? FileManager.default.removeItem(at: folder) }
    let driver = try ChildProcess("/usr/bin/env", ["python3", Checkout.script(script)] + arguments)
    let ended = try await driver.end(within: .seconds(FaultFigure.count(300, large: 20_000)))
    try #require(ended.status == 0, "\(ended.errors.suffix(2000))")
    return try JSONDecoder().decode(Found.self, from: Data(ended.output.utf8))
  }

  private func writer() throws -> String { try Checkout.program(named: "StoreWriter") }

  private func shim() async throws -> String {
    let library = home.file("disk_calls.so")
    let compiled = try await ChildProcess(
      "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "-o", library, Checkout.script("disk_calls.c")]
    ).end()
    guard compiled.status == 0 else { throw Checkout.Missing(what: "clang, which comes with Swift", hint: compiled.errors) }
    return library
  }

  @Test("S1: keeps every acknowledged reading once, whenever it is killed")
  func kills() async throws {
    let cycles = FaultFigure.count(40, large: 10_000)
    let found = try await found("store_kills.py", try writer(), room, "\(cycles)", "\(FaultFigure.seed)")
    let readings = found.readings ?? 0
    let isKept = found.lost == 0 && found.corrupt == 0 && found.cycles == cycles
    #expect(isKept && readings >= cycles * 20, "\(found.wrong)")
    FaultFigure.tell(
      "S1 kill -9 cycles, \(readings) readings", ours: "\(found.cycles ?? 0), \(found.lost) lost, \(found.corrupt) wrong",
      limit: "0", goal: "\(cycles) cycles, 0 lost, 0 twice", reached: isKept)
  }

  @Test("S2: keeps every acknowledged reading wherever the power goes, also within the recovery")
  func power() async throws {
    let states = FaultFigure.count(150, large: 45_000)
    let found = try await found("store_power.py", try writer(), try await shim(), room, "\(states)", "\(FaultFigure.seed)")
    #expect(found.isWhole && (found.compound ?? 0) > 0, "\(found.wrong)")
    tell("S2 power-loss states", found, goal: "0 lost, 0 corrupt", reached: found.isWhole)
  }

  @Test("S3: says so where a disk that ignores one sync in ten has damaged it, and never answers wrong")
  func ignoredSyncs() async throws {
    let states = FaultFigure.count(90, large: 9000)
    let found = try await found(
      "store_power.py", try writer(), try await shim(), room, "\(states)", "\(FaultFigure.seed)", "--ignored-syncs", "0.1")
    #expect(found.silent == 0, "\(found.wrong)")
    FaultFigure.tell(
      "S3 power-loss states with 10 % of the syncs ignored",
      ours:
        "\(found.states ?? 0), \(found.lost) lost the end, \(found.unreadable ?? 0) miss a sealed hour, \(found.corrupt) corrupt",
      limit: "0 corrupt", goal: "0 corrupt, 0 missing", reached: found.corrupt == 0 && found.unreadable == 0)
  }

  @Test("S13: brings an old layout up to date, or leaves it, wherever the power goes")
  func migration() async throws {
    let states = FaultFigure.count(60, large: 3000)
    let found = try await found(
      "store_power.py", try writer(), try await shim(), room, "\(states)", "\(FaultFigure.seed)", "--old")
    #expect(found.isWhole, "\(found.wrong)")
    tell("S13 migrations cut short", found, goal: "0 lost, 0 stuck", reached: found.isWhole)
  }

  @Test("S4: refuses what a failing disk does not take, goes on when it does again, and keeps the rest")
  func failingCalls() async throws {
    let step = FaultFigure.count(199, large: 1)
    let found = try await found("store_faults.py", try writer(), try await shim(), room, "\(step)", "\(FaultFigure.seed)")
    let isKept = found.lost == 0 && found.corrupt == 0 && found.stuck == 0
    #expect(isKept && (found.refused ?? 0) > 0, "\(found.wrong)")
    FaultFigure.tell(
      "S4 input/output calls that fail, every \(step == 1 ? "one" : "\(step)th"), 5 ways",
      ours: "\(found.runs ?? 0) runs, \(found.lost) lost, \(found.corrupt) corrupt, \(found.stuck ?? 0) stuck", limit: "0",
      goal: "0 lost, 0 stuck", reached: isKept)
  }

  private func tell(_ name: String, _ found: Found, goal: String, reached: Bool) {
    FaultFigure.tell(
      "\(name), \(found.compound ?? 0) of them after a second cut",
      ours: "\(found.states ?? 0) at \(found.boundaries ?? 0) calls, \(found.lost) lost, \(found.corrupt) corrupt", limit: "0",
      goal: goal, reached: reached)
  }
}
