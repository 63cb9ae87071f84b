import Foundation
import TestSupport
import Testing

@Suite("The collector as a service")
struct ServiceTests {
  @Test("is ready within 5 s with every device off, feeds the watchdog all the same, and tells that it stops")
  func readyWithEverythingOff() async throws {
    let systemd = try NotifySocket()
    let closed = try await ModbusBench.closed()
    let silent = try await ModbusBench.silent()
    let site = try CollectorSite([
      CollectorSite.meter("closed", at: closed.recordings[0].address),
      CollectorSite.meter("silent", at: silent.recordings[0].address),
      CollectorSite.meter("nowhere", at: "127.0.0.1:1"),
    ])
    // What a program's start and the reading of the files take on this machine, however busy it is just now.
    var start = ContinuousClock.now
    #expect(try await ChildProcess.run(.collector, "check", site.file).status == 0)
    let usual = start.duration(to: .now)
    start = .now
    let collector = try site.start(environment: ["NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "1500000"])
    let ready = try await systemd.told("READY=1")
    let time = start.duration(to: ready.time)
    #expect(time - usual <= .seconds(5))
    print("ready with every device off, s | \(time / .seconds(1)) | 5 | - | 5 | \(time <= .seconds(5) ? "yes" : "no")")
    // Every half second; ten of them while the devices are asked in vain.
    let tenth = try await systemd.told("WATCHDOG=1", times: 10)
    #expect(ready.time.duration(to: tenth.time) < .seconds(30))
    try await systemd.told("STATUS=0 of 3 devices well, 0 readings stored")
    let stopped = try await collector.stop()
    #expect(stopped.status == 0)
    try await systemd.told("STOPPING=1")
    #expect(systemd.all.count { $0.text.contains("READY=1") } == 1)
  }

  @Test("is not fed any more when a bus hangs in a call", .enabled(if: Tool.strace != nil, "strace is not installed"))
  func hungBus() async throws {
    let systemd = try NotifySocket()
    let closed = try await ModbusBench.closed()
    let site = try CollectorSite([CollectorSite.meter("hung", at: closed.recordings[0].address)])
    // Its calls to connect take 200 s, as if the system hung.
    let arguments = ["-D", "-f", "-q", "-o", "/dev/null", "-e", "trace=connect", "-e", "inject=connect:delay_enter=200000000"]
    let collector = try ChildProcess(
      Tool.strace ?? "", arguments + [Checkout.program(.collector), "run", site.file, "--store", site.store],
      environment: ["NOTIFY_SOCKET": systemd.path, "WATCHDOG_USEC": "1500000"])
    try await systemd.told("WATCHDOG=1", times: 3)
    try await systemd.told("STATUS=hangs: bus bus-hung", times: 3)
    let words = systemd.all.map(\.text)
    let hang = try #require(words.firstIndex { $0.contains("hangs") })
    #expect(!words[hang...].contains { $0.contains("WATCHDOG") })
    #expect(collector.errors.contains("the watchdog is not fed until this goes on"))
    // It stops all the same, and leaves the hung call behind.
    let start = ContinuousClock.now
    collector.kill(SIGTERM)
    try await collector.says("stopped; 0 readings stored, 0 not stored", within: .seconds(150))
    // Long before the call comes back; how long before is a matter of what else the machine does.
    #expect(start.duration(to: .now) < .seconds(150))
    #expect(collector.errors.contains("left behind after 5 s, waiting for an answer: bus-hung"))
    // strace holds on to a process whose call it delays.
    if let tracer = collector.tracer { kill(tracer, SIGKILL) }
    #expect(try await collector.end().status == 0)
  }

  @Test("writes its log as the journal wants it: priority, sentence, key=value")
  func journal() async throws {
    let closed = try await ModbusBench.closed()
    let site = try CollectorSite([CollectorSite.meter("cellar", at: closed.recordings[0].address)])
    let script = #"JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$0" "$@""#
    let collector = try ChildProcess(
      "/bin/sh", ["-c", script, Checkout.program(.collector), "run", site.file, "--store", site.store])
    try await collector.says("cellar does not answer")
    let lines = try await collector.stop().errors.split(separator: "\n")
    #expect(lines.contains("<5>collecting from 1 devices on 1 buses"))
    #expect(lines.allSatisfy { $0.hasPrefix("<") })
    let complaint = try #require(lines.first { $0.contains("does not answer") })
    #expect(complaint.hasPrefix("<4>cellar does not answer: 127.0.0.1:"))
    #expect(complaint.hasSuffix(" bus=bus-cellar cause=connection_refused device=cellar"))
    #expect(lines.count { $0.contains("does not answer") } == 1)
  }

  @Test(
    "is hardened: exposure at most 1.5, and 1.6 with a serial line",
    .enabled(if: Tool.systemdAnalyze != nil, "systemd-analyze is not installed"))
  func exposure() async throws {
    let prefix = try TemporaryFolder(suffix: " with blanks")
    let installed = try await ChildProcess("\(Checkout.folder)/packaging/systemd/install", [prefix.path]).end()
    #expect(installed.status == 0, "\(installed.errors)")
    let unit = prefix.file("lib/systemd/system/energy-collector.service")
    #expect(
      try Checkout.text(unit).contains(
        "ExecStart=\"\((prefix.path as NSString).standardizingPath)/bin/energy-collector\" run /etc/energy-opt/collector.yaml"))
    try prefix.copy(Checkout.program(.collector), to: "bin/energy-collector")
    let verified = try await ChildProcess(Tool.systemdAnalyze ?? "", ["verify", unit]).end()
    #expect(verified.status == 0, "\(verified.errors)")
    try await score(unit, limit: 15)
    try prefix.copy(
      prefix.file("share/energy-opt/systemd/energy-collector-rtu.conf"),
      to: "lib/systemd/system/energy-collector.service.d/rtu.conf")
    try await score(unit, limit: 16)
  }

  private func score(_ unit: String, limit: Int) async throws {
    let analysis = try await ChildProcess(
      Tool.systemdAnalyze ?? "", ["security", "--offline=yes", "--threshold=\(limit)", "--no-pager", unit]
    ).end()
    #expect(analysis.status == 0, "\(analysis.output.suffix(200))")
    let figure = analysis.output.firstMatch(of: /Overall exposure level for .*: ([0-9.]+)/).map { String($0.1) } ?? "?"
    print(
      "exposure (systemd-analyze security) | \(figure) | 9.6 OpenEMS, 9.2 evcc, 4.0 Prometheus | - | \(Double(limit) / 10) | \(analysis.status == 0 ? "yes" : "no")"
    )
  }
}

/// Programs that a test needs and a machine may not have.
enum Tool {
  static let strace = find("strace")
  static let systemdAnalyze = find("systemd-analyze")

  private static func find(_ name: String) -> String? {
    ["/usr/bin/\(name)", "/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
