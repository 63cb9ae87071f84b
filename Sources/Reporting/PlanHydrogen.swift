import CommunityModel
import Console
import Planning
import Quantities

extension PlanPage {
  /// Hydrogen: who makes it and who uses it up, with what the tanks hold.
  func hydrogen() -> [String] {
    let blocks = blocks
    let roles = [AssetSchedule.Role.electrolyser, .fuelCell, .combinedHeatAndPower, .boiler, .hydrogenStore].filter { role in
      blocks.contains { $0.fuel[role] != nil }
    }
    guard !roles.isEmpty else { return [] }
    let hasTanks = roles.contains(.hydrogenStore)
    var table = TextTable(
      columns: [.init(language.hydrogenWord)] + roles.map { .init(language.heatColumn($0), .right) }
        + (hasTanks ? [.init(language.storedWord, .right)] : []), indent: 2)
    for block in blocks {
      let cells = roles.map { role in
        let power = block.fuel[role] ?? .zero
        let gives = role == .electrolyser || role == .hydrogenStore
        return language.numbers(decimals: 1).text((gives ? -power : power).count, per: 1_000_000)
      }
      let stored =
        hasTanks ? [language.numbers(decimals: 0).text((block.stored[.hydrogenStore] ?? .zero).count, per: 1_000_000)] : []
      table.append([.init(label(of: block))] + (cells + stored).map { .init($0) })
    }
    return render(table) + footnote(language.hydrogenMeans) + standby()
  }

  /// How long each electrolyser waits in stand-by, and what that takes; none where none does.
  private func standby() -> [String] {
    let horizon = report.plan.horizon
    return report.plan.sites.flatMap(\.assets).flatMap { asset -> [String] in
      let steps = (asset.states ?? []).indices.filter { asset.states?[$0] == .standby }
      guard !steps.isEmpty else { return [] }
      let hours = steps.reduce(0) { $0 + horizon.hours(of: $1) }
      let energy = steps.reduce(Energy.zero) { $0 + asset.power[$1].energy(over: horizon.duration(of: $1)) }
      let style = language.numbers(decimals: 1)
      return footnote(
        language.standby(
          asset.id.text.withoutControls, hours: language.numbers(decimals: 2).text(hours),
          energy: style.text(energy.count, per: 1_000_000)))
    }
  }
}

extension AssetSchedule {
  /// Whether it makes or stores hydrogen.
  var keepsHydrogen: Bool { role == .electrolyser || role == .hydrogenStore }

  /// What it is there for: hydrogen of what makes and stores it, heat of what has to do with heat, else power.
  var mainFlow: [Power] {
    if keepsHydrogen, let fuel { return fuel.power }
    return role == .fuelCell ? power : heat?.power ?? power
  }
}

extension Language {
  /// What has to do with hydrogen, in a table of power.
  func hydrogenColumn(_ role: AssetSchedule.Role) -> String {
    switch role {
    case .fuelCell: pick("B-Zellen", "fuel cells")
    case .hydrogenStore: pick("Verdichter", "compressors")
    default: pick("Elektrolyse", "electrolysis")
    }
  }

  var hydrogenWord: String { pick("Wasserstoff", "hydrogen") }
  fileprivate func standby(_ name: String, hours: String, energy: String) -> String {
    pick(
      "\(name) wartet \(hours) h warm in Bereitschaft (\(energy) kWh)",
      "\(name) waits warm in stand-by for \(hours) h (\(energy) kWh)")
  }
  var hydrogenTanks: String { pick("H2-Tanks", "H2 tanks") }
  var hydrogenMeans: String {
    pick(
      "Mittel in kW Heizwert: was gemacht und was verbraucht wird; Tanks: + gibt, − lädt; Inhalt in kWh am Ende. Der Rest ist Handel",
      "kW mean by the lower heating value: made and used up; tanks: + give, − charge; stored in kWh at the end. The rest is bought or sold"
    )
  }
}

extension ReasonWords {
  /// Why hydrogen is made or used up.
  func hydrogen(worth fuel: EnergyPrice) -> String {
    language.pick("; die kWh Wasserstoff ist \(cents(fuel)) wert", "; a kWh of hydrogen is worth \(cents(fuel))")
  }
}

extension PlanReport {
  /// What one more kilowatt-hour of each fuel is worth; null where the plan is not proven.
  var marginalFuelPrices: JSONValue {
    guard let prices = plan.marginalPrices else { return .null }
    return .array(
      prices.fuels.sorted { $0.key.text < $1.key.text }.map { fuel, price in
        .object([("fuel_id", .string(fuel.text)), ("marginal_price_eur_per_kwh", Self.prices(price))])
      })
  }
}
