public import CommunityModel
public import MarketTime
public import Quantities

/// When a figure of many may be published, so that nobody's own can be worked out from it.
///
/// A member can subtract the own value from a sum: five others must be left, the number at which German MsbG section 52(3) speaks of
/// anonymised. Source: `docs/formats/summary-json.md`, "Figures of many".
public enum AggregateRule {
  /// How much of an aggregate is shown.
  public enum Disclosure: String, Sendable {
    /// Its energies and its percentage.
    case figures
    /// The percentage alone: one member makes up more than half of a sum.
    case percentage
    /// Nothing: too few members.
    case nothing
  }

  /// The fewest members, the reader among them.
  public static let leastMembers = 6
  /// By how many members two published groups must differ.
  public static let leastDifference = 5
  /// Below so many members a sum is over an hour at least.
  public static let coarseBelow = 10

  /// A sum that may be published, none of its parts negative.
  public struct Sum: Sendable, Equatable {
    /// What each member has part in it.
    public let parts: [Energy]
    /// What belongs to nobody: the community's own plant.
    public let common: Energy

    /// A sum; see the properties.
    public init(parts: [Energy], common: Energy = .zero) {
      self.parts = parts
      self.common = common
    }

    /// The sum itself.
    public var total: Energy { parts.reduce(common, +) }
    /// Whether one member makes up more than half of it.
    var isDominated: Bool { parts.contains { $0 + $0 > total } }
  }

  /// What may be shown of `sums` to which `members` contribute.
  public static func disclosure(members: Int, sums: [Sum]) -> Disclosure {
    guard members >= leastMembers else { return .nothing }
    return sums.contains(where: \.isDominated) ? .percentage : .figures
  }

  /// The shortest time over which a sum of `members` may be published.
  public static func shortestStep(members: Int) -> CalendarStep { members < coarseBelow ? .hour : .quarterHour }

  /// Which groups are published beside each other: for each member the house if that can be told apart from all others by at least five
  /// members, else the community.
  ///
  /// The difference of two published sums is a sum too. So a house counts only where the rest of the community, outside of all published
  /// houses, has at least five members as well, or none. Larger houses first, then in the order of their names.
  public static func houses(of community: Community) -> Set<Site.ID> {
    let residents = Dictionary(grouping: community.sharers, by: \.site).mapValues(\.count)
    let candidates = residents.filter { $0.value >= leastMembers }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var rest = community.sharers.count
    var houses: Set<Site.ID> = []
    for (site, count) in candidates where count < community.sharers.count {
      guard rest - count == 0 || rest - count >= leastDifference else { continue }
      houses.insert(site)
      rest -= count
    }
    return houses
  }
}
