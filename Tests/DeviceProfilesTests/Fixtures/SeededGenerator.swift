/// Random numbers that a failing test can repeat (SplitMix64, Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Any of `choices`.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[Int.random(in: choices.indices, using: &self)] }

  /// A word, half the time one that devices use as a sign or at a limit.
  mutating func word() -> UInt16 {
    Bool.random(using: &self)
      ? pick([0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x7FC0, 0xFF80, 0xFFFE]) : UInt16.random(in: 0...0xFFFF, using: &self)
  }
}
