public import Quantities

/// How a community's benefit is spread over its members. Source: CityLearn's definitions (MIT); worked example K12: benefits of 0, 10, 30
/// and 60 % have a Gini coefficient of 0.5.
public struct Fairness: Sendable, Equatable {
  /// Gini = sum |b_i - b_j| / (2 n sum b), negatives counted as zero: 0 is the same for all. nil where nobody benefits.
  public let gini: Fraction?
  /// The share of members with b < 0: they would be better off alone.
  public let losers: Fraction?
  /// The share of all benefit that goes to the fifth of the members with the most (rounded up). nil where nobody benefits.
  public let topFifth: Fraction?
  /// How many members.
  public let members: Int

  /// The fairness of the relative benefits b_i = (cost alone - cost in the community) / cost alone.
  public init(of benefits: [Fraction]) {
    members = benefits.count
    losers = share(Int64(benefits.count { $0 < .zero }), of: Int64(benefits.count))
    let sorted = benefits.map { max(Int128(0), Int128($0.count)) }.sorted()
    let sum = sorted.reduce(0, +)
    guard sum > 0 else {
      (gini, topFifth) = (nil, nil)
      return
    }
    // sum over i, j of |b_i - b_j| = 2 sum (2 k - n - 1) b_k with b sorted, k = 1...n.
    let count = Int128(sorted.count)
    let differences = sorted.enumerated().reduce(Int128(0)) { $0 + (2 * Int128($1.offset + 1) - count - 1) * $1.element }
    let top = sorted.suffix((sorted.count + 4) / 5).reduce(0, +)
    gini = Fraction(count: Int64((differences * Int128(Fraction.one.count)) / (count * sum)))
    topFifth = Fraction(count: Int64((top * Int128(Fraction.one.count)) / sum))
  }
}

/// Whether figures over a group of people may be told to others.
///
/// Source: MsbG section 52(3), which names five connection users for making data anonymous by adding up. Since a reader can subtract the
/// own value, a group with the reader needs six; and nobody may be more than half of it.
public enum Anonymity {
  /// The least number of people.
  public static let leastMembers = 5

  /// Whether a sum over people may be told.
  ///
  /// - Parameters:
  ///   - parts: what each contributes.
  ///   - isReaderAmong: whether one who reads it is one of them.
  public static func allows(_ parts: [Energy], isReaderAmong: Bool = false) -> Bool {
    guard parts.count >= leastMembers + (isReaderAmong ? 1 : 0) else { return false }
    let sum = parts.reduce(Energy.zero) { $0 + $1.magnitude }
    return parts.allSatisfy { $0.magnitude.count <= sum.count / 2 }
  }
}
