import Foundation
import TestSupport
import Testing

/// `energy-opt store`, as its users run it, on a store that `Tests/StoreWriter` fills.
@Suite("Looking after the store")
struct StoreCareTests {
  private let folder: TemporaryFolder
  private var readings: String { folder.file("readings.sqlite") }

  init() throws { folder = try TemporaryFolder() }

  private func fill(_ batches: Int) async throws {
    let writer = try ChildProcess(try Checkout.program(named: "StoreWriter"), ["write", folder.path, "7", "0", "\(batches)"])
    #expect(try await writer.end().status == 0)
  }

  private func store(_ arguments: String...) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["store"] + arguments + ["--readings", readings]).end()
  }

  /// The first file of sealed readings.
  private static func firstSegment(_ folder: String) throws -> String {
    folder + "/" + (try #require(try FileManager.default.contentsOfDirectory(atPath: folder).min()))
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("says in both languages and as JSON what it takes, and what a check finds where bits have flipped")
  func statusAndCheck() async throws {
    try await fill(400)
    let status = try await store("status", "--format", "json")
    #expect(status.status == 0)
    let figures = try #require(try json(status.output)["readings"] as? [String: Any])
    #expect(figures["series"] as? Int == 21)
    #expect(figures["being_written"] as? Bool == false)
    #expect(try await store("status", "--lang", "de").output.contains("versiegelt 2026-02"))

    let whole = try await store("check")
    #expect(whole.status == 0 && whole.output.contains("whole"))

    let segment = try Self.firstSegment(folder.file("readings.sqlite.segments"))
    var bytes = try Data(contentsOf: URL(filePath: segment))
    bytes[bytes.count / 2] ^= 16
    try bytes.write(to: URL(filePath: segment))
    let damaged = try await store("check", "--lang", "de")
    #expect(damaged.status == 2)
    #expect(damaged.output.contains("BESCHÄDIGT") && damaged.output.contains((segment as NSString).lastPathComponent + ", bytes"))
    let told = try json(try await store("check", "--format", "json").output)
    #expect(told["whole"] as? Bool == false)
    let files = try #require(told["files"] as? [[String: Any]])
    let findings = try #require(files.first?["findings"] as? [[String: Any]])
    #expect(findings.count == 1 && findings[0]["kind"] as? String == "chunk")
  }

  @Test("drops whole months that are old, only where somebody says so twice")
  func dropping() async throws {
    // From 31 January on; the next days are not over for long enough, as their month is not.
    try await fill(400)
    let limits = ["--keep-readings", "31d", "--keep-quarter-hours", "31 d"]
    func compact(_ options: [String]) async throws -> ChildProcess.Outcome {
      try await ChildProcess(Checkout.program(.energyOpt), ["store", "compact"] + options + ["--readings", readings]).end()
    }
    let plan = try await compact(limits)
    #expect(plan.status == 0 && plan.output.contains("--yes drops: readings of nothing, quarter hours of 2026-01"))
    #expect(try await !store("status").output.contains("dropped"))
    let done = try await compact(limits + ["--yes"])
    #expect(done.status == 0 && done.output.contains("dropped: readings of nothing"))
    #expect(try await store("check").status == 0)
    let figures = try #require(try json(try await store("status", "--format", "json").output)["readings"] as? [String: Any])
    #expect(figures["dropped_until"] as? String == "2026-02-01T00:00:00Z")
    #expect(figures["dropped_readings"] as? Int ?? 0 > 0)
    for wrong in [["--keep-readings", "7d"], ["--keep-quarter-hours", "31d"], ["--yes"]] {
      #expect(try await compact(wrong).status == 64, "\(wrong)")
    }
  }

  @Test("backs up while a writer appends and seals; each backup restores with every reading acknowledged before it began")
  func backupsWhileWriting() async throws {
    let count = FaultFigure.count(3, large: 300)
    let home = folder.file("backups")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let program = try Checkout.program(named: "StoreWriter")
    let writer = try ChildProcess(program, ["write", folder.path, "11", "0", "1000000"])
    try await writer.says("acknowledged 200")
    func acknowledged() -> Int {
      let line = writer.output.split(separator: "\n").last { $0.hasPrefix("acknowledged ") }
      return line.flatMap { Int($0.dropFirst("acknowledged ".count)) } ?? 0
    }
    var (whole, readings, batches) = (0, 0, [Int]())
    for number in 0..<count {
      let before = acknowledged()
      let made = try await store("backup", "\(home)/\(number)")
      try #require(made.status == 0, "\(made.output)\(made.errors)")
      #expect(writer.isRunning)
      let target = folder.file("restored-\(number)")
      let restored = try await ChildProcess.run(.energyOpt, "store", "restore", "\(home)/\(number)", "--to", target)
      try #require(restored.status == 0, "\(restored.errors)")
      // What is in a backup may go beyond what was told before it, never behind it: the driver says up to where all is right.
      let driver = try ChildProcess(
        "/bin/sh", ["-c", "echo '\(target) 1000000 1000001 all' | '\(program)' check 11"])
      let found = try await driver.end().output.split(whereSeparator: \.isWhitespace)
      // "lost LAST of ACKNOWLEDGED": all up to LAST is there, each once; "corrupt" were anything else.
      try #require(found.count == 4 && found[0] == "lost", "\(found)")
      let last = try #require(Int(found[1]))
      #expect(last >= before)
      batches.append(last)
      if last >= before { whole += 1 }
      readings += last * 21
      try FileManager.default.removeItem(atPath: target)
    }
    _ = try await writer.stop(SIGKILL)
    #expect(batches == batches.sorted() && Set(batches).count > 1)
    FaultFigure.tell(
      "S14 backups while writing, \(readings) readings restored", ours: "\(whole) of \(count) whole", goal: "all",
      reached: whole == count)
  }

  @Test("keeps the newest backups, tries and restores them, and says so in both languages")
  func backupAndRestore() async throws {
    try await fill(200)
    let home = folder.file("backups")
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    let made = try await store("backup", home, "--keep", "3")
    #expect(made.status == 0 && made.output.contains("checked"))
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: home).first)
    let drill = try await ChildProcess.run(.energyOpt, "store", "restore", "--drill", "\(home)/\(name)", "--lang", "de")
    #expect(drill.status == 0 && drill.output.contains("Probe gelungen") && drill.output.contains("21 Zeitreihen"))
    let over = try await ChildProcess.run(.energyOpt, "store", "restore", "\(home)/\(name)", "--to", folder.path)
    #expect(over.status == 1 && over.errors.contains("--move-aside"))
    let aside = try await ChildProcess.run(
      .energyOpt, "store", "restore", "\(home)/\(name)", "--to", folder.path, "--move-aside")
    #expect(aside.status == 0 && aside.output.contains("before-restore-"))

    let segment = try Self.firstSegment("\(home)/\(name)/readings.sqlite.segments")
    var bytes = try Data(contentsOf: URL(filePath: segment))
    bytes[100] ^= 1
    try bytes.write(to: URL(filePath: segment))
    let damaged = try await ChildProcess.run(.energyOpt, "store", "restore", "--drill", "\(home)/\(name)")
    #expect(damaged.status == 2 && damaged.errors.contains((segment as NSString).lastPathComponent))
  }

  @Test("exports and imports without losing a digit, by CSV and line protocol, and refuses an import under a collector")
  func exchange() async throws {
    try await fill(120)
    let first = folder.file("first.csv")
    #expect(try await store("export", "--output", first).status == 0)
    for form in ["csv", "influx"] {
      let file = folder.file("export.\(form)")
      #expect(try await store("export", "--form", form, "-o", file).status == 0)
      let other = folder.file("other-\(form).sqlite")
      let imported = try await ChildProcess.run(.energyOpt, "store", "import", file, "--readings", other)
      #expect(imported.status == 0, "\(imported.errors)")
      #expect(imported.output.contains("0 known already, 0 conflict"))
      let again = try await ChildProcess.run(.energyOpt, "store", "export", "--readings", other)
      #expect(again.output == (try Checkout.text(first)))
      let twice = try await ChildProcess.run(.energyOpt, "store", "import", file, "--readings", other)
      #expect(twice.output.contains(": 0 added"))
    }
    // Chosen by hand from the lines of the whole export.
    let hour = "2026-01-31T21:"
    let rows = try Checkout.text(first).split(separator: "\n").filter { $0.hasPrefix(hour) && $0.contains(",PV-1,") }
    let part = try await store(
      "export", "--points", "PV-1", "--from", "2026-01-31T21:00Z", "--until", "2026-01-31T22:00:00Z")
    let found = part.output.split(separator: "\n").dropFirst()
    #expect(!rows.isEmpty && Array(found) == rows)
    #expect(try await store("export", "-o", first).status == 1)
    #expect(try await store("export", "--points", "NOBODY").status == 3)

    let broken = try folder.write(
      try Checkout.text(first) + "2026-03-01T00:00:00Z,GRID-1,energy_import,kWh,x\n", to: "broken.csv")
    let refused = try await ChildProcess.run(.energyOpt, "store", "import", broken, "--readings", folder.file("new.sqlite"))
    #expect(refused.status == 3 && refused.errors.contains("broken.csv:"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("new.sqlite")))

    let writer = try ChildProcess(try Checkout.program(named: "StoreWriter"), ["write", folder.path, "7", "120", "1000000"])
    try await writer.says("acknowledged 121")
    let under = try await store("import", first)
    #expect(under.status == 1 && under.errors.contains("systemctl stop energy-collector"))
    _ = try await writer.stop(SIGKILL)
  }

  @Test("tells where there is nothing to look after")
  func nothing() async throws {
    let outcome = try await ChildProcess.run(.energyOpt, "store", "check", "-c", folder.file("community.yaml"))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nothing stored yet"))
  }
}
