import Readings

extension DeviceProfile {
  /// The registers of a device with one chain of SunSpec models, as it would show these values: for simulated devices.
  ///
  /// Points without a value hold what SunSpec has for "not implemented", scale factors that nobody needs as well.
  ///
  /// - Parameters:
  ///   - values: in the channels' units, under the parts that decoding gives them.
  ///   - identity: what the common model says.
  ///   - models: the models after the marker, such as 1, 103, 160; the profile defines all of them.
  ///   - groups: how many groups models have that repeat one.
  ///   - ports: what the ports of model 714 are, as the device numbers it; there are as many as told.
  ///   - powers: what scale factors hold, by the point's name, -10...10; the others hold the smallest power by which all of their
  ///     values fit.
  /// - Throws: `DeviceProfileError`.
  /// - Returns: one run of words from the first base of the mapping to the end mark.
  public func encodeSunSpec(
    _ values: [PartChannel: Int64], identity: DeviceIdentity = DeviceIdentity(), models: [Int], groups: Int = 2,
    ports: [Int] = [], powers: [String: Int] = [:]
  ) throws(DeviceProfileError) -> RegisterImage {
    guard let sunSpec else { throw .noSunSpec }
    var writer = try SunSpecWriter(sunSpec, models: models, groups: groups, ports: ports)
    try writer.write(identity)
    try writer.write(values, kind: kind, powers: powers)
    return RegisterImage([RegisterWords(table: .holding, address: writer.chain.base, words: writer.words)])
  }

  /// The part and channel of every value that a chain of these models has for a device of this profile.
  ///
  /// - Throws: `DeviceProfileError`.
  public func sunSpecKeys(models: [Int], groups: Int = 2) throws(DeviceProfileError) -> Set<PartChannel> {
    guard let sunSpec else { throw .noSunSpec }
    let chain = try SunSpecWriter(sunSpec, models: models, groups: groups).chain
    return Set(sunSpec.sources(in: chain, kind: kind).filter { $0.block != nil }.map(\.key))
  }

  /// The models that a device of this profile has in general, as far as the profile defines them, and how many DC inputs.
  public var usualSunSpecModels: (models: [Int], groups: Int) {
    guard let sunSpec else { return ([], 0) }
    var wanted: [[Int]] = [[1]]
    if kind == .meter {
      wanted += [[203, 213, 202, 201, 212, 211]]
    } else {
      wanted += [[103, 113, 102, 101, 112, 111], [160]]
      if kind == .hybridInverter { wanted.append([124]) }
      if sunSpec.meterPositive != nil { wanted.append([203, 213]) }
    }
    let roles = sunSpec.modules
    let inputs = (roles?.pv ?? []) + [roles?.batteryCharge, roles?.batteryDischarge].compactMap { $0 }
    return (wanted.compactMap { $0.first { sunSpec.definition($0) != nil } }, max(2, inputs.max() ?? 2))
  }
}

/// Lays out a chain of models and fills it.
struct SunSpecWriter {
  let mapping: SunSpecMapping
  let chain: SunSpecChain
  /// The words from the base on.
  private(set) var words: [UInt16]

  /// A chain of `models` without a single value.
  init(_ mapping: SunSpecMapping, models ids: [Int], groups: Int, ports: [Int] = []) throws(DeviceProfileError) {
    self.mapping = mapping
    func groupCount(_ id: Int) -> Int { id == SunSpecFamily.portModel && !ports.isEmpty ? ports.count : max(groups, 0) }
    let base = mapping.bases.first ?? 40000
    var models: [SunSpecModelInstance] = []
    var next = Int(base) + 2
    for id in ids {
      guard let definition = mapping.definition(id) else { throw .noSuchModel(id) }
      let length = definition.length(groups: groupCount(id))
      guard let address = UInt16(exactly: next), next + 2 + length <= 0x1_0000 - 2 else { throw .chainTooLong }
      models.append(
        id: id, address: address, length: length, portTypes: id == SunSpecFamily.portModel ? ports.map { $0 } : [])
      next += 2 + length
    }
    guard next + 2 <= 0x1_0000 else { throw .chainTooLong }
    chain = SunSpecChain(base: base, models: models)
    words = SunSpecChain.marker + Array(repeating: 0, count: next - Int(base) - 2) + [SunSpecChain.endID, 0]
    for model in models {
      write([UInt16(truncatingIfNeeded: model.id), UInt16(truncatingIfNeeded: model.length)], offset: 0, of: model)
      guard let definition = mapping.definition(model.id) else { continue }
      clear(definition.points, start: 0, of: model)
      guard let repeating = definition.repeating else { continue }
      let groups = groupCount(model.id)
      for group in 0..<groups { clear(repeating.points, start: repeating.offset + group * repeating.length, of: model) }
      if let count = repeating.count.flatMap({ definition.point($0) }) {
        write([UInt16(truncatingIfNeeded: groups)], offset: count.offset, of: model)
      }
      for (block, type) in zip(definition.portTypeBlocks(of: model), ports) {
        write([UInt16(truncatingIfNeeded: type)], offset: block.start - Int(model.address), of: model)
      }
    }
  }

  /// Fills the common models' texts.
  mutating func write(_ identity: DeviceIdentity) throws(DeviceProfileError) {
    for model in chain.models where model.id == 1 {
      for item in IdentityField.Item.allCases {
        guard let text = identity[item], let point = mapping.definition(1)?.point(item.sunSpecPoint) else { continue }
        guard let words = RegisterText.words(of: text, count: point.type.registerCount) else {
          throw .identityDoesNotFit(item, text: text)
        }
        write(words, offset: point.offset, of: model)
      }
    }
  }

  /// Fills the points that have a value, and the scale factors they need.
  mutating func write(_ values: [PartChannel: Int64], kind: DeviceKind, powers: [String: Int]) throws(DeviceProfileError) {
    let sources = mapping.sources(in: chain, kind: kind)
    let known = Set(sources.filter { $0.block != nil }.map(\.key))
    if let stranger = Set(values.keys).subtracting(known).min() { throw .noSuchChannel(stranger) }
    for model in chain.models {
      let inModel = sources.filter { $0.model == model }
      for scaleOffset in Set(inModel.map(\.scaleOffset)).sorted(by: { ($0 ?? 0) < ($1 ?? 0) }) {
        let sharing = inModel.filter { $0.scaleOffset == scaleOffset && $0.block != nil }
        var encodables: [(source: SunSpecSource, value: EncodableValue)] = []
        for source in sharing {
          guard let value = values[source.key] else { continue }
          encodables.append((source, try source.encodable(value, among: inModel)))
        }
        guard let first = encodables.first else { continue }
        var power = first.source.fixedPower ?? 0
        if case .point(let name) = first.source.point.scaleFactor, let scaleOffset {
          if let told = powers[name] {
            power = told
          } else {
            power = try EncodableValue.smallestPower(for: encodables.map(\.value)) ?? 0
          }
          write([ScaleExponent.word(of: power)], offset: scaleOffset, of: model)
        }
        for (source, value) in encodables {
          guard let bits = value.bits(power: power) else { throw .doesNotFit(source.key, value: value.value) }
          write(WordOrder.highFirst.words(of: bits, count: source.point.type.registerCount), offset: source.offset, of: model)
        }
      }
    }
  }

  /// Puts "not implemented" into `points`.
  private mutating func clear(_ points: [SunSpecPoint], start: Int, of model: SunSpecModelInstance) {
    for point in points {
      let count = point.type.registerCount
      let words =
        count <= 4 ? WordOrder.highFirst.words(of: point.type.notAvailable, count: count) : Array(repeating: 0, count: count)
      write(words, offset: start + point.offset, of: model)
    }
  }

  /// Puts `new` at `offset` of `model`, if it has room there.
  private mutating func write(_ new: [UInt16], offset: Int, of model: SunSpecModelInstance) {
    guard let block = model.block(offset: offset, count: new.count) else { return }
    let first = block.start - Int(chain.base)
    words.replaceSubrange(first..<(first + new.count), with: new)
  }
}

extension SunSpecSource {
  /// What this point has to say of `value`: of a battery's power, an input for one direction says its own direction only.
  fileprivate func encodable(_ value: Int64, among sources: [SunSpecSource]) throws(DeviceProfileError) -> EncodableValue {
    var value = value
    switch role {
    case .whole:
      break
    case .charge, .discharge:
      if role == .discharge { value = value == .min ? .max : -value }
      let hasOther = sources.contains { $0.key == key && $0.role != role && $0.block != nil }
      if hasOther { value = max(value, 0) }
    }
    guard let raw = point.type.raw else { throw .doesNotFit(key, value: value) }
    var conversion = conversion(exponent: 0)
    // Devices send percent; below 2 % that would read as a ratio.
    if key.channel.isPowerFactor {
      let isRatio = powerFactor == .ratio || (powerFactor == nil && value.magnitude < 20_000)
      conversion.unit = isRatio ? PowerFactorUnit.ratio : PowerFactorUnit.percent
    }
    var patterns = [point.type.notAvailable]
    switch point.type {
    case .acc16, .acc32, .acc64: patterns = []  // zero is how a counter says that it stands at zero
    case .int16, .int32, .int64, .uint16, .uint32, .uint64, .float32, .float64, .sunssf, .enum16, .enum32, .bitfield16,
      .bitfield32, .string, .count, .pad:
      break
    }
    return EncodableValue(key: key, value: value, type: raw, conversion: conversion, patterns: patterns)
  }
}

extension SunSpecModelDefinition {
  /// The length that a device reports that has all points and this many groups.
  func length(groups: Int) -> Int {
    let fixed = points.map { $0.offset + $0.type.registerCount }.max() ?? 2
    return max(fixed, repeating.map { $0.offset + groups * $0.length } ?? 0) - 2
  }
}
