import Foundation
import Testing

@Suite("Devices that are off")
struct UnreachableDevicesTests {
  @Test("do not keep the collector from starting, and are read once they are switched on")
  func startWithAllDevicesOff() async throws {
    let folder = try TemporaryFolder()
    let store = folder.file("readings.sqlite")
    let off = try await ModbusBench.closed()
    let other = try await ModbusBench.closed()
    let yaml = CollectorYAML(devices: [
      .init(name: "meter", profile: "diehl/sharky-775", address: off.recordings[0].address),
      .init(name: "heater", profile: "kamstrup/multical", address: other.recordings[0].address),
    ])
    let collector = try ChildProcess(
      .collector, "run", try folder.write(yaml.text, to: "collector.yaml"), "--store", store, "--commit-every", "1")
    try await collector.says("meter does not answer")
    try await collector.says("heater does not answer")

    let port = off.recordings[0].port
    try await off.stop()
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775", port: port)
    let stored = try await StoredReadings.read(store, waitingFor: ["meter-main"])
    try await collector.says("meter answers again")
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    let series = Set(stored.readings.map(\.series))
    #expect(series == Set(bench.recordings[0].expected.keys.map { "meter-\($0)" }))
    // The same complaint is told once, however often the device was asked.
    #expect(stopped.errors.components(separatedBy: "heater does not answer").count == 2)
  }

  @Test("do not delay another bus: beside one that accepts and never answers, a device keeps its pace of 200 ms")
  func silentBusDelaysNobody() async throws {
    let folder = try TemporaryFolder()
    let store = folder.file("readings.sqlite")
    let silent = try await ModbusBench.silent()
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let yaml = CollectorYAML(devices: [
      .init(name: "silent", profile: "diehl/sharky-775", address: silent.recordings[0].address, every: "200 ms"),
      .init(name: "good", profile: "diehl/sharky-775", address: bench.recordings[0].address, every: "200 ms"),
    ])
    let collector = try ChildProcess(
      .collector, "run", try folder.write(yaml.text, to: "collector.yaml"), "--store", store, "--commit-every", "1")
    _ = try await StoredReadings.read(store, waitingFor: ["good-main"], count: 42)
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    #expect(stopped.errors.contains("silent does not answer"))
    #expect(silent.silentRequests >= 2, "the silent device is asked again while the other is read")

    let stored = try await StoredReadings.read(store)
    let times = stored.times(of: "good-main.heat_energy")
    let first = try #require(times.first)
    let last = try #require(times.last)
    let due = (last - first) / 200 + 1
    let longest = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
    #expect(Int64(times.count) * 100 >= due * 80, "\(times.count) readings of \(due) polls")
    // A bus that waits for the silent one would wait for its deadline of a second.
    #expect(longest < 1000, "the longest pause is \(longest) ms")
    #expect(!stored.readings.contains { $0.series.hasPrefix("silent") })
  }
}
