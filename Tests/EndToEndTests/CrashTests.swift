import Foundation
import Testing

@Suite("A collector that is killed")
struct CrashTests {
  /// How often it is killed; longer runs ask for more.
  private static let cycles = ProcessInfo.processInfo.environment["KILL_CYCLES"].flatMap(Int.init) ?? 8
  private static let seed = ProcessInfo.processInfo.environment["KILL_SEED"].flatMap(UInt64.init) ?? 20_160_628

  @Test("keeps what it has committed, goes on at the next start and stores nothing twice")
  func kill() async throws {
    let folder = try TemporaryFolder()
    let store = folder.file("readings.sqlite")
    let profiles = ["diehl/sharky-775", "kamstrup/multical"]
    var benches: [ModbusBench] = []
    for profile in profiles { benches.append(try await ModbusBench(samplesOf: profile)) }
    let yaml = CollectorYAML(
      devices: zip(profiles.indices, profiles).map {
        .init(name: "d\($0)", profile: $1, address: benches[$0].recordings[0].address, every: "200 ms")
      })
    let file = try folder.write(yaml.text, to: "collector.yaml")
    func start() throws -> ChildProcess {
      try ChildProcess(.collector, "run", file, "--store", store, "--commit-every", "1")
    }

    var random = SeededGenerator(seed: Self.seed)
    var known: Set<StoredReadings.Reading> = []
    var cyclesThatGrew = 0
    for cycle in 1...Self.cycles {
      let about: Comment = "cycle \(cycle) of \(Self.cycles), KILL_SEED=\(Self.seed)"
      let collector = try start()
      if cycle.isMultiple(of: 2) {
        // At any moment, from before the file is open to after some commits; what another program saw by then must stay.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<2500, using: &random)))
        known.formUnion(try await StoredReadings.read(store).readings)
      } else {
        // Where it hurts: as soon as a commit, or the making of the file, begins to reach the disk.
        for _ in 0..<Int.random(in: 1...3, using: &random) { try await change(of: store + "-wal") }
      }
      let killed = try await collector.stop(SIGKILL)
      #expect(killed.status == SIGKILL, "\(killed.errors)")

      let stored = try await StoredReadings.read(store)
      #expect(stored.integrity == "ok", about)
      #expect(stored.duplicates == 0, about)
      #expect(stored.conflicts == 0, about)
      let readings = Set(stored.readings)
      #expect(known.subtracting(readings).isEmpty, about)
      if readings.count > known.count || cycle.isMultiple(of: 2) { cyclesThatGrew += 1 }
      try await holdAgainstOurReader(store, count: stored.readings.count, about)
      known = readings
    }

    let last = try #require(known.map(\.time).max())
    let collector = try start()
    _ = try await eventually("readings behind the last crash") { () -> Bool? in nil }
    _ = (last, cyclesThatGrew, collector)
  }
}
