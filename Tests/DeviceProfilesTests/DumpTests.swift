import DeviceProfiles
import Quantities
import Readings
import Testing

/// Public register dumps with the values that their projects assert, from the folder `shared/devices/dumps` beside the checkout.
@Suite(
  "Recorded devices decode to the values that others found in them",
  .enabled(if: Dump.folder != nil, "shared/devices/dumps is not there: only the excerpts in Fixtures/Profiles.swift are compared")
)
struct DumpTests {
  @Test(
    "their SunSpec chains are found whole",
    arguments: [
      "fronius-primo-101", "fronius-symo-113", "solaredge-103-a", "solaredge-103-b", "sma-stp-103-a", "elkor-203", "veris-203",
      "accuenergy-203",
    ])
  func chains(name: String) throws {
    let dump = try Dump(name)
    let profile = Profiles.sunSpec(name.hasSuffix("203") ? .meter : .inverter)
    let mapping = try #require(profile.sunSpec)
    let chain = try #require(dump.device.walk(mapping).chain)
    #expect(dump.models.count >= 3)
    #expect(
      chain.models.map { [$0.id, Int($0.address), $0.length] } == dump.models.dropLast().map { [$0.id, $0.address, $0.length] })
    #expect(chain.ending == .endMark)
  }

  @Test(
    "every SunSpec point with a channel has its value",
    arguments: [
      ("fronius-primo-101", 24), ("fronius-symo-113", 32), ("solaredge-103-a", 24), ("solaredge-103-b", 24),
      ("sma-stp-103-a", 40),
      ("elkor-203", 38), ("veris-203", 38), ("accuenergy-203", 38),
    ])
  func sunSpec(name: String, count: Int) throws {
    let dump = try Dump(name)
    let profile = Profiles.sunSpec(name.hasSuffix("203") ? .meter : .inverter)
    let values = dump.device.decode(with: profile)
    var compared = 0
    for value in dump.values {
      guard let (point, key) = place(of: value) else { continue }
      let decoded = try #require(values[key], "\(value.name)")
      compared += 1
      guard let number = value.number else {
        #expect(decoded.count == nil, "\(value.name) is \(decoded), not missing")
        continue
      }
      let isCounter = [SunSpecType.acc16, .acc32, .acc64].contains(point.type)
      if isCounter, number.mantissa == 0 {
        #expect(decoded == .missing(.notAccumulating), "\(value.name)")
        continue
      }
      var unit = point.unit ?? UnitOfMeasure("1", 1)
      if unit.symbol == "%", abs(number.double) <= 1.01 { unit = UnitOfMeasure("1", 1_000_000) }
      let sign: Int64 = key == PartChannel(.main, .activePower) && !name.hasSuffix("203") ? -1 : 1
      #expect(decoded.count == number.scaled(by: unit.count, over: unit.per).map { sign * $0 }, "\(value.name)")
    }
    #expect(compared == count)
  }

  /// The point and the channel that an expected value is about: `W`, `module[2].DCA`.
  private func place(of value: Dump.Value) -> (point: SunSpecPoint, key: PartChannel)? {
    guard let model = value.model, [101, 103, 113, 160, 203].contains(model) else { return nil }
    let definition = SunSpecModels.model(model)
    let parts = value.name.split(whereSeparator: { "[].".contains($0) }).map(String.init)
    if parts.count == 3, let group = Int(parts[1]) {
      guard let point = definition.repeating?.points.first(where: { $0.name == parts[2] }), let channel = point.channel,
        let numbered = Channel(rawValue: "\(channel.rawValue)_\(group)")
      else { return nil }
      return (point, PartChannel(.main, numbered))
    }
    guard let point = definition.points.first(where: { $0.name == value.name }), let channel = point.channel else { return nil }
    return (point, PartChannel(.main, channel))
  }

  @Test(
    "every register with a channel has its value",
    arguments: [
      ("eastron-sdm630", 25), ("eastron-sdm120", 11), ("schneider-iem3255", 19), ("e3dc-s10-a", 6),
    ])
  func registers(name: String, count: Int) throws {
    let dump = try Dump(name)
    var compared = 0
    for value in dump.values {
      guard let channel = channel(of: value), let number = value.number else { continue }
      let symbol = value.entries["unit"] ?? "1"
      let unit = try #require(channel.unit.symbols.first { $0.symbol == symbol }, "\(value.name): \(symbol)")
      // The iEM3255 sends powers in kW, VA and var likewise; its dump gives them in W.
      let isKilo = name == "schneider-iem3255" && ["W", "VA", "var"].contains(symbol)
      let field = RegisterField(
        channel: channel, table: try #require(dump.contents.first?.table), address: value.address,
        type: try #require(RawType(rawValue: value.entries["type"] ?? "")),
        wordOrder: value.entries["word_order"] == "low_word_first" ? .lowFirst : .highFirst,
        scale: isKilo ? DecimalNumber("1000") : nil, unit: unit, positive: .import)
      let decoded = dump.device.decode(with: Profiles.single(field))[field.key]
      #expect(decoded?.count == number.scaled(by: unit.count, over: unit.per), "\(value.name)")
      compared += 1
    }
    #expect(compared == count)
  }

  /// Dumps call active powers `power`, and what lies behind an inverter by its part.
  private func channel(of value: Dump.Value) -> Channel? {
    if let channel = Channel(rawValue: value.name) { return channel }
    if value.name.hasPrefix("power") { return Channel(rawValue: "active_" + value.name) }
    return [
      "grid_power": .activePower, "battery_power": .activePower, "pv_power": .dcPower, "battery_soc": .stateOfCharge,
      "pv_voltage_1": .dcVoltage1, "pv_power_1": .dcPower1,
    ][value.name]
  }

  @Test("the excerpts in this folder are what the dumps hold")
  func excerpts() throws {
    for (name, excerpt) in [("eastron-sdm630", Recorded.sdm630), ("goodwe-gw10k-et", Recorded.goodWe)] {
      let dump = try Dump(name)
      let content = try #require(dump.contents.first)
      #expect(excerpt.answer(content.block) == content.words, "\(name)")
    }
    let recording = try Dump("fronius-primo-101")
    let fronius = try #require(recording.contents.first)
    #expect(
      Recorded.fronius101.answer(RegisterBlock(table: .holding, address: 40000, count: 121)) == Array(fronius.words.prefix(121)))
  }
}
