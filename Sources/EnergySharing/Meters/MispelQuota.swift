public import Quantities

/// What of a battery's feed-in counts as the plant's, by the month's quota: MiSpeL, case A1 (one plant, one battery, one connection).
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | Z1NB, Z1NE | import, export at the grid connection, a quarter hour | mWh |
/// | Z2V, Z2E | charged, discharged, a quarter hour | mWh |
///
///     (3) sum Z1NB   (5) sum Z2V   (6) sum Z2E
///     (9) sum min(Z1NB, Z2V)       (10) = (5) - (9)      (11) sum min(Z1NE, Z2E)
///     (13) = max((11) - max((6) - (5), 0), 0)            (14) = (6) / (5)
///     (15) = (14) (10)             (16) = max((13) - (15), 0)
///     (17) = max((5) - (6), 0)     (19) = (16) (17) / (6)
///     (20) = min((16) + (19), (3)) (21) = (3) - (20)     (28) = min((13), (15))
///
/// Exact fractions, each figure rounded by itself to the nearest mWh. Source: BNetzA 618-25-02 of 1 Oct 2026, by way of
/// hupe1980/metering, `mispel/abgrenzung.rs`.
public struct MispelQuota: Sendable, Equatable {
  /// The four counters of a quarter hour, none negative.
  public struct Quarter: Sendable, Equatable {
    /// Z1NB.
    public let gridImport: Energy
    /// Z1NE.
    public let gridExport: Energy
    /// Z2V.
    public let charged: Energy
    /// Z2E.
    public let discharged: Energy

    /// A quarter hour; see the properties.
    public init(gridImport: Energy, gridExport: Energy, charged: Energy, discharged: Energy) {
      self.gridImport = gridImport
      self.gridExport = gridExport
      self.charged = charged
      self.discharged = discharged
    }
  }

  /// (3)
  public let gridImport: Energy
  /// (5)
  public let charged: Energy
  /// (6)
  public let discharged: Energy
  /// (9)
  public let chargedFromGrid: Energy
  /// (10)
  public let chargedFromPlant: Energy
  /// (11)
  public let dischargedToGrid: Energy
  /// (13)
  public let storageFeedIn: Energy
  /// (15): the battery's green generation.
  public let green: Energy
  /// (16): what was bought and sold again.
  public let resold: Energy
  /// (17)
  public let losses: Energy
  /// (19): losses of what was sold again.
  public let resaleLosses: Energy
  /// (20): import without levies.
  public let exempt: Energy
  /// (21): import that bears levies.
  public let levied: Energy
  /// (28): storage feed-in that counts as the plant's.
  public let eligible: Energy

  /// The quota of a month.
  ///
  /// - Throws: `SharingError.badKeys` for a negative energy; `tooLarge` above 500 MWh a month.
  public init(_ month: [Quarter]) throws(SharingError) {
    func sum(_ energy: (Quarter) -> Energy) throws(SharingError) -> Int128 {
      let counts = month.map { energy($0).count }
      if counts.contains(where: { $0 < 0 }) { throw .badKeys("an energy of the month is negative") }
      let sum = try checkedSum(counts)
      if sum > mostEnergy { throw .tooLarge }
      return Int128(sum)
    }
    let (bought, taken, given) = (try sum(\.gridImport), try sum(\.charged), try sum(\.discharged))
    let fromGrid = try sum { min($0.gridImport, $0.charged) }
    let toGrid = try sum { min($0.gridExport, $0.discharged) }
    let feedIn = max(toGrid - max(given - taken, 0), 0)
    // (15), (16) over (5); (16) + (19) over (5) (6).
    let divisor = max(1, taken)
    let greenParts = taken > 0 ? given * (taken - fromGrid) : 0
    let resoldParts = max(feedIn * divisor - greenParts, 0)
    let lost = max(taken - given, 0)
    let exemptParts = resoldParts * (given + lost)
    let resaleDivisor = divisor * max(1, given)
    func energy(_ parts: Int128, over divisor: Int128 = 1) -> Energy { Energy(count: nearest(parts, over: divisor)) }
    gridImport = energy(bought)
    charged = energy(taken)
    discharged = energy(given)
    chargedFromGrid = energy(fromGrid)
    chargedFromPlant = energy(taken - fromGrid)
    dischargedToGrid = energy(toGrid)
    storageFeedIn = energy(feedIn)
    green = energy(greenParts, over: divisor)
    resold = energy(resoldParts, over: divisor)
    losses = energy(lost)
    resaleLosses = energy(resoldParts * lost, over: resaleDivisor)
    let exemptFraction = min(given > 0 ? exemptParts : 0, bought * resaleDivisor)
    exempt = energy(exemptFraction, over: resaleDivisor)
    levied = energy(bought * resaleDivisor - exemptFraction, over: resaleDivisor)
    eligible = energy(min(feedIn * divisor, greenParts), over: divisor)
  }
}
