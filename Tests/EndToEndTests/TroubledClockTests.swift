import Foundation
import TestSupport
import Testing

/// Rows T1, T2, T3 and T7 of the fault catalogue by real means: the built program's clock is set, signals stop it.
///
/// `Support/set_clock.c` sets it. libfaketime would also, but moves timers along, whatever their clock is.
@Suite("A collector whose clock is troubled", .serialized)
struct TroubledClockTests {
  private let folder: TemporaryFolder
  private let bench: ModbusBench
  private let store: String
  /// While it exists, the collector takes its clock for synchronised.
  private let synchronised: String
  /// Holds by how many seconds the collector's clock is set.
  private let setting: String

  private static let series = "meter-main.heat_energy"
  private static let every: Int64 = 200

  /// From now to ten minutes after the beginning of 1970, and to about 2098, in seconds.
  private var year1970: Int64 { 600 - now / 1000 }
  private static let year2098: Int64 = 72 * 365 * 86_400

  init() async throws {
    folder = try TemporaryFolder()
    store = folder.file("store/readings.sqlite")
    synchronised = folder.file("synchronised")
    setting = folder.file("setting")
    try FileManager.default.createDirectory(atPath: folder.file("store"), withIntermediateDirectories: true)
    bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let yaml = CollectorYAML(devices: [
      .init(
        name: "meter", profile: "diehl/sharky-775", address: bench.recordings[0].address, every: "\(Self.every) ms")
    ])
    try folder.write(yaml.text, to: "collector.yaml")
  }

  private var arguments: [String] {
    ["run", folder.file("collector.yaml"), "--store", store, "--commit-every", "1", "--synchronized-file", synchronised]
  }

  /// Sets the collector's clock by so many seconds against the truth.
  private func set(by seconds: Int64) throws { try "\(seconds)".write(toFile: setting, atomically: true, encoding: .utf8) }

  private func startWithSetClock() async throws -> ChildProcess {
    let library = folder.file("set_clock.so")
    let compiler = try ChildProcess("/usr/bin/env", ["clang", "-shared", "-fPIC", "-o", library, Checkout.script("set_clock.c")])
    let compiled = try await compiler.end()
    guard compiled.status == 0 else { throw Checkout.Missing(what: "clang, which comes with Swift", hint: compiled.errors) }
    return try ChildProcess(
      try Checkout.program(.collector), arguments, environment: ["LD_PRELOAD": library, "SET_CLOCK": setting])
  }

  private var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// The times of the meter's readings, which lie between `begin` and `end`, none twice, and without a hole of more than `longest`.
  private func times(since begin: Int64, longest: Int64 = 3000) async throws -> [Int64] {
    let end = now
    let stored = try await StoredReadings.read(store)
    let times = stored.times(of: Self.series)
    #expect(stored.integrity == "ok" && stored.duplicates == 0 && stored.conflicts == 0 && stored.unplaced == 0)
    #expect((times.first ?? 0) >= begin - 1000 && (times.last ?? .max) <= end + 1000, "\(begin) to \(end): \(times)")
    let holes = zip(times, times.dropFirst()).map { $1 - $0 }
    #expect((holes.max() ?? 0) <= longest, "a hole of \(holes.max() ?? 0) ms")
    return times
  }

  @Test("starts in 1970, keeps what it reads aside, and stamps it right when its clock is synchronised")
  func startIn1970() async throws {
    try set(by: year1970)
    let begin = now
    let collector = try await startWithSetClock()
    try await collector.says("time: unknown")
    let changes = try FolderWatch(folder.file("store"))
    let deadline = ContinuousClock.now + ChildProcess.patience
    var aside = try await StoredReadings.read(store)
    while aside.unplaced <= 20, await changes.change(until: deadline) { aside = try await StoredReadings.read(store) }
    #expect(aside.unplaced > 20)
    #expect(aside.readings.isEmpty)
    try set(by: 0)
    try Data().write(to: URL(fileURLWithPath: synchronised))
    try await collector.says("time: synchronised")
    try await collector.says("were stamped and stored")
    _ = try await StoredReadings.read(store, waitingFor: ["meter-main"], count: 15)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0, "\(stopped.errors)")
    let stamped = try await times(since: begin).count
    #expect(
      FaultFigure.tell(
        "T3 readings of 1970 stamped within 1 s, the built program", ours: "\(stamped)", goal: ">= 15", reached: stamped >= 15))
  }

  @Test("goes on when the clock jumps to 2098, to 1970 and back: no reading is lost, none is misplaced")
  func jumps() async throws {
    try set(by: 0)
    try Data().write(to: URL(fileURLWithPath: synchronised))
    let begin = now
    let collector = try await startWithSetClock()
    try await collector.says("time: synchronised")
    for (number, seconds) in [Self.year2098, year1970, 0].enumerated() {
      _ = try await StoredReadings.read(store, waitingFor: ["meter-main"], count: 6 * (number + 1))
      if number == 0 { try FileManager.default.removeItem(atPath: synchronised) }
      try set(by: seconds)
    }
    let before = try await StoredReadings.read(store).times(of: Self.series).count
    _ = try await StoredReadings.read(store, waitingFor: ["meter-main"], count: before + 8)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0, "\(stopped.errors)")
    // To 2098, to 1970; and coming back is nothing new.
    #expect(stopped.errors.components(separatedBy: "while nothing says that it is synchronised").count == 3)
    let times = try await times(since: begin)
    // Every 200 ms from the first to the last, either of which may come a moment late.
    let due = ((times.last ?? 0) - (times.first ?? 0)) / Self.every + 1
    #expect(
      FaultFigure.tell(
        "T1, T2 readings across jumps to 2098, 1970 and back, the built program", ours: "\(times.count) of \(due)",
        limit: "\(due)", goal: ">= 80 %, none twice", reached: Int64(times.count) <= due + 1 && Int64(times.count) * 10 >= due * 8
      ))
  }

  @Test("makes up for nothing when it was stopped for some seconds: one poll more at most, and a gap that shows")
  func stopped() async throws {
    let collector = try ChildProcess(try Checkout.program(.collector), arguments)
    _ = try await StoredReadings.read(store, waitingFor: ["meter-main"], count: 6)
    collector.kill(SIGSTOP)
    // Nothing changes in the store meanwhile: this waits to the end.
    let changes = try FolderWatch(folder.file("store"))
    let begin = ContinuousClock.now
    while await changes.change(until: begin + .seconds(4)) {}
    collector.kill(SIGCONT)
    let before = try await StoredReadings.read(store).times(of: Self.series).count
    _ = try await StoredReadings.read(store, waitingFor: ["meter-main"], count: before + 12)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0, "\(stopped.errors)")
    let times = try await StoredReadings.read(store).times(of: Self.series)
    let holes = zip(times, times.dropFirst()).map { $1 - $0 }
    let gap = try #require(holes.indices.max { holes[$0] < holes[$1] })
    #expect((3000...6000).contains(holes[gap]), "the gap is \(holes[gap]) ms")
    // Of the polls that were missed, one is made at once; the next ones are at their times again.
    let after = times[(gap + 1)...]
    let due = ((after.last ?? 0) - (after.first ?? 0)) / Self.every + 1
    #expect(
      FaultFigure.tell(
        "T7 polls after a stop of 4 s, the built program", ours: "\(after.count) where \(due) were due", limit: "\(due)",
        goal: "<= 1 more", reached: Int64(after.count) <= due + 1))
    #expect(!stopped.errors.contains("was set"), "a stop is no jump: \(stopped.errors)")
  }
}
