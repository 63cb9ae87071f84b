import Foundation
import Testing

@Suite("The doctor")
struct DoctorTests {
  @Test("finds all well in an hour of stored readings, within 80 columns, and where the plant hangs")
  func allWell() async throws {
    let house = try SmallHouse()
    #expect(try await house.rehearse().status == 0)
    let json = try await ChildProcess.run(.collector, "doctor", house.collector, "--store", house.store, "--json")
    let report = try DoctorReport.read(json.output)
    #expect(json.status == 0, "\(report.of("problem"))")
    #expect(report.version == 1)
    #expect(report.source == "store")
    let codes = Set(report.remarks.filter { $0.level == "ok" }.map(\.code))
    #expect(codes.isSuperset(of: ["signs_agree", "phases_agree", "reads", "hangs_on", "version"]))
    #expect(report.remarks.contains { $0.code == "hangs_on" && $0.text.contains("L2") })
    #expect(report.remarks.contains { $0.section == "clock" })
    #expect(report.remarks.contains { $0.code == "disk_speed" || $0.code == "disk_slow" })
    let text = try await ChildProcess(
      "/usr/bin/env",
      [
        "COLUMNS=80", Checkout.program(.collector), "doctor", house.collector, "--store", house.store,
      ]
    ).end()
    #expect(text.status == 0)
    // A word is never cut: paths may be longer than the line.
    let long = text.output.split(separator: "\n").filter { $0.count > 80 && !$0.contains("/") }
    #expect(long.isEmpty, "\(long)")
    #expect(text.output.contains("Signs\n"))
  }

  @Test("finds the swapped meter at the connection within an hour of readings, and writes the line that turns it")
  func swapped() async throws {
    let house = try SmallHouse(isSwapped: true)
    #expect(try await house.rehearse().status == 0)
    let outcome = try await ChildProcess.run(.collector, "doctor", house.collector, "--store", house.store, "--json")
    #expect(outcome.status == 2)
    let problems = try DoctorReport.read(outcome.output).of("problem")
    #expect(problems.map(\.code) == ["import_export_swapped"], "\(problems)")
    let found = try #require(problems.first)
    #expect(found.subject?.contains("GRID") == true)
    #expect(
      found.lines.contains("- {channel: active_power, table: input, address: 52, type: f32, unit: W, positive: export}"))
    #expect(found.next?.contains("eastron/sdm630") == true)
  }

  @Test("names the device that is dead, beside one that answers")
  func dead() async throws {
    let house = try SmallHouse()
    let simulator = try await house.simulated()
    let off = try await ModbusBench.closed()
    let text = try Checkout.text(house.collector)
      .replacingOccurrences(of: "devices:", with: "  - {id: barn, tcp: \"\(off.recordings[0].address)\"}\ndevices:")
      .replacingOccurrences(of: "bus: cellar, unit: 2", with: "bus: barn, unit: 2")
    let file = try house.folder.write(text, to: "dead.yaml")
    let outcome = try await ChildProcess.run(.collector, "doctor", file, "--live", "10s", "--json")
    #expect(outcome.status == 2)
    let report = try DoctorReport.read(outcome.output)
    #expect(report.source == "devices")
    #expect(report.of("problem").contains { $0.code == "never_answered" && $0.subject == "sun-meter" })
    #expect(report.of("problem").contains { $0.code == "unreachable" && $0.subject == "barn" })
    #expect(report.of("ok").contains { $0.section == "buses" && $0.subject == "cellar" })
    _ = try await simulator.stop()
  }

  @Test("finds the unit number that answers where the file has a wrong one")
  func wrongUnit() async throws {
    let house = try SmallHouse()
    let simulator = try await house.simulated()
    let text = try Checkout.text(house.collector).replacingOccurrences(of: "bus: cellar, unit: 2", with: "bus: cellar, unit: 3")
    let file = try house.folder.write(text, to: "wrong.yaml")
    let outcome = try await ChildProcess.run(.collector, "doctor", file, "--live", "12s", "--json")
    #expect(outcome.status == 2)
    let found = try #require(try DoctorReport.read(outcome.output).of("problem").first { $0.section == "buses" })
    #expect(found.code == "silent")
    #expect(found.subject == "cellar, device sun-meter")
    #expect(found.next == "if that is it, write `unit: 2` at device 'sun-meter'")
    _ = try await simulator.stop()
  }

  @Test("is not allowed to read devices that the collector reads, and still finds what it stored")
  func besideTheCollector() async throws {
    let house = try SmallHouse()
    let simulator = try await house.simulated()
    let collector = try ChildProcess(.collector, "run", house.collector, "--store", house.store, "--commit-every", "1")
    try await collector.says("collecting")
    let refused = try await ChildProcess.run(.collector, "doctor", house.collector, "--store", house.store, "--live", "2s")
    #expect(refused.status == 64)
    #expect(refused.errors.contains("most take one connection only"))
    _ = try await StoredReadings.read(house.store, waitingFor: ["HOUSE-SUN"])
    let outcome = try await ChildProcess.run(.collector, "doctor", house.collector, "--store", house.store, "--json")
    let report = try DoctorReport.read(outcome.output)
    #expect(report.remarks.contains { $0.code == "collecting" })
    #expect(report.remarks.contains { $0.code == "reads" && $0.subject == "sun-meter" })
    // From the collector itself.
    #expect(report.remarks.contains { $0.code == "bus" && $0.subject == "cellar" && $0.text.contains("of the last hour") })
    #expect(try await collector.stop().status == 0)
    _ = try await simulator.stop()
  }

  @Test("writes a report for others in which no member, place, metering point, comment, address or serial number stands")
  func bundle() async throws {
    let house = try SmallHouse(
      address: "tcp: \"\(SmallHouse.canary.lowercased()).dyndns.example.com:502\"", isSwapped: true)
    #expect(try await house.rehearse().status == 0)
    let file = house.folder.file("report.txt")
    let outcome = try await ChildProcess.run(
      .collector, "doctor", house.collector, "--store", house.store, "--bundle", file)
    #expect(outcome.status == 2)
    let report = try Checkout.text(file)
    for secret in [SmallHouse.canary, "Erika", "secret", "dyndns", "DE0001", house.folder.path] {
      #expect(!report.lowercased().contains(secret.lowercased()), "\(secret) stands in the report")
    }
    // What helps is still there.
    for word in [
      "  problem  ", "positive: export", "eastron/sdm630", "point-1", "sun-meter", "libmodbus", "== Last events",
    ] {
      #expect(report.contains(word), "\(word) is missing")
    }
    let again = try await ChildProcess.run(
      .collector, "doctor", house.collector, "--store", house.store, "--bundle", file)
    #expect(again.status == 64, "a report is never overwritten")
  }
}

extension SmallHouse {
  /// Its devices, simulated; the file of devices then names their port.
  fileprivate func simulated() async throws -> ChildProcess {
    let simulator = try ChildProcess(.collector, "simulate", collector, "--from", readings)
    try await simulator.says("serving")
    let line = try #require(simulator.output.split(separator: "\n").first { $0.hasPrefix("cellar: ") })
    let address = line.dropFirst("cellar: ".count).prefix { $0 != "," }
    try rewrite(address: "tcp: \"\(address)\"")
    return simulator
  }
}
