import CommunityFiles
import DeviceProfiles
import Foundation
import Quantities
import Readings
import Testing

@Suite("Files of devices")
struct DeviceFilesTests {
  /// Every key of a register map, decoded by hand below.
  private static let everyKey = """
    version: 1
    maker: Example
    model: EM3 with RS485
    kind: meter
    status: unconfirmed
    missing: ["a recording"]
    sources: ["the maker's register list, edition 4", "owner/repository path"]
    link:
      rtu: {baud: 19200, parity: even, stop_bits: 2}
      tcp: {port: 1502}
      unit: 17
    limits: {registers_per_request: 80, gap: 8, pause: 100 ms, timeout: 2 s}
    word_order: low_first
    not_available: {s32: 0x7FFFFFFF, u16: [0xFFFF, 65534]}
    identity:
      serial: {table: holding, address: 0xFC00, type: u32, word_order: high_first}
      model: {table: input, address: 100, type: string, count: 8}
    registers:
      - {channel: active_power, table: input, address: 52, type: s32, scale: 0.1, unit: W, positive: export}
      - channel: energy_import
        part: grid
        table: holding
        address: 0x48
        type: u16
        unit: kWh
        scale_register: {table: holding, address: 73}
        word_order: high_first
        not_available: 0x8000
        counter: {modulus: 65536 kWh}

    """

  private func profile(_ text: String) throws -> DeviceProfile {
    try DeviceProfileFile(bytes: Array(text.utf8), file: "profile.yaml", sunSpecModels: []).profile
  }

  private func unit(_ symbol: String, of channel: Channel) throws -> UnitOfMeasure {
    try #require(channel.unit.symbols.first { $0.symbol == symbol })
  }

  @Test("a profile that sets every key of a register map decodes to what it says")
  func everyKey() throws {
    let expected = DeviceProfile(
      maker: "Example", model: "EM3 with RS485", kind: .meter, status: .unconfirmed(missing: ["a recording"]),
      sources: ["the maker's register list, edition 4", "owner/repository path"],
      link: LinkDefaults(serial: .init(baud: 19_200, parity: .even, stopBits: 2), tcpPort: 1502, unit: 17),
      limits: RequestLimits(registersPerRequest: 80, gap: 8, pause: .milliseconds(100), timeout: .seconds(2)),
      wordOrder: .lowFirst, notAvailable: [.s32: [0x7FFF_FFFF], .u16: [0xFFFF, 0xFFFE]],
      identity: [
        IdentityField(.serial, table: .holding, address: 0xFC00, type: .number(.u32), wordOrder: .highFirst),
        IdentityField(.model, table: .input, address: 100, type: .string(registers: 8)),
      ],
      registers: [
        RegisterField(
          channel: .activePower, table: .input, address: 52, type: .s32, scale: DecimalNumber("0.1"),
          unit: try unit("W", of: .activePower), positive: .export),
        RegisterField(
          part: .grid, channel: .energyImport, table: .holding, address: 72, type: .u16, wordOrder: .highFirst,
          scaleRegister: RegisterAddress(table: .holding, address: 73), unit: try unit("kWh", of: .energyImport),
          notAvailable: [0x8000], counter: .init(modulus: DecimalNumber("65536"))),
      ])
    #expect(try profile(Self.everyKey) == expected)
  }

  @Test("a SunSpec profile that sets every key decodes to what it says")
  func sunSpec() throws {
    let text = """
      version: 1
      maker: Example
      model: Hybrid
      kind: hybrid_inverter
      status: confirmed
      sources: ["the standard"]
      link: {tcp: {port: 502}}
      sunspec:
        bases: [40000, 0xC350, 0]
        inverter_positive: production
        meter_positive: export
        modules: {pv: [1, 2], battery_charge: 3, battery_discharge: 4}
      """
    let mapping = SunSpecMapping(
      bases: [40_000, 50_000, 0], inverterPositive: .production, meterPositive: .export,
      modules: .init(pv: [1, 2], batteryCharge: 3, batteryDischarge: 4), models: [])
    #expect(try profile(text).sunSpec == mapping)
    #expect(try profile(text).limits == RequestLimits())
  }

  @Test("a register's direction and offset mean what they say")
  func directionAndOffset() throws {
    let text = """
      version: 1
      maker: Example
      model: Hybrid
      kind: hybrid_inverter
      status: confirmed
      sources: ["a manual"]
      link: {tcp: {port: 502}}
      registers:
        - {part: battery, channel: active_power, table: input, address: 33149, type: s32, unit: W,
           direction: {address: 33135, bits: 0-1, charge: [0, 0x3], discharge: 1, idle: 2}}
        - {part: battery, channel: dc_current, table: input, address: 33134, type: s16, unit: A,
           direction: {table: coil, address: 7, charge: 0, discharge: 1}}
        - {part: battery, channel: temperature, table: input, address: 586, type: u16, scale: 0.1, offset: -100, unit: degC}
      """
    let registers = try profile(text).registers
    #expect(
      registers[0].direction
        == DirectionRegister(
          table: .input, address: 33135, bits: 0...1, codes: [0: .charge, 3: .charge, 1: .discharge], idle: [2]))
    #expect(registers[1].direction == DirectionRegister(table: .coil, address: 7, codes: [0: .charge, 1: .discharge]))
    #expect(registers[2].offset == DecimalNumber("-100"))
    // Deye's registers: raw 1000 is 0 degC.
    let image = RegisterImage([RegisterWords(table: .input, address: 586, words: [1000])])
    #expect(try profile(text).decode(image).last?.value == .value(0))
  }

  @Test("the example of the description of profiles is a profile")
  func example() throws {
    let profile = try profile(Documentation("device-profile.md").example())
    #expect(profile.registers.map(\.channel) == [.activePower, .energyImport, .voltageL1])
    #expect(profile.problems == [])
  }

  // MARK: - The catalogue

  private func temporaryFolder(_ files: [String: String]) throws -> String {
    let folder = NSTemporaryDirectory() + "/devices-\(UUID().uuidString)"
    for (name, text) in files {
      let path = "\(folder)/\(name)"
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    return folder
  }

  @Test("a profile of a further folder replaces the shipped one of the same name, and adds those of new names")
  func ownProfiles() throws {
    let folder = try temporaryFolder(["abb/b23.yaml": Self.everyKey, "example/em3.yaml": Self.everyKey, "README.md": ""])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let catalog = try DeviceCatalog(folders: [Folder.devices, folder])
    #expect(try catalog.profile("abb/b23").maker == "Example")
    #expect(catalog.names.contains("example/em3"))
    #expect(try catalog.profile("eastron/sdm630").maker == "Eastron")
    #expect(catalog.names == catalog.names.sorted())
    #expect(catalog.folder(of: "abb/b23") == folder)
    #expect(catalog.folder(of: "eastron/sdm630") == Folder.devices)
    #expect(catalog.isReplacement("abb/b23"))
    #expect(!catalog.isReplacement("example/em3"))
  }

  @Test("a profile or folder that is not there is told by its name")
  func missing() throws {
    let catalog = try DeviceCatalog(folders: [Folder.devices])
    #expect(
      told { _ = try catalog.profile("eastron/sdm360") } == [
        "eastron/sdm360: there is no such device profile, did you mean 'eastron/sdm630'?"
      ])
    #expect(
      told { _ = try DeviceCatalog(folders: ["/nowhere"]) } == [
        "/nowhere: no such folder of device profiles; name one with --devices"
      ])
  }

  @Test("a broken draft among them is told, and the others are there")
  func brokenDraft() throws {
    let folder = try temporaryFolder([
      "example/em3.yaml": Self.everyKey, "example/draft.yaml": "version: 1\nmaker: Example\n", "example/notes.yaml": "",
    ])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (profiles, problems) = try DeviceCatalog(folders: [folder]).readable()
    #expect(profiles.map(\.name) == ["example/em3"])
    let files = problems.map { $0.file.replacingOccurrences(of: "\(folder)/example/", with: "") }
    #expect(Set(files) == ["draft.yaml", "notes.yaml"])
  }

  @Test("states may be numbered in hexadecimal")
  func hexadecimalStates() throws {
    let register =
      "  - {channel: operating_state, table: input, address: 9, type: u16, states: {0x10: running, 17: off}}\n"
    #expect(try profile(Self.everyKey + register).registers.last?.states == [16: "running", 17: "off"])
  }

  // MARK: - Samples

  /// 50 at 0.1 W is 5 W into the grid, so -5 W; 0x0064 = 100 kWh at 10^-1 is 10 kWh.
  private static let samples = """
    version: 1
    samples:
      - name: "feeding in"
        origin: constructed
        source: by hand
        unit: 17
        blocks:
          - {table: input, address: 52, words: "0032 0000"}
          - {table: holding, address: 72, words: "0064 FFFF"}
        expect:
          - {channel: active_power, value: -5 W}
          - {part: grid, channel: energy_import, value: 10 kWh}

    """

  private func mismatches(_ samples: String) throws -> [String] {
    let folder = try temporaryFolder(["example/em3.yaml": Self.everyKey, "example/em3.samples.yaml": samples])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/example/em3.yaml"
    let check = try ProfileCheck(profile: profile(Self.everyKey), path: path)
    return check.mismatches.map { $0.replacingOccurrences(of: "\(folder)/example/", with: "") }
  }

  @Test("samples that decode as expected leave nothing to tell")
  func rightSamples() throws {
    #expect(try mismatches(Self.samples) == [])
  }

  @Test("samples that decode to something else are told with place, both values and the words on the wire")
  func wrongSamples() throws {
    let samples = Self.samples.replacing("-5 W", with: "5 W").replacing("value: 10 kWh", with: "missing: true")
    #expect(
      try mismatches(samples) == [
        "em3.samples.yaml:11:9: main.active_power decodes to -5 W, expected 5 W (input 52-53: 0032 0000), in 'feeding in'",
        "em3.samples.yaml:12:9: grid.energy_import decodes to 10 kWh, expected missing (holding 72: 0064), in 'feeding in'",
      ])
  }

  /// The profile has 0.1 W a step. 23995 (0x5DBB) is 2399.5 W into the grid, -23995 (0xA245 FFFF) the same out of it.
  @Test(
    "a recorded value agrees with a display that shows fewer digits, to half of its last one; a constructed one is exact",
    arguments: [
      ("recorded", "-2399.5 W", true), ("recorded", "-2.3995 kW", true), ("recorded", "-2.40 kW", true),
      ("recorded", "-2.4 kW", true), ("recorded", "-2400 W", true), ("recorded", "-2399 W", true),
      ("recorded", "-2398 W", false), ("recorded", "-2.39 kW", false), ("recorded", "-2399.0 W", false),
      ("recorded", "2.4 kW", false), ("recorded", "-24.0 kW", false), ("recorded", "-239.95 W", false),
      ("constructed", "-2399.5 W", true), ("constructed", "-2.40 kW", false),
    ])
  func digits(origin: String, written: String, agrees: Bool) throws {
    let samples = Self.samples.replacing("0032 0000", with: "5DBB 0000").replacing("-5 W", with: written)
      .replacing("constructed", with: origin)
    #expect(try mismatches(samples).isEmpty == agrees)
  }

  /// The same display, the words in the wrong order, the other sign, another scale: 0x5DBB0000 is 157 MW.
  @Test(
    "no rounding of a display hides a wrong word order, sign or scale",
    arguments: ["0000 5DBB", "A245 FFFF", "0960 0000", "A5E8 0003"])
  func blunders(words: String) throws {
    let samples = Self.samples.replacing("0032 0000", with: words).replacing("-5 W", with: "-2.4 kW")
      .replacing("constructed", with: "recorded")
    #expect(try mismatches(samples).count == 1)
  }

  @Test("samples tell of each register what it must be, or that they do not hold it")
  func incompleteSamples() throws {
    let without = Self.samples.replacing("      - {part: grid, channel: energy_import, value: 10 kWh}\n", with: "")
    #expect(
      try mismatches(without) == [
        "em3.samples.yaml:3:5: grid.energy_import is in neither 'expect' nor 'absent', in 'feeding in'"
      ])
    let absent = without + "    absent:\n      - {part: grid, channel: energy_import}\n"
    #expect(
      try mismatches(absent) == [
        "em3.samples.yaml:13:9: grid.energy_import is 'absent', but its registers are there, in 'feeding in'"
      ])
    let withoutBlock = absent.replacing("      - {table: holding, address: 72, words: \"0064 FFFF\"}\n", with: "")
    #expect(try mismatches(withoutBlock) == [])
  }
}
