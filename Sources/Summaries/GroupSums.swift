import CommunityModel
import MarketTime
import Quantities

/// Sums over the members of the community or of one of its houses, of a day or several, over the quarter hours that were shared:
///
///     made = own + fed in,    own = shared + self-made,    own share = own / used
struct GroupSums {
  /// What one member has part in.
  private struct Part {
    var used = Energy.zero
    var own = Energy.zero

    static func + (left: Part, right: Part) -> Part { Part(used: left.used + right.used, own: left.own + right.own) }
  }

  private(set) var whose: MemberSummary.GroupFigures.Whose
  /// Whether 98 % of the day were shared.
  let isWhole: Bool
  /// Of members of whom something is known.
  private var parts: [Member.ID: Part] = [:]
  /// What each member's plants made, whether the member takes power or not.
  private var made: [Member.ID: Energy] = [:]
  /// How many members share, and what they took and got, something in the place of what is missing.
  private var members = 0
  private var used = Energy.zero
  private var own = Energy.zero
  private var surplus: Energy

  /// Sums of the house at `site`, nil for all.
  init(of sharing: DaySharing, _ quarters: [Member.ID: MemberQuarters], at site: Site.ID?) {
    func sum(_ column: [Int64]) -> Energy {
      Energy(count: zip(column, sharing.isShared).reduce(0) { $0 + ($1.1 ? $1.0 : 0) })
    }
    for member in sharing.sharers where site == nil || member.site == site {
      let known = quarters[member.id]
      let selfMade = Energy(count: known?.selfMade.reduce(0, +) ?? 0)
      let part = Part(
        used: sum(sharing.takes[member.id] ?? []) + selfMade, own: sum(sharing.shares[member.id] ?? []) + selfMade)
      members += 1
      used += part.used
      own += part.own
      if let known, known.isKnown.contains(true) { parts[member.id] = part }
    }
    made = quarters.mapValues { Energy(count: $0.fedIn.reduce(0, +) + $0.selfMade.reduce(0, +)) }
    surplus = sum(sharing.surplus)
    isWhole = sharing.isShared.count { $0 } * 100 >= sharing.isShared.count * 98
    whose = site != nil ? .oneHouse : sharing.isOneHouse ? .house : .community
  }

  /// Adds another day's.
  private mutating func add(_ other: GroupSums) {
    parts.merge(other.parts, uniquingKeysWith: +)
    made.merge(other.made, uniquingKeysWith: +)
    if whose != other.whose { whose = .community }
    members = max(members, other.members)
    used += other.used
    own += other.own
    surplus += other.surplus
  }

  /// What may be told, and how much; nil where the day is not known well enough.
  private var told: (disclosure: AggregateRule.Disclosure, figures: MemberSummary.GroupFigures)? {
    guard isWhole else { return nil }
    // What is not a known member's is nobody's that could be worked out: the community's plant, or what stands in for a silent meter.
    func sum(_ parts: [Energy], of total: Energy) -> AggregateRule.Sum {
      AggregateRule.Sum(parts: parts, common: max(.zero, total - parts.reduce(.zero, +)))
    }
    let isOneHouse = whose == .oneHouse
    let total = own + surplus
    var sums = [sum(parts.values.map(\.used), of: used), sum(parts.values.map(\.own), of: own)]
    if !isOneHouse { sums.append(sum(Array(made.values), of: total)) }
    let disclosure = AggregateRule.disclosure(members: parts.count, sums: sums)
    guard disclosure != .nothing else { return nil }
    let isOpen = disclosure == .figures
    let figures = MemberSummary.GroupFigures(
      whose: whose, members: members, made: isOpen && !isOneHouse ? total : nil, own: isOpen ? own : nil,
      fedIn: isOpen && !isOneHouse ? surplus : nil, used: isOpen ? used : nil, ownShare: Fraction(own, of: used))
    return (disclosure, figures)
  }

  /// What may be told; nil for nothing, or where the day is not known well enough.
  var figures: MemberSummary.GroupFigures? { told?.figures }

  /// What may be told of several days together, and of how many of them it is.
  ///
  /// Each day is told by itself as well, and the sum less the other days is what a day came to. So it is the sum of those days alone that
  /// may be told with their energies; where there is none, of those that may be told as a percentage, and that is a percentage too.
  static func total(of days: [GroupSums]) -> (figures: MemberSummary.GroupFigures?, days: Int) {
    let open = days.filter { $0.told?.disclosure == .figures }
    let chosen = open.isEmpty ? days.filter { $0.told != nil } : open
    guard var sum = chosen.first else { return (nil, 0) }
    for day in chosen.dropFirst() { sum.add(day) }
    guard let figures = sum.told?.figures else { return (nil, 0) }
    // Two members may outweigh the others on different days, and neither of them the week.
    return (open.isEmpty ? figures.percentageAlone : figures, chosen.count)
  }
}

extension MemberSummary.GroupFigures {
  /// Without energies.
  fileprivate var percentageAlone: Self {
    Self(whose: whose, members: members, made: nil, own: nil, fedIn: nil, used: nil, ownShare: ownShare)
  }
}

extension Fraction {
  /// Which part of `whole` `part` is, cut to a billionth so that only all of it is 1; nil where there is no whole.
  init?(_ part: Energy, of whole: Energy) {
    self.init(Int(part.count), of: Int(whole.count))
  }

  /// As above, of numbers of any unit.
  init?(_ part: Int, of whole: Int) {
    guard whole > 0 else { return nil }
    self.init(count: Int64(Int128(part) * Int128(Fraction.one.count) / Int128(whole)))
  }
}
