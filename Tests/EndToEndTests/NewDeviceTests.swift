import Foundation
import Testing

@Suite("An unknown meter on a serial line")
struct NewDeviceTests {
  /// The map of a meter that no maker makes: milliunits, low word first, feed-in positive.
  private static let map = """
    version: 1
    maker: Nobody
    model: X1
    kind: meter
    status: unconfirmed
    missing: ["it does not exist"]
    sources: ["invented for a test"]
    link:
      rtu: {baud: 9600, parity: none, stop_bits: 1}
      unit: 3
    word_order: low_first
    identity:
      serial: {table: holding, address: 2, type: string, count: 6}
    registers:
      - {channel: voltage_l1, table: input, address: 20, type: u32, scale: 0.001, unit: V}
      - {channel: active_power, table: input, address: 24, type: s32, unit: W, positive: export}
      - {channel: frequency, table: input, address: 26, type: u16, scale: 0.01, unit: Hz}
      - {channel: energy_import, table: input, address: 30, type: u32, scale: 0.01, unit: kWh}

    """
  private static let readings = """
    time,x-main.voltage_l1 [V],x-main.active_power [W],x-main.frequency [Hz],x-main.energy_import [Wh]
    2026-11-24T12:00:00Z,231.412,1204,49.98,4218370

    """

  @Test("is found, recorded, described by a profile of its own, read, and confirmed at its display")
  func newcomer() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("hidden/nobody"), withIntermediateDirectories: true)
    try folder.write(Self.map, to: "hidden/nobody/x1.yaml")
    let yaml = CollectorYAML(devices: [.init(name: "x", profile: "nobody/x1", address: "/dev/ttyS99", unit: 3)])
    let simulator = try ChildProcess(
      .collector, "simulate", try folder.write(yaml.text, to: "hidden.yaml"), "--devices", folder.file("hidden"), "--from",
      try folder.write(Self.readings, to: "x.csv"), "--at", "2026-11-24T12:00:00Z")
    try await simulator.says("serving")
    let line = try #require(simulator.output.split(whereSeparator: { " ,\n".contains($0) }).first { $0.hasPrefix("/dev/") })
    let path = String(line)

    let scan = try await ChildProcess.run(
      .collector, "scan", "--rtu", path, "--units", "2-3", "--baud", "9600", "--timeout", "100", "--devices",
      try Self.brokenDraft(in: folder))
    #expect(scan.status == 0)
    #expect(scan.errors.contains("left out, because they cannot be read:"))
    #expect(scan.errors.contains("nobody/draft.yaml"))
    #expect(scan.output.contains("energy-collector devices capture --rtu \(path) \\\n"))
    #expect(scan.output.contains("--unit 3 --baud 9600 --parity none \\\n"))
    #expect(scan.output.contains("--range input:0-199 --range holding:0-299 -o first.yaml"))
    #expect(scan.output.contains("(9600 8N1) unit 3: answers"))
    #expect(scan.output.contains("no profile fits"))

    let words = folder.file("x.samples.yaml")
    let capture = try await ChildProcess.run(
      .collector, "devices", "capture", "--rtu", path, "--unit", "3", "--range", "input:0-49", "--range", "holding:0-9", "-o",
      words)
    #expect(capture.status == 0)
    // 231412 = 0x387F4, low word first.
    #expect(capture.output.contains("input registers 20-21 as u32, low word first, scale 0.001: 231.412 V, a voltage?"))
    #expect(try Checkout.text(words).contains("address: 20, words: \"87F4 0003\""))

    // The newcomer writes the profile; the simulator's stands in for it here.
    try FileManager.default.createDirectory(atPath: folder.file("mine/nobody"), withIntermediateDirectories: true)
    let mine = try folder.write(Self.map, to: "mine/nobody/x1.yaml")
    let probe = try await ChildProcess.run(.collector, "probe", "--rtu", path, "--profile", mine, "--json")
    #expect(probe.status == 0)
    let read = try JSONDecoder().decode(Probed.self, from: Data(probe.output.utf8))
    #expect(read.version == 1)
    let values = Dictionary(uniqueKeysWithValues: read.quantities.map { ($0.channel, $0) })
    #expect(values["active_power"]?.value == 1_204_000)
    #expect(values["active_power"]?.unit == "mW")
    // -1204 in two's complement, low word first: the device counts feed-in positive.
    #expect(values["active_power"]?.registers.first?.words == ["FB4C", "FFFF"])

    let missing = try await ChildProcess.run(.collector, "devices", "check", mine)
    #expect(missing.status == 3)
    #expect(missing.output.contains("the profile is right, its samples are missing"))
    #expect(missing.errors.contains("devices capture"))

    let samples = folder.file("mine/nobody/x1.samples.yaml")
    let recorded = try await ChildProcess.run(
      .collector, "devices", "capture", "--rtu", path, "--profile", mine, "--name", "taking 1.2 kW", "-o", samples)
    #expect(recorded.status == 0)
    let unconfirmed = try await ChildProcess.run(.collector, "devices", "check", mine)
    #expect(unconfirmed.status == 3, "values that nobody confirmed count for nothing")
    #expect(unconfirmed.errors.contains("no value is confirmed yet"))
    try folder.write(Checkout.text(samples).replacing("      # - {", with: "      - {"), to: "mine/nobody/x1.samples.yaml")
    let confirmed = try await ChildProcess.run(.collector, "devices", "check", mine)
    #expect(confirmed.status == 0)
    #expect(confirmed.output.contains("1 sample, 4 values, 0 wrong"))
    let second = try await ChildProcess.run(
      .collector, "devices", "capture", "--rtu", path, "--profile", mine, "--name", "again", "-o", samples, "--append")
    #expect(second.status == 0)
    // The display shows fewer digits: 231.4 V for 231.412 V.
    let shown = try Checkout.text(samples).replacing("      # - {", with: "      - {").replacing("231.412 V", with: "231.4 V")
    try folder.write(shown, to: "mine/nobody/x1.samples.yaml")
    let both = try await ChildProcess.run(.collector, "devices", "check", "nobody/x1", "--devices", folder.file("mine"))
    #expect(both.status == 0)
    #expect(both.output.contains("2 samples, 8 values, 0 wrong"))
    let again = try await ChildProcess.run(.collector, "devices", "capture", "--rtu", path, "--profile", mine, "-o", samples)
    #expect(again.status == 64, "a recording is never overwritten")
    _ = try await simulator.stop()
  }

  /// A folder of profiles with one that is not done.
  private static func brokenDraft(in folder: TemporaryFolder) throws -> String {
    try FileManager.default.createDirectory(atPath: folder.file("drafts/nobody"), withIntermediateDirectories: true)
    try folder.write("version: 1\nmaker: Nobody\n", to: "drafts/nobody/draft.yaml")
    return folder.file("drafts")
  }

  @Test("that has none of a profile's registers is told so, and so is who else has the line")
  func refusal() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("hidden/nobody"), withIntermediateDirectories: true)
    try folder.write(Self.map, to: "hidden/nobody/x1.yaml")
    let yaml = CollectorYAML(devices: [.init(name: "x", profile: "nobody/x1", address: "/dev/ttyS99", unit: 3)])
    let simulator = try ChildProcess(
      .collector, "simulate", try folder.write(yaml.text, to: "hidden.yaml"), "--devices", folder.file("hidden"), "--from",
      try folder.write(Self.readings, to: "x.csv"), "--at", "2026-11-24T12:00:00Z")
    try await simulator.says("serving")
    let line = try #require(simulator.output.split(whereSeparator: { " ,\n".contains($0) }).first { $0.hasPrefix("/dev/") })
    let path = String(line)

    let wrong = CollectorYAML(devices: [.init(name: "x", profile: "janitza/umg604", address: path, unit: 3)])
    let read = try await ChildProcess.run(.collector, "read", try folder.write(wrong.text, to: "wrong.yaml"))
    #expect(read.status == 2)
    #expect(read.errors.contains("x: it answers, but refuses every register that the profile asks for"))
    let probe = try await ChildProcess.run(
      .collector, "probe", "--rtu", path, "--unit", "3", "--profile", "janitza/umg604", "--baud", "9600")
    #expect(probe.status == 2)
    #expect(probe.errors.contains("refuses every register"))

    let watching = try ChildProcess(
      .collector, "probe", "--rtu", path, "--profile", "nobody/x1", "--devices", folder.file("hidden"), "--watch", "1")
    try await watching.says("on the bus")
    let second = try await ChildProcess.run(
      .collector, "devices", "capture", "--rtu", path, "--unit", "3", "--range", "input:20-21")
    #expect(second.status == 2)
    #expect(second.errors.contains("another program uses this line: energy-collector (process "))
    #expect(second.errors.contains("stop it first"))
    _ = try await watching.stop()
    _ = try await simulator.stop()
  }

  @Test("of one profile or another is found by words and kind; files that are no profiles are told what they are")
  func words() async throws {
    let list = try await ChildProcess.run(.collector, "devices", "list", "keba")
    #expect(list.status == 0)
    #expect(list.output.split(separator: "\n").dropFirst().allSatisfy { $0.lowercased().contains("keba") })
    let boxes = try await ChildProcess.run(.collector, "devices", "list", "--kind", "wallbox")
    #expect(boxes.output.contains("wallbox"))
    #expect(!boxes.output.contains("eastron/"))
    let kind = try await ChildProcess.run(.collector, "devices", "list", "--kind", "walbox")
    #expect(kind.status == 64)
    #expect(kind.errors.contains("did you mean 'wallbox'?"))
    let folder = try await ChildProcess.run(.collector, "devices", "check", "\(Checkout.devices)/abb")
    #expect(folder.status == 3)
    #expect(folder.errors.contains("is a folder; name the files in it"))
    let samples = try await ChildProcess.run(.collector, "devices", "check", "\(Checkout.devices)/abb/b23.samples.yaml")
    #expect(samples.status == 3)
    #expect(samples.errors.contains("holds samples; name their profile"))
    let name = try await ChildProcess.run(.collector, "devices", "check", "abb/b23")
    #expect(name.status == 0)
  }

  @Test("where nobody answers ends with 2 and says what to check; wrong words name the nearest right one")
  func nobody() async throws {
    let off = try await ModbusBench.closed()
    let scan = try await ChildProcess.run(.collector, "scan", off.recordings[0].address)
    #expect(scan.status == 2)
    #expect(scan.errors.contains("nothing listens there"))
    let silent = try await ModbusBench.silent()
    let units = try await ChildProcess.run(.collector, "scan", silent.recordings[0].address, "--timeout", "20")
    #expect(units.status == 2)
    #expect(units.output.contains("connected, but no answer from units "))
    #expect(units.output.contains(" and 255; ask all with --units 1-247"))
    let range = try await ChildProcess.run(.collector, "devices", "capture", "--tcp", "127.0.0.1:1", "--range", "inptu:0-9")
    #expect(range.status == 64)
    #expect(range.errors.contains("did you mean 'input'?"))
    let profile = try await ChildProcess.run(.collector, "devices", "show", "eastron/sdm63")
    #expect(profile.status == 3)
    #expect(profile.errors.contains("did you mean 'eastron/sdm630'?"))
    let option = try await ChildProcess.run(.collector, "scan", "127.0.0.1:1", "--timeuot", "50")
    #expect(option.status == 64)
    #expect(option.errors.contains("'--timeout'"))
  }

  @Test("that a recording of a real device stands for is recognised by its profile")
  func recognised() async throws {
    let bench = try await ModbusBench(samplesOf: "eastron/sdm630")
    let recording = try #require(bench.recordings.first)
    let scan = try await ChildProcess.run(
      .collector, "scan", recording.address, "--units", "\(recording.unit)", "--timeout", "2000")
    #expect(scan.status == 0)
    let first = scan.output.split(separator: "\n").first { $0.contains("fits ") } ?? ""
    #expect(first.contains("eastron/"), "\(scan.output)")
    let shown = try await ChildProcess.run(.collector, "devices", "show", "eastron/sdm630")
    #expect(shown.output.contains("main.frequency"))
    #expect(shown.output.contains("input 70-71"))
  }

  private struct Probed: Decodable {
    let version: Int
    let quantities: [Quantity]

    struct Quantity: Decodable {
      let channel: String
      let value: Int64?
      let unit: String
      let registers: [Registers]
    }

    struct Registers: Decodable { let words: [String]? }
  }
}
