import Diagnosing
import MarketTime
import Testing

@Suite("The machine")
struct MachineDiagnosisTests {
  private let noon = Timestamp(milliseconds: 1_782_648_000_000)

  private func codes(_ change: (inout MachineFacts) -> Void) -> [String: Remark.Level] {
    var facts = MachineFacts()
    facts.clock = MachineFacts.Clock(now: noon)
    facts.clock.isSynchronised = true
    facts.clock.batteryClockAhead = .zero
    change(&facts)
    return MachineDiagnosis(facts).remarks.reduce(into: [:]) { $0[$1.code] = $1.level }
  }

  @Test("is well with a synchronised clock and a battery behind it")
  func well() {
    #expect(codes { _ in } == ["synchronised": .ok, "battery_clock": .ok])
  }

  @Test("has a clock that nobody sets, that was set back behind the readings, or whose battery is empty")
  func clock() {
    let codes = codes { facts in
      facts.clock.isSynchronised = false
      facts.clock.lastReading = noon + .seconds(7200)
      facts.clock.batteryClockAhead = .seconds(-400)
    }
    #expect(codes == ["not_synchronised": .warning, "behind_readings": .problem, "battery_clock_off": .warning])
  }

  @Test("warns of SQLite versions with the fault of the write-ahead log, and not of mended ones")
  func sqlite() {
    for version in ["3.7.0", "3.40.1", "3.44.5", "3.46.0", "3.50.6", "3.51.2"] {
      #expect(codes { $0.sqlite = version }["sqlite_reset_race"] == .note, "\(version)")
    }
    for version in ["3.44.6", "3.50.7", "3.51.3", "3.54.1", "3.6.23"] {
      #expect(codes { $0.sqlite = version }["sqlite_reset_race"] == nil, "\(version)")
    }
  }

  @Test("tells a full and a slow disk, a file that everybody may change, an adapter that is not there or may not be opened")
  func diskAndRights() {
    let codes = codes { facts in
      var store = MachineFacts.Store(path: "r.sqlite")
      store.exists = true
      store.free = 20 * 1_048_576
      store.mode = 0o644
      store.syncs = [.milliseconds(300), .milliseconds(500), .milliseconds(2)]
      facts.store = store
      facts.files = [.init(path: "collector.yaml", mode: 0o666)]
      facts.lines = [
        .init(bus: "a", path: "/dev/serial/by-id/x", exists: false, isOpenable: false),
        .init(bus: "b", path: "/dev/serial/by-id/y", exists: true, isOpenable: false),
        .init(bus: "c", path: "/dev/ttyUSB0", exists: true, isOpenable: true),
      ]
    }
    let expected: [String: Remark.Level] = [
      "not_collecting": .warning, "disk_full": .problem, "disk_slow": .warning, "store_open": .warning,
      "file_writable": .problem, "no_such_adapter": .problem, "adapter_closed": .problem, "unstable_name": .warning,
      "synchronised": .ok, "battery_clock": .ok,
    ]
    #expect(codes == expected)
  }
}
