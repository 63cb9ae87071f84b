/// Powers of ten that devices keep in a register.
enum ScaleExponent {
  /// What such a register may hold.
  static let valid = -10...10

  /// The power that `word` stands for, signed; nil for anything outside -10...10, "no value" included.
  static func power(of word: UInt16) -> Int? {
    let power = Int(Int16(bitPattern: word))
    return valid.contains(power) ? power : nil
  }

  /// The word that stands for `power`.
  static func word(of power: Int) -> UInt16 { UInt16(truncatingIfNeeded: power) }
}
