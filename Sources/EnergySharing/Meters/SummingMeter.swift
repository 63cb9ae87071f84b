public import Quantities

/// A German tenant house (Mieterstrom) in one interval: one meter at the grid connection, sub-meters behind it.
///
/// | symbol | meaning | unit |
/// |---|---|---|
/// | G | generation | mWh |
/// | B, E | import, export at the grid connection | mWh |
/// | T | sum of the tenants who take part | mWh |
/// | F | sum of the units that others supply, whose meters are virtually moved to the grid connection | mWh |
///
///     residual supply       Z  = max(0, B - F)
///     surplus in account    E' = E + max(0, F - B)
///     power to tenants      M  = T - Z  (= G - E')
///     physical check        G + B = T + F + E
///     without a meter there: B = max(0, T + F - G),  E = max(0, G - T - F)             EnWG s20(1d)
///
/// Per interval, then summed, never from days or years: max() makes the difference. Source: BMWK, FAQ Mieterstrom; EnWG s42a.
public struct SummingMeter: Sendable, Equatable {
  /// G.
  public let generation: Energy
  /// B.
  public let gridImport: Energy
  /// E.
  public let gridExport: Energy
  /// T.
  public let tenants: Energy
  /// F.
  public let thirdParty: Energy

  /// An interval with a meter at the grid connection.
  public init(generation: Energy, gridImport: Energy, gridExport: Energy, tenants: Energy, thirdParty: Energy) {
    self.generation = generation
    self.gridImport = gridImport
    self.gridExport = gridExport
    self.tenants = tenants
    self.thirdParty = thirdParty
  }

  /// An interval with a virtual meter there, computed from the others.
  public init(virtualWith generation: Energy, tenants: Energy, thirdParty: Energy) {
    let net = tenants + thirdParty - generation
    self.init(
      generation: generation, gridImport: max(.zero, net), gridExport: max(.zero, -net), tenants: tenants, thirdParty: thirdParty)
  }

  /// Z: what the landlord buys for the tenants.
  public var residual: Energy { max(.zero, gridImport - thirdParty) }
  /// E': what is fed in, with what the other suppliers' customers used of it in fact.
  public var surplus: Energy { gridExport + max(.zero, thirdParty - gridImport) }
  /// M: the roof's power in the tenants' account, to be divided by a rule. Below zero only where meters contradict each other.
  public var toTenants: Energy { tenants - residual }
  /// What the meters do not explain: G + B - T - F - E.
  public var unexplained: Energy { generation + gridImport - tenants - thirdParty - gridExport }

  /// How much may stay unexplained in an interval: 2 % of what comes in, at least 50 Wh.
  public var tolerance: Energy { max(Energy(wattHours: 50), Energy(count: (generation + gridImport).count / 50)) }
  /// Whether the meters agree.
  public var isConsistent: Bool { unexplained.magnitude <= tolerance }
}
