import CommunityFiles
import DeviceProfiles
import Foundation
import Quantities
import Readings
import Testing

@Suite("A profile that extends another")
struct ExtendedProfileTests {
  private static let base = """
    version: 1
    maker: Example
    model: EM3
    kind: wallbox
    status: unconfirmed
    missing: ["a recording"]
    sources: ["edition 4"]
    link: {tcp: {port: 502}, unit: 255}
    limits: {registers_per_request: 20, one_connection: true, minimum_interval: 1 s, after_connect: 1500 ms}
    nameplate: {power: 22 kW, current: 32 A}
    conflicts: ["the state: one list begins at 0, another at 1"]
    word_order: low_first
    not_available: {u16: 0xFFFF, u32: 0xFFFFFFFF}
    identity:
      serial: {table: holding, address: 1, type: u32}
      model: {table: holding, address: 3, type: u16}
    registers:
      - {channel: voltage_l1, table: holding, address: 10, type: u16, unit: V}
      - {channel: voltage_l2, table: holding, address: 11, type: u16, unit: V}
      - {channel: operating_state, table: holding, address: 12, type: u16, bits: 0-7, states: {0: ready, 1: charging}}
      - {channel: plug_state, table: coil, address: 12, type: bit, states: {0: "out", 1: "in"}}

    """

  private static let variant = """
    version: 1
    maker: Example
    model: EM1
    extends: example/em3
    status: confirmed
    sources: ["edition 5"]
    without: [{channel: voltage_l2}]
    not_available: {u32: 0}
    identity:
      serial: {table: input, address: 7, type: u16}
    registers:
      - {channel: voltage_l1, table: input, address: 20, type: u16, scale: 0.1, unit: V}
      - {channel: frequency, table: input, address: 21, type: u16, unit: Hz}

    """

  private func catalogue(_ files: [String: String], over shipped: [String: String]? = nil) throws -> (DeviceCatalog, String) {
    let root = NSTemporaryDirectory() + "/families-\(UUID().uuidString)"
    var folders: [String] = []
    for (number, files) in [shipped, files].compactMap({ $0 }).enumerated() {
      let folder = "\(root)/\(number)"
      folders.append(folder)
      for (name, text) in files {
        let path = "\(folder)/\(name).yaml"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
      }
    }
    return (try DeviceCatalog(folders: folders), root)
  }

  private func faults(_ name: String, in files: [String: String]) throws -> [String] {
    let (catalogue, root) = try catalogue(files)
    defer { try? FileManager.default.removeItem(atPath: root) }
    return told { _ = try catalogue.profile(name) }.map { $0.replacingOccurrences(of: "\(root)/0/", with: "") }
  }

  @Test("takes what it does not write, replaces what it does, and leaves out what it has not")
  func merging() throws {
    let (catalogue, root) = try catalogue(["example/em3": Self.base, "example/em1": Self.variant])
    defer { try? FileManager.default.removeItem(atPath: root) }
    let base = try catalogue.profile("example/em3")
    let variant = try catalogue.profile("example/em1")
    #expect(variant.model == "EM1")
    #expect(variant.kind == .wallbox)
    #expect(variant.status == .confirmed)
    #expect(variant.sources == ["edition 5"])
    #expect(variant.link == base.link)
    #expect(
      variant.limits
        == RequestLimits(
          registersPerRequest: 20, isSingleConnection: true, minimumInterval: .seconds(1),
          silenceAfterConnecting: .milliseconds(1500)))
    #expect(variant.nameplate == Nameplate(power: 22_000_000, current: 32_000))
    #expect(variant.conflicts == ["the state: one list begins at 0, another at 1"])
    #expect(variant.wordOrder == .lowFirst)
    #expect(variant.notAvailable == [.u16: [0xFFFF], .u32: [0]])
    #expect(Set(variant.identity.map(\.block.description)) == ["holding register 3", "input register 7"])
    #expect(variant.registers.map(\.channel) == [.voltageL1, .operatingState, .plugState, .frequency])
    #expect(variant.registers[0].block == RegisterBlock(table: .input, address: 20, count: 1))
    #expect(variant.registers[1].first.bits == 0...7)
    #expect(variant.registers[2].states == [0: "out", 1: "in"])
  }

  @Test("finds its base in its own tree of folders, before the shipped one of that name")
  func ownTree() throws {
    let files = ["example/em3": Self.base.replacing("model: EM3", with: "model: EM3 of the mill"), "example/em1": Self.variant]
    let (_, root) = try catalogue(files, over: ["example/em3": Self.base])
    defer { try? FileManager.default.removeItem(atPath: root) }
    let shipped = try DeviceCatalog(folders: ["\(root)/0"])
    #expect(try shipped.profile(atPath: "\(root)/1/example/em1.yaml").limits.registersPerRequest == 20)
    let alone = try DeviceCatalog(folders: [])
    #expect(try alone.profile(atPath: "\(root)/1/example/em1.yaml").registers.count == 4)
  }

  @Test("may be a site's own and extend the shipped one of the same name")
  func ownOverShipped() throws {
    let own = Self.variant.replacing("model: EM1", with: "model: EM3 of the mill")
    let (catalogue, root) = try catalogue(["example/em3": own], over: ["example/em3": Self.base])
    defer { try? FileManager.default.removeItem(atPath: root) }
    let profile = try catalogue.profile("example/em3")
    #expect(profile.model == "EM3 of the mill")
    #expect(profile.registers.contains { $0.channel == .plugState })
    #expect(catalogue.path(of: "example/em3") == "\(root)/1/example/em3.yaml")
  }

  @Test("is refused where its base is not there, wrong, or stands on itself, at the line that names it")
  func wrongBases() throws {
    #expect(
      try faults("example/em1", in: ["example/em1": Self.variant, "example/em2": Self.base]) == [
        "example/em1.yaml:4:10: there is no device profile 'example/em3' to extend, did you mean 'example/em1'?"
      ])
    let wrong = Self.base.replacing("unit: V}", with: "unit: A}")
    #expect(
      try faults("example/em1", in: ["example/em1": Self.variant, "example/em3": wrong]) == [
        "example/em1.yaml:4:10: the profile 'example/em3' cannot be used; its problems are told with these",
        "example/em3.yaml:18:73: 'A' is no unit of voltage_l1; write one of V, kV, MV, mV",
        "example/em3.yaml:19:73: 'A' is no unit of voltage_l2; write one of V, kV, MV, mV",
      ])
    let back = Self.variant.replacing("example/em3", with: "example/em1")
    #expect(
      try faults("example/em1", in: ["example/em1": Self.variant, "example/em3": back]) == [
        "example/em1.yaml:4:10: the profile 'example/em3' cannot be used; its problems are told with these",
        "example/em3.yaml:4:10: the profile extends itself: example/em1 extends example/em3 extends example/em1",
      ])
  }

  @Test("may stand on four others, not on five")
  func depth() throws {
    var files = ["example/em0": Self.base]
    for level in 1...5 {
      files["example/em\(level)"] =
        "version: 1\nmaker: Example\nmodel: EM\(level)\nextends: example/em\(level - 1)\nstatus: confirmed\nsources: [\"x\"]\n"
    }
    #expect(try faults("example/em4", in: files) == [])
    let tooDeep = "example/em1.yaml:4:10: 'example/em0' extends others four deep already; extend one of those"
    #expect(try faults("example/em5", in: files).contains(tooDeep))
  }

  @Test("is refused where it leaves out what the base has not, or replaces a limit that its base's registers need")
  func wrongVariants() throws {
    let without = Self.variant.replacing("channel: voltage_l2", with: "part: grid, channel: voltage_l2")
    #expect(
      try faults("example/em1", in: ["example/em1": without, "example/em3": Self.base]) == [
        "example/em1.yaml:7:11: the extended profile has no grid.voltage_l2"
      ])
    let wide = Self.base + "  - {channel: energy_import, table: holding, address: 30, type: u64, unit: Wh}\n"
    let narrow = Self.variant.replacing("not_available: {u32: 0}", with: "limits: {registers_per_request: 2}")
    #expect(
      try faults("example/em1", in: ["example/em1": narrow, "example/em3": wide]) == [
        "example/em1.yaml:4:10: energy_import (u64) needs 4 registers, more than 'registers_per_request' allows (2)"
      ])
  }
}
