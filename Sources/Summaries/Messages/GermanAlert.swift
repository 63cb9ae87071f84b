import MarketTime
import Quantities

/// Unusual use in German.
extension GermanWords {
  func alertSubject(_ use: UnusualUse) -> String { "Mehr Strom als sonst, \(date(use.day))" }
  func neutralAlertSubject(_ day: LocalDay) -> String { "\(you("Ihre", "Deine")) Energie am \(date(day))" }

  func alertOpening(_ use: UnusualUse) -> String {
    let night = use.measure == .night ? " nachts von 1 bis 4 Uhr" : ""
    return "am \(date(use.day)) \(you("brauchten Sie", "brauchtest du"))\(night) mehr Strom als sonst."
  }

  func alertUsed(_ measure: UnusualUse.Measure) -> String { measure == .day ? "An diesem Tag" : "In dieser Nacht" }
  var alertUsual: String { "Sonst meist" }

  func alertNotes(_ measure: UnusualUse.Measure) -> [String] {
    let look = measure == .day ? "ein Boiler, eine Heizung oder eine Pumpe" : "nachts ein Boiler, eine Heizung oder eine Pumpe"
    return [
      "Vielleicht war Besuch da, oder ein Gerät lief länger. Dann ist nichts zu tun.",
      "\(you("Wissen Sie", "Weißt du")) keinen Grund? Dann läuft vielleicht \(look) ohne Pause.",
      "Verglichen haben wir nur mit \(you("Ihren", "deinen")) eigenen letzten vier Wochen. "
        + "Bleibt es so, schreiben wir nicht noch einmal.",
    ]
  }

  func alertChat(_ use: UnusualUse) -> String {
    let time = weekday(use.day) + (use.measure == .night ? ", 1 bis 4 Uhr" : "")
    let (used, usual) = (numbers.energy(use.used), numbers.energy(use.usual))
    return "\(time): \(used) kWh, sonst meist \(usual) kWh. Kein Grund bekannt? Vielleicht läuft ein Gerät ohne Pause."
  }
}
