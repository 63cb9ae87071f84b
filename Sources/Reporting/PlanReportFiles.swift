import CommunityModel
import Console
import LinearOptimization
import MarketTime
import Planning
import Quantities

extension PlanReport {
  /// The version of the JSON contract in `docs/formats/plan-json.md`; grows when a field changes its meaning or goes.
  public static let schemaVersion = 1

  /// The plan as JSON, UTF-8, ending in a newline; contract in `docs/formats/plan-json.md`.
  public func json() -> String {
    let horizon = plan.horizon
    return JSONValue.object([
      ("schema_version", .integer(Self.schemaVersion)),
      ("kind", .string("plan")),
      (
        "community",
        .object([
          ("id", .string(community.id.text)), ("name", .string(community.name)),
          ("time_zone", .string(community.calendar.timeZone)),
        ])
      ),
      ("start", .string(horizon.span.lowerBound.description)),
      ("end", .string(horizon.span.upperBound.description)),
      ("status", status),
      ("goals", goalsJSON),
      ("inputs", inputsJSON),
      ("case", .string(forecastCase)),
      ("other_cases", outlooksJSON),
      ("plan", Self.json(figures)),
      ("standing_rule", Self.json(ruleFigures)),
      ("last_plan", lastFigures.map(Self.json) ?? .null),
      ("breaches", .array(plan.breaches.map(Self.json))),
      ("what_if", variationsJSON),
      ("since", changesJSON),
      ("step_starts", .array(horizon.steps.map { .string($0.lowerBound.description) })),
      ("step_minutes", .array(horizon.steps.map { .integer($0.count * 15) })),
      ("sites", .array(zip(plan.sites, conditions).map { json($0, conditions: $1) })),
      ("heat_networks", marginalHeatPrices),
      ("fuels", marginalFuelPrices),
      ("why", reasonsJSON),
      ("triggers", triggersJSON),
      ("sharing", members.map(\.json) ?? .null),
    ]).text() + "\n"
  }

  /// The plan as CSV: a row a step and asset, and one a step for each site's grid connection; every total can be recomputed from it.
  ///
  /// `energy_kwh` is positive for what is taken from the site's wires (load, charging) and, for `grid`, from the public grid.
  public func csv() -> String {
    var lines = [
      "start,minutes,site,asset,role,power_kw,energy_kwh,content_kwh,price_eur_per_kwh,cost_eur,heat_kw,fuel_kw,co2_kg"
    ]
    let horizon = plan.horizon
    for (site, conditions) in zip(plan.sites, conditions) {
      let importPrices = horizon.means(of: conditions.importPrice)
      let feedInPrices = horizon.means(of: conditions.feedInPrice)
      let factors = conditions.emissions.map { horizon.means(of: $0) }
      for step in 0..<horizon.count {
        let head = "\(horizon.steps[step].lowerBound),\(horizon.steps[step].count * 15),\(site.site)"
        for asset in site.assets {
          let energy = asset.power[step].energy(over: horizon.duration(of: step))
          let content = asset.content.map { decimalText($0[step].count, digits: 6) } ?? ""
          lines.append(
            "\(head),\(asset.id),\(asset.role.rawValue),\(decimalText(asset.power[step].count, digits: 6)),"
              + "\(decimalText(energy.count, digits: 6)),\(content),,,\(cell(asset.heat?.power, step)),\(cell(asset.fuel?.power, step)),"
              + plan.carbon.cell(of: asset.fuel, step, over: horizon)
          )
        }
        let energy = site.grid[step].energy(over: horizon.duration(of: step))
        lines += sharedRow(site, step, head, factor: factors?[step])
        let price = energy > .zero ? importPrices[step] : feedInPrices[step]
        lines.append(
          "\(head),grid,grid,\(decimalText(site.grid[step].count, digits: 6)),\(decimalText(energy.count, digits: 6)),,"
            + "\(decimalText(price.count, digits: 6)),\(decimalText((energy * price).count, digits: 6)),,,"
            + (factors.map { decimalText((max(.zero, energy) * $0[step]).count, digits: 6) } ?? ""))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func cell(_ power: [Power]?, _ step: Int) -> String { power.map { decimalText($0[step].count, digits: 6) } ?? "" }

  private var status: JSONValue {
    guard case .solved(let status, let gap, let time) = plan.origin else {
      var reason: String?
      if case .fallback(let words) = plan.origin { reason = words }
      return .object([
        ("proven_optimal", .bool(false)), ("relative_gap", .null), ("solver", .string(solver)), ("solve_seconds", .null),
        ("fallback_reason", .optional(reason)), ("limits_broken", .integer(plan.breaches.count)),
      ])
    }
    let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
    return .object([
      ("proven_optimal", .bool(status == .optimal)),
      ("relative_gap", gap.isFinite ? .number("\(gap)") : .null),
      ("solver", .string(solver)),
      ("solve_seconds", .number(decimalText(milliseconds, digits: 3))),
      ("fallback_reason", .null),
      ("limits_broken", .integer(plan.breaches.count)),
    ])
  }

  private var inputsJSON: JSONValue {
    func counts<Kind: RawRepresentable & CaseIterable & Hashable>(_ counts: [Kind: Int]) -> JSONValue
    where Kind.RawValue == String {
      .object(Kind.allCases.map { ($0.rawValue, .integer(counts[$0] ?? 0)) })
    }
    return .object([
      ("loads", counts(inputs.loads)), ("plants", counts(inputs.plants)), ("batteries", counts(inputs.batteries)),
      ("metering_points", inputs.ages.map(\.json) ?? .null),
      ("tanks_assumed", .integer(inputs.tanksAssumed)),
      ("price_quarter_hours_known", inputs.pricesKnown.map { .integer($0) } ?? .null),
      ("co2_quarter_hours_known", inputs.emissionsKnown.map { .integer($0) } ?? .null),
      ("quarter_hours", .integer(quarterHours)),
      ("sites_without_tariff", .array(inputs.sitesWithoutTariff.map { .string($0.text) })),
      ("peaks_unknown", .array(inputs.peaksUnknown.map { .string($0.text) })),
      ("holidays_unknown", .bool(inputs.holidaysUnknown)),
      ("co2_unknown", withoutEmissionsJSON),
    ])
  }

  private static func json(_ figures: PlanFigures) -> JSONValue {
    func energy(_ energy: Energy) -> JSONValue { .number(decimalText(energy.count, digits: 6)) }
    func percent(_ share: Fraction?) -> JSONValue { share.map { .number(decimalText($0.count, digits: 7)) } ?? .null }
    let flows = figures.key.flows
    let fields: [(String, JSONValue)] = [
      ("cost_eur", .number(decimalText(figures.cost.count, digits: 6))),
      ("consumption_kwh", energy(flows.consumption)), ("generation_kwh", energy(flows.generation)),
      ("grid_import_kwh", energy(flows.gridImport)), ("grid_export_kwh", energy(flows.gridExport)),
      ("charged_kwh", energy(flows.charged)), ("discharged_kwh", energy(flows.discharged)),
      ("curtailed_kwh", energy(figures.curtailed)),
      ("self_sufficiency_percent", percent(figures.key.selfSufficiency)),
      ("self_consumption_percent", percent(figures.key.selfConsumption)),
      ("joint_peak_import_kw", figures.jointPeak.map { .number(decimalText($0.power.count, digits: 6)) } ?? .null),
      ("joint_peak_start", .optional(figures.jointPeak?.quarterHour.description)),
    ]
    return .object(fields + figures.carbon.json)
  }

  static func json(_ breach: Breach) -> JSONValue {
    .object([
      ("kind", .string(breach.kind.rawValue)), ("subject", .string(breach.subject)),
      ("start", .string(breach.span.lowerBound.description)), ("end", .string(breach.span.upperBound.description)),
      ("energy_kwh", .number(decimalText(Int64(breach.kilowattHours * 1e6), digits: 6))),
      ("longest_hours", breach.longest.map { .number(decimalText(Int64($0 / .seconds(36)), digits: 2)) } ?? .null),
    ])
  }

  private func json(_ site: SiteSchedule, conditions: SiteConditions) -> JSONValue {
    func powers(_ power: [Power]) -> JSONValue { .array(power.map { .number(decimalText($0.count, digits: 6)) }) }
    let prices = plan.horizon.means(of: conditions.importPrice)
    return .object([
      ("site_id", .string(site.site.text)),
      ("cost_eur", .number(decimalText(site.cost.count, digits: 6))),
      ("grid_cost_eur", .number(decimalText(site.gridCost.count, digits: 6))),
      ("exchange_cost_eur", .number(decimalText(site.sharedCost.count, digits: 6))),
      ("peak_cost_eur", .number(decimalText(site.peakCost.count, digits: 6))),
      ("peaks_paid_kw", .array(conditions.peakPeriods.map { .number(decimalText($0.paid.count, digits: 6)) })),
      ("fuel_cost_eur", .number(decimalText(site.fuelCost.count, digits: 6))),
      ("wear_cost_eur", .number(decimalText(site.ownCost.count, digits: 6))),
      ("stored_value_eur", .number(decimalText(site.storedValue.count, digits: 6))),
      ("import_price_eur_per_kwh", .array(prices.map { .number(decimalText($0.count, digits: 6)) })),
      ("marginal_price_eur_per_kwh", marginalPrices(at: site.site)),
      ("grid_kw", powers(site.grid)),
      ("shared_kw", powers(site.shared)),
      ("assets", .array(site.assets.map(json))),
    ])
  }

  private func json(_ asset: AssetSchedule) -> JSONValue {
    func powers(_ power: [Power]) -> JSONValue { .array(power.map { .number(decimalText($0.count, digits: 6)) }) }
    func energies(_ energy: [Energy]) -> JSONValue { .array(energy.map { .number(decimalText($0.count, digits: 6)) }) }
    func states(_ states: [ElectrolyserState]) -> JSONValue { .array(states.map { .string($0.rawValue) }) }
    return .object([
      ("asset_id", .string(asset.id.text)), ("role", .string(asset.role.rawValue)), ("power_kw", powers(asset.power)),
      ("reserve_kwh", asset.reserve.map(energies) ?? .null),
      ("available_kw", asset.available.map(powers) ?? .null),
      ("heat_network", .optional(asset.heat?.network.text)), ("heat_kw", asset.heat.map { powers($0.power) } ?? .null),
      ("driving_heat_network", .optional(asset.drivingHeat?.network.text)),
      ("driving_heat_kw", asset.drivingHeat.map { powers($0.power) } ?? .null),
      ("fuel", .optional(asset.fuel?.fuel.text)), ("fuel_kw", asset.fuel.map { powers($0.power) } ?? .null),
      ("states", asset.states.map(states) ?? .null),
      ("content_kwh", asset.content.map(energies) ?? .null),
    ])
  }
}
