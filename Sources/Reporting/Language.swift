package import Console
import MarketTime
import Quantities

/// The language that a report speaks. The words of reports are in this file, those of a command beside it.
public enum Language: String, CaseIterable, Sendable {
  case german = "de"
  case english = "en"

  /// The one of the two texts that is in this language.
  package func pick(_ german: String, _ english: String) -> String {
    switch self {
    case .german: return german
    case .english: return english
    }
  }
}

// MARK: Numbers and dates

extension Language {
  /// Numbers as this language writes them.
  package func numbers(decimals: Int) -> NumberStyle {
    switch self {
    case .german: return NumberStyle(decimals: decimals, decimalMark: .comma)
    case .english: return NumberStyle(decimals: decimals, decimalMark: .point)
    }
  }

  /// A share with one decimal: `64.8 %`.
  func percent(_ share: Fraction) -> String { numbers(decimals: 1).percent(share.count, per: Fraction.one.count) }

  /// `29.03.2026`, `29 Mar 2026`; without the year where `year` is false.
  func date(_ day: LocalDay, year: Bool = true) -> String {
    let parts = day.components
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    switch self {
    case .german:
      return padded(parts.day, to: 2) + "." + padded(parts.month, to: 2) + "." + (year ? padded(parts.year, to: 4) : "")
    case .english: return "\(parts.day) \(months[parts.month - 1])" + (year ? " \(parts.year)" : "")
    }
  }

  /// A period of whole days: its first and last day, one where they are the same.
  func period(_ days: Range<LocalDay>) -> String {
    guard let last = days.last else { return pick("kein Tag", "no day") }
    return days.count == 1 ? date(last) : date(days.lowerBound) + pick(" bis ", " to ") + date(last)
  }
}

// MARK: The energy report

extension Language {
  var energyReport: String { pick("Energiebericht", "energy report") }
  func quarterHours(_ count: Int) -> String {
    "\(count) " + (count == 1 ? pick("Viertelstunde", "quarter hour") : pick("Viertelstunden", "quarter hours"))
  }
  var provisional: String { pick("VORLÄUFIG", "PROVISIONAL") }
  var provisionalWhy: String {
    pick(
      "nicht jede Viertelstunde ist gemessen, Werte können sich ändern", "not every quarter hour is measured, figures may change")
  }

  var virtualSum: String { pick("Gemeinschaft", "community") }
  var sitesTogether: String { pick("Summe der Standorte", "sum of the sites") }
  var virtualSumMeans: String {
    pick(
      "Gemeinschaft (virtuelle Summe): wie hinter einem Zähler, je Viertelstunde verrechnet",
      "community (virtual sum): as if behind one meter, netted in each quarter hour")
  }
  var sitesTogetherMeans: String {
    pick(
      "Summe der Standorte: jeder hinter seinem eigenen Zähler, dann zusammengezählt",
      "sum of the sites' own: each behind its own meter, then added up")
  }
  var selfConsumptionMeans: String {
    pick("EV: was in Batterien geladen wird, zählt als Eigenverbrauch", "SC: what is charged into batteries counts as own use")
  }
  var balanceMeans: String {
    pick(
      "BIL: Erzeugung durch Verbrauch über den ganzen Zeitraum; sagt nichts über Stunden ohne Sonne und Wind",
      "BAL: generation over consumption for the whole period (Bilanz); says nothing about hours without sun and wind")
  }

  var consumption: String { pick("Verbrauch", "consumption") }
  var generation: String { pick("Erzeugung", "generation") }
  var gridImport: String { pick("aus dem Netz", "from the grid") }
  var gridExport: String { pick("ins Netz", "into the grid") }
  var charged: String { pick("in Batterien geladen", "charged into batteries") }
  var discharged: String { pick("aus Batterien entladen", "discharged from batteries") }
  var selfSufficiency: String { pick("Autarkiegrad (AG)", "self-sufficiency (SS)") }
  var withoutStock: String { pick("  ohne zuvor Gespeichertes", "  without what was stored before") }
  var storedBefore: String { pick("  zuvor Gespeichertes", "  stored before") }
  var selfConsumption: String { pick("Eigenverbrauchsquote (EV)", "self-consumption (SC)") }
  var withoutLosses: String { pick("  ohne Batterieverluste", "  without battery losses") }
  var balance: String { pick("Bilanz über den Zeitraum (BIL)", "balance over the period (BAL)") }
  var matched: String { pick("je Viertelstunde gedeckt (MATCH)", "matched by quarter hour (MATCH)") }
  var peakImport: String { pick("höchster Bezug", "highest import") }
  var peakBegins: String { pick("  Viertelstunde ab", "  quarter hour from") }
  var known: String { pick("bekannte Viertelstunden", "quarter hours known") }
  var measured: String { pick("  gemessen", "  measured") }
  var estimated: String { pick("  geschätzt", "  estimated") }
  var substituted: String { pick("  Ersatzwerte", "  substituted") }
  var residual: String { pick("von Zählern nicht erklärt", "unexplained by the meters") }

  var site: String { pick("Standort", "site") }
  var usedColumn: String { pick("Verbr.", "used") }
  var madeColumn: String { pick("Erz.", "made") }
  var importColumn: String { pick("Bezug", "import") }
  var exportColumn: String { pick("Einsp.", "export") }
  var selfSufficiencyColumn: String { pick("AG", "SS") }
  var selfConsumptionColumn: String { pick("EV", "SC") }
  var peakColumn: String { pick("max kW", "max kW") }
  var knownColumn: String { pick("bekannt", "known") }
  var allInKilowattHours: String { pick("kWh, wo nichts anderes steht", "kWh unless another unit stands there") }
  var undefinedMark: String { pick("–\u{A0}nicht bestimmbar", "–\u{A0}undefined") }
  var hiddenMark: String { pick("?\u{A0}zu wenig bekannt", "?\u{A0}too little known") }
  var provisionalMark: String { pick("*\u{A0}vorläufig", "*\u{A0}provisional") }

  var notes: String { pick("HINWEISE", "NOTES") }
  func hidden(coverage: Fraction?) -> String {
    let known = coverage.map(percent) ?? pick("keine", "none")
    let least = percent(DataQuality.leastCoverage)
    return pick(
      "Anteile verborgen: \(known) der Viertelstunden bekannt, nötig sind \(least)",
      "shares hidden: \(known) of the quarter hours known, \(least) needed")
  }
  func storedBefore(_ energy: Energy, without share: Fraction) -> String {
    let amount = numbers(decimals: 1).kilowattHours(energy.count)
    return pick(
      "Autarkiegrad enthält \(amount), die die Batterie schon zuvor hatte; ohne sie \(percent(share))",
      "self-sufficiency includes \(amount) that the battery held before; without them \(percent(share))")
  }
  func chargedFromGrid(_ energy: Energy) -> String {
    let amount = numbers(decimals: 1).kilowattHours(energy.count)
    return pick(
      "Batterie mit \(amount) aus dem Netz geladen; Entladenes zählt nur mit seinem grünen Anteil",
      "battery charged with \(amount) from the grid; what it gave back counts only with its green share")
  }
  func batteryExported(_ energy: Energy) -> String {
    let amount = numbers(decimals: 1).kilowattHours(energy.count)
    return pick("Batterie hat \(amount) ins Netz abgegeben", "battery fed \(amount) into the grid")
  }
  func lifted(_ count: Int) -> String {
    pick(
      "Verbrauch in \(quarterHours(count)) knapp unter null (Zählertoleranz), als null gezählt",
      "consumption just below zero in \(quarterHours(count)) (meter tolerance), counted as zero")
  }
  func implausible(_ count: Int) -> String {
    pick(
      "\(quarterHours(count)) ausgelassen, weil die Zähler einander widersprechen; Zählerzuordnung prüfen",
      "\(quarterHours(count)) left out because the meters contradict each other; check which meter measures what")
  }
  func unexplained(_ residual: BalanceResidual, share: Fraction) -> String {
    let amount = numbers(decimals: 1).kilowattHours(residual.absolute.count)
    return pick(
      "Zähler gehen nicht auf: \(amount) nicht erklärt (\(percent(share)))",
      "meters do not add up: \(amount) unexplained (\(percent(share)))")
  }
  func unmetered(_ names: String) -> String {
    pick("Ohne Stromzähler und in keiner Zahl enthalten: ", "Without an electricity meter and part of no figure: ") + names
  }
}
