public import Quantities

/// Figures of the community at which its people want to be told.
public struct Triggers: Sendable, Equatable {
  /// The share of what is used that may come from the public grid before the trigger fires.
  public let importShare: Fraction

  /// The share of `Triggers.importShare` where nobody chose another: 60 %.
  public static let usualImportShare = Fraction(count: 600_000_000)

  /// Triggers; see the properties.
  public init(importShare: Fraction = Self.usualImportShare) {
    self.importShare = importShare
  }
}
