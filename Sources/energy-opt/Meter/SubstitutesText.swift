import CommunityModel
import Console
import MarketTime
import MeterData
import Quantities
import Reporting

/// Substitutes and refusals in words, a line each.
struct SubstitutesText {
  private let calendar: MarketCalendar
  private let language: Language

  init(_ calendar: MarketCalendar, _ language: Language) {
    self.calendar = calendar
    self.language = language
  }

  func line(_ substitution: Substitution) -> String {
    let method =
      switch substitution.method {
      case .linear: language.pick("gerade Linie", "straight line")
      case .comparableDays: language.pick("Mittel von drei Tagen derselben Art", "mean of three days of the same kind")
      case .balance: language.pick("Rest der anderen Zähler, geschätzt", "what the other meters leave, estimated")
      }
    let anchor =
      substitution.anchor == nil ? "" : language.pick(", auf den Zählerstand gebracht", ", brought to the register's sum")
    let energy = language.numbers(decimals: 3).text(substitution.energy.count, per: 1_000_000)
    return
      "\(head(substitution.key.point.text, substitution.key.direction.rawValue, substitution.values.span)): \(energy) kWh, \(method)\(anchor)"
  }

  func line(_ refusal: SubstituteRefusal) -> String {
    let reason =
      switch refusal.reason {
      case .plant:
        language.pick(
          "folgt Sonne, Wind oder einem Plan, und die anderen Zähler sagen es nicht",
          "follows sun, wind or a plan, and the other meters do not tell it")
      case .tooFewDays(let needed):
        language.pick(
          "keine \(needed) Tage derselben Art mit gemessenem Wert",
          "there are not \(needed) days of the same kind with a measured value")
      case .holidaysUnknown:
        language.pick("die Feiertage des Jahres sind nicht bekannt", "the year's public holidays are not known")
      case .registerFell: language.pick("der Zählerstand ging zurück", "the register went backwards")
      }
    return head(refusal.key.point.text, refusal.key.direction.rawValue, refusal.span)
      + language.pick(": kein Ersatz, \(reason)", ": no substitute, \(reason)")
  }

  func sum(_ filled: [Substitution], _ refused: [SubstituteRefusal], isStored: Bool) -> String {
    let (values, left) = (filled.reduce(0) { $0 + $1.values.values.count }, refused.reduce(0) { $0 + $1.span.count })
    let stored = isStored ? language.pick("gespeichert", "stored") : language.pick("nichts gespeichert", "nothing stored")
    return language.pick(
      "\(values) Werte ersetzt, \(left) fehlen weiter; \(stored)",
      "\(values) values substituted, \(left) still missing; \(stored)")
  }

  private func head(_ point: String, _ direction: String, _ span: Range<QuarterHour>) -> String {
    let (first, last) = (calendar.local(span.lowerBound.start), calendar.local(span.upperBound.start))
    return "\(point) \(direction) \(first.day) \(first.time)" + language.pick(" bis ", " to ")
      + (first.day == last.day ? "" : "\(last.day) ") + "\(last.time)"
  }
}
