import Foundation
import Testing

@Suite("Recorded devices behind an independent Modbus server")
struct RecordedDevicesTests {
  /// Recorded registers of `../shared/devices/dumps`, the profile that reads them, and how many values the file states for it.
  private static let dumps: [(name: String, profile: String, values: Int)] = [
    ("eastron-sdm630", "eastron/sdm630", 26), ("eastron-sdm120", "eastron/sdm120", 11),
    ("schneider-iem3255", "schneider/iem3000", 18), ("goodwe-gw10k-et", "goodwe/et", 42), ("e3dc-s10-a", "e3dc/s10", 14),
    ("fronius-primo-101", "sunspec/inverter", 14), ("fronius-symo-113", "sunspec/inverter", 25),
    ("sma-stp-103-a", "sma/sunspec", 31), ("solaredge-103-a", "solaredge/sunspec", 21),
    ("solaredge-103-b", "solaredge/sunspec", 21), ("veris-203", "sunspec/meter", 33), ("accuenergy-203", "sunspec/meter", 33),
    ("outback-der-7xx", "sunspec/meter", 7), ("outback-der-7xx", "sunspec/hybrid", 28), ("elkor-203", "elkor/wattson", 35),
  ]
  private static let withoutDumps: Comment = "the recorded registers of ../shared/devices/dumps are not beside this checkout"

  @Test("are stored with exactly the values of their samples, and with what a second decoder reads, for every device profile")
  func samples() async throws {
    #expect(Checkout.profiles.count >= 110)
    let bench = try await ModbusBench(samplesOf: Checkout.profiles)
    let served = Set(bench.recordings.map(\.profile))
    #expect(served == Set(Checkout.profiles), "every profile has samples")
    try await collect(from: bench)
  }

  @Test("are stored with exactly the values of their samples over serial lines of several devices")
  func samplesOverSerialLines() async throws {
    try await collect(from: ModbusBench(.rtu, samplesOf: Checkout.profiles.filter(Self.isSerial)))
  }

  @Test("are stored with exactly the values that their dump states", .enabled(if: Checkout.hasDumps, withoutDumps))
  func dumps() async throws { try await collectDumps(over: .tcp) }

  @Test(
    "are stored with exactly the values that their dump states, over serial lines of several devices",
    .enabled(if: Checkout.hasDumps, withoutDumps))
  func dumpsOverSerialLines() async throws { try await collectDumps(over: .rtu) }

  @Test("would show absurd voltages, frequencies and powers if their words stood in the other order")
  func wordOrder() async throws {
    let bench = try await ModbusBench(samplesOf: Self.evidence.map(\.profile))
    for (profile, values) in Self.evidence {
      var seen = 0
      for recording in bench.recordings where recording.profile == profile && recording.origin == "recorded" {
        var inOtherOrder = 0
        var all = 0
        for (key, other) in recording.otherOrder {
          guard let value = recording.expected[key], value != 0, let range = Self.usual(key) else { continue }
          #expect(range.contains(abs(value)), "\(recording.title): \(key) is \(value)")
          all += 1
          if let other, range.contains(abs(other)) { inOtherOrder += 1 }
        }
        #expect(inOtherOrder * 5 <= all, "\(recording.title): \(inOtherOrder) of \(all) look right in the other order")
        seen += all
      }
      #expect(seen == values, "\(profile)")
    }
  }

  /// Recordings of real devices with values of two words that nobody can take for others, and how many of these they have.
  private static let evidence: [(profile: String, values: Int)] = [
    ("e3dc/s10", 4), ("eastron/sdm120", 5), ("eastron/sdm630", 8), ("goodwe/et", 7), ("phoenix-contact/em-cp-pp-eth", 2),
    ("schneider/iem3000", 10),
  ]

  /// What the magnitude of a quantity is in a house's installation, in its stored unit; nil where it may be anything.
  private static func usual(_ key: String) -> ClosedRange<Int64>? {
    let channel = key.drop { $0 != "." }.dropFirst()
    if channel.hasPrefix("frequency") { return 45_000...65_000 }
    if channel.hasPrefix("voltage") { return 50_000...500_000 }
    return channel.contains("power") && !channel.hasPrefix("power") ? 1_000...100_000_000 : nil
  }

  private func collectDumps(over link: ModbusBench.Link) async throws {
    let bench = try await ModbusBench(link, files: Self.dumps.map { ("\(Checkout.dumps)/\($0.name).yaml", $0.profile) })
    // So that a dump whose values no longer find their registers does not pass unseen.
    #expect(bench.recordings.map(\.expected.count) == Self.dumps.map(\.values))
    try await collect(from: bench)
  }

  /// Whether the profile's device, or the one that it is a variant of, stands on a serial line.
  private static func isSerial(_ profile: String) -> Bool {
    guard let text = try? Checkout.text("\(Checkout.devices)/\(profile).yaml") else { return false }
    if text.contains("\n  rtu: ") { return true }
    guard !text.contains("\nlink:"), let base = text.split(separator: "\n").first(where: { $0.hasPrefix("extends: ") }) else {
      return false
    }
    return isSerial(String(base.dropFirst("extends: ".count).prefix { $0 != " " }))
  }

  /// Collects from all recordings side by side until each is stored, and holds every stored value against them.
  private func collect(from bench: ModbusBench) async throws {
    let folder = try TemporaryFolder()
    let devices = bench.recordings.enumerated().map { index, recording in
      CollectorYAML.Device(
        name: "r\(index)", profile: recording.profile, address: recording.address, unit: recording.unit, parts: recording.parts,
        every: recording.every, baud: 115_200)
    }
    let file = try folder.write(CollectorYAML(devices: devices).text, to: "collector.yaml")
    let store = folder.file("readings.sqlite")
    let begin = Int64(Date().timeIntervalSince1970 * 1000)
    let collector = try ChildProcess(.collector, "run", file, "--store", store, "--commit-every", "2")
    let points = zip(devices, bench.recordings).flatMap { device, recording in
      recording.channelsToStore.map { "\(device.name)-\($0.key):\($0.value)" }
    }
    // What does not come is told below, value by value.
    _ = try? await StoredReadings.read(store, waitingFor: points)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)

    let stored = try await StoredReadings.read(store)
    #expect(stored.integrity == "ok")
    #expect(stored.duplicates == 0)
    #expect(stored.conflicts == 0)
    let times = stored.readings.map(\.time)
    #expect(times.allSatisfy { (begin...Int64(Date().timeIntervalSince1970 * 1000)).contains($0) })
    let readings = Dictionary(grouping: stored.readings) { $0.series.prefix { $0 != "-" } }
    for (device, recording) in zip(devices, bench.recordings) {
      let differences = recording.differences(from: readings[device.name[...]] ?? [])
      #expect(differences.isEmpty, "\(recording.title): \(differences.prefix(5).joined(separator: "; "))")
    }
    let values = bench.recordings.map(\.second.count).reduce(0, +)
    print("\(bench.recordings.count) recordings of \(Set(bench.recordings.map(\.profile)).count) profiles, \(values) values")
  }
}

extension ModbusBench.Recording {
  /// How many channels of each part have to be stored.
  var channelsToStore: [String: Int] {
    let keys = Set(expected.keys).union(second.filter { $0.value != nil }.keys)
    return Dictionary(grouping: keys) { String($0.prefix { $0 != "." }) }.mapValues(\.count)
  }

  /// Every expected value that is not stored, and every stored one that is not expected, by the file and by the second decoder.
  func differences(from stored: [StoredReadings.Reading]) -> [String] {
    var differences: Set<String> = []
    var seen: Set<String> = []
    for reading in stored {
      let key = String(reading.series.drop { $0 != "-" }.dropFirst())
      seen.insert(key)
      if let expected = expected[key], expected != reading.value {
        differences.insert("\(key) is \(reading.value), expected \(expected)")
      }
      let other = second[key] ?? nil
      if missing.contains(key) || other == nil {
        differences.insert("\(key) is \(reading.value), expected nothing")
      } else if other != reading.value {
        differences.insert("\(key) is \(reading.value), a second decoder says \(other ?? 0)")
      }
    }
    let due = Set(expected.keys).union(second.filter { $0.value != nil }.keys)
    differences.formUnion(due.subtracting(seen).map { "\($0) is not stored" })
    return differences.sorted()
  }
}
