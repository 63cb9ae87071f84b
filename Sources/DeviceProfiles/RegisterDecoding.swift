import Readings

extension DeviceProfile {
  /// What `image` says, one entry per channel: register map first, in the order of the profile, then the SunSpec models.
  ///
  /// - Parameters:
  ///   - image: the words that the requests of `RegisterPlan(for:chain:parts:)` brought; those of failed requests are absent.
  ///   - chain: the SunSpec models found on this device; nil where there are none.
  ///   - parts: the parts that are wanted; nil for all.
  public func decode(
    _ image: RegisterImage, chain: SunSpecChain? = nil, parts: Set<DevicePart>? = nil
  ) -> [DecodedField] {
    var fields: [DecodedField] = []
    var seen: Set<PartChannel> = []
    for field in registers where parts?.contains(field.part) ?? true {
      guard seen.insert(field.key).inserted else { continue }
      fields.append(DecodedField(field.key, decode(field, in: image)))
    }
    if let sunSpec, let chain {
      for field in sunSpec.decode(image, chain: chain, kind: kind) where parts?.contains(field.part) ?? true {
        guard seen.insert(field.key).inserted else { continue }
        fields.append(field)
      }
    }
    return fields
  }

  /// What `image` says for `field`: length, pattern for "no value", word order, type, scale, offset, sign, unit, in this order.
  private func decode(_ field: RegisterField, in image: RegisterImage) -> DecodedValue {
    guard let words = image.words(of: field.block) else { return .missing(.notRead) }
    let bits = (field.wordOrder ?? wordOrder).bits(of: words)
    guard !patterns(of: field).contains(bits) else { return .missing(.notAvailable) }
    guard let number = field.type.number(of: bits) else { return .missing(.notANumber) }
    var exponent = 0
    if let register = field.scaleRegister {
      guard let word = image.words(of: register.block)?.first else { return .missing(.notRead) }
      guard let power = ScaleExponent.power(of: word) else { return .missing(.scaleInvalid) }
      exponent = power
    }
    guard field.positive != nil || !field.channel.hasDirection else { return .missing(.directionUnknown) }
    guard let count = field.conversion(exponent: exponent).count(of: number) else { return .missing(.outOfRange) }
    return .value(count)
  }
}
