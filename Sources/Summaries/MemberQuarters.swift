import CommunityModel
import EnergySharing
import MarketTime
import Quantities

/// A member's quarter hours of a day, in mWh; zero where `isKnown` is false.
struct MemberQuarters {
  var used: [Int64]
  var selfMade: [Int64]
  var shared: [Int64]
  var fedIn: [Int64]
  var generated: [Int64]
  var isKnown: [Bool]
  /// Where a substitute or an estimate stands for a value.
  var isSubstituted: [Bool]

  /// The figures; `hours` are the clock's, as positions and quarter hours.
  func figures(hours: [Range<QuarterHour>], from start: QuarterHour) -> ElectricityFigures {
    func sum(_ column: [Int64]) -> Energy { Energy(count: column.reduce(0, +)) }
    return ElectricityFigures(
      expected: isKnown.count, known: isKnown.count { $0 },
      substituted: zip(isKnown, isSubstituted).count { $0 && $1 }, used: sum(used), selfMade: sum(selfMade), shared: sum(shared),
      fedIn: sum(fedIn), generated: sum(generated),
      hours: hours.map { hour in
        let places = start.distance(to: hour.lowerBound)..<start.distance(to: hour.upperBound)
        guard isKnown[places].allSatisfy({ $0 }) else { return ElectricityFigures.Hour(span: hour, own: nil, bought: nil) }
        let own = selfMade[places].reduce(0, +) + shared[places].reduce(0, +)
        return ElectricityFigures.Hour(
          span: hour, own: Energy(count: own), bought: Energy(count: used[places].reduce(0, +) - own))
      })
  }
}

extension MemberQuarters {
  /// What the own meters of `member` know of a day; nil for who has none of electricity.
  ///
  /// - Parameters:
  ///   - meters: the member's own metering points.
  ///   - community: as it was on the day.
  ///   - energies: of the day.
  ///   - isKnown: where what is not the member's own is known, a value a quarter hour of the day.
  ///   - shared: what the member got of the community's; nil for nothing.
  init?(
    of member: Member, meters: [MeteringPoint], in community: Community, _ energies: MeteredEnergies, isKnown: [Bool],
    shared: [Int64]? = nil
  ) {
    let own = meters.filter { $0.measures != .heat }
    guard !own.isEmpty else { return nil }
    let grid = own.filter { $0.measures == .grid }
    let zeros = [Int64](repeating: 0, count: isKnown.count)
    self.init(
      used: zeros, selfMade: zeros, shared: shared ?? zeros, fedIn: zeros, generated: zeros, isKnown: isKnown, isSubstituted: [])
    var reader = CounterSum(energies: energies, isKnown: isKnown)
    let plants = own.filter { $0.measures == .generation } + Self.unnamedPlants(at: member, in: community)
    generated = reader.sum(plants, .export)
    if grid.isEmpty {
      used = reader.sum(own.filter { $0.measures == .consumption || $0.measures == .charging }, .import)
      fedIn = generated
    } else {
      let batteries = own.filter { $0.measures == .storage }
      let canExport = !plants.isEmpty || !batteries.isEmpty
      let imported = reader.sum(grid, .import)
      fedIn = reader.sum(grid.filter { canExport || energies[$0.id, .export] != nil }, .export)
      let (charged, discharged) = (reader.sum(batteries, .import), reader.sum(batteries, .export))
      for place in isKnown.indices {
        // L = I - X + G + Dis - Ch, as in `SiteBalance`; own is what of it the grid did not bring.
        let behind = generated[place] + discharged[place] - charged[place] - fedIn[place]
        used[place] = max(0, imported[place] + behind)
        selfMade[place] = max(0, used[place] - imported[place])
        // What a battery took is no use.
        self.shared[place] = min(self.shared[place], used[place] - selfMade[place])
      }
    }
    self.isKnown = reader.isKnown
    isSubstituted = reader.isSubstituted
    forgetUnknown()
  }

  /// Plants behind the meter of who lives there alone, that name nobody.
  private static func unnamedPlants(at member: Member, in community: Community) -> [MeteringPoint] {
    guard community.members.count(where: { $0.site == member.site }) == 1 else { return [] }
    return community.meteringPoints.filter { $0.site == member.site && $0.measures == .generation && $0.member == nil }
  }

  /// What is not known in some part counts in none.
  private mutating func forgetUnknown() {
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
