/// Whom a variable or row belongs to: an asset, a site, a member, a network. Made by `LinearModel.owner(named:)`.
public struct Owner: Hashable, Sendable {
  let position: Int32

  /// Position among the model's owners, from 0.
  public var index: Int { Int(position) }
}

/// Where a variable or row comes from: whose it is, and which step of the horizon it speaks of.
///
/// Labels change nothing about the optimum. They name the clashing limits to the operator,
/// and they show a solver that exploits structure which parts belong together.
public struct Label: Hashable, Sendable {
  var ownerCode: Int32
  var stepCode: Int32

  /// Marks "no owner" and "no step" in the flat arrays.
  static let none: Int32 = -1

  /// Whose it is; nil where it is nobody's in particular.
  public var owner: Owner? { ownerCode == Self.none ? nil : Owner(position: ownerCode) }

  /// Step of the horizon, from 0; nil for what is not of one step, such as a peak or a yearly contract.
  public var step: Int? { stepCode == Self.none ? nil : Int(stepCode) }

  /// The label of `owner` at `step`, a number from 0 on; traps on a negative step.
  public init(owner: Owner? = nil, step: Int? = nil) {
    precondition((step ?? 0) >= 0, "a step's number starts at 0")
    ownerCode = owner?.position ?? Self.none
    stepCode = step.map { Int32($0) } ?? Self.none
  }

  init(ownerCode: Int32, stepCode: Int32) {
    self.ownerCode = ownerCode
    self.stepCode = stepCode
  }
}

/// The labels of all variables, or of all rows, as two flat arrays (8 bytes each label).
public struct Labels: Hashable, Sendable {
  /// `Owner.index` of each, or -1 for nobody.
  public private(set) var owners: [Int32] = []
  /// Step of each, or -1 for none.
  public private(set) var steps: [Int32] = []

  init() {}

  init(owners: [Int32], steps: [Int32]) {
    self.owners = owners
    self.steps = steps
  }

  /// The label at `index`, from 0.
  public subscript(index: Int) -> Label { Label(ownerCode: owners[index], stepCode: steps[index]) }

  mutating func append(_ label: Label) {
    owners.append(label.ownerCode)
    steps.append(label.stepCode)
  }

  mutating func reserveCapacity(_ count: Int) {
    owners.reserveCapacity(count)
    steps.reserveCapacity(count)
  }
}
