import Foundation
import TestSupport
import Testing

/// Fault rows S5 to S7: a collector whose disk is full, read-only or locked for a while.
@Suite("A collector that cannot write for a while", .serialized)
struct FullDiskTests {
  private static let backLimit: Duration = .seconds(30)
  private static let cycles = FaultFigure.count(1, large: 20)

  /// A collector of one meter, read every 200 ms and stored every second, on a small disk.
  private final class Site: Sendable {
    let disk: SmallDisk
    let bench: ModbusBench
    let folder: TemporaryFolder
    /// For programs on the disk.
    var inside: String { disk.inside + "/readings.sqlite" }
    /// For this process.
    var store: String { disk.file("readings.sqlite") }
    private var socket: String { folder.file("status.sock") }

    init() async throws {
      disk = try await SmallDisk(megabytes: 8)
      bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
      folder = try TemporaryFolder()
      try folder.write(
        CollectorYAML(devices: [CollectorSite.meter("cellar", at: bench.recordings[0].address)]).text, to: "collector.yaml")
    }

    func start(_ options: String...) throws -> ChildProcess {
      try disk.start(
        Checkout.program(.collector),
        [
          "run", folder.file("collector.yaml"), "--store", inside, "--commit-every", "1", "--socket",
          socket,
        ] + options)
    }

    func status() async throws -> (exit: Int32, status: StatusJSON) {
      let asked = try await ChildProcess.run(.collector, "status", "--socket", socket, "--json")
      return (asked.status, try StatusJSON.read(asked.output))
    }

    /// Asks until `isSo`; each question takes a program's start, so that nothing is asked too often.
    func status(within limit: Duration = ChildProcess.patience, _ isSo: (StatusJSON) -> Bool) async throws -> StatusJSON {
      let deadline = ContinuousClock.now + limit
      while true {
        let (_, status) = try await status()
        if isSo(status) { return status }
        guard ContinuousClock.now < deadline else { throw Checkout.Missing(what: "the status", hint: "\(status.store)") }
      }
    }
  }

  /// Ends the collector and tells whether all it took is there, each once, without a hole in the times.
  private func lost(_ site: Site, _ collector: ChildProcess, beside earlier: Int = 0) async throws -> (stored: Int, hole: Int64) {
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    let told = stopped.errors.firstMatch(of: /stopped; (\d+) readings stored, 0 not stored/).flatMap { Int($0.1) }
    let stored = try await StoredReadings.read(site.inside, on: site.disk)
    #expect(stored.integrity == "ok")
    #expect(stored.duplicates == 0)
    #expect(stored.readings.count + stored.conflicts == (told ?? -1) + earlier, "\(stopped.errors)")
    let series = Set(stored.readings.map(\.series))
    let times = try #require(series.map { stored.times(of: $0) }.max { $0.count < $1.count })
    return (stored.readings.count, zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0)
  }

  private func tell(_ row: String, back: Duration, _ end: (stored: Int, hole: Int64), _ extra: String = "") {
    FaultFigure.tell(
      "\(row), readings lost; longest hole, back after",
      ours: "0 of \(end.stored)\(extra); \(end.hole) ms; \(back.components.seconds) s",
      limit: "0; 30 s", goal: "0 lost, back in 30 s", reached: back <= Self.backLimit && end.hole < 3000)
    #expect(back <= Self.backLimit)
    // The device is read every 200 ms, on a machine that does other things as well.
    #expect(end.hole < 3000)
  }

  private static let isPossible = SmallDisk.isPossible

  @Test(
    "S5: polls on while the disk is full, says so, and stores everything once there is room",
    .enabled(if: isPossible, "no disk can be mounted here: root is needed"))
  func fullDisk() async throws {
    let site = try await Site()
    let collector = try site.start()
    _ = try await StoredReadings.read(site.inside, on: site.disk, waitingFor: "cellar-main")
    #expect(FileManager.default.fileExists(atPath: site.store + ".reserve"))
    var longest = Duration.zero
    for cycle in 1...Self.cycles {
      try site.disk.fill()
      let full = try await site.status { $0.store.failureCause == "disk_full" && $0.store.waiting > 0 }
      #expect(!full.allWell)
      #expect(full.store.warnings.map(\.kind) == ["reserve_used"])
      #expect(full.device("cellar")?.state == "ok")
      #expect(full.store.memoryReachSeconds ?? 0 > 3600)
      // What is left by the reserve goes too.
      try site.disk.fill("more")
      let waiting = try await site.status { $0.store.waiting >= full.store.waiting + 40 }
      #expect(waiting.store.dropped == 0)
      if cycle == 1 {
        // Readers still read.
        #expect(try await StoredReadings.read(site.inside, on: site.disk).readings.count >= full.store.stored)
      }
      let start = ContinuousClock.now
      try site.disk.remove()
      try site.disk.remove("more")
      let well = try await site.status { $0.store.failure == nil && $0.store.warnings.isEmpty }
      longest = max(longest, start.duration(to: .now))
      #expect(well.allWell)
    }
    #expect(FileManager.default.fileExists(atPath: site.store + ".reserve"))
    #expect(collector.errors.matches(of: /the disk is full; make room/).count <= 2, "told once, and once that it comes and goes")
    tell("S5 disk full, \(Self.cycles) times", back: longest, try await lost(site, collector))
  }

  @Test(
    "S5: starts on a full disk, after a crash too, collects into memory and stores it when there is room",
    .enabled(if: isPossible, "no disk can be mounted here: root is needed"), arguments: [false, true])
  func startOnFullDisk(afterCrash: Bool) async throws {
    let site = try await Site()
    var earlier = 0
    if afterCrash {
      let crashed = try site.start()
      _ = try await StoredReadings.read(site.inside, on: site.disk, waitingFor: "cellar-main", count: 8)
      _ = try await crashed.stop(SIGKILL)
      earlier = try await StoredReadings.read(site.inside, on: site.disk).readings.count
      try? FileManager.default.removeItem(atPath: site.store + ".reserve")
      try? FileManager.default.removeItem(atPath: site.store + "-shm")
    }
    try site.disk.fill()
    let collector = try site.start()
    try await collector.says("the disk is full")
    let full = try await site.status { $0.store.waiting > 20 && $0.store.failure != nil }
    #expect(full.store.failureCause == "disk_full")
    let start = ContinuousClock.now
    try site.disk.remove()
    _ = try await site.status { $0.store.failure == nil && $0.store.stored > 20 }
    let back = start.duration(to: .now)
    let end = try await lost(site, collector, beside: earlier)
    #expect(end.stored >= earlier + 20)
    // Between the crash and the next start nobody reads.
    tell("S5 start on a full disk\(afterCrash ? " after a crash" : "")", back: back, (end.stored, afterCrash ? 0 : end.hole))
  }

  @Test(
    "S6: starts on a read-only disk, reads on, and stores when it can be written again",
    .enabled(if: isPossible, "no disk can be mounted here: root is needed"))
  func readOnlyDisk() async throws {
    let site = try await Site()
    let former = try site.start()
    _ = try await StoredReadings.read(site.inside, on: site.disk, waitingFor: "cellar-main", count: 8)
    _ = try await former.stop()
    let earlier = try await StoredReadings.read(site.inside, on: site.disk).readings.count
    try await site.disk.mount("ro")
    let collector = try site.start()
    try await collector.says("the file system is read-only")
    let waiting = try await site.status { $0.store.waiting > 20 && $0.store.failure != nil }
    #expect(waiting.store.failureCause == "read_only")
    #expect(try await StoredReadings.read(site.inside, on: site.disk).readings.count == earlier)
    let start = ContinuousClock.now
    try await site.disk.mount("rw")
    _ = try await site.status { $0.store.failure == nil && $0.store.stored > 20 }
    let back = start.duration(to: .now)
    let end = try await lost(site, collector, beside: earlier)
    tell("S6 start on a read-only disk", back: back, (end.stored, 0))
  }

  @Test(
    "S6: reads on while every write is refused as on a disk turned read-only, and catches up",
    .enabled(if: isPossible && Tool.strace != nil, "root and strace are needed"))
  func refusedWrites() async throws {
    let site = try await Site()
    let collector = try site.start()
    _ = try await StoredReadings.read(site.inside, on: site.disk, waitingFor: "cellar-main")
    let number = collector.number
    // Attached while the fault lasts; the system lets go of the collector when strace is killed.
    let fault = try ChildProcess(
      Tool.strace ?? "",
      [
        "-f", "-q", "-p", "\(number)", "-e", "trace=pwrite64,ftruncate,fdatasync", "-e",
        "inject=pwrite64,ftruncate,fdatasync:error=EROFS",
      ])
    let failing = try await site.status { $0.store.failure != nil && $0.store.waiting > 40 }
    #expect(failing.device("cellar")?.state == "ok")
    #expect(try await StoredReadings.read(site.inside, on: site.disk).readings.count >= failing.store.stored)
    _ = try await fault.stop(SIGKILL)
    let start = ContinuousClock.now
    _ = try await site.status { $0.store.failure == nil && $0.store.stored > failing.store.stored }
    tell("S6 writes refused with EROFS", back: start.duration(to: .now), try await lost(site, collector))
  }

  @Test(
    "S7: waits while another program locks the store, and drops nothing",
    .enabled(if: isPossible, "no disk can be mounted here: root is needed"))
  func locked() async throws {
    let site = try await Site()
    let collector = try site.start()
    _ = try await StoredReadings.read(site.inside, on: site.disk, waitingFor: "cellar-main")
    var longest = Duration.zero
    for _ in 0..<FaultFigure.count(1, large: 10) {
      let locker = try site.disk.start("/usr/bin/python3", ["-c", Self.lock, site.inside])
      try await locker.says("locked")
      let failing = try await site.status { $0.store.failureCause == "locked" }
      #expect(failing.store.dropped == 0)
      _ = try await locker.stop(SIGKILL)
      let start = ContinuousClock.now
      _ = try await site.status { $0.store.failure == nil }
      longest = max(longest, start.duration(to: .now))
    }
    tell("S7 locked by another program", back: longest, try await lost(site, collector))
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
