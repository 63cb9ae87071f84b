import CommunityFiles
import CommunityModel
import MarketTime
import Planning
import Quantities
import Readings
import Reporting
import SQLiteStore
import Summaries

extension SummaryOptions {
  /// Reads what the heat information of `month` is made from. The report on the network is only made where somebody has a heat meter.
  ///
  /// - Throws: `ExitCode` after telling what is wrong.
  func heat(of month: LocalMonth) throws -> HeatMonthSources {
    let file = try options.load()
    let community = file.community
    var sources = HeatMonthSources(community: community, month: month, feeding: Self.feeding(file.assets))
    guard !sources.meters.isEmpty else { return sources }
    let stores = try options.openStores()
    try reportingProblems {
      let history = History(readings: stores.readings, imported: stores.imported)
      let keys = try history.series(of: community).filter { $0.channel == .heatEnergy && sources.meters.contains($0.point) }
      for month in sources.months {
        let found = try history.energies(of: keys, in: community.calendar.quarterHours(of: month.days))
        sources.energies[month] = Dictionary(found.map { ($0.key.point, $0.value) }) { first, _ in first }
      }
      sources.normal = try settings(of: community)?.heatUser
    }
    if !community.heatNetworks.isEmpty { sources.mix = try mix(of: month, community) }
    return sources
  }

  /// Heat meters of what makes heat.
  static func feeding(_ assets: [AssetDescription]) -> Set<MeteringPoint.ID> {
    Set(
      assets.compactMap { asset in
        switch asset.kind {
        case .solarThermal, .heatPump, .electricBoiler, .boiler, .combinedHeatAndPower, .electrolyser, .fuelCell:
          asset.meteringPoint
        case .load, .plant, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .heatStore, .coolingLoad, .chiller,
          .absorptionChiller, .coldStore, .hydrogenStore:
          nil
        }
      })
  }

  /// The shares of each network's sources as the report on `month` tells them, of networks of which 98 % of the month are known.
  private func mix(of month: LocalMonth, _ community: Community) throws -> [HeatNetwork.ID: [EnergySource: Fraction]] {
    let span = community.calendar.quarterHours(of: month.days)
    let report = try reportingProblems { try ReportInputs(options, tariffs: tariffs, in: span).report(on: .month(month)) }
    var mix: [HeatNetwork.ID: [EnergySource: Fraction]] = [:]
    for group in report.groups {
      guard case .heatNetwork(let network) = group.subject else { continue }
      for figure in group.figures where figure.name == .heatShare && (figure.basis.coverage ?? .zero) >= Fraction(0.98) {
        guard let source = figure.part.flatMap(EnergySource.init), case .share(let share)? = figure.value else { continue }
        mix[network, default: [:]][source] = share
      }
    }
    return mix
  }
}
