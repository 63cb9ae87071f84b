import Foundation
import TestSupport
import Testing

@Suite("A collector that is stopped")
struct StopTests {
  /// How often it is stopped; longer runs ask for more.
  private static let cycles = ProcessInfo.processInfo.environment["STOP_CYCLES"].flatMap(Int.init) ?? 12
  private static let seed = ProcessInfo.processInfo.environment["STOP_SEED"].flatMap(UInt64.init) ?? 20_160_629
  private static let limit: Duration = .seconds(10)

  @Test("ends within 10 s at any moment, with devices that answer, never answer and refuse, and has stored what it says")
  func anyMoment() async throws {
    let benches = [
      try await ModbusBench(samplesOf: "diehl/sharky-775"), try await ModbusBench.silent(), try await ModbusBench.closed(),
    ]
    let names = ["good", "silent", "closed"]
    let site = try CollectorSite(zip(names, benches).map { CollectorSite.meter($0, at: $1.recordings[0].address) })
    var random = SeededGenerator(seed: Self.seed)
    var longest = Duration.zero
    var clean = 0
    var told = 0
    for cycle in 1...Self.cycles {
      let about: Comment = "cycle \(cycle) of \(Self.cycles), STOP_SEED=\(Self.seed)"
      let writes = try FolderWatch(site.folder.path)
      let collector = try site.start()
      try await collector.says("collecting")
      // Any moment: as soon as it collects, or as soon as a commit begins to reach the disk.
      for _ in 0..<Int.random(in: 0...4, using: &random) { _ = await writes.change(until: .now + .milliseconds(500)) }
      let start = ContinuousClock.now
      let stopped = try await collector.stop()
      let took = start.duration(to: .now)
      longest = max(longest, took)
      #expect(stopped.status == 0, about)
      #expect(took <= Self.limit, about)
      let end = stopped.errors.firstMatch(of: /stopped; (\d+) readings stored, 0 not stored/)
      #expect(end != nil, about)
      told += end.flatMap { Int($0.1) } ?? 0
      if stopped.status == 0, took <= Self.limit, end != nil { clean += 1 }
    }
    let stored = try await StoredReadings.read(site.store)
    #expect(stored.integrity == "ok")
    #expect(stored.duplicates == 0)
    #expect(stored.readings.count + stored.conflicts == told, "what each run said it stored is there")
    print("clean stops | \(clean) of \(Self.cycles) | \(Self.cycles) | - | all | \(clean == Self.cycles ? "yes" : "no")")
    print(
      "longest stop, s | \(longest / .seconds(1)) | 10 | \(longest / Self.limit) | 10 | \(longest <= Self.limit ? "yes" : "no")")
  }

  @Test("ends within 10 s while another program locks the store, and says what was not stored")
  func lockedStore() async throws {
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let site = try CollectorSite([CollectorSite.meter("good", at: bench.recordings[0].address)])
    let collector = try site.start()
    _ = try await StoredReadings.read(site.store, waitingFor: ["good-main"])
    let locker = try ChildProcess("/usr/bin/python3", ["-c", Self.lock, site.store])
    try await locker.says("locked")
    try await collector.says("readings wait in memory and are tried again")
    let start = ContinuousClock.now
    let stopped = try await collector.stop()
    #expect(start.duration(to: .now) <= Self.limit)
    let left = stopped.errors.firstMatch(of: /stopped; \d+ readings stored, (\d+) not stored/)?.1
    let cut = stopped.errors.firstMatch(of: /does not let go, (\d+) readings are not stored/)?.1
    #expect((left ?? cut).flatMap { Int($0) } ?? 0 > 0, "\(stopped.errors)")
  }

  /// Holds SQLite's own lock, as a stray shell does.
  private static let lock = """
    import sqlite3, sys
    store = sqlite3.connect(sys.argv[1], isolation_level=None)
    store.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.read()
    """
}
