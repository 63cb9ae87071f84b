public import CommunityModel
import Quantities

extension Sharing {
  /// The agreement of `members`, each a participant with all it uses.
  ///
  /// A member without a key gets nothing under `static`; one in no class comes after all classes under `cascade`. Among nobody, all is
  /// surplus.
  ///
  /// - Throws: `SharingError` for an agreement that cannot be meant.
  public init(_ agreement: SharingAgreement, among members: [Member.ID]) throws(SharingError) {
    let caps = agreement.dailyCaps.map { (Participant($0.key).id, $0.value) }
    try self.init(
      members.map { Participant($0) }, rule: Self.rule(of: agreement, for: members),
      dailyCaps: Dictionary(caps) { first, _ in first })
  }

  private static func rule(of agreement: SharingAgreement, for members: [Member.ID]) throws(SharingError) -> any AllocationRule {
    let agreed = try agreement.agreedRule
    if members.isEmpty { return Dynamic() }
    switch agreed {
    case .static: return try StaticKeys(members.map { agreement.keys[$0] ?? .zero }, of: agreement.base)
    case .dynamic: return Dynamic()
    case .equal: return try EqualShares(among: members.count, of: agreement.base)
    case .waterfill: return try WaterFilling(weights: members.map { Int64(agreement.weights[$0] ?? 1) })
    case .cascade:
      let named = agreement.classes.map { group in members.indices.filter { group.contains(members[$0]) } }
      let others = members.indices.filter { place in !agreement.classes.contains { $0.contains(members[place]) } }
      return try Cascade((named + [others]).filter { !$0.isEmpty })
    }
  }
}

extension SharingAgreement {
  /// The rule.
  ///
  /// - Throws: `SharingError.badKeys` where only exchange is agreed.
  public var agreedRule: Rule {
    get throws(SharingError) {
      guard let rule else { throw .badKeys("no rule is agreed, only exchange; write one, such as `rule: dynamic`") }
      return rule
    }
  }
}
