import TestSupport

extension SeededGenerator {
  /// A word, half the time one that devices use as a sign or at a limit.
  mutating func word() -> UInt16 {
    Bool.random(using: &self)
      ? pick([0, 1, 0x7FFF, 0x8000, 0xFFFF, 0x7FC0, 0xFF80, 0xFFFE]) : UInt16.random(in: 0...0xFFFF, using: &self)
  }
}
