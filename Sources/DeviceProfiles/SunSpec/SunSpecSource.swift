import Quantities
import Readings

/// Where in a device's chain a channel's value lies. Planning, decoding and encoding all go by the same list of these.
struct SunSpecSource: Hashable {
  /// What the value becomes.
  let key: PartChannel
  /// What it contributes to `key`.
  let role: Role
  /// The model that it lies in.
  let model: SunSpecModelInstance
  let point: SunSpecPoint
  /// The point's first register, counted from the model's id register.
  let offset: Int
  /// Which group it lies in, counted from 1; nil for fixed points.
  let group: Int?
  /// The offset of the point with the power of ten, counted from the model's id register; nil where the power is fixed.
  let scaleOffset: Int?
  /// The point that tells how many groups there are.
  let groupCount: SunSpecPoint?
  /// How many groups the model's length has room for.
  let groupCapacity: Int
  /// What positive numbers mean; nil where nobody said and it matters.
  let positive: Direction?
  /// How the device sends power factors; nil where nobody said.
  var powerFactor: SunSpecMapping.PowerFactorForm?

  enum Role: Hashable {
    /// All of it.
    case whole
    /// The power into a battery that shows both directions apart.
    case charge
    /// The power out of it.
    case discharge
  }

  /// The registers of the value; nil when the model is too short.
  var block: RegisterBlock? { model.block(offset: offset, count: point.type.registerCount) }
  /// The register with the power of ten; nil where there is none, or the model is too short.
  var scaleBlock: RegisterBlock? { scaleOffset.flatMap { model.block(offset: $0, count: 1) } }
  /// The power of ten where the definition fixes it, 0 where there is none; nil where a point tells it.
  var fixedPower: Int? {
    switch point.scaleFactor {
    case .point: nil
    case .power(let power): power
    case nil: 0
    }
  }

  /// From the raw number to the channel's unit. `unit` stands in where a power factor is read as percent or ratio.
  func conversion(exponent: Int, unit: UnitOfMeasure? = nil) -> ValueConversion {
    ValueConversion(
      unit: unit ?? point.unit ?? UnitOfMeasure("1", 1), exponent: exponent, isTurned: positive?.turns(key.channel) ?? false)
  }
}

extension SunSpecMapping {
  /// The values that `chain` has for a device of `kind`, model by model.
  ///
  /// Of each family the first model of a device counts; the first device's becomes the part itself, the second's `part_2`.
  func sources(in chain: SunSpecChain, kind: DeviceKind) -> [SunSpecSource] {
    var sources: [SunSpecSource] = []
    var ordinals: [SunSpecFamily: Int] = [:]
    var taken: [SunSpecFamily: Set<Int>] = [:]
    for model in chain.models {
      guard let definition = definition(model.id), let family = SunSpecFamily(model: model.id), family != .common,
        family.isRead(of: kind),
        taken[family, default: []].insert(model.device).inserted
      else { continue }
      let ordinal = ordinals[family, default: 0] + 1
      ordinals[family] = ordinal
      switch family {
      case .common: break
      case .inverter, .storage, .meter:
        let part = family.part(of: kind).numbered(ordinal)
        let positive = positive(of: family)
        sources += definition.fixedSources(of: model, part: part, positive: positive).filter {
          positive != nil || family.isToldUndirected($0.key.channel)
        }
      case .modules:
        sources += moduleSources(of: model, definition: definition, kind: kind, ordinal: ordinal)
      }
    }
    if let powerFactor { for index in sources.indices { sources[index].powerFactor = powerFactor } }
    return sources
  }

  /// What positive powers of a family's models mean.
  private func positive(of family: SunSpecFamily) -> Direction? {
    switch family {
    case .inverter: inverterPositive
    case .meter: meterPositive
    case .storage: batteryPositive
    case .common, .modules: nil
    }
  }

  /// The values of the DC inputs that have a role.
  private func moduleSources(
    of model: SunSpecModelInstance, definition: SunSpecModelDefinition, kind: DeviceKind, ordinal: Int
  ) -> [SunSpecSource] {
    let capacity = definition.repeating?.capacity(ofModelLength: model.length) ?? 0
    let modules = roles(of: kind, ports: model.portTypes)
    // Roles that nobody wrote down are no promise: inputs that the device does not have are not missing then.
    let pv = self.modules == nil ? modules.pv.filter { $0 <= capacity } : modules.pv
    let strings = SunSpecFamily.modules.part(of: kind).numbered(ordinal)
    let battery = DevicePart.battery.numbered(ordinal)
    var sources: [SunSpecSource] = []
    for (index, group) in pv.enumerated() {
      sources += definition.groupSources(of: model, group: group) { channel in
        channel.ofInput(index + 1).map { (PartChannel(strings, $0), .whole) }
      }
    }
    for (group, role, counter) in [
      (modules.batteryCharge, SunSpecSource.Role.charge, Channel.energyImport),
      (modules.batteryDischarge, .discharge, .energyExport),
    ] {
      guard let group else { continue }
      sources += definition.groupSources(of: model, group: group) { channel in
        if channel == .dcPower { return (PartChannel(battery, .activePower), role) }
        return channel == .dcEnergy ? (PartChannel(battery, counter), .whole) : nil
      }
    }
    for (index, group) in modules.batteries.enumerated() {
      sources += definition.groupSources(of: model, group: group, positive: batteryPositive) { channel in
        batteryChannel(of: channel).map { (PartChannel(DevicePart.battery.numbered(ordinal + index), $0), .whole) }
      }
    }
    return sources
  }

  /// What a channel of a port is for the battery behind it; nil where nobody says which way it counts, or it is nothing of a battery's.
  private func batteryChannel(of channel: Channel) -> Channel? {
    switch channel {
    case .dcPower: batteryPositive == nil ? nil : .activePower
    case .dcCurrent: batteryPositive == nil ? nil : .dcCurrent
    case .dcVoltage: .dcVoltage
    case .dcEnergy: .energyExport
    case .energyImport: .energyImport
    default: nil
    }
  }
}

extension SunSpecFamily {
  /// Whether a value is told although nobody says which way the family's powers count.
  ///
  /// Which way a battery's current counts differs between makers. A meter that nobody looked at may count either way, its energies,
  /// currents and power factors with it: only what is the same either way is told. An inverter's power is shown as missing.
  fileprivate func isToldUndirected(_ channel: Channel) -> Bool {
    switch self {
    case .common, .inverter, .modules: true
    case .storage: !channel.hasDirection && channel != .dcCurrent
    case .meter: [.millivolt, .millihertz, .number].contains(channel.unit)
    }
  }
}

extension SunSpecModelDefinition {
  /// The points with a channel that do not repeat.
  fileprivate func fixedSources(of model: SunSpecModelInstance, part: DevicePart, positive: Direction?) -> [SunSpecSource] {
    points.compactMap { point in
      guard let channel = point.channel else { return nil }
      return SunSpecSource(
        key: PartChannel(part, channel), role: .whole, model: model, point: point, offset: point.offset, group: nil,
        scaleOffset: scaleOffset(of: point, groupStart: nil), groupCount: nil, groupCapacity: 0, positive: positive)
    }
  }

  /// The points of group number `group` that `place` has a use for.
  fileprivate func groupSources(
    of model: SunSpecModelInstance, group: Int, positive: Direction? = nil, place: (Channel) -> (PartChannel, SunSpecSource.Role)?
  ) -> [SunSpecSource] {
    guard let groups = repeating, (1...0x1_0000).contains(group) else { return [] }
    let start = groups.offset + (group - 1) * groups.length
    return groups.points.compactMap { point in
      guard let channel = point.channel, let (key, role) = place(channel) else { return nil }
      return SunSpecSource(
        key: key, role: role, model: model, point: point, offset: start + point.offset, group: group,
        scaleOffset: scaleOffset(of: point, groupStart: start), groupCount: groups.count.flatMap(self.point),
        groupCapacity: groups.capacity(ofModelLength: model.length), positive: positive)
    }
  }

  /// Where the power of ten of `point` lies; -1, which no model holds, where the definition names a point that it lacks.
  private func scaleOffset(of point: SunSpecPoint, groupStart: Int?) -> Int? {
    guard case .point(let name) = point.scaleFactor else { return nil }
    if let groupStart, let scale = repeating?.points.first(where: { $0.name == name }) { return groupStart + scale.offset }
    return self.point(name)?.offset ?? -1
  }
}
