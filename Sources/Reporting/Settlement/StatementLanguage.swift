import CommunityModel
import Console
import MarketTime
import Quantities
import Settlement

/// The words of a member's statement.
extension Language {
  var statementTitle: String { pick("Abrechnung", "Statement") }
  func name(of month: LocalMonth) -> String {
    let (year, number, _) = month.firstDay.components
    let names = pick(
      "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
      "January February March April May June July August September October November December"
    ).split(separator: " ")
    return "\(names[number - 1]) \(year)"
  }
  var notFinalYet: String {
    pick("noch nicht endgültig, Beträge können sich ändern", "not final yet, amounts may change")
  }

  /// All decimals that an energy has, at least two.
  func exact(_ energy: Energy) -> String {
    let decimals = (2..<6).first { digits in energy.count.isMultiple(of: (digits..<6).reduce(Int64(1)) { unit, _ in unit * 10 }) }
    return numbers(decimals: decimals ?? 6).text(energy.count, per: 1_000_000)
  }
  func money(_ money: Money) -> String { numbers(decimals: 2).text(money.count, per: 1_000_000) }
  /// Cents with as many decimals as the price has, at least two.
  func cents(_ price: EnergyPrice) -> String {
    numbers(decimals: price.count % 100 == 0 ? 2 : 4).text(price.count, per: 10_000)
  }
  func rate(_ rate: Fraction) -> String {
    numbers(decimals: rate.count % 10_000_000 == 0 ? 0 : 2).text(rate.count, per: 10_000_000) + " %"
  }

  var energyTitle: String { pick("Energie (kWh)", "Energy (kWh)") }
  var qualityWord: String { pick("Werte", "values") }
  var quarterHoursWord: String { pick("Viertelstunden", "quarter hours") }
  var heldWord: String { pick("nicht verteilt, Wert fehlt", "not shared, value missing") }
  var takenMeans: String {
    pick(
      "bezogen: was nicht schon hinter dem eigenen Zähler gedeckt war. eigene: der Anteil an der Energie der Gemeinschaft. zugekauft: der Rest.",
      "taken: what was not covered behind the own meter already. own: the part of the community's energy. bought: the rest.")
  }

  var registersTitle: String { pick("Zählerstände (kWh)", "Meter readings (kWh)") }
  var pointWord: String { pick("Messpunkt", "metering point") }
  var directionWord: String { pick("Richtung", "direction") }
  var atStart: String { pick("Anfang", "start") }
  var atEnd: String { pick("Ende", "end") }
  func name(of direction: MeteredEnergies.Direction) -> String {
    switch direction {
    case .import: pick("Bezug", "import")
    case .export: pick("Abgabe", "export")
    }
  }
  var registersMean: String {
    pick(
      "Stände am ersten Tag um 0 Uhr und nach dem letzten Tag um 24 Uhr, wo sie bekannt sind; nach einem Zählerwechsel ist der Unterschied nicht der Verbrauch.",
      "Readings at midnight before the first and after the last day, where they are known; after a meter was exchanged the difference is not what was used."
    )
  }

  var daysWord: String { pick("Tage", "days") }
  var agreementWord: String { pick("Vereinbarung Nr.", "agreement no.") }
  var sharingRuleWord: String { pick("Regel", "rule") }
  var keyWord: String { pick("Schlüssel", "key") }

  var linesTitle: String { pick("Beträge (EUR)", "Amounts (EUR)") }
  var lineHeader: [String] {
    [
      pick("Posten", "item"), pick("Zeitraum · Preis", "period · price"), pick("Menge", "quantity"), pick("Preis", "price"),
      netWord,
      pick("Satz", "rate"), vatWord, grossWord,
    ]
  }
  var linesSumWord: String { pick("Summe", "sum") }
  func name(of kind: SettlementLine.Kind) -> String {
    switch kind {
    case .shared: pick("Energie der Gemeinschaft", "community's energy")
    case .residual: pick("Reststrom", "residual power")
    case .base: pick("Grundpreis", "base price")
    case .network: pick("ermäßigtes Netzentgelt", "reduced network charge")
    case .producer: pick("Erzeugung an Mitglieder", "generation to members")
    case .feedIn: pick("Einspeisung", "feed-in")
    case .tenantPower: pick("Mieterstromzuschlag", "tenant power surcharge")
    case .lease: pick("Dachpacht", "lease of roof")
    case .cap: pick("Preisobergrenze", "price cap")
    case .solidarity: pick("Solidarbeitrag", "solidarity")
    }
  }
  var notesMean: String {
    pick(
      "* zur Kenntnis, nicht in der Summe: das gewährt der Netzbetreiber auf seiner Rechnung.",
      "* for information, not in the sum: the grid's operator grants it on its own bill.")
  }
  var correctionsTitle: String { pick("Berichtigungen früherer Monate (EUR)", "Corrections of earlier months (EUR)") }
  var correctionsMean: String {
    pick(
      "Jede Zeile ist der Betrag, der jetzt gilt, weniger dem bisher abgerechneten (bisher → jetzt, netto).",
      "Each line is the amount that holds now less the one billed so far (so far → now, net).")
  }
  var inAll: String { pick("Mit den Beträgen dieses Monats", "With this month's amounts") }

  var checkTitle: String { pick("So wird gerechnet", "How it is worked out") }
  var formulas: [String] {
    [
      pick(
        "Netto = Menge × Preis, je Zeile einmal auf Cent gerundet (kaufmännisch); bei ⌀ die Summe aller Viertelstunden aus Menge × Preis der Viertelstunde.",
        "Net = quantity × price, rounded to the cent once a line, half away from zero; with ⌀ the sum over all quarter hours of quantity × the quarter hour's price."
      ),
      pick(
        "Monatsbeträge: Preis × Tage / Tage des Monats. Steuer = Netto × Satz, je Zeile auf Cent gerundet. Summen sind Summen der Zeilen. Minus: bekommen Sie.",
        "Months: price × days / days of the month. Tax = net × rate, rounded to the cent a line. Sums are sums of lines. Minus: is paid to you."
      ),
      pick(
        "Anteile: je Viertelstunde nach der Regel der Vereinbarung, auf 0,000001 kWh. Die Werte Ihrer Viertelstunden erhalten Sie als Datei.",
        "Shares: in each quarter hour by the rule agreed on, to 0.000001 kWh. You can have the values of your quarter hours as a file."
      ),
    ]
  }
  func recordNote(isFinal: Bool) -> String {
    isFinal
      ? pick(
        "Endgültig und signiert; Sie können einen Nachweis verlangen, der das ohne uns prüfbar macht.",
        "Final and signed; you can ask for a proof with which this can be checked without us.")
      : notFinalYet.capitalizedFirst + "."
  }
  func inputNote(_ input: String) -> String {
    pick("Prüfsumme der Eingaben: ", "Fingerprint of the input: ") + input
  }
  func amountDue(_ pays: Bool) -> String {
    pays ? pick("Zu zahlen", "To be paid") : pick("Gutschrift", "Credit")
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
