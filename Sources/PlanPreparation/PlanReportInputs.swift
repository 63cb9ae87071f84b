import Forecasting
import Planning
public import Reporting

extension PlanReport.Inputs {
  /// The sources of a plan's inputs, counted.
  public init(_ inputs: PlanInputs) {
    self.init()
    let plants = Set(inputs.problem.assets.filter { $0 is RenewablePlant || $0 is SolarThermal }.map(\.id))
    for source in inputs.sources {
      switch source {
      case .forecast(let asset, let summary):
        let kind = Self.kind(of: summary)
        if plants.contains(asset) { self.plants[kind, default: 0] += 1 } else { loads[kind, default: 0] += 1 }
      case .measuredCharge(_, _, let age):
        batteries[.measured, default: 0] += 1
        oldestCharge = max(oldestCharge ?? .zero, age)
      case .givenCharge: batteries[.given, default: 0] += 1
      case .assumedCharge: batteries[.assumed, default: 0] += 1
      case .assumedHeat: tanksAssumed += 1
      case .price(_, let known, _): pricesKnown = min(pricesKnown ?? known, known)
      case .emissions(_, let known, _): emissionsKnown = min(emissionsKnown ?? known, known)
      case .noTariff(let site): sitesWithoutTariff.append(site)
      case .peakUnknown(let site): peaksUnknown.append(site)
      case .holidaysUnknown: holidaysUnknown = true
      }
    }
  }

  /// What most quarter hours rest on.
  private static func kind(of summary: [Forecasting.Forecast.Basis: Int]) -> Forecast {
    var counts: [Forecast: Int] = [:]
    for (basis, count) in summary {
      switch basis {
      case .similarDays, .recentDays: counts[.history, default: 0] += count
      case .standardProfile, .shape, .nothing: counts[.standardProfile, default: 0] += count
      case .file: counts[.file, default: 0] += count
      }
    }
    return counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .standardProfile
  }
}
