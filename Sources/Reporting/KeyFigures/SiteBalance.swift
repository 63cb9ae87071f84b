public import CommunityModel
public import MarketTime
public import Quantities

/// The electricity balance of one site, quarter hour by quarter hour, from its metering points.
///
/// Points of one kind add up; what each contributes, by `MeteringPoint.measures`:
///
/// | point | import | export |
/// |---|---|---|
/// | grid | I | X |
/// | generation | own use of the plant, part of L; optional | G |
/// | storage | Ch | Dis |
/// | consumption | L | not counted |
/// | charging | L | not counted |
/// | heat | not electricity | |
///
/// **Consumption** is what consumption and charging points count, where the site has a consumption point. Otherwise it is derived
/// from the balance, L = I - X + G + Dis - Ch, and charging points are part of it; a plant's own use is then in it, once. A site
/// without grid point uses what its consumption and charging points count, and nothing where there are none (a plant that feeds
/// everything in).
///
/// **Grid.** Without a grid point the site's net is derived, N = L + Ch - G - Dis, I = max(0, N), X = max(0, -N).
///
/// **Missing is never zero.** A quarter hour in which a needed part is missing is `incomplete`, else it is as well known as its
/// worst part. One series may be absent: the export of a grid point where neither plant nor battery could feed in.
/// Source: the balance in `docs/formats/report-json.md`.
public struct SiteBalance: Sendable, Equatable {
  /// How a part of the balance was obtained.
  public enum Source: String, Sendable {
    /// Metering points count it.
    case measured
    /// It follows from the other parts.
    case derived
    /// The site has none of it.
    case none
  }

  /// The site.
  public let site: Site.ID
  /// How L was obtained.
  public let consumptionSource: Source
  /// How I and X were obtained, `measured` or `derived`.
  public let gridSource: Source
  /// The flows.
  public let intervals: TimeSeries<IntervalFlows>

  /// Whether L as well as I and X are measured, so that the balance can be checked: see `EnergyFlows.residual`.
  public var isOverdetermined: Bool { consumptionSource == .measured && gridSource == .measured }

  /// The balance of `site` in `community` over the span of `energies`; nil where no point there measures electricity.
  public init?(of site: Site.ID, in community: Community, energies: MeteredEnergies) {
    let points = Dictionary(grouping: community.meteringPoints(at: site), by: \.measures)
    let parts = BalanceParts(points: points, energies: energies)
    guard parts.measuresElectricity else { return nil }
    self.site = site
    self.consumptionSource = parts.consumptionSource
    self.gridSource = parts.gridSource
    self.intervals = TimeSeries(start: energies.span.lowerBound, values: parts.intervals())
  }

  /// How far below zero a derived consumption may lie and still count as zero: 300 Wh a quarter hour, or 1 % of the `inflow`
  /// G + I + Dis, whichever is more.
  ///
  /// Meters count in steps and are read at slightly different instants. Many hybrid inverters count in tenths of a kWh, and three
  /// such counters (sun, charged, discharged) are together up to 300 Wh off at a quarter hour's end. A meter of accuracy class B
  /// may be 1 % off (MID, EN 50470-3). A house at rest behind a sunny roof therefore comes out a little below zero now and then;
  /// what one quarter hour is short, the next has too much. What was lifted is counted (`EnergyFlows.lifted`); a quarter hour further below is `implausible`.
  public static func tolerance(inflow: Energy) -> Energy {
    max(Energy(wattHours: 300), Energy(count: inflow.count / 100))
  }
}

/// The parts of a site's balance as arrays over the span, those not measured nil.
private struct BalanceParts {
  let count: Int
  let consumptionSource: SiteBalance.Source
  let gridSource: SiteBalance.Source
  let measuresElectricity: Bool
  /// I and X.
  private let gridImport: [IntervalEnergy]
  private let gridExport: [IntervalEnergy]
  private let generation: [IntervalEnergy]
  private let charged: [IntervalEnergy]
  private let discharged: [IntervalEnergy]
  /// L where it is measured.
  private let consumption: [IntervalEnergy]

  init(points: [MeteringPoint.Measures: [MeteringPoint]], energies: MeteredEnergies) {
    let grid = points[.grid] ?? []
    let plants = points[.generation] ?? []
    let batteries = points[.storage] ?? []
    let users = (points[.consumption] ?? []) + (points[.charging] ?? [])
    /// The sum of a counter over points; missing where one of them is.
    func sum(_ points: [MeteringPoint], _ direction: MeteredEnergies.Direction) -> [IntervalEnergy] {
      points.reduce([IntervalEnergy](repeating: .measured(.zero), count: energies.span.count)) { sum, point in
        guard let series = energies[point.id, direction] else { return sum.map { _ in .missing } }
        return zip(sum, series.values).map { IntervalEnergy.combining($0, $1, by: +) }
      }
    }
    let ownUse = plants.filter { energies[$0.id, .import] != nil }
    let canExport = !plants.isEmpty || !batteries.isEmpty
    let measuresConsumption = points[.consumption] != nil || grid.isEmpty
    count = energies.span.count
    measuresElectricity = !(grid.isEmpty && plants.isEmpty && batteries.isEmpty && users.isEmpty)
    gridSource = grid.isEmpty ? .derived : .measured
    consumptionSource = !measuresConsumption ? .derived : users.isEmpty && ownUse.isEmpty ? .none : .measured
    gridImport = sum(grid, .import)
    gridExport = sum(grid.filter { canExport || energies[$0.id, .export] != nil }, .export)
    generation = sum(plants, .export)
    charged = sum(batteries, .import)
    discharged = sum(batteries, .export)
    consumption = measuresConsumption ? sum(users + ownUse, .import) : []
  }

  func intervals() -> [IntervalFlows] { (0..<count).map(flows(at:)) }

  private func flows(at position: Int) -> IntervalFlows {
    var used = [generation[position], charged[position], discharged[position]]
    if gridSource == .measured { used += [gridImport[position], gridExport[position]] }
    if consumptionSource != .derived { used.append(consumption[position]) }
    var quality = IntervalEnergy.Quality.measured
    for part in used {
      guard let energy = part.energy else { return .incomplete }
      if energy < .zero { return .implausible }
      quality = max(quality, part.quality)
    }
    var flows = EnergyFlows(
      generation: generation[position].energy ?? .zero, charged: charged[position].energy ?? .zero,
      discharged: discharged[position].energy ?? .zero)
    if gridSource == .measured {
      flows.gridImport = gridImport[position].energy ?? .zero
      flows.gridExport = gridExport[position].energy ?? .zero
    }
    if consumptionSource == .derived {
      let derived = flows.inflow - flows.gridExport - flows.charged
      guard derived >= -SiteBalance.tolerance(inflow: flows.inflow) else { return .implausible }
      flows.consumption = max(.zero, derived)
      flows.lifted = max(.zero, -derived)
    } else {
      flows.consumption = consumption[position].energy ?? .zero
    }
    if gridSource == .derived {
      let net = flows.consumption + flows.charged - flows.generation - flows.discharged
      flows.gridImport = max(.zero, net)
      flows.gridExport = max(.zero, -net)
    }
    return .known(flows, quality)
  }
}
