public import CommunityModel
public import Quantities

/// The electricity of a scope in one quarter hour, or its sum over many: all on the AC side, all at least zero.
///
/// | symbol | property | |
/// |---|---|---|
/// | I | `gridImport` | from the public grid |
/// | X | `gridExport` | into the public grid |
/// | G | `generation` | made by plants |
/// | Ch | `charged` | into batteries |
/// | Dis | `discharged` | out of batteries |
/// | L | `consumption` | final use, cars included, batteries not |
///
/// They balance: G + I + Dis = L + Ch + X. Symbols as in `docs/formats/report-json.md`.
public struct EnergyFlows: Hashable, Sendable {
  /// I: from the public grid.
  public var gridImport: Energy
  /// X: into the public grid.
  public var gridExport: Energy
  /// G: made by plants, as their meters' export counts it.
  public var generation: Energy
  /// Ch: into batteries.
  public var charged: Energy
  /// Dis: out of batteries.
  public var discharged: Energy
  /// L: final use, cars and plants' own use included, batteries not.
  public var consumption: Energy
  /// How much a derived consumption was lifted to reach zero, see `SiteBalance.tolerance(inflow:)`.
  public var lifted: Energy

  /// Flows; zero where not told.
  public init(
    gridImport: Energy = .zero, gridExport: Energy = .zero, generation: Energy = .zero, charged: Energy = .zero,
    discharged: Energy = .zero, consumption: Energy = .zero, lifted: Energy = .zero
  ) {
    self.gridImport = gridImport
    self.gridExport = gridExport
    self.generation = generation
    self.charged = charged
    self.discharged = discharged
    self.consumption = consumption
    self.lifted = lifted
  }

  /// What comes in: G + I + Dis.
  public var inflow: Energy { generation + gridImport + discharged }

  /// What the balance does not explain: (G + I + Dis) - (L + Ch + X) + lifted. Zero where a part was derived from the others.
  public var residual: Energy { inflow - consumption - charged - gridExport + lifted }

  /// Part by part.
  public static func + (left: EnergyFlows, right: EnergyFlows) -> EnergyFlows {
    EnergyFlows(
      gridImport: left.gridImport + right.gridImport, gridExport: left.gridExport + right.gridExport,
      generation: left.generation + right.generation, charged: left.charged + right.charged,
      discharged: left.discharged + right.discharged, consumption: left.consumption + right.consumption,
      lifted: left.lifted + right.lifted)
  }

  /// Part by part.
  static func - (left: EnergyFlows, right: EnergyFlows) -> EnergyFlows {
    EnergyFlows(
      gridImport: left.gridImport - right.gridImport, gridExport: left.gridExport - right.gridExport,
      generation: left.generation - right.generation, charged: left.charged - right.charged,
      discharged: left.discharged - right.discharged, consumption: left.consumption - right.consumption,
      lifted: left.lifted - right.lifted)
  }
}

/// The flows of a quarter hour, or why there are none.
public enum IntervalFlows: Hashable, Sendable {
  /// All parts are known, the worst of them as well as `quality` says.
  case known(EnergyFlows, IntervalEnergy.Quality)
  /// A needed part is missing.
  case incomplete
  /// The meters contradict each other: consumption would be well below zero, or an energy is negative.
  case implausible

  /// The flows; nil when not known.
  public var flows: EnergyFlows? {
    switch self {
    case .known(let flows, _): return flows
    case .incomplete, .implausible: return nil
    }
  }

  /// Both scopes' flows together, as well known as the worse; not known when either is not.
  public static func + (left: IntervalFlows, right: IntervalFlows) -> IntervalFlows {
    switch (left, right) {
    case (.known(let first, let quality), .known(let second, let other)): return .known(first + second, max(quality, other))
    case (.incomplete, _), (_, .incomplete): return .incomplete
    case (.implausible, _), (_, .implausible): return .implausible
    }
  }
}
