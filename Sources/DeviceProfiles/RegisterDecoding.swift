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
    Array(DecodePlan(for: self, chain: chain, parts: parts).decode(image))
  }

  /// What `image` says for `field`.
  func decode(_ field: RegisterField, in image: RegisterImage) -> DecodedValue {
    do {
      return .value(try count(of: field, in: image))
    } catch {
      return .missing(error)
    }
  }

  /// What `image` says for `field`: length, bits, pattern for "no value", word order, type, sum, scale, offset, unit, sign, in this
  /// order.
  private func count(of field: RegisterField, in image: RegisterImage) throws(MissingReason) -> Int64 {
    var terms: [RawSum.Term] = []
    let words = field.isReadAtOnce ? image.answer(holding: field.span) : image
    for summand in field.summands {
      terms.append(RawSum.Term(number: try number(of: summand, in: words), scale: summand.scale))
    }
    var exponent = 0
    if let register = field.scaleRegister {
      guard let word = image.words(of: register.block)?.first else { throw .notRead }
      guard let power = ScaleExponent.power(of: word) else { throw .scaleInvalid }
      exponent = power
    }
    guard field.isDirectionKnown else { throw .directionUnknown }
    guard let sum = RawSum(terms),
      let count = field.conversion(exponent: exponent - sum.decimals).count(of: sum.number)
    else { throw .outOfRange }
    guard let direction = field.direction else { return count }
    return try direction.count(count, code: bits(of: direction.place, in: image), of: field.channel)
  }

  /// The bits that count.
  private func bits(of summand: RegisterSummand, in image: RegisterImage) throws(MissingReason) -> UInt64 {
    guard let words = image.words(of: summand.block) else { throw .notRead }
    return summand.taken(from: (summand.wordOrder ?? wordOrder).bits(of: words))
  }

  private func number(of summand: RegisterSummand, in image: RegisterImage) throws(MissingReason) -> RawNumber {
    let bits = try bits(of: summand, in: image)
    guard !patterns(of: summand).contains(bits) else { throw .notAvailable }
    guard let number = summand.type.number(of: bits) else { throw .notANumber }
    return number
  }
}
