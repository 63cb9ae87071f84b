public import CommunityModel

/// How own energy of an interval is divided among participants: what is written in the contract as the key.
///
/// A rule is a value; it knows its keys and nothing of time, so that the same interval always gives the same shares.
/// To add one: a file in `Rules`, its line in `AllocationRulesTests`.
public protocol AllocationRule: Sendable {
  /// How many participants its keys are for; nil for any number.
  var count: Int? { get }
  /// What its shares keep beside what all rules keep; checked in each interval.
  var promise: AllocationPromise { get }
  /// Gives each participant its share of `table.generation`, by `table.give(...)`; all shares are zero before.
  func allocate(_ table: inout SharingTable)
  /// The same rule for the same participants in another order: `places[i]` is where the i-th stood before.
  func reordered(_ places: [Int]) -> Self
}

/// What a rule promises of its shares, so that a check that does not look at the rule can hold it to its word.
public enum AllocationPromise: Sendable, Equatable {
  /// All that can be used is given: the sum of shares is min(G, sum of what the entitled need). One flag a participant; nil for all.
  case everything(entitled: [Bool]?)
  /// Each has a fixed part of the base and no more: a_i = min(c_i, part_i), whatever others need.
  case fixed(FixedParts)
  /// At most min(G, sum c); cut or rounded figures leave something over.
  case noMore
}

/// Parts of a base that do not depend on what anybody needs: `part_i = floor(weights_i base / whole)`.
public struct FixedParts: Sendable, Equatable {
  /// What fixed parts are parts of.
  public typealias Base = SharingAgreement.Base

  /// One a participant, at least zero.
  public let weights: [Int64]
  /// What weights are parts of; at least their sum, above zero.
  public let whole: Int64
  /// What is divided.
  public let base: Base

  /// Parts that are checked already; see the properties.
  package init(weights: [Int64], whole: Int64, base: Base) {
    self.weights = weights
    self.whole = whole
    self.base = base
  }

  /// The part of `amount` of the participant at `place`, mWh.
  func part(_ place: Int, of amount: Int64) -> Int64 { product(amount, weights[place], over: whole).quotient }

  func reordered(_ places: [Int]) -> FixedParts { FixedParts(weights: places.map { weights[$0] }, whole: whole, base: base) }
}

/// `left * right / divisor` toward zero, and the remainder; the product has 128 bits.
///
/// - Precondition: none is negative, `divisor` is above zero and `left` or `right` is at most `divisor`.
func product(_ left: Int64, _ right: Int64, over divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  divisor.dividingFullWidth(left.multipliedFullWidth(by: right))
}

/// The sum of keys or energies that are not negative.
///
/// - Throws: `SharingError.tooLarge` when it does not fit 64 bits.
func checkedSum(_ counts: some Sequence<Int64>) throws(SharingError) -> Int64 {
  var sum: Int64 = 0
  for count in counts {
    let (next, overflows) = sum.addingReportingOverflow(count)
    if overflows { throw .tooLarge }
    sum = next
  }
  return sum
}

/// The sum of keys that are not negative.
///
/// - Throws: `SharingError.badKeys` for a negative key, `tooLarge`.
func checkedKeys(_ keys: [Int64]) throws(SharingError) -> Int64 {
  if let place = keys.firstIndex(where: { $0 < 0 }) { throw .badKeys("key \(place + 1) is negative (\(keys[place]))") }
  return try checkedSum(keys)
}

/// The sum of keys as weights: whole numbers that are not negative, nor all zero.
///
/// - Throws: `SharingError.badKeys` for a negative weight or none above zero, `tooLarge`.
func checkedWeights(_ weights: [Int64]) throws(SharingError) -> Int64 {
  let sum = try checkedKeys(weights)
  if sum == 0 { throw .badKeys("no key is above zero, so nobody would get anything") }
  return sum
}
