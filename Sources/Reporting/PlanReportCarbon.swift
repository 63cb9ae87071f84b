import CommunityModel
import Console
import Planning
import Quantities

extension Language {
  var carbonWord: String { "CO2" }
  var carbonCostWord: String { pick("CO2-Preis", "price of CO2") }

  func emissions(known: Int, of all: Int) -> String {
    known == all
      ? pick("CO2 des Stroms bekannt", "CO2 of power known")
      : pick(
        "CO2 des Stroms für \(known) von \(all) Viertelstunden bekannt, sonst wie am Tag davor",
        "CO2 of power known for \(known) of \(all) quarter hours, else as the day before")
  }

  /// What the CO2 of a plan is not known of; nil where all of it is.
  func unknownCarbon(of report: PlanReport) -> String? {
    let unknown = report.withoutEmissions
    let parts = [
      named(unknown.tariffs, pick("Tarif", "tariff"), pick("Tarife", "tariffs")),
      named(
        unknown.sites, pick("Standort ohne Tarif", "site without tariff"), pick("Standorte ohne Tarif", "sites without tariff")),
      named(unknown.fuels, pick("Brennstoff", "fuel"), pick("Brennstoffe", "fuels")),
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return pick("CO2: nicht bekannt für ", "CO2: not known of ") + parts.joined(separator: ", ")
      + pick("; dort `co2` angeben", "; give `co2` there")
  }

  private func named(_ names: [String], _ one: String, _ many: String) -> String? {
    names.isEmpty ? nil : (names.count == 1 ? one : many) + " " + names.joined(separator: ", ")
  }
}

extension PlanReport {
  /// Whose CO2 is not known: tariffs, sites without one, fuels; by name, in the order of the file.
  var withoutEmissions: (tariffs: [String], sites: [String], fuels: [String]) {
    let sites = community.sites.filter { plan.carbon.unknownSites.contains($0.id) }
    let tariffs = community.tariffs.filter { tariff in sites.contains { $0.tariff == tariff.id } }
    return (
      tariffs.map(\.id.text), sites.filter { community.tariff(of: $0) == nil }.map(\.id.text),
      plan.carbon.unknownFuels.map(\.text)
    )
  }

  /// The same as one list for programs: `tariff fixed`, `fuel biogas`.
  var withoutEmissionsJSON: JSONValue {
    let unknown = withoutEmissions
    let names =
      unknown.tariffs.map { "tariff \($0)" } + unknown.sites.map { "site \($0)" } + unknown.fuels.map { "fuel \($0)" }
    return .array(names.map { .string($0) })
  }
}

extension CarbonAccount {
  /// As fields of a plan's figures.
  var json: [(String, JSONValue)] {
    [
      ("co2_kg", emissions.map { .number(decimalText($0.count, digits: 6)) } ?? .null),
      ("co2_cost_eur", emissions == nil ? .null : .number(decimalText(cost.count, digits: 6))),
    ]
  }

  /// The CO2 of what an asset burns in each step, for a table; empty where it burns nothing or the factor is not known.
  func cell(of use: FuelUse?, _ step: Int, over horizon: PlanningHorizon) -> String {
    guard let use, let factor = fuelFactors[use.fuel] else { return "" }
    return decimalText((use.power[step].energy(over: horizon.duration(of: step)) * factor).count, digits: 6)
  }
}
