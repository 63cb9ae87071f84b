import Readings

/// The way from the words of a round to values, for some parts of a profile: laid out once, so that each poll has little to do.
public final class DecodePlan: Sendable {
  private let profile: DeviceProfile
  /// Where the wanted fields stand in the profile, which all devices of its kind share.
  private let places: [Int]
  private let keys: [PartChannel]
  /// For each field what decodes it; nil for sums, values that another register scales or directs, and other rare ones.
  private let plain: [PlainValue?]
  private let models: Models?

  /// The SunSpec models of the device, beside its register map.
  private struct Models: Sendable {
    let mapping: SunSpecMapping
    let chain: SunSpecChain
    let parts: Set<DevicePart>?
  }

  /// The plan for `parts` of `profile` (nil: all), with the SunSpec models that `chain` found on this device.
  public init(for profile: DeviceProfile, chain: SunSpecChain? = nil, parts: Set<DevicePart>? = nil) {
    self.profile = profile
    var known: Set<PartChannel> = []
    places = profile.registers.indices.filter {
      parts?.contains(profile.registers[$0].part) ?? true && known.insert(profile.registers[$0].key).inserted
    }
    keys = places.map { profile.registers[$0].key }
    plain = places.map { PlainValue(profile.registers[$0], of: profile) }
    models = profile.sunSpec.flatMap { mapping in chain.map { Models(mapping: mapping, chain: $0, parts: parts) } }
  }

  /// What `image` says, one entry per channel: register map first, in the order of the profile, then the SunSpec models.
  ///
  /// - Parameter image: the words that the requests of `RegisterPlan(for:chain:parts:)` brought; those of failed requests are absent.
  public func decode(_ image: RegisterImage) -> DecodedRound {
    var values: [DecodedValue] = []
    values.reserveCapacity(keys.count)
    for index in plain.indices {
      values.append(plain[index]?.decode(image) ?? profile.decode(profile.registers[places[index]], in: image))
    }
    guard let models else { return DecodedRound(keys: keys, values: values) }
    var keys = keys
    var seen = Set(keys)
    for field in models.mapping.decode(image, chain: models.chain, kind: profile.kind)
    where models.parts?.contains(field.part) ?? true && seen.insert(field.key).inserted {
      keys.append(field.key)
      values.append(field.value)
    }
    return DecodedRound(keys: keys, values: values)
  }
}

/// A value in one place and without a scale register: the few numbers that its decoding needs.
private struct PlainValue: Sendable {
  let block: RegisterBlock
  let order: WordOrder
  let type: RawType
  let lowestBit: UInt64
  let mask: UInt64
  let pattern: UInt64?
  let conversion: PreparedConversion

  /// Nil where the field is more than that, or its direction is not known.
  init?(_ field: RegisterField, of profile: DeviceProfile) {
    let summand = field.first
    let patterns = profile.patterns(of: summand)
    guard field.others.isEmpty, summand.scale == nil, field.scaleRegister == nil, patterns.count <= 1,
      field.direction == nil, field.isDirectionKnown,
      let conversion = PreparedConversion(field.conversion(exponent: 0))
    else { return nil }
    block = field.block
    order = summand.wordOrder ?? profile.wordOrder
    type = summand.type
    lowestBit = UInt64(summand.bits?.lowerBound ?? 0)
    mask = summand.bits == nil ? .max : summand.largestPattern
    pattern = patterns.first
    self.conversion = conversion
  }

  /// Nil where only the long way tells.
  func decode(_ image: RegisterImage) -> DecodedValue? {
    guard let registers = image.bits(of: block, order) else { return .missing(.notRead) }
    let bits = registers >> lowestBit & mask
    guard bits != pattern else { return .missing(.notAvailable) }
    guard let number = type.number(of: bits) else { return .missing(.notANumber) }
    return conversion.count(of: number).map { .value($0) }
  }
}
