import MarketTime
import Quantities

/// Unusual use in English.
extension EnglishWords {
  func alertSubject(_ use: UnusualUse) -> String { "More electricity than usual, \(date(use.day))" }
  func neutralAlertSubject(_ day: LocalDay) -> String { "Your energy on \(date(day))" }

  func alertOpening(_ use: UnusualUse) -> String {
    let night = use.measure == .night ? ", from 1 to 4 am," : ""
    return "on \(date(use.day))\(night) you used more electricity than usual."
  }

  func alertUsed(_ measure: UnusualUse.Measure) -> String { measure == .day ? "On this day" : "In this night" }
  var alertUsual: String { "Usually" }

  func alertNotes(_ measure: UnusualUse.Measure) -> [String] {
    let look = measure == .day ? "a boiler, a heater or a pump" : "a boiler, a heater or a pump at night"
    return [
      "Perhaps you had visitors, or an appliance ran longer. Then there is nothing to do.",
      "You know no reason? Then perhaps \(look) runs without a break.",
      "We compared with your own last four weeks only. If it stays like this, we do not write again.",
    ]
  }

  func alertChat(_ use: UnusualUse) -> String {
    let time = weekday(use.day) + (use.measure == .night ? ", 1 to 4 am" : "")
    let (used, usual) = (numbers.energy(use.used), numbers.energy(use.usual))
    return "\(time): \(used) kWh, usually \(usual) kWh. No reason known? Perhaps an appliance runs without a break."
  }
}
