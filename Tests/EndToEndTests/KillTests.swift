import Foundation
import TestSupport
import Testing

@Suite("A collector that is killed")
struct KillTests {
  /// How often it is killed; longer runs ask for more.
  private static let cycles = ProcessInfo.processInfo.environment["KILL_CYCLES"].flatMap(Int.init) ?? 8
  private static let seed = ProcessInfo.processInfo.environment["KILL_SEED"].flatMap(UInt64.init) ?? 20_160_628
  /// Two buses, each with a device that answers at once.
  private static let profiles = ["diehl/sharky-775", "kamstrup/multical"]
  private static let series = "d0-main.heat_energy"

  private let folder: TemporaryFolder
  private let benches: [ModbusBench]
  private let store: String

  init() async throws {
    folder = try TemporaryFolder()
    store = folder.file("readings.sqlite")
    var benches: [ModbusBench] = []
    for profile in Self.profiles { benches.append(try await ModbusBench(samplesOf: profile)) }
    self.benches = benches
    let devices = zip(Self.profiles, benches).enumerated().map { number, device in
      CollectorYAML.Device(
        name: "d\(number)", profile: device.0, address: device.1.recordings[0].address, every: "200 ms")
    }
    try folder.write(CollectorYAML(devices: devices).text, to: "collector.yaml")
  }

  @Test("keeps what it has committed, goes on at the next start and stores nothing twice")
  func killed() async throws {
    var random = SeededGenerator(seed: Self.seed)
    var known: Set<StoredReadings.Reading> = []
    var grown = 0
    for cycle in 1...Self.cycles {
      let about: Comment = "cycle \(cycle) of \(Self.cycles), KILL_SEED=\(Self.seed)"
      let before = known.count
      let collector = try start()
      if cycle.isMultiple(of: 2) {
        // At any moment: every other time from the program's first instruction on, else after it has stored something. What another
        // program has read by then must stay.
        if cycle.isMultiple(of: 4) {
          let count = known.count { $0.series == Self.series } + 1
          known.formUnion(try await StoredReadings.read(store, waitingFor: ["d0-main"], count: count).readings)
        }
        for _ in 0..<Int.random(in: 0...8, using: &random) { known.formUnion(try await StoredReadings.read(store).readings) }
      } else {
        // Where it hurts: as soon as a commit, or the making of the file, begins to reach the disk.
        for _ in 1...Int.random(in: 1...3, using: &random) { try await changeOfStore(by: collector) }
      }
      let killed = try await collector.stop(SIGKILL)
      #expect(killed.status == SIGKILL, "\(killed.errors)")
      let stored = try await sound(with: known, about)
      if !stored.isEmpty {
        let told = try await ChildProcess.run(.energyOpt, "store", "--readings", store, "--store", folder.file("none"))
        #expect(told.status == 0, "\(about): \(told.errors)")
        #expect(told.output.contains(" \(stored.count) readings,"), about)
      }
      known = stored
      if known.count > before { grown += 1 }
    }
    #expect(grown * 4 >= Self.cycles, "\(grown) of \(Self.cycles) starts stored something")

    // The next start goes on behind what is there, in the same file, and stops as it should.
    let count = known.count { $0.series == Self.series }
    let collector = try start()
    _ = try await StoredReadings.read(store, waitingFor: ["d0-main", "d1-main"], count: count + 5)
    #expect(try await collector.stop().status == 0)
    let stored = try await sound(with: known, "after the last start")
    let end = known.map(\.time).max() ?? 0
    #expect(stored.subtracting(known).allSatisfy { $0.time > end })
    let expected = benches.enumerated().reduce(into: [String: Int64]()) { values, bench in
      for (key, value) in bench.element.recordings[0].expected { values["d\(bench.offset)-\(key)"] = value }
    }
    #expect(stored.allSatisfy { expected[$0.series] == $0.value })
  }

  private func start() throws -> ChildProcess {
    try ChildProcess(.collector, "run", folder.file("collector.yaml"), "--store", store, "--commit-every", "1")
  }

  /// What is stored, in a file without damage that has lost nothing of `known` and holds nothing twice.
  private func sound(with known: Set<StoredReadings.Reading>, _ about: Comment) async throws -> Set<StoredReadings.Reading> {
    let stored = try await StoredReadings.read(store)
    #expect(stored.integrity == "ok", about)
    #expect(stored.duplicates == 0, about)
    #expect(stored.conflicts == 0, about)
    let readings = Set(stored.readings)
    #expect(known.subtracting(readings).count == 0, about)
    return readings
  }

  /// Waits until the store's folder is written to, or the collector has ended.
  private func changeOfStore(by collector: ChildProcess) async throws {
    let writes = try FolderWatch(folder.path)
    while collector.isRunning, await !writes.change(until: .now + .milliseconds(200)) {}
  }
}
