import CommunityModel
import EnergySharing
import MarketTime
import Quantities

/// One day's energies shared among those who were members then, and what each member's own meters say.
struct DaySharing {
  let day: LocalDay
  let span: Range<QuarterHour>
  /// The community as it was on the day.
  let community: Community
  /// Who takes power.
  let sharers: [Member]
  /// Whether all who share live in one house, and every plant is on it.
  let isOneHouse: Bool
  /// The wall clock's hours.
  let hours: [Range<QuarterHour>]
  /// What there was to share, mWh a quarter hour.
  let generation: [Int64]
  /// What each member took, mWh a quarter hour; something in the place of what is missing.
  let takes: [Member.ID: [Int64]]
  /// What of it was the community's.
  let shares: [Member.ID: [Int64]]
  /// What nobody took.
  let surplus: [Int64]
  /// Whether a quarter hour was shared; a plant's missing value holds it.
  let isShared: [Bool]
  /// What each site gave.
  let gives: [Site.ID: [Int64]]

  private let energies: MeteredEnergies
  private let points: [Member.ID: [MeteringPoint]]

  /// `known` are the meters' own values, `filled` the same with something in the place of each missing one of use.
  init(_ day: LocalDay, of whole: Community, known: MeteredEnergies, filled: MeteredEnergies) throws(SharingError) {
    self.day = day
    community = whole.on(day)
    span = community.calendar.quarterHours(of: day)
    hours = community.calendar.spans(of: day..<day.advanced(by: 1), by: .hour)
    energies = known.over(span)
    let given = try SharedEnergies(of: community, energies: filled.over(span))
    let columns = given.columns
    sharers = given.members
    let plants = community.meteringPoints.filter { $0.measures == .generation || $0.measures == .storage }
    isOneHouse = Set(sharers.map(\.site) + plants.map(\.site)).count == 1
    generation = columns.generation
    gives = given.gives
    let ids = given.members.map(\.id).sorted()
    takes = Dictionary(uniqueKeysWithValues: zip(ids, columns.uses))
    if let agreement = community.agreement(on: day), agreement.rule != nil {
      let allocated = try Sharing(agreement, among: given.members.map(\.id)).allocate(columns, calendar: community.calendar)
      shares = Dictionary(uniqueKeysWithValues: zip(ids, allocated.shares))
      surplus = allocated.surplus
      let held = Set(allocated.held)
      isShared = columns.span.map { !held.contains($0) }
    } else {
      // Where nothing is agreed nothing is shared.
      shares = [:]
      surplus = columns.generation
      isShared = columns.generation.indices.map { columns.quality(at: $0).isKnown }
    }
    points = Dictionary(grouping: community.meteringPoints.filter { $0.member != nil }, by: { $0.member ?? "" })
  }

  /// The sharers' metering points, and those of members who only feed in.
  func points(of member: Member.ID) -> [MeteringPoint] { points[member] ?? [] }

  /// What the own meters of `member` know of the day; nil for who has none of electricity.
  func quarters(of member: Member) -> MemberQuarters? {
    MemberQuarters(
      of: member, meters: points(of: member.id), in: community, energies, isKnown: isShared, shared: shares[member.id])
  }

  /// What each member's own meters know, of those who have one of electricity.
  func quarters() -> [Member.ID: MemberQuarters] {
    Dictionary(community.members.compactMap { member in quarters(of: member).map { (member.id, $0) } }) { first, _ in first }
  }
}
