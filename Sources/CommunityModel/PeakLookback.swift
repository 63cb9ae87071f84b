public import Quantities

/// A month's peak is billed as at least a share of the highest of the months before it.
public struct PeakLookback: Hashable, Sendable {
  /// The share, from 0 to 1.
  public let share: Fraction
  /// How many months count, at least 1.
  public let months: Int

  /// At least `share` of the highest of the `months` before.
  public init(share: Fraction, months: Int) {
    self.share = share
    self.months = months
  }
}
