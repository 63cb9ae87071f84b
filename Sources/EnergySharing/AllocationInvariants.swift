import CommunityModel

/// What every allocation keeps, whatever the rule. Named as in the members' contract.
public enum AllocationInvariant: Int, CaseIterable, Sendable {
  case noMoreThanUsed = 1
  case nothingLost
  case restIsBought
  case allThatCanBeUsed
  case keysAlone
  case nothingForNothing
  case orderIsNoMatter
  case sameAgain

  /// `I1` to `I8`.
  public var name: String { "I\(rawValue)" }

  /// What it says.
  public var sentence: String {
    switch self {
    case .noMoreThanUsed: "0 <= a <= c, and no more than is left of a daily cap"
    case .nothingLost: "sum a + E = G, E >= 0"
    case .restIsBought: "a + r = c"
    case .allThatCanBeUsed: "sum a <= min(G, sum c), equal where the rule gives all that can be used"
    case .keysAlone: "a fixed key's share does not depend on what others use"
    case .nothingForNothing: "c = 0 gives a = 0"
    case .orderIsNoMatter: "the order of participants does not matter"
    case .sameAgain: "the same input gives the same shares"
    }
  }
}

/// An interval's result as it is given out, to be checked: mWh, in the order of the participants.
package struct AllocatedInterval {
  package var generation: Int64
  /// What each uses.
  package var uses: [Int64]
  /// What each could get: its use, or what is left of its daily cap.
  package var needs: [Int64]
  package var shares: [Int64]
  package var residuals: [Int64]
  package var surplus: Int64

  /// A result; see the properties.
  package init(generation: Int64, uses: [Int64], needs: [Int64], shares: [Int64], residuals: [Int64], surplus: Int64) {
    self.generation = generation
    self.uses = uses
    self.needs = needs
    self.shares = shares
    self.residuals = residuals
    self.surplus = surplus
  }

  /// A broken invariant, and by what.
  package typealias Breach = (invariant: AllocationInvariant, detail: String)

  /// The first of I1 to I6 that does not hold; nil when all do. Looks at the figures and the rule's promise, never at the rule, and
  /// adds up in 128 bits.
  package func breach(of promise: AllocationPromise) -> Breach? {
    var (given, needed) = (Int128(0), Int128(0))
    for place in shares.indices {
      let (share, use) = (shares[place], uses[place])
      if use == 0, share != 0 { return (.nothingForNothing, "participant \(place + 1) uses nothing and gets \(share) mWh") }
      if share < 0 || share > needs[place] {
        return (.noMoreThanUsed, "participant \(place + 1) uses \(use) mWh, may get \(needs[place]) and gets \(share)")
      }
      if Int128(share) + Int128(residuals[place]) != Int128(use) {
        return (.restIsBought, "participant \(place + 1) uses \(use) mWh, gets \(share) and is to buy \(residuals[place])")
      }
      given += Int128(share)
      needed += Int128(needs[place])
    }
    if given + Int128(surplus) != Int128(generation) || surplus < 0 {
      return (.nothingLost, "\(given) mWh are shared and \(surplus) fed in of \(generation)")
    }
    let divisible = min(Int128(generation), needed)
    if given > divisible { return (.allThatCanBeUsed, "\(given) mWh are shared of \(divisible) that can be used") }
    return breach(of: promise, given: given, divisible: divisible)
  }

  private func breach(of promise: AllocationPromise, given: Int128, divisible: Int128) -> Breach? {
    switch promise {
    case .noMore: return nil
    case .everything(let entitled):
      var possible = divisible
      if let entitled {
        let needed = needs.indices.reduce(Int128(0)) { entitled[$1] ? $0 + Int128(needs[$1]) : $0 }
        possible = min(Int128(generation), needed)
      }
      return given == possible ? nil : (.allThatCanBeUsed, "\(given) mWh are shared of \(possible) that can be used")
    case .fixed(let parts):
      let base = parts.base == .generation ? Int128(generation) : divisible
      for place in shares.indices {
        let part = base * Int128(parts.weights[place]) / Int128(parts.whole)
        let due = min(Int128(needs[place]), part)
        if Int128(shares[place]) != due {
          return (.keysAlone, "participant \(place + 1) gets \(shares[place]) mWh where its key alone gives \(due)")
        }
      }
      return nil
    }
  }
}
