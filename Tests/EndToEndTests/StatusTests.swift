import Foundation
import Testing

@Suite("The status of a running collector")
struct StatusTests {
  @Test("names the device that does not answer and why, with exit status 2, and is 0 once all answer")
  func status() async throws {
    let off = try await ModbusBench.closed()
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let address = off.recordings[0].address
    let site = try CollectorSite([
      CollectorSite.meter("cellar", at: address), CollectorSite.meter("attic", at: bench.recordings[0].address),
    ])
    let collector = try site.start()
    _ = try await StoredReadings.read(site.store, waitingFor: ["attic-main"])
    try await collector.says("cellar does not answer")

    let (exit, status) = try await site.status()
    #expect(exit == 2)
    #expect(status.schemaVersion == 1)
    #expect(!status.allWell)
    #expect(status.store.stored > 0)
    #expect(status.device("attic")?.state == "ok")
    #expect(status.device("attic")?.ageSeconds ?? 99 < 5)
    let cellar = try #require(status.buses.first { $0.id == "bus-cellar" })
    #expect(cellar.errorsByCause.keys.sorted() == ["connection_refused"])
    #expect(cellar.total.requests == cellar.total.errors)
    #expect(cellar.complaint?.contains("nothing listens there") == true)
    #expect(cellar.devices.first?.state == "offline")
    #expect(cellar.devices.first?.offlineSince != nil)
    #expect(cellar.devices.first?.lastGood == nil)

    // As a table: within the terminal's width, with the cause in words.
    let table = try await ChildProcess(
      Checkout.program(.collector), ["status", "--store", site.store], environment: ["COLUMNS": "80"]
    ).end()
    #expect(table.status == 2)
    #expect(table.output.contains("1 of 2 devices in trouble"))
    #expect(table.output.contains("connection refused"))
    let tables = table.output.components(separatedBy: "\n").filter {
      $0.hasPrefix("bus") || $0.hasPrefix("cellar") || $0.hasPrefix("attic")
    }
    #expect(tables.count >= 4)
    #expect(tables.allSatisfy { $0.count <= 80 || $0.contains("nothing listens") })

    try await off.stop()
    let back = try await ModbusBench(samplesOf: "diehl/sharky-775", port: String(address.split(separator: ":")[1]))
    try await collector.says("cellar answers again")
    let well = try await site.status()
    #expect(well.exit == 0)
    #expect(well.status.allWell)
    try await back.stop()
    #expect(try await collector.stop().status == 0)
  }

  @Test("is 1 where no collector runs, and says how to start one; a second collector on the store is refused")
  func oneCollector() async throws {
    let off = try await ModbusBench.closed()
    let site = try CollectorSite([CollectorSite.meter("cellar", at: off.recordings[0].address)])
    let nobody = try await ChildProcess.run(.collector, "status", "--store", site.store)
    #expect(nobody.status == 1)
    #expect(nobody.errors.contains("readings.sqlite.sock: no service answers there"))

    let first = try site.start()
    try await first.says("cellar does not answer")
    let second = try await site.start().end()
    #expect(second.status == 1)
    #expect(second.errors.contains("another process is writing this file; one writer is allowed, so stop the other one first"))
    #expect(try await site.status().exit == 2)

    // Killed, it leaves its socket behind; the next one takes its place.
    _ = try await first.stop(SIGKILL)
    #expect(FileManager.default.fileExists(atPath: site.store + ".sock"))
    #expect(try await ChildProcess.run(.collector, "status", "--store", site.store).status == 1)
    let third = try site.start()
    try await third.says("cellar does not answer")
    #expect(try await site.status().exit == 2)
    #expect(try await third.stop().status == 0)
    #expect(!FileManager.default.fileExists(atPath: site.store + ".sock"))
  }

  @Test("cannot be asked where the place of its socket is taken, and readings are collected all the same")
  func noSocket() async throws {
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let site = try CollectorSite([CollectorSite.meter("attic", at: bench.recordings[0].address)])
    try site.folder.write("mine", to: "place")
    let collector = try site.start("--socket", site.folder.file("place"))
    try await collector.says("a file stands there that is no socket")
    _ = try await StoredReadings.read(site.store, waitingFor: ["attic-main"])
    #expect(try await collector.stop().status == 0)
    #expect(try Checkout.text(site.folder.file("place")) == "mine")
  }

  @Test("is shown to Prometheus in a file and on loopback, and the file goes when the collector stops")
  func metrics() async throws {
    let bench = try await ModbusBench(samplesOf: "diehl/sharky-775")
    let site = try CollectorSite([CollectorSite.meter("attic", at: bench.recordings[0].address)])
    let file = site.folder.file("collector.prom")
    let collector = try site.start("--metrics-port", "0", "--metrics-file", file)
    try await collector.says("figures for Prometheus")
    _ = try await StoredReadings.read(site.store, waitingFor: ["attic-main"])
    let url = try #require(collector.errors.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+\/metrics/))
    let page = try await ChildProcess("/usr/bin/python3", ["-c", Self.fetch, String(url.0)]).end()
    #expect(page.output.hasPrefix("200 text/plain; version=0.0.4; charset=utf-8\n# HELP "), "\(page.errors)")
    #expect(page.output.contains("\nenergy_collector_device_up{bus=\"bus-attic\",device=\"attic\"} 1\n"))
    let stored = page.output.firstMatch(of: /\nenergy_collector_readings_stored_total (\d+)\n/).flatMap { Int($0.1) } ?? 0
    #expect(stored > 0)
    #expect(try Checkout.text(file).contains("# TYPE energy_collector_readings_stored_total counter\n"))
    let rights = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(rights == 0o644, "the node exporter is another user")
    #expect(try await collector.stop().status == 0)
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  private static let fetch = """
    import sys, urllib.request
    with urllib.request.urlopen(sys.argv[1]) as page:
        print(page.status, page.headers["Content-Type"])
        print(page.read().decode(), end="")
    """
}
