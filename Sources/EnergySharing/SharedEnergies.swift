public import CommunityModel
public import MarketTime
import Quantities

/// What a community can share over a span: what each member takes from outside, and what there is to share, quarter hour by quarter hour.
///
/// | who | takes |
/// |---|---|
/// | a member with grid points | their import: what plant and battery behind the meter did not cover |
/// | a member without | the import of the own consumption and charging points: a tenant |
///
/// | site | gives |
/// |---|---|
/// | with tenants | max(0, G + Dis - Ch) of its plants and batteries |
/// | else with grid points | their export |
/// | else | max(0, G + Dis - Ch): a plant that feeds everything in |
///
/// A quarter hour in which one of these is missing is not known. A grid point's export may be absent where neither plant nor battery
/// could feed in. What is used in common has no share; make it a member's.
public struct SharedEnergies: Sendable {
  /// Members that take something, in the order of the file.
  public let members: [Member]
  /// What they take and what there is, columns in the order of their names, as `Sharing` has its participants.
  public let columns: SharingColumns
  /// What each site gives, mWh a quarter hour; sites that give nothing in the whole span are left out.
  public let gives: [Site.ID: [Int64]]
  /// Metering points that should be here and have no value in the whole span.
  public let silent: [MeteringPoint.ID]
  /// Of each metering point that counts, how many of its values are how well known.
  public let pointQualities: [MeteringPoint.ID: PointQualities]

  /// What `community` can share over the span of `energies`.
  ///
  /// - Throws: `SharingError.unevenSeries`, which series of one span cannot cause.
  public init(of community: Community, energies: MeteredEnergies) throws(SharingError) {
    var counters = Counters(energies: energies)
    let points = Dictionary(grouping: community.meteringPoints.filter { $0.member != nil }, by: \.member)
    func own(_ member: Member, _ measures: MeteringPoint.Measures...) -> [MeteringPoint] {
      (points[member.id] ?? []).filter { measures.contains($0.measures) }
    }
    members = community.sharers
    let tenants = members.filter { own($0, .grid).isEmpty }
    let homes = Set(tenants.flatMap { own($0, .consumption, .charging).map(\.site) })
    var uses: [Member.ID: [Int64]] = [:]
    for member in members {
      let grid = own(member, .grid)
      uses[member.id] = counters.sum(grid.isEmpty ? own(member, .consumption, .charging) : grid, .import)
    }
    var generation = [Int64](repeating: 0, count: energies.span.count)
    var gives: [Site.ID: [Int64]] = [:]
    for site in community.sites {
      let here = Dictionary(grouping: community.meteringPoints(at: site.id), by: \.measures)
      let (plants, batteries, grid) = (here[.generation] ?? [], here[.storage] ?? [], here[.grid] ?? [])
      let given: [Int64]
      if homes.contains(site.id) || grid.isEmpty {
        let charged = counters.sum(batteries, .import)
        given = zip(counters.sum(plants + batteries, .export), charged).map { max(0, $0 - $1) }
      } else {
        let canExport = !plants.isEmpty || !batteries.isEmpty
        given = counters.sum(grid.filter { canExport || energies[$0.id, .export] != nil }, .export)
      }
      guard given.contains(where: { $0 != 0 }) else { continue }
      generation = zip(generation, given).map { $0 + $1 }
      gives[site.id] = given
    }
    self.gives = gives
    columns = try SharingColumns(
      span: energies.span, generation: generation, uses: members.map(\.id).sorted().map { uses[$0] ?? [] },
      qualities: counters.qualities)
    silent = Set(counters.silent).sorted()
    pointQualities = counters.pointQualities
  }
}

/// Adds up counters and remembers where one of them has no value.
private struct Counters {
  let energies: MeteredEnergies
  /// The worst of each quarter hour's values.
  var qualities: [IntervalEnergy.Quality]
  var silent: [MeteringPoint.ID] = []
  var pointQualities: [MeteringPoint.ID: PointQualities] = [:]

  init(energies: MeteredEnergies) {
    self.energies = energies
    qualities = Array(repeating: .measured, count: energies.span.count)
  }

  /// The sum over `points`, mWh a quarter hour; zero where it is not known.
  mutating func sum(_ points: [MeteringPoint], _ direction: MeteredEnergies.Direction) -> [Int64] {
    var sum = [Int64](repeating: 0, count: qualities.count)
    for point in points {
      let values = energies[point.id, direction]?.values ?? Array(repeating: .missing, count: qualities.count)
      if values.allSatisfy({ $0.energy == nil }) { silent.append(point.id) }
      var tally = PointQualities()
      for (position, value) in values.enumerated() {
        tally.add(value.quality, at: energies.span.lowerBound.advanced(by: position))
        qualities[position] = max(qualities[position], value.quality)
        sum[position] += value.energy?.count ?? 0
      }
      pointQualities[point.id, default: PointQualities()].add(tally)
    }
    return sum
  }
}

/// How many of a metering point's values are how well known.
public struct PointQualities: Sendable, Hashable {
  /// Values of one quality.
  public struct Count: Sendable, Hashable {
    /// How many, over all counters of the metering point.
    public let count: Int
    /// The first quarter hour with one.
    public let first: QuarterHour

    /// A count; see the properties.
    public init(_ count: Int, first: QuarterHour) {
      self.count = count
      self.first = first
    }
  }

  /// By the qualities' raw values.
  private var counts = [Int](repeating: 0, count: IntervalEnergy.Quality.allCases.count)
  private var firsts = [QuarterHour?](repeating: nil, count: IntervalEnergy.Quality.allCases.count)

  /// The values of `quality`; nil where there are none.
  public subscript(quality: IntervalEnergy.Quality) -> Count? {
    firsts[quality.rawValue].map { Count(counts[quality.rawValue], first: $0) }
  }

  /// Counts a value; quarter hours come in their order.
  mutating func add(_ quality: IntervalEnergy.Quality, at quarter: QuarterHour) {
    if counts[quality.rawValue] == 0 { firsts[quality.rawValue] = quarter }
    counts[quality.rawValue] += 1
  }

  /// Counts another counter of the same metering point.
  mutating func add(_ other: PointQualities) {
    for place in counts.indices {
      counts[place] += other.counts[place]
      firsts[place] = [firsts[place], other.firsts[place]].compactMap(\.self).min()
    }
  }
}
