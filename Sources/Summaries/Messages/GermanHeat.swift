import CommunityModel
import MarketTime
import Quantities

/// A month's heat in German.
extension GermanWords {
  func name(of month: LocalMonth) -> String { "\(self.month(month.firstDay)) \(month.firstDay.components.year)" }
  func shortName(of month: LocalMonth) -> String {
    "\(self.month(month.firstDay).prefix(3)) \(month.firstDay.components.year)"
  }

  func heatSubject(_ heat: HeatMonth) -> String {
    guard let energy = heat.last.energy else { return "Keine Werte vom Wärmezähler, \(name(of: heat.month))" }
    let isTold = heat.last.isWhole && energy >= HeatMonth.leastInSubject
    return isTold
      ? "\(numbers.energy(energy)) kWh Wärme im \(name(of: heat.month))"
      : "\(you("Ihre", "Deine")) Wärme im \(name(of: heat.month))"
  }

  func neutralHeatSubject(_ month: LocalMonth) -> String { "\(you("Ihre", "Deine")) Energie im \(name(of: month))" }

  func heatHeadline(_ heat: HeatMonth) -> String {
    heat.last.energy == nil ? "Werte vom Wärmezähler fehlen" : "\(you("Ihre", "Deine")) Wärme im \(name(of: heat.month))"
  }

  func heatOpening(_ heat: HeatMonth) -> String {
    let month = "im \(self.month(heat.month.firstDay))"
    guard let energy = heat.last.energy else {
      return "\(month) hatten wir keine Werte von \(you("Ihrem", "deinem")) Wärmezähler. "
        + "\(you("Sie müssen", "Du musst")) nichts tun; wir kümmern uns darum."
    }
    let known = heat.last.isWhole ? "" : ", so weit wir es wissen"
    return "\(month) \(you("brauchten Sie", "brauchtest du")) \(numbers.energy(energy)) kWh Wärme\(known)."
  }

  func heatNote(_ use: HeatMonth.Use) -> String {
    guard let since = use.since else { return "(noch nicht Mitglied)" }
    var notes: [String] = []
    if !use.isWholeMonth { notes.append("seit \(since.components.day). \(month(since))") }
    if use.isPartly { notes.append("etwa \(length(use.expected - use.known)) fehlen".withVerb(use.expected - use.known)) }
    return notes.isEmpty ? "" : "(\(notes.joined(separator: ", ")))"
  }

  /// `31 Tage`, `5 Stunden`
  private func length(_ quarters: Int) -> String {
    let (unit, count) = RoundedTime.of(quarters)
    return switch unit {
    case .days: "\(count) Tage"
    case .hours: "\(count) \(Plural(count).pick("Stunde", "Stunden"))"
    case .quarters: "\(count) \(Plural(count).pick("Viertelstunde", "Viertelstunden"))"
    }
  }

  func heatSubstituted(_ use: HeatMonth.Use) -> String {
    let isOne = RoundedTime.of(use.substituted).count == 1
    return "Im \(name(of: use.month)) \(isOne ? "ist" : "sind") etwa \(length(use.substituted)) Ersatzwerte."
  }

  func heatComparison(_ use: Energy, _ before: HeatMonth.Use) -> String {
    guard let energy = before.energy, energy > .zero else { return "" }
    let month = "im \(name(of: before.month))"
    guard let change = HeatMonth.change(use, energy) else { return "Das ist etwa so viel wie \(month)." }
    return "Das \(change.percent == 1 ? "ist" : "sind") \(change.percent) % \(change.isMore ? "mehr" : "weniger") als \(month)."
  }

  var heatWeather: String { "Das Wetter ist nicht herausgerechnet: Kalte Monate brauchen mehr Wärme." }
  func heatAverageLabel(_ place: HeatMonth.Place) -> String {
    switch place {
    case .network: "Mittel im Wärmenetz"
    case .house: "Mittel im Haus"
    }
  }
  func heatUsers(_ count: Int) -> String { "(von \(count) Haushalten)" }

  func heatNoAverage(_ average: HeatMonth.Average) -> String {
    switch average {
    case .mean: ""
    case .tooFew: "Ein Mittel nennen wir nicht: Zu wenige Haushalte haben Werte vom ganzen Monat."
    case .oneStandsOut: "Ein Mittel nennen wir nicht: Ein einzelner Haushalt wäre daran zu erkennen."
    }
  }

  var heatNormalLabel: String { "Durchschnittsnutzer" }
  var heatMixTitle: String { "Woher die Wärme kam" }
  var heatMissing: String { "nicht ganz bekannt" }
  var heatPart: String { "Wärme" }
  func heatPictureTitle(_ month: LocalMonth) -> String { "\(you("Ihre", "Deine")) Wärme im \(name(of: month))" }
  func heatPictureText(_ columns: [String]) -> String { "Säulen: \(columns.joined(separator: ", "))." }
  func heatChat(_ month: LocalMonth, _ energy: String) -> String { "Wärme im \(name(of: month)): \(energy)." }

  func heatLeave(_ link: String?) -> String {
    "Diese Angaben kommen jeden Monat, auch wenn \(you("Sie", "du")) sonst seltener hören \(you("möchten", "möchtest")). "
      + (link.map { "Auf diesem Weg gar nicht mehr? \($0) (ein Klick)" }
        ?? "Auf diesem Weg gar nicht mehr? \(you("Antworten Sie", "Antworte")) mit dem Wort Stopp.")
  }

  var heatLeaveLink: String { "Auf diesem Weg gar nicht mehr" }
}

extension String {
  /// `fehlen` as it goes with one hour: `fehlt`.
  fileprivate func withVerb(_ quarters: Int) -> String {
    RoundedTime.of(quarters).count == 1 ? replacing(" fehlen", with: " fehlt") : self
  }
}
