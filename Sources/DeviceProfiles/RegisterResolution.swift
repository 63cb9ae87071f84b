import Readings

extension RegisterField {
  /// One step of the raw number in whole numbers of the channel's unit, at least 1; nil for floating-point numbers and where a
  /// register says the scale.
  public var resolution: Int64? {
    guard scaleRegister == nil, !summands.contains(where: \.type.isFloat),
      let finest = summands.compactMap({ RawSum([RawSum.Term(number: .integer(1), scale: $0.scale)]) }).min(by: { $0 < $1 })
    else { return nil }
    var steps = conversion(exponent: -finest.decimals)
    steps.offset = nil
    return steps.count(of: finest.number).map { max(1, Int64(clamping: $0.magnitude)) }
  }
}

extension DeviceProfile {
  /// The words of `key` in `image`, of a sum those of all summands; nil where they were not read or lie in a SunSpec model.
  public func words(of key: PartChannel, in image: RegisterImage) -> [UInt16]? {
    guard let field = registers.first(where: { $0.key == key }) else { return nil }
    let words = field.summands.compactMap { image.words(of: $0.block) }
    return words.count == field.summands.count ? words.flatMap { $0 } : nil
  }
}
