public import CommunityModel
public import Quantities

/// The registers of an Austrian energy community in one interval, computed anew to check what the grid operator sends.
///
/// | register | meaning |
/// |---|---|
/// | G.01 | what a point uses or makes |
/// | G.01T | of it the part for this community: G.01 factor / 100 |
/// | G.02 | share on offer, may be more than G.01T |
/// | G.03 | covered: min(G.02, G.01T); this is billed |
/// | P.01T | what a producer sells elsewhere |
///
///     P = sum of the producers' G.01T,  C = sum of the consumers' G.01T
///     dynamic   G.02_i = G.01T_i P / C            static   G.02_i = k_i P
///     P.01T_p = G.01T_p - sum of G.03 times G.01T_p / P
///
/// Exact fractions, each register rounded by itself to the nearest mWh, half up, as figures with six decimals of a kWh are; sums may
/// therefore differ by a mWh or two. To bill by ourselves, share with `Dynamic` or `StaticKeys` over G.01T. Source:
/// eegfaktura-docs, obis-codes; energiegemeinschaften.gv.at, Messung und Aufteilung.
public struct AustrianRegisters: Sendable, Equatable {
  /// A metering point and how much of it takes part.
  public struct Point: Sendable, Equatable {
    /// Its designation.
    public let id: MeteringPoint.ID
    /// G.01, at least zero.
    public let energy: Energy
    /// The participation factor in percent, 1 to 100. A point in several communities has one in each, together at most 100.
    public let factor: Int

    /// A point; see the properties.
    public init(_ id: MeteringPoint.ID, _ energy: Energy, factor: Int) {
      self.id = id
      self.energy = energy
      self.factor = factor
    }
  }

  /// How the community shares; one kind for all.
  public enum Key: Sendable, Equatable {
    /// In proportion to use.
    case dynamic
    /// Fixed keys, in the order of the consumers, together at most 1.
    case `static`([Fraction])
  }

  /// A consumer's registers.
  public struct Consumer: Sendable, Equatable {
    /// G.01T.
    public let participating: Energy
    /// G.02.
    public let offered: Energy
    /// G.03.
    public let covered: Energy
    /// G.01T - G.03: from the consumer's own supplier.
    public let residual: Energy
  }

  /// A producer's registers.
  public struct Producer: Sendable, Equatable {
    /// G.01T.
    public let participating: Energy
    /// P.01T.
    public let surplus: Energy
  }

  /// In the order given.
  public let consumers: [Consumer]
  /// In the order given.
  public let producers: [Producer]

  /// The registers of an interval.
  ///
  /// - Throws: `SharingError.badKeys` for a factor outside 1 to 100, a negative energy or keys above 100 %; `wrongCount`, `tooLarge`.
  public init(producers: [Point], consumers: [Point], key: Key) throws(SharingError) {
    for point in producers + consumers {
      guard (1...100).contains(point.factor) else {
        throw .badKeys("the participation factor of '\(point.id)' is \(point.factor), expected 1 to 100 %")
      }
      guard point.energy >= .zero else { throw .badKeys("the energy of '\(point.id)' is negative") }
    }
    for points in [producers, consumers] where try checkedSum(points.map(\.energy.count)) > mostEnergy { throw .tooLarge }
    // In hundredths of a mWh, exactly.
    let made = producers.map { Int128($0.energy.count) * Int128($0.factor) }
    let used = consumers.map { Int128($0.energy.count) * Int128($0.factor) }
    let (pool, demand) = (made.reduce(0, +), used.reduce(0, +))
    // G.02 as a fraction of one divisor.
    let (offers, divisor) = try Self.offers(of: pool, to: used, demand: demand, key)
    let covers = zip(offers, used).map { min($0, $1 * divisor) }
    let covered = covers.reduce(0, +)
    self.consumers = used.indices.map { place in
      Consumer(
        participating: Self.energy(used[place], over: 1), offered: Self.energy(offers[place], over: divisor),
        covered: Self.energy(covers[place], over: divisor),
        residual: Self.energy(used[place] * divisor - covers[place], over: divisor))
    }
    // The dynamic key covers min(P, C) in all; written so, the products stay small.
    let (rest, whole) = key == .dynamic ? (pool - min(pool, demand), pool) : (pool * divisor - covered, pool * divisor)
    self.producers = made.map { own in
      Producer(
        participating: Self.energy(own, over: 1), surplus: pool == 0 ? .zero : Self.energy(own * rest, over: whole))
    }
  }

  private static func offers(
    of pool: Int128, to used: [Int128], demand: Int128, _ key: Key
  ) throws(SharingError) -> ([Int128], divisor: Int128) {
    switch key {
    case .dynamic: return demand == 0 ? (used, 1) : (used.map { $0 * pool }, demand)
    case .static(let keys):
      guard keys.count == used.count else { throw .wrongCount(expected: used.count, found: keys.count) }
      guard try checkedWeights(keys.map(\.count)) <= Fraction.one.count else { throw .badKeys("they add up to more than 100 %") }
      return (keys.map { pool * Int128($0.count) }, Int128(Fraction.one.count))
    }
  }

  /// `hundredths / divisor` hundredths of a mWh, to the nearest mWh.
  private static func energy(_ hundredths: Int128, over divisor: Int128) -> Energy {
    Energy(count: nearest(hundredths, over: divisor * 100))
  }

  /// Consumers whose G.03 by the operator differs by more than 1 mWh from ours, by their place.
  ///
  /// - Throws: `SharingError.wrongCount`.
  public func differences(from covered: [Energy]) throws(SharingError) -> [Int: Energy] {
    guard covered.count == consumers.count else { throw .wrongCount(expected: consumers.count, found: covered.count) }
    let found = zip(consumers, covered).enumerated().map { ($0.offset, $0.element.1 - $0.element.0.covered) }
    return Dictionary(uniqueKeysWithValues: found.filter { $0.1.magnitude > Energy(count: 1) })
  }
}
