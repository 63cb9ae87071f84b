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
    let own = points(of: member.id).filter { $0.measures != .heat }
    guard !own.isEmpty else { return nil }
    let grid = own.filter { $0.measures == .grid }
    let count = span.count
    var reader = CounterSum(energies: energies, isKnown: isShared)
    let zeros = [Int64](repeating: 0, count: count)
    var quarters = MemberQuarters(
      used: zeros, selfMade: zeros, shared: shares[member.id] ?? zeros, fedIn: zeros, generated: zeros, isKnown: [],
      isSubstituted: [])
    let plants = own.filter { $0.measures == .generation } + unnamedPlants(at: member)
    quarters.generated = reader.sum(plants, .export)
    if grid.isEmpty {
      quarters.used = reader.sum(own.filter { $0.measures == .consumption || $0.measures == .charging }, .import)
      quarters.fedIn = quarters.generated
    } else {
      let batteries = own.filter { $0.measures == .storage }
      let canExport = !plants.isEmpty || !batteries.isEmpty
      let imported = reader.sum(grid, .import)
      quarters.fedIn = reader.sum(grid.filter { canExport || energies[$0.id, .export] != nil }, .export)
      let (charged, discharged) = (reader.sum(batteries, .import), reader.sum(batteries, .export))
      for place in 0..<count {
        // L = I - X + G + Dis - Ch, as in `SiteBalance`; own is what of it the grid did not bring.
        let behind = quarters.generated[place] + discharged[place] - charged[place] - quarters.fedIn[place]
        quarters.used[place] = max(0, imported[place] + behind)
        quarters.selfMade[place] = max(0, quarters.used[place] - imported[place])
        // What a battery took is no use.
        quarters.shared[place] = min(quarters.shared[place], quarters.used[place] - quarters.selfMade[place])
      }
    }
    quarters.isKnown = reader.isKnown
    quarters.isSubstituted = reader.isSubstituted
    quarters.forgetUnknown()
    return quarters
  }

  /// What each member's own meters know, of those who have one of electricity.
  func quarters() -> [Member.ID: MemberQuarters] {
    Dictionary(community.members.compactMap { member in quarters(of: member).map { (member.id, $0) } }) { first, _ in first }
  }

  /// Plants behind the meter of who lives there alone, that name nobody.
  private func unnamedPlants(at member: Member) -> [MeteringPoint] {
    guard community.members.count(where: { $0.site == member.site }) == 1 else { return [] }
    return community.meteringPoints.filter { $0.site == member.site && $0.measures == .generation && $0.member == nil }
  }
}

extension MemberQuarters {
  /// What is not known in some part counts in none.
  fileprivate mutating func forgetUnknown() {
    for place in isKnown.indices where !isKnown[place] {
      used[place] = 0
      selfMade[place] = 0
      shared[place] = 0
      fedIn[place] = 0
      generated[place] = 0
    }
  }
}

/// Adds up counters of one member and remembers where one of them has no value, or a value that was not measured.
private struct CounterSum {
  let energies: MeteredEnergies
  var isKnown: [Bool]
  var isSubstituted: [Bool]

  init(energies: MeteredEnergies, isKnown: [Bool]) {
    self.energies = energies
    self.isKnown = isKnown
    isSubstituted = [Bool](repeating: false, count: isKnown.count)
  }

  mutating func sum(_ points: [MeteringPoint], _ direction: MeteredEnergies.Direction) -> [Int64] {
    var sum = [Int64](repeating: 0, count: isKnown.count)
    for point in points {
      let values = energies[point.id, direction]?.values
      for place in sum.indices {
        switch values?[place] {
        case .measured(let energy)?, .preliminary(let energy)?: sum[place] += energy.count
        case .substituted(let energy)?, .estimated(let energy)?:
          sum[place] += energy.count
          isSubstituted[place] = true
        case .faulty?, .missing?, nil: isKnown[place] = false
        }
      }
    }
    return sum
  }
}
