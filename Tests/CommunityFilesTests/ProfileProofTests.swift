import CommunityFiles
import DeviceProfiles
import Foundation
import Quantities
import Readings
import Testing

/// A register or point of a profile with one thing wrong, as a typing error would make it.
private struct Mutant<Subject> {
  /// What is wrong: "scale", "address", "word order".
  let fault: String
  let subject: Subject
}

/// A profile with its samples.
struct ProvenProfile: CustomTestStringConvertible, Sendable {
  let name: String
  var testDescription: String { name }

  static let all: [ProvenProfile] = ((try? DeviceCatalog(folders: [Folder.devices]).names) ?? []).map { ProvenProfile(name: $0) }

  func profile(in catalog: DeviceCatalog) throws -> DeviceProfile { try catalog.profile(name) }

  func samples() throws -> [ProfileSamplesFile.Sample] {
    try ProfileSamplesFile(path: "\(Folder.devices)/\(name).samples.yaml").samples
  }
}

@Suite("The samples of a shipped profile")
struct ProfileProofTests {
  private static let catalog = try? DeviceCatalog(folders: [Folder.devices])

  @Test("fail where one register has another scale, place, word order, sign or type", arguments: ProvenProfile.all)
  func registers(of proven: ProvenProfile) throws {
    let profile = try proven.profile(in: #require(Self.catalog))
    let samples = try proven.samples()
    var survivors: [String] = []
    for field in profile.registers {
      if samples.allSatisfy({ $0.expected[field.key] == nil }) {
        survivors.append("\(field.key): in no sample")
        continue
      }
      for mutant in field.mutants(in: profile) where !samples.contains(where: { $0.refutes(mutant.subject, of: profile) }) {
        survivors.append("\(field.key): \(mutant.fault)")
      }
    }
    #expect(survivors == [], "\(proven.name): so many faults would pass unseen: \(survivors.count)")
  }

  @Test("of SunSpec devices fail where one point of a model has another scale, place, sign or type")
  func points() throws {
    let catalog = try #require(Self.catalog)
    var recordings: [SunSpecRecording] = []
    var models: [SunSpecModelDefinition] = []
    for proven in ProvenProfile.all {
      let profile = try proven.profile(in: catalog)
      guard let mapping = profile.sunSpec else { continue }
      models = mapping.models
      recordings += try proven.samples().map { SunSpecRecording(profile: profile, mapping: mapping, sample: $0) }
    }
    #expect(recordings.count >= 15)
    var survivors: [String] = []
    for model in models {
      let using = recordings.filter { $0.models.contains(model.id) }
      guard !using.isEmpty else { continue }
      for (point, isRepeated) in model.measuringPoints {
        let changed = model.replacing(point, with: nil, isRepeated: isRepeated)
        let showing = using.filter { $0.refutes(changed) }
        // A point that no device has is not proven by anybody.
        guard !showing.isEmpty else { continue }
        for mutant in point.mutants
        where !showing.contains(where: { $0.refutes(model.replacing(point, with: mutant.subject, isRepeated: isRepeated)) }) {
          survivors.append("model \(model.id), \(point.name): \(mutant.fault)")
        }
      }
    }
    #expect(survivors == [], "so many faults would pass unseen: \(survivors.count)")
  }
}

// MARK: - Registers

extension ProfileSamplesFile.Sample {
  /// Whether the sample shows that `field` is wrong.
  fileprivate func refutes(_ field: RegisterField, of profile: DeviceProfile) -> Bool {
    guard let expected = expected[field.key] else { return false }
    return profile.alone(field).decode(RegisterImage(registers)).first?.value.count != expected
  }
}

extension DeviceProfile {
  /// The profile with this register and no other.
  fileprivate func alone(_ field: RegisterField) -> DeviceProfile {
    DeviceProfile(maker: maker, model: model, kind: kind, wordOrder: wordOrder, notAvailable: notAvailable, registers: [field])
  }
}

extension RegisterField {
  /// The register with one thing wrong each, as far as a plausible value tells it from the right one.
  fileprivate func mutants(in profile: DeviceProfile) -> [Mutant<RegisterField>] {
    var mutants = [Mutant(fault: "scale", subject: copy(scale: scale.tenfold))]
    if let positive, let turned = Direction.allCases.first(where: { $0.turns(channel) != positive.turns(channel) }) {
      mutants.append(Mutant(fault: "sign", subject: copy(positive: turned)))
    }
    if offset != nil { mutants.append(Mutant(fault: "offset", subject: copy(offset: offset.tenfold))) }
    mutants += (direction?.mutants ?? []).map { Mutant(fault: $0.fault, subject: copy(direction: $0.subject)) }
    for (place, summand) in summands.enumerated() {
      let name = others.isEmpty ? "" : " of summand \(place + 1)"
      for mutant in summand.mutants(profile.wordOrder) {
        let field = copy(replacing: place, with: mutant.subject)
        if mutant.fault == "signedness", !alone(summand).hasPlausibleProof(of: profile) { continue }
        mutants.append(Mutant(fault: mutant.fault + name, subject: field))
      }
    }
    return mutants
  }

  /// The field as if it had this summand only.
  private func alone(_ summand: RegisterSummand) -> RegisterField {
    RegisterField(
      part: part, channel: channel, sum: summand, scale: scale, offset: offset, scaleRegister: scaleRegister, unit: unit,
      positive: positive ?? direction?.codes.values.first)
  }

  /// Whether a value that tells a number with sign from one without is plausible for the channel.
  private func hasPlausibleProof(of profile: DeviceProfile) -> Bool {
    let high = UInt64(1) << UInt64(16 * type.registerCount - 1)
    let bits = type.isUnsigned ? high : type.largestPattern - 1
    let order = first.wordOrder ?? profile.wordOrder
    let words = (0..<type.registerCount).map { UInt16(truncatingIfNeeded: bits >> UInt64(16 * $0)) }
    var image = RegisterImage([
      RegisterWords(table: table, address: address, words: order == .lowFirst ? words : words.reversed())
    ])
    if let scaleRegister {
      image.add([0], of: RegisterBlock(table: scaleRegister.table, address: scaleRegister.address, count: 1))
    }
    let plate = part == .main || part.name.hasPrefix("connector_") ? profile.nameplate : Nameplate()
    guard let count = profile.alone(self).decode(image).first?.value.count else { return false }
    // Nobody reads more than a million amperes.
    if channel.unit == .milliampere, count.magnitude > 1_000_000_000 { return false }
    return SeriesLimits(channel, ratedPower: plate.power, ratedCurrent: plate.current).range.contains(count)
  }

  private func copy(
    scale: DecimalNumber? = nil, offset: DecimalNumber? = nil, positive: Direction? = nil, direction: DirectionRegister? = nil,
    replacing place: Int? = nil, with summand: RegisterSummand? = nil
  ) -> RegisterField {
    var all = summands
    if let place, let summand { all[place] = summand }
    return RegisterField(
      part: part, channel: channel, sum: all[0], Array(all.dropFirst()), scale: scale ?? self.scale,
      offset: offset ?? self.offset, scaleRegister: scaleRegister, unit: unit, positive: positive ?? self.positive,
      direction: direction ?? self.direction, counter: counter, states: states)
  }
}

extension DirectionRegister {
  fileprivate var mutants: [Mutant<DirectionRegister>] {
    let ways = Set(codes.values)
    let turned = codes.mapValues { way in ways.first { $0 != way } ?? way }
    return [
      Mutant(fault: "direction", subject: copy(codes: turned)),
      Mutant(fault: "address of the direction", subject: copy(address: place.address + 1)),
    ]
      + (place.bits.map { bits in
        [Mutant(fault: "bits of the direction", subject: copy(bits: bits.lowerBound + 1...bits.upperBound + 1))]
      } ?? [])
  }

  private func copy(address: UInt16? = nil, bits: ClosedRange<Int>? = nil, codes: [UInt64: Direction]? = nil) -> DirectionRegister
  {
    DirectionRegister(
      table: place.table, address: address ?? place.address, bits: bits ?? place.bits, codes: codes ?? self.codes, idle: idle)
  }
}

extension RegisterSummand {
  fileprivate func mutants(_ profileOrder: WordOrder) -> [Mutant<RegisterSummand>] {
    var mutants: [Mutant<RegisterSummand>] = []
    if address < .max { mutants.append(Mutant(fault: "address", subject: copy(address: address + 1))) }
    if type.registerCount > 1 {
      let order = wordOrder ?? profileOrder
      mutants.append(Mutant(fault: "word order", subject: copy(order: order == .highFirst ? .lowFirst : .highFirst)))
    }
    if scale != nil { mutants.append(Mutant(fault: "scale", subject: copy(scale: scale.tenfold))) }
    let twins: [RawType: RawType] = [.u16: .s16, .u32: .s32, .u64: .s64, .s16: .u16, .s32: .u32, .s64: .u64]
    if bits == nil, let twin = twins[type] { mutants.append(Mutant(fault: "signedness", subject: copy(type: twin))) }
    return mutants
  }

  private func copy(
    address: UInt16? = nil, type: RawType? = nil, order: WordOrder? = nil, scale: DecimalNumber? = nil
  ) -> RegisterSummand {
    RegisterSummand(
      table: table, address: address ?? self.address, type: type ?? self.type, wordOrder: order ?? wordOrder, bits: bits,
      scale: scale ?? self.scale, notAvailable: notAvailable)
  }
}

extension DecimalNumber? {
  /// Ten times as much; nothing stands for 1.
  fileprivate var tenfold: DecimalNumber? {
    guard let self else { return DecimalNumber("10") }
    return DecimalNumber("\(self.mantissa)e\(1 - self.decimals)")
  }
}

// MARK: - SunSpec

/// A sample of a SunSpec device, read by its profile.
private struct SunSpecRecording {
  let profile: DeviceProfile
  let mapping: SunSpecMapping
  let sample: ProfileSamplesFile.Sample
  let models: Set<Int>

  init(profile: DeviceProfile, mapping: SunSpecMapping, sample: ProfileSamplesFile.Sample) {
    (self.profile, self.mapping, self.sample) = (profile, mapping, sample)
    var walk = SunSpecChainWalk(mapping)
    let image = RegisterImage(sample.registers)
    while let request = walk.request {
      if let words = image.words(of: request) { walk.receive(words) } else { walk.fail() }
    }
    models = Set(walk.chain?.models.map(\.id) ?? [])
  }

  /// Whether the sample shows that `model` is wrong.
  func refutes(_ model: SunSpecModelDefinition) -> Bool {
    let models = mapping.models.map { $0.id == model.id ? model : $0 }
    let changed = SunSpecMapping(
      bases: mapping.bases, inverterPositive: mapping.inverterPositive, meterPositive: mapping.meterPositive,
      batteryPositive: mapping.batteryPositive, modules: mapping.modules, portTypes: mapping.portTypes,
      powerFactor: mapping.powerFactor, lengths: mapping.lengths, models: models)
    let decoded = ProfileCheck.decode(
      sample,
      by: DeviceProfile(
        maker: profile.maker, model: profile.model, kind: profile.kind, limits: profile.limits, sunSpec: changed))
    let own = Set(profile.registers.map(\.key))
    return sample.expected.contains { key, value in !own.contains(key) && (decoded[key] ?? nil) != value }
  }
}

extension SunSpecModelDefinition {
  /// The points with a channel, and whether they repeat.
  fileprivate var measuringPoints: [(point: SunSpecPoint, isRepeated: Bool)] {
    points.filter { $0.channel != nil }.map { ($0, false) }
      + (repeating?.points.filter { $0.channel != nil }.map { ($0, true) } ?? [])
  }

  /// The model with `point` replaced, or taken away.
  fileprivate func replacing(_ point: SunSpecPoint, with other: SunSpecPoint?, isRepeated: Bool) -> SunSpecModelDefinition {
    func changed(_ points: [SunSpecPoint]) -> [SunSpecPoint] {
      points.compactMap { $0.name == point.name ? other : $0 }
    }
    let group = repeating.map { group in
      isRepeated
        ? SunSpecGroup(offset: group.offset, length: group.length, count: group.count, points: changed(group.points)) : group
    }
    return SunSpecModelDefinition(
      id: id, name: name, lengths: lengths, sources: sources, points: isRepeated ? points : changed(points), repeating: group)
  }
}

extension SunSpecPoint {
  fileprivate var mutants: [Mutant<SunSpecPoint>] {
    var mutants = [Mutant(fault: "address", subject: copy(offset: offset + 1))]
    // Power factors are read as ratio or percent by their magnitude.
    if let unit, channel?.rawValue.hasPrefix("power_factor") == false {
      let tenfold = UnitOfMeasure(unit.symbol, unit.count * 10, per: unit.per)
      mutants.append(Mutant(fault: "scale", subject: copy(unit: tenfold)))
    }
    let twins: [SunSpecType: SunSpecType] = [.int16: .uint16, .int32: .uint32, .int64: .uint64]
    // Numbers without sign reach half their range on no device that could be recorded.
    if let twin = twins[type], channel?.hasDirection == true {
      mutants.append(Mutant(fault: "signedness", subject: copy(type: twin)))
    }
    return mutants
  }

  private func copy(offset: Int? = nil, type: SunSpecType? = nil, unit: UnitOfMeasure? = nil) -> SunSpecPoint {
    SunSpecPoint(
      name, offset: offset ?? self.offset, type: type ?? self.type, scaleFactor: scaleFactor, unit: unit ?? self.unit,
      channel: channel)
  }
}
