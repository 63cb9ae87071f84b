import Foundation
import Testing

@Suite("Recorded devices behind an independent Modbus server")
struct RecordedDevicesTests {
  @Test("are found for every device profile of the checkout")
  func profilesAreFound() {
    #expect(Checkout.profiles.count >= 14)
    #expect(Checkout.profiles.contains("sunspec/inverter"))
  }

  @Test("are stored with exactly the values of their samples", arguments: Checkout.profiles)
  func samples(of profile: String) async throws {
    try await collect(from: ModbusBench(samplesOf: profile), as: profile)
  }

  @Test("are stored with exactly the values of their samples over a serial line", arguments: ["eastron/sdm630"])
  func samplesOverSerialLine(of profile: String) async throws {
    try await collect(from: ModbusBench(.rtu, samplesOf: profile), as: profile)
  }

  @Test(
    "are stored with exactly the values that their dump states",
    .enabled(if: Checkout.hasDumps, "the recorded registers of ../shared/devices/dumps are not beside this checkout"),
    arguments: [
      ("eastron-sdm630", "eastron/sdm630", 26), ("eastron-sdm120", "eastron/sdm120", 11),
      ("schneider-iem3255", "schneider/iem3000", 18), ("goodwe-gw10k-et", "goodwe/et", 42), ("e3dc-s10-a", "e3dc/s10", 14),
      ("fronius-primo-101", "sunspec/inverter", 14), ("fronius-symo-113", "sunspec/inverter", 25),
      ("sma-stp-103-a", "sma/sunspec", 31), ("solaredge-103-a", "solaredge/sunspec", 21),
      ("solaredge-103-b", "solaredge/sunspec", 21), ("veris-203", "sunspec/meter", 33), ("accuenergy-203", "sunspec/meter", 33),
      ("outback-der-7xx", "sunspec/meter", 7), ("elkor-203", "elkor/wattson", 35),
    ])
  func dump(named name: String, profile: String, values: Int) async throws {
    let bench = try await ModbusBench(file: "\(Checkout.dumps)/\(name).yaml", profile: profile)
    // So that a dump whose values no longer find their registers does not pass unseen.
    #expect(bench.recordings.map(\.expected.count) == [values])
    try await collect(from: bench, as: profile)
  }

  /// Collects from all recordings side by side until each is stored, and holds every stored value against them.
  private func collect(from bench: ModbusBench, as profile: String) async throws {
    let folder = try TemporaryFolder()
    let names = bench.recordings.indices.map { "r\($0)" }
    let yaml = CollectorYAML(
      devices: zip(names, bench.recordings).map {
        .init(name: $0, profile: profile, address: $1.address, unit: $1.unit, parts: $1.parts)
      })
    let file = try folder.write(yaml.text, to: "collector.yaml")
    let store = folder.file("readings.sqlite")
    let begin = Int64(Date().timeIntervalSince1970 * 1000)
    let collector = try ChildProcess(.collector, "run", file, "--store", store, "--commit-every", "1")
    let points = zip(names, bench.recordings).map { "\($0)-\($1.parts[0])" }
    _ = try await StoredReadings.read(store, waitingFor: points)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)

    let stored = try await StoredReadings.read(store)
    #expect(stored.integrity == "ok")
    #expect(stored.duplicates == 0)
    #expect(stored.conflicts == 0)
    let times = stored.readings.map(\.time)
    #expect(times.allSatisfy { (begin...Int64(Date().timeIntervalSince1970 * 1000)).contains($0) })
    for (name, recording) in zip(names, bench.recordings) {
      let differences = Self.differences(of: recording, named: name, from: stored)
      #expect(differences.isEmpty, "\(recording.name): \(differences.joined(separator: "; "))")
    }
  }

  /// Every expected value that is not stored, and every stored one that is not expected, of all polls.
  private static func differences(
    of recording: ModbusBench.Recording, named name: String, from stored: StoredReadings
  ) -> [String] {
    var differences: Set<String> = []
    var seen: Set<String> = []
    for reading in stored.readings where reading.series.hasPrefix("\(name)-") {
      let key = String(reading.series.dropFirst(name.count + 1))
      seen.insert(key)
      if let expected = recording.expected[key] {
        if expected != reading.value { differences.insert("\(key) is \(reading.value), expected \(expected)") }
      } else if recording.complete || recording.missing.contains(key) {
        differences.insert("\(key) is \(reading.value), expected nothing")
      }
    }
    differences.formUnion(recording.expected.keys.filter { !seen.contains($0) }.map { "\($0) is not stored" })
    return differences.sorted()
  }
}
