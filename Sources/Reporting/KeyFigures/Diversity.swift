import Glibc
public import Quantities

/// How evenly supply is spread over its sources.
///
/// Sources: Herfindahl-Hirschman (1945), Shannon (1948), the effective numbers after Hill (1973); worked example K8 of the definitions:
/// 50/30/20 % have HHI 0.38, normalised 0.07, H 1.0297, evenness 0.937, effective 2.63 and 2.80.
public struct Diversity: Sendable, Equatable {
  /// HHI = sum s_k^2: 1 is a single source, 1/n all the same.
  public let concentration: Fraction
  /// (HHI - 1/n) / (1 - 1/n): 0 is even, 1 a single source. nil for n = 1.
  public let normalisedConcentration: Fraction?
  /// H = -sum s ln s, with 0 ln 0 = 0.
  public let shannon: Fraction
  /// H / ln n. nil for n = 1.
  public let evenness: Fraction?
  /// 1 / HHI: as many even sources would be as concentrated.
  public let effectiveNumber: Fraction
  /// exp(H): as many even sources would be as diverse.
  public let effectiveNumberByShannon: Fraction

  /// The diversity of `supply`, one energy a source that there is, n of them; zero is a source that gave nothing. nil where none gave
  /// anything, or one is negative.
  public init?(of supply: [Energy]) {
    let sum = supply.reduce(Energy.zero, +)
    guard sum > .zero, supply.allSatisfy({ $0 >= .zero }) else { return nil }
    let shares = supply.map { Double($0.count) / Double(sum.count) }
    let count = Double(supply.count)
    let squares = shares.reduce(0) { $0 + $1 * $1 }
    let entropy = shares.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    concentration = Fraction(squares)
    normalisedConcentration = count > 1 ? Fraction((squares - 1 / count) / (1 - 1 / count)) : nil
    shannon = Fraction(entropy)
    evenness = count > 1 ? Fraction(entropy / log(count)) : nil
    effectiveNumber = Fraction(1 / squares)
    effectiveNumberByShannon = Fraction(exp(entropy))
  }
}
