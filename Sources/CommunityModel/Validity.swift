public import MarketTime

/// The days on which something holds: from the local midnight that begins `from` to the one that begins `until`.
public struct Validity: Hashable, Sendable {
  /// The first day; nil for since ever.
  public let from: LocalDay?
  /// The first day on which it holds no longer, later than `from`; nil for until further notice.
  public let until: LocalDay?

  /// On all days.
  public static let always = Validity()

  /// The days from `from` to before `until`.
  public init(from: LocalDay? = nil, until: LocalDay? = nil) {
    self.from = from
    self.until = until
  }

  /// Whether it holds on `day`.
  public func contains(_ day: LocalDay) -> Bool { from.map { $0 <= day } ?? true && until.map { day < $0 } ?? true }

  /// Whether both hold on some day.
  public func overlaps(_ other: Validity) -> Bool {
    func begins(_ one: Validity, before two: Validity) -> Bool {
      guard let start = one.from, let end = two.until else { return true }
      return start < end
    }
    return begins(self, before: other) && begins(other, before: self)
  }
}
