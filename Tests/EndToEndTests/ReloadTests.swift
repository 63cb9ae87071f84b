import Foundation
import TestSupport
import Testing

@Suite("A collector whose configuration changes")
struct ReloadTests {
  private let benches: [ModbusBench]
  private let site: CollectorSite
  private let systemd: NotifySocket

  init() async throws {
    benches = [try await ModbusBench(samplesOf: "diehl/sharky-775"), try await ModbusBench(samplesOf: "diehl/sharky-775")]
    site = try CollectorSite([CollectorSite.meter("steady", at: benches[0].recordings[0].address)])
    systemd = try NotifySocket()
  }

  private func meter(_ name: String, _ bench: Int, every: String = "200 ms") -> CollectorYAML.Device {
    CollectorSite.meter(name, at: benches[bench].recordings[0].address, every: every)
  }

  @Test("takes a new device up, lets one go, and loses no poll of one that stays")
  func change() async throws {
    let collector = try site.start(environment: ["NOTIFY_SOCKET": systemd.path])
    _ = try await StoredReadings.read(site.store, waitingFor: ["steady-main"], count: 10)

    try site.write([meter("steady", 0), meter("new", 1)])
    collector.kill(SIGHUP)
    try await collector.says("was read again; buses: goes on: bus-steady; begun anew: bus-new")
    _ = try await StoredReadings.read(site.store, waitingFor: ["new-main"], count: 5)
    try site.write([meter("steady", 0)])
    collector.kill(SIGHUP)
    try await collector.says("goes on: bus-steady; not read any more: bus-new")
    let count = try await StoredReadings.read(site.store).times(of: "steady-main.heat_energy").count
    _ = try await StoredReadings.read(site.store, waitingFor: ["steady-main"], count: count + 10)
    let status = try await site.status().status
    #expect(status.buses.map(\.id) == ["bus-steady"])
    #expect(try await collector.stop().status == 0)

    let words = systemd.all.map(\.text)
    #expect(words.count { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") } == 2)
    #expect(words.count { $0.hasPrefix("READY=1") } == 3)

    let stored = try await StoredReadings.read(site.store)
    let times = stored.times(of: "steady-main.heat_energy")
    let slots = times.map { $0 / 200 }
    let missing = zip(slots, slots.dropFirst()).map { $1 - $0 - 1 }.filter { $0 > 0 }
    let reloads = systemd.all.count { $0.text.hasPrefix("RELOADING") }
    print(
      "polls of an unchanged 200 ms device lost in \(reloads) reloads | \(missing.reduce(0, +)) of \(slots.count) | 0 | - | 0 | \(missing.isEmpty ? "yes" : "no")"
    )
    // A bus begun anew would ask at once, out of turn, and its connection would cost a poll. A busy machine may cost single ones.
    #expect(missing.allSatisfy { $0 <= 2 }, "\(missing) of \(slots.count) polls were lost")
    #expect(missing.reduce(0, +) * 5 <= Int64(slots.count))
    let series = Set(stored.readings.map(\.series))
    #expect(series.contains { $0.hasPrefix("new-main") })
  }

  @Test("refuses a wrong file whole, names every problem, and goes on; the right one is taken later")
  func wrong() async throws {
    let collector = try site.start()
    _ = try await StoredReadings.read(site.store, waitingFor: ["steady-main"], count: 3)
    let wrong = CollectorYAML(devices: [meter("steady", 0), meter("new", 1)]).text
      .replacing("every: 200 ms", with: "evry: 200 ms", maxReplacements: 1).replacing(
        "tcp: \"127", with: "tcp: \"http://127", maxReplacements: 1)
    try site.folder.write(wrong, to: "collector.yaml")
    collector.kill(SIGHUP)
    try await collector.says("the new configuration was refused; the one in force goes on")
    #expect(collector.errors.contains("did you mean 'every'?"))
    #expect(collector.errors.contains("write only HOST:PORT"))
    let status = try await site.status().status
    #expect(status.configuration.refused != nil)
    #expect(status.buses.map(\.id) == ["bus-steady"])
    let count = try await StoredReadings.read(site.store).times(of: "steady-main.heat_energy").count
    _ = try await StoredReadings.read(site.store, waitingFor: ["steady-main"], count: count + 5)

    try site.write([meter("steady", 0), meter("new", 1)])
    collector.kill(SIGHUP)
    try await collector.says("begun anew: bus-new")
    let later = try await site.status().status
    #expect(later.configuration.refused == nil)
    #expect(later.buses.map(\.id) == ["bus-steady", "bus-new"])
    #expect(try await collector.stop().status == 0)
  }

  @Test("refuses a file that is saved half, wherever it is cut within a line")
  func halfSaved() async throws {
    let collector = try site.start(environment: ["NOTIFY_SOCKET": systemd.path])
    try await systemd.told("READY=1")
    let whole = CollectorYAML(devices: [meter("steady", 0), meter("new", 1)]).text
    var random = SeededGenerator(seed: 20_160_630)
    var refusals = 0
    for _ in 1...6 {
      let length = Int.random(in: 1..<whole.utf8.count - 1, using: &random)
      let half = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
      guard !half.hasSuffix("\n") else { continue }
      try site.folder.write(half, to: "collector.yaml")
      collector.kill(SIGHUP)
      try await systemd.told("READY=1", times: refusals + 2)
      refusals += 1
      #expect(collector.errors.components(separatedBy: "the new configuration was refused").count == refusals + 1, "\(half)")
    }
    #expect(refusals > 2)
    #expect(try await site.status().status.buses.map(\.id) == ["bus-steady"])
    #expect(try await collector.stop().status == 0)
  }
}
