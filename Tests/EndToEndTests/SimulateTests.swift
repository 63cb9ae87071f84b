import Foundation
import Testing

@Suite("Simulated devices of any profile")
struct SimulateTests {
  @Test("every profile's device is there without a file, answers, and shows values")
  func everyProfile() async throws {
    let folder = try TemporaryFolder()
    let simulator = try ChildProcess(
      Checkout.program(.collector),
      ["simulate", "--tcp", "127.0.0.1:0", "--at", "2026-06-21T10:00:00Z"] + Checkout.profiles.flatMap { ["--profile", $0] })
    try await simulator.says("serving")
    let address = try #require(simulator.output.firstMatch(of: /simulated: (127\.0\.0\.1:\d+),/)).1
    let served = simulator.output.prefix { $0 != "\n" }.matches(of: /(\d+) \(([A-Za-z0-9_.-]+)\)/).map { (unit: $0.1, id: $0.2) }
    #expect(served.count == Checkout.profiles.count && served.count > 20)
    // The devices' own lines: "  et: et-battery, et-grid, ...".
    let points = Dictionary(
      simulator.output.matches(of: /\n  ([A-Za-z0-9_.-]+): (.+)/).map { ($0.1, $0.2.components(separatedBy: ", ")) },
      uniquingKeysWith: { first, _ in first })
    var lines = ["version: 1", "buses:", "  - {id: all, tcp: \"\(address)\"}", "devices:"]
    for (profile, device) in zip(Checkout.profiles, served) {
      let parts = try #require(points[device.id]).map { "\($0.dropFirst(device.id.count + 1)): \($0)" }.joined(separator: ", ")
      lines.append(
        "  - {id: \(device.id), profile: \(profile), bus: all, unit: \(device.unit), every: 1 h, measures: {\(parts)}}")
    }
    let yaml = try folder.write(lines.joined(separator: "\n") + "\n", to: "collector.yaml")
    // One bus, with the silences that some of them need.
    let read = try await ChildProcess(Checkout.program(.collector), ["read", yaml]).end(within: .seconds(300))
    #expect(read.status == 0, "\(read.errors)")
    let shown = Set(read.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
    let silent = served.map { String($0.id) }.filter { !shown.contains($0) }
    #expect(silent == [], "these show no value")
    _ = try await simulator.stop()
  }

  @Test("a fault is told about when it is misspelt, and happens when it is not")
  func faults() async throws {
    let misspelt = try await ChildProcess.run(.collector, "simulate", "--profile", "abb/b23", "--fault", "silense:30s")
    #expect(misspelt.status == 64)
    #expect(misspelt.errors.contains("there is no fault 'silense', did you mean 'silence'?"))
    for wrong in ["delay", "exception:0", "silence:30s@every:10s", "silence@each:5m", "counter-reset", "frozen@nth:3", "crc:x"] {
      let outcome = try await ChildProcess.run(.collector, "simulate", "--profile", "abb/b23", "--fault", wrong)
      #expect(outcome.status == 64, "\(wrong): \(outcome.errors)")
    }
    let simulator = try ChildProcess(
      .collector, "simulate", "--profile", "abb/b23", "--tcp", "127.0.0.1:0", "--fault", "exception:4")
    try await simulator.says("serving")
    let address = try #require(simulator.output.firstMatch(of: /simulated: (127\.0\.0\.1:\d+),/)).1
    let probe = try await ChildProcess.run(.collector, "probe", "--tcp", String(address), "--profile", "abb/b23")
    #expect(probe.status == 2)
    #expect((probe.output + probe.errors).contains("device failure (exception 4)"))
    _ = try await simulator.stop()
  }

  @Test("serves a serial line that is read like a real one")
  func serial() async throws {
    let simulator = try ChildProcess(.collector, "simulate", "--profile", "diehl/sharky-775", "--rtu", "--unit", "17")
    try await simulator.says("serving")
    let path = try #require(simulator.output.firstMatch(of: /simulated: (\/dev\/pts\/\d+), units 17/)).1
    let probe = try await ChildProcess.run(
      .collector, "probe", "--rtu", String(path), "--unit", "17", "--profile", "diehl/sharky-775")
    #expect(probe.status == 0, "\(probe.errors)")
    #expect(probe.output.contains("65.000 degC"))
    _ = try await simulator.stop()
  }
}
