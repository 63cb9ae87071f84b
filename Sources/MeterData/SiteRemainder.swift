public import CommunityModel
public import MarketTime
import Quantities

/// What the other meters of a site leave for one of them, by what flows in and out:
///
///     I + G + Dis = L + Ch + X        grid, plants and batteries in; use, charging and feed-in out
///
/// Import, plants' and batteries' output come in; what is used (consumption and charging points), charged and fed in goes out. Only where
/// the site measures all that it uses, and grid both ways where there is a grid point.
public struct SiteRemainder: Sendable {
  private let points: [MeteringPoint]
  private let energies: MeteredEnergies

  /// The balance of `site`.
  public init(of site: Site.ID, in community: Community, energies: MeteredEnergies) {
    points = community.meteringPoints(at: site).filter { $0.measures != .heat }
    self.energies = energies
  }

  /// What is left for `key`; missing where another meter is not known, nil where the site does not measure enough. What would be below
  /// zero is missing: the meters contradict each other.
  public func series(of key: MeteredEnergies.Key) -> TimeSeries<IntervalEnergy>? {
    guard points.contains(where: { $0.measures == .grid }), points.contains(where: { $0.measures == .consumption }) else {
      return nil
    }
    let parts = points.flatMap(parts)
    guard let own = parts.first(where: { $0.key == key }) else { return nil }
    var left = [Int64?](repeating: 0, count: energies.span.count)
    for part in parts where part.key != key {
      let values = energies[part.key.point, part.key.direction]?.values
      for place in left.indices {
        guard let sum = left[place], let energy = values?[place].energy else {
          left[place] = nil
          continue
        }
        left[place] = sum + part.sign * energy.count
      }
    }
    return TimeSeries(
      start: energies.span.lowerBound,
      values: left.map { sum in
        guard let sum, -own.sign * sum >= 0 else { return .missing }
        return .estimated(Energy(count: -own.sign * sum))
      })
  }

  /// A meter's counters in the balance; 1 for what comes in, -1 for what goes out.
  private func parts(_ point: MeteringPoint) -> [(key: MeteredEnergies.Key, sign: Int64)] {
    switch point.measures {
    case .grid: [(.init(point.id, .import), 1), (.init(point.id, .export), -1)]
    case .generation: [(.init(point.id, .export), 1)]
    case .storage: [(.init(point.id, .export), 1), (.init(point.id, .import), -1)]
    case .consumption, .charging: [(.init(point.id, .import), -1)]
    case .heat: []
    }
  }
}
