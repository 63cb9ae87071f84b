import Readings

/// The way from the words of a round to values, for some parts of a profile: laid out once, so that each poll has little to do.
public struct DecodePlan: Sendable {
  private let profile: DeviceProfile
  private let steps: [Step]
  private let models: Models?

  private struct Step: Sendable {
    let field: RegisterField
    let key: PartChannel
    /// Nil for sums, and for values that another register scales.
    let plain: PlainValue?
  }

  /// The SunSpec models of the device, beside its register map.
  private struct Models: Sendable {
    let mapping: SunSpecMapping
    let chain: SunSpecChain
    let parts: Set<DevicePart>?
    let keysOfRegisters: Set<PartChannel>
  }

  /// The plan for `parts` of `profile` (nil: all), with the SunSpec models that `chain` found on this device.
  public init(for profile: DeviceProfile, chain: SunSpecChain? = nil, parts: Set<DevicePart>? = nil) {
    self.profile = profile
    var keys: Set<PartChannel> = []
    steps = profile.registers.filter { (parts?.contains($0.part) ?? true) && keys.insert($0.key).inserted }.map {
      Step(field: $0, key: $0.key, plain: PlainValue($0, of: profile))
    }
    models = profile.sunSpec.flatMap { mapping in
      chain.map { Models(mapping: mapping, chain: $0, parts: parts, keysOfRegisters: keys) }
    }
  }

  /// What `image` says, one entry per channel: register map first, in the order of the profile, then the SunSpec models.
  ///
  /// - Parameter image: the words that the requests of `RegisterPlan(for:chain:parts:)` brought; those of failed requests are absent.
  public func decode(_ image: RegisterImage) -> [DecodedField] {
    var fields: [DecodedField] = []
    fields.reserveCapacity(steps.count)
    for step in steps {
      fields.append(DecodedField(step.key, step.plain?.decode(image) ?? profile.decode(step.field, in: image)))
    }
    guard let models else { return fields }
    var seen = models.keysOfRegisters
    for field in models.mapping.decode(image, chain: models.chain, kind: profile.kind)
    where models.parts?.contains(field.part) ?? true && seen.insert(field.key).inserted {
      fields.append(field)
    }
    return fields
  }
}

/// A value in one place and without a scale register, with all that its decoding needs.
private struct PlainValue: Sendable {
  let summand: RegisterSummand
  let block: RegisterBlock
  let order: WordOrder
  let patterns: [UInt64]
  let conversion: PreparedConversion

  /// Nil where the field is more than that, or its direction is not known.
  init?(_ field: RegisterField, of profile: DeviceProfile) {
    guard field.others.isEmpty, field.first.scale == nil, field.scaleRegister == nil,
      field.positive != nil || !field.channel.hasDirection
    else { return nil }
    summand = field.first
    block = field.block
    order = field.first.wordOrder ?? profile.wordOrder
    patterns = profile.patterns(of: field.first)
    conversion = PreparedConversion(field.conversion(exponent: 0))
  }

  func decode(_ image: RegisterImage) -> DecodedValue {
    guard let registers = image.bits(of: block, order) else { return .missing(.notRead) }
    let bits = summand.taken(from: registers)
    guard !patterns.contains(bits) else { return .missing(.notAvailable) }
    guard let number = summand.type.number(of: bits) else { return .missing(.notANumber) }
    return conversion.count(of: number).map { .value($0) } ?? .missing(.outOfRange)
  }
}
