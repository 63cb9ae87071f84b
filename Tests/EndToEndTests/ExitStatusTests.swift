import Foundation
import Testing

@Suite("The programs' exit status")
struct ExitStatusTests {
  @Test("is 0 where the community's files are right, and 3 with line, column and the nearest known word where they are not")
  func check() async throws {
    let community = try CommunityCopy()
    let right = try await community.energyOpt("check")
    #expect(right.status == 0)
    #expect(right.output.contains("13 sites, 13 members, 27 metering points"))
    let wished = try community.variant(
      "wished.yaml", replacing: "tariffs:",
      with: "candidates:\n  - {id: barn, kind: pv, site: bus-06, peak_power: 30 kW, yearly_cost: 80 EUR/kW}\ntariffs:",
      behind: "# What a kilowatt hour")
    #expect(try await community.energyOpt("check", "-c", wished).output.contains("assets, 1 candidates: all right"))

    let broken = try community.variant("broken.yaml", replacing: "tariff:", with: "tarif:", behind: "- id: bus-06")
    let line = try Checkout.text(broken).components(separatedBy: "\n").firstIndex { $0.contains("tarif:") }.map { $0 + 1 } ?? 0
    let wrong = try await community.energyOpt("check", "-c", broken)
    #expect(wrong.status == 3)
    #expect(wrong.errors.contains("broken.yaml:\(line):5: "))
    #expect(wrong.errors.contains("'tarif'"))
    #expect(wrong.errors.contains("did you mean 'tariff'?"))
  }

  @Test("of a plan is 2 where a grid connection is too small, and the limit is named")
  func breach() async throws {
    let community = try CommunityCopy()
    let tiny = try community.variant("tiny.yaml", replacing: "import: 24 kW", with: "import: 0.1 kW", behind: "- id: bus-06")
    let plan = try await community.energyOpt(
      "plan", "-c", tiny, "--from", "2016-06-28T00:00:00Z", "--hours", "6", "--format", "json")
    #expect(plan.status == 2)
    let breaches = try PlanJSON.read(plan.output).breaches
    #expect(!breaches.isEmpty)
    #expect(breaches.allSatisfy { $0.kind == "import_beyond_limit" && $0.subject == "bus-06" })
  }

  @Test("of a plan is 4 where the prices are too old, and the last known day is told")
  func oldPrices() async throws {
    let community = try CommunityCopy()
    let plan = try await community.energyOpt("plan")
    #expect(plan.status == 4)
    #expect(plan.errors.contains("2016-06-30"))
    #expect(plan.output.isEmpty)
  }

  @Test("is 64 for an option that does not exist, and the nearest one is told")
  func unknownOption() async throws {
    let plan = try await ChildProcess.run(.energyOpt, "plan", "--forcasts", "x.csv")
    #expect(plan.status == 64)
    #expect(plan.errors.contains("'--forecasts'"))
    let run = try await ChildProcess.run(.collector, "run", "collector.yaml", "--commit-evry", "5")
    #expect(run.status == 64)
    #expect(run.errors.contains("'--commit-every'"))
  }

  @Test("is 3 for another community's file, of which nothing is stored")
  func stranger() async throws {
    let community = try CommunityCopy()
    let file = community.path("stranger.csv")
    try "time,C99-GRID.energy_import [Wh]\n2016-06-01T00:00:00Z,1\n2016-06-01T00:15:00Z,1\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    let refused = try await community.energyOpt("import", file)
    #expect(refused.status == 3)
    #expect(refused.errors.contains("C99-GRID"))
    let store = try await community.energyOpt("store")
    #expect(!store.output.contains("C99"))
  }

  @Test("is 3 for a wrong file of devices, each problem with its place; 1 where the readings cannot be opened")
  func collector() async throws {
    let folder = try TemporaryFolder()
    let yaml = CollectorYAML(devices: [.init(name: "m", profile: "eastron/sdm63", address: "127.0.0.1:1")])
    let wrong = try await ChildProcess.run(.collector, "check", try folder.write(yaml.text, to: "collector.yaml"))
    #expect(wrong.status == 3)
    #expect(wrong.errors.contains("collector.yaml:5:"))
    #expect(wrong.errors.contains("did you mean 'eastron/sdm630'?"))

    let missing = try await ChildProcess.run(.energyOpt, "store", "--readings", folder.file("none.sqlite"))
    #expect(missing.status == 1)
    #expect(missing.errors.contains("none.sqlite"))
    let foreign = try folder.write(
      "this is no database, whatever its name says; it is long enough to be looked at", to: "r.sqlite")
    let right = CollectorYAML(devices: [.init(name: "m", profile: "eastron/sdm630", address: "127.0.0.1:1")])
    let refused = try await ChildProcess.run(
      .collector, "run", try folder.write(right.text, to: "right.yaml"), "--store", foreign)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("r.sqlite"))
  }

  @Test("is 3 for readings that no device could show, and the file is named")
  func strangerReadings() async throws {
    let folder = try TemporaryFolder()
    let yaml = CollectorYAML(devices: [.init(name: "m", profile: "eastron/sdm630", address: "192.0.2.1:502")])
    let file = try folder.write(yaml.text, to: "collector.yaml")
    let csv = try folder.write("time,C99.energy_import [Wh]\n2016-06-28T00:00:00Z,1\n2016-06-28T00:15:00Z,2\n", to: "other.csv")
    let simulation = try await ChildProcess.run(.collector, "simulate", file, "--from", csv)
    #expect(simulation.status == 3)
    #expect(simulation.errors.contains("other.csv: "))
    #expect(simulation.errors.contains("m-main"))
    let rehearsal = try await ChildProcess.run(
      .collector, "run", file, "--rehearse", csv, "--store", folder.file("readings.sqlite"))
    #expect(rehearsal.status == 3)
    #expect(rehearsal.errors.contains("other.csv: "))
  }

  @Test("is 1 for a second collector on the same file, and the first goes on")
  func secondCollector() async throws {
    let folder = try TemporaryFolder()
    let off = try await ModbusBench.closed()
    let yaml = CollectorYAML(devices: [.init(name: "m", profile: "eastron/sdm630", address: off.recordings[0].address)])
    let file = try folder.write(yaml.text, to: "collector.yaml")
    let store = folder.file("readings.sqlite")
    let first = try ChildProcess(.collector, "run", file, "--store", store)
    try await first.says("collecting")
    let second = try await ChildProcess.run(.collector, "run", file, "--store", store)
    #expect(second.status == 1)
    #expect(second.errors.contains("readings.sqlite"))
    #expect(first.isRunning)
    #expect(try await first.stop().status == 0)
  }
}
