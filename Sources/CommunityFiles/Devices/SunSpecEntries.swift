import DeviceProfiles
import Readings
import Yams

/// The key `sunspec` of a profile.
extension DeviceProfileReader {
  func sunSpecMapping(_ fields: Fields, kind: DeviceKind?) -> SunSpecMapping? {
    defer { fields.finish() }
    let bases = fields.items("bases", expected: "where the marker is looked for, such as [40000, 50000, 0]")
      .compactMap { fields.integer($0, key: "bases", in: 0...65_535).map { UInt16($0) } }
    let inverter = direction("inverter_positive", of: [.production, .consumption], in: fields)
    let meter = direction("meter_positive", of: [.import, .export], in: fields)
    if kind == .inverter || kind == .hybridInverter, !fields.has("inverter_positive") {
      problems.add("'sunspec' of an inverter lacks the key 'inverter_positive': production or consumption", at: fields.mark)
    }
    if kind == .meter, !fields.has("meter_positive") {
      problems.add("'sunspec' of a meter lacks the key 'meter_positive': import or export", at: fields.mark)
    }
    let battery = direction("battery_positive", of: [.charge, .discharge], in: fields)
    let modules = fields.fields("modules").map { moduleRoles($0) }
    let ports = fields.fields("port_types").flatMap { portTypes($0) }
    let factor: SunSpecMapping.PowerFactorForm? = fields.has("power_factor") ? fields.choice("power_factor") : nil
    return SunSpecMapping(
      bases: bases, inverterPositive: inverter, meterPositive: meter, batteryPositive: battery, modules: modules,
      portTypes: ports, powerFactor: factor, lengths: fields.fields("lengths").map { lengths($0) } ?? [:], models: models)
  }

  private func portTypes(_ fields: Fields) -> SunSpecMapping.PortTypes? {
    let pv = fields.integer("pv", in: 0...65_534)
    let battery = fields.integer("battery", in: 0...65_534)
    fields.finish()
    guard let pv, let battery else { return nil }
    if pv == battery { problems.add("'pv' and 'battery' are both \(pv), they must differ", at: fields.mark) }
    return SunSpecMapping.PortTypes(pv: pv, battery: battery)
  }

  /// `lengths: {204: 105}`
  private func lengths(_ fields: Fields) -> [Int: Int] {
    fields.all().reduce(into: [:]) { lengths, entry in
      guard let model = Int(entry.key), (1...65_534).contains(model) else {
        problems.add("'\(entry.key)' is no SunSpec model; write `lengths: {204: 105}`", at: entry.mark)
        return
      }
      lengths[model] = fields.integer(entry.value, key: entry.key, in: 1...65_533)
    }
  }

  private func direction(_ key: String, of allowed: [Direction], in fields: Fields) -> Direction? {
    guard fields.has(key), let direction: Direction = fields.choice(key) else { return nil }
    if allowed.contains(direction) { return direction }
    problems.add(
      "'\(key)' is '\(direction.rawValue)', it must be \(allowed.map(\.rawValue).joined(separator: " or "))",
      at: fields.node(key)?.mark)
    return nil
  }

  private func moduleRoles(_ fields: Fields) -> SunSpecMapping.Modules {
    let pv = fields.list("pv").compactMap { fields.integer($0, key: "pv", in: 1...64) }
    let charge = fields.has("battery_charge") ? fields.integer("battery_charge", in: 1...64) : nil
    let discharge = fields.has("battery_discharge") ? fields.integer("battery_discharge", in: 1...64) : nil
    let batteries = fields.list("battery").compactMap { fields.integer($0, key: "battery", in: 1...64) }
    fields.finish()
    return SunSpecMapping.Modules(pv: pv, batteryCharge: charge, batteryDischarge: discharge, batteries: batteries)
  }
}
