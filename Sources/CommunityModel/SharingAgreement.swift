public import Quantities

/// How members share what the community makes: recorded here, worked out by `EnergySharing`.
public struct SharingAgreement: Sendable, Equatable {
  /// The rule's name in files and contracts.
  public enum Rule: String, CaseIterable, Sendable {
    /// Fixed keys; what a member cannot use is fed in.
    case `static`
    /// In proportion to what each uses in the quarter hour.
    case dynamic
    /// The same key for all.
    case equal
    /// The same level for all, in proportion to weights; what one cannot use is offered to the others.
    case waterfill
    /// Class after class, inside a class in proportion to use.
    case cascade
  }

  /// What fixed keys are keys of.
  public enum Base: String, CaseIterable, Sendable {
    /// All that plants make: BDEW's formula for the German GGV, MaLo = Pos(MeLo - k generation).
    case generation
    /// What can be used at all, min(G, sum c): the literal wording "diese Strommenge" of EnWG s42b(5).
    case divisible
  }

  /// What becomes of a quarter hour in which a value is missing.
  public enum MissingValues: String, CaseIterable, Sendable {
    /// It is held: nothing of it is shared until the value is there.
    case hold
    /// It is shared for the time being with a substitute, and marked; where there can be none it is held.
    case substitute
  }

  /// Which agreement it is, counted from 1 in the order of time.
  public var version: Int
  /// The days on which it holds.
  public var validity: Validity
  /// The rule agreed on; nil where only exchange is agreed.
  public let rule: Rule?
  /// For `static`: each member's key; together at most 1.
  public let keys: [Member.ID: Fraction]
  /// For `static` and `equal`: what the keys are keys of.
  public let base: Base
  /// For `waterfill`: weights, at least 1; who is not named has 1.
  public let weights: [Member.ID: Int]
  /// For `cascade`: classes in their order; who is in none comes after all of them.
  public let classes: [[Member.ID]]
  /// The most that a member gets in a local day; who is not named has no cap.
  public let dailyCaps: [Member.ID: Energy]
  /// What becomes of a quarter hour in which a value is missing.
  public let missing: MissingValues
  /// What is paid for a kilowatt-hour that one site feeds in and another takes in the same quarter hour: network charge, levies; nil where
  /// sites do not exchange.
  public let exchangeCharge: EnergyPrice?

  /// An agreement; what a rule does not need is empty.
  public init(
    version: Int = 1, validity: Validity = .always, rule: Rule?, keys: [Member.ID: Fraction] = [:], base: Base = .generation,
    weights: [Member.ID: Int] = [:], classes: [[Member.ID]] = [], dailyCaps: [Member.ID: Energy] = [:],
    missing: MissingValues = .hold, exchangeCharge: EnergyPrice? = nil
  ) {
    self.version = version
    self.validity = validity
    self.rule = rule
    self.keys = keys
    self.base = base
    self.weights = weights
    self.classes = classes
    self.dailyCaps = dailyCaps
    self.missing = missing
    self.exchangeCharge = exchangeCharge
  }
}
