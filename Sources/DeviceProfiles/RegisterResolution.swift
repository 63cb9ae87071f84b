import Readings

extension RegisterField {
  /// One step of the raw number in whole numbers of the channel's unit, at least 1; nil for floating-point numbers and where a
  /// register says the scale.
  public var resolution: Int64? {
    guard scaleRegister == nil, !type.isFloat else { return nil }
    var steps = conversion(exponent: 0)
    steps.offset = nil
    return steps.count(of: .integer(1)).map { max(1, Int64(clamping: $0.magnitude)) }
  }
}

extension DeviceProfile {
  /// The words of `key` in `image`; nil where they were not read or lie in a SunSpec model.
  public func words(of key: PartChannel, in image: RegisterImage) -> [UInt16]? {
    registers.first { $0.key == key }.flatMap { image.words(of: $0.block) }
  }
}
