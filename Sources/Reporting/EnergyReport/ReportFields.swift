import CommunityModel
import Console
import MarketTime
import Quantities

/// The figures of a scope as JSON and CSV name them: one list, so that the two never differ.
struct ReportFields {
  /// A field's name with its unit, and its value as text for programs; nil where there is none.
  typealias Field = (name: String, value: String?)

  /// Sums over the known quarter hours, kWh; nil where none is known.
  let energies: [Field]
  /// Shares in percent; nil also where too little is known.
  let shares: [Field]
  /// Counts of quarter hours and what the balance leaves unexplained.
  let quality: [Field]
  /// Peak power in kW and the start of its quarter hour, UTC.
  let peak: [Field]

  init(_ figures: KeyFigures) {
    let flows = figures.flows
    let use = figures.use
    let data = figures.quality
    energies = [
      ("consumption_kwh", flows.consumption),
      ("generation_kwh", flows.generation),
      ("grid_import_kwh", flows.gridImport),
      ("grid_export_kwh", flows.gridExport),
      ("battery_charged_kwh", flows.charged),
      ("battery_discharged_kwh", flows.discharged),
      ("direct_use_kwh", use.direct),
      ("from_battery_green_kwh", use.storedGreen),
      ("from_battery_grey_kwh", use.storedGrey),
      ("from_battery_stored_before_kwh", use.storedBefore),
      ("battery_charged_from_grid_kwh", use.chargedFromGrid),
      ("battery_to_grid_kwh", use.batteryExport),
    ].map { ($0, data.valid > 0 ? Self.kilowattHours($1) : nil) }
    let visible = !data.hidesShares
    shares = [
      ("self_sufficiency_percent", figures.selfSufficiency),
      ("self_sufficiency_including_stock_percent", figures.selfSufficiencyIncludingStock),
      ("self_sufficiency_excluding_stock_percent", figures.selfSufficiencyExcludingStock),
      ("self_consumption_percent", figures.selfConsumption),
      ("self_consumption_excluding_losses_percent", figures.selfConsumptionExcludingLosses),
      ("direct_use_percent", figures.directUse),
      ("balance_percent", figures.balance),
      ("matched_percent", figures.matchedShare),
    ].map { ($0, visible ? Self.percent($1) : nil) }
    quality = [
      ("expected_quarter_hours", String(data.expected)),
      ("measured_quarter_hours", String(data.measured)),
      ("estimated_quarter_hours", String(data.estimated)),
      ("substituted_quarter_hours", String(data.substituted)),
      ("incomplete_quarter_hours", String(data.incomplete)),
      ("implausible_quarter_hours", String(data.implausible)),
      ("lifted_quarter_hours", String(data.lifted)),
      ("coverage_percent", Self.percent(data.coverage)),
      ("measured_percent", Self.percent(data.measuredShare)),
      ("estimated_percent", Self.percent(data.estimatedShare)),
      ("substituted_percent", Self.percent(data.substitutedShare)),
      ("residual_kwh", data.residual.map { Self.kilowattHours($0.sum) }),
      ("residual_absolute_kwh", data.residual.map { Self.kilowattHours($0.absolute) }),
      ("residual_percent", Self.percent(data.residual?.share)),
    ]
    peak = [
      ("peak_import_kw", figures.peakImport.map { decimalText($0.power.count, digits: 6) }),
      ("peak_import_start", figures.peakImport.map { $0.quarterHour.description }),
    ]
  }

  /// Why shares are null; nil where they are not hidden.
  static func hiddenReason(_ figures: KeyFigures) -> String? {
    figures.quality.hidesShares ? "coverage_below_90_percent" : nil
  }

  private static func kilowattHours(_ energy: Energy) -> String { decimalText(energy.count, digits: 6) }
  private static func percent(_ share: Fraction?) -> String? { share.map { decimalText($0.count, digits: 7) } }
}

extension EnergyReport.Subject {
  /// Its name in JSON and CSV.
  var kind: String {
    switch self {
    case .community: "community"
    case .site: "site"
    case .heatNetwork: "heat_network"
    case .totalEnergy: "total_energy"
    case .members: "members"
    case .member: "member"
    }
  }

  /// How the community's figures are meant; nil for others.
  var method: String? {
    if case .community(let method) = self { method.rawValue } else { nil }
  }

  /// The site's id; nil for others.
  var siteID: String? {
    if case .site(let id) = self { id.text } else { nil }
  }

  /// The id of the site, heat network or member; nil for the community.
  var id: String? {
    switch self {
    case .site(let id): id.text
    case .heatNetwork(let id): id.text
    case .member(let id): id.text
    case .community, .totalEnergy, .members: nil
    }
  }
}
