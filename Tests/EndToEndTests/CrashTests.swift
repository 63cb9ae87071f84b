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
    var grown = 0
    for cycle in 1...Self.cycles {
      let about: Comment = "cycle \(cycle) of \(Self.cycles), KILL_SEED=\(Self.seed)"
      let before = known.count
      let collector = try start()
      if cycle.isMultiple(of: 2) {
        // At any moment: every other time from the program's first instruction on, else while it collects. What another program has
        // read by then must stay.
        if cycle.isMultiple(of: 4) { try await collector.says("collecting") }
        try await Task.sleep(for: .milliseconds(Int.random(in: 0..<2500, using: &random)))
        known.formUnion(try await StoredReadings.read(store).readings)
      } else {
        // Where it hurts: as soon as a commit, or the making of the file, begins to reach the disk.
        for _ in 1...Int.random(in: 1...3, using: &random) { try await Self.change(of: store + "-wal") }
      }
      let killed = try await collector.stop(SIGKILL)
      #expect(killed.status == SIGKILL, "\(killed.errors)")

      let stored = try await StoredReadings.read(store)
      #expect(stored.integrity == "ok", about)
      #expect(stored.duplicates == 0, about)
      #expect(stored.conflicts == 0, about)
      #expect(known.subtracting(stored.readings).count == 0, about)
      if !stored.readings.isEmpty {
        let told = try await ChildProcess.run(.energyOpt, "store", "--readings", store, "--store", folder.file("none"))
        #expect(told.output.contains(" \(stored.readings.count) readings,"), about)
      }
      known.formUnion(stored.readings)
      if known.count > before { grown += 1 }
    }
    #expect(grown * 4 >= Self.cycles, "\(grown) of \(Self.cycles) starts stored something")

    // The next start goes on behind what is there, in the same file.
    let count = known.count { $0.series == "d0-main.heat_energy" }
    let collector = try start()
    _ = try await StoredReadings.read(store, waitingFor: ["d0-main"], count: count + 5)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    let stored = try await StoredReadings.read(store)
    #expect(stored.integrity == "ok")
    #expect(stored.duplicates == 0)
    #expect(stored.conflicts == 0)
    #expect(known.subtracting(stored.readings).count == 0)
    let end = known.map(\.time).max() ?? 0
    #expect(Set(stored.readings).subtracting(known).allSatisfy { $0.time > end })
    let expected = benches.enumerated().reduce(into: [String: Int64]()) { values, bench in
      for (key, value) in bench.element.recordings[0].expected { values["d\(bench.offset)-\(key)"] = value }
    }
    #expect(stored.readings.allSatisfy { expected[$0.series] == $0.value })
  }

  /// Waits until a file is written to.
  private static func change(of path: String) async throws {
    let before = stamp(of: path)
    try await eventually("a commit", every: .milliseconds(1)) { stamp(of: path) == before ? nil : true }
  }

  private static func stamp(of path: String) -> String {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard let date = attributes?[.modificationDate] as? Date, let size = attributes?[.size] as? Int else { return "none" }
    return "\(date.timeIntervalSince1970) \(size)"
  }
}

/// A generator of the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers of `seed`.
  init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
