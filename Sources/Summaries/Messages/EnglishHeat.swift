import CommunityModel
import MarketTime
import Quantities

/// A month's heat in English.
extension EnglishWords {
  func name(of month: LocalMonth) -> String { "\(self.month(month.firstDay)) \(month.firstDay.components.year)" }
  func shortName(of month: LocalMonth) -> String {
    "\(self.month(month.firstDay).prefix(3)) \(month.firstDay.components.year)"
  }

  func heatSubject(_ heat: HeatMonth) -> String {
    guard let energy = heat.last.energy else { return "No values from your heat meter, \(name(of: heat.month))" }
    let isTold = heat.last.isWhole && energy >= HeatMonth.leastInSubject
    return isTold ? "\(numbers.energy(energy)) kWh of heat in \(name(of: heat.month))" : "Your heat in \(name(of: heat.month))"
  }

  func neutralHeatSubject(_ month: LocalMonth) -> String { "Your energy in \(name(of: month))" }

  func heatHeadline(_ heat: HeatMonth) -> String {
    heat.last.energy == nil ? "Values from your heat meter are missing" : "Your heat in \(name(of: heat.month))"
  }

  func heatOpening(_ heat: HeatMonth) -> String {
    let month = "in \(self.month(heat.month.firstDay))"
    guard let energy = heat.last.energy else {
      return "\(month) we had no values from your heat meter. You need not do anything; we are looking at it."
    }
    return "\(month) you used \(numbers.energy(energy)) kWh of heat\(heat.last.isWhole ? "" : ", as far as we know")."
  }

  func heatNote(_ use: HeatMonth.Use) -> String {
    guard let since = use.since else { return "(not yet a member)" }
    var notes: [String] = []
    if !use.isWholeMonth { notes.append("since \(since.components.day) \(month(since))") }
    if use.isPartly { notes.append("about \(length(use.expected - use.known)) missing") }
    return notes.isEmpty ? "" : "(\(notes.joined(separator: ", ")))"
  }

  /// `31 days`, `5 hours`
  private func length(_ quarters: Int) -> String {
    let (unit, count) = RoundedTime.of(quarters)
    return switch unit {
    case .days: "\(count) days"
    case .hours: "\(count) \(Plural(count).pick("hour", "hours"))"
    case .quarters: "\(count) \(Plural(count).pick("quarter of an hour", "quarters of an hour"))"
    }
  }

  func heatSubstituted(_ use: HeatMonth.Use) -> String {
    let isOne = RoundedTime.of(use.substituted).count == 1
    return "In \(name(of: use.month)) about \(length(use.substituted)) \(isOne ? "is" : "are") substitute values."
  }

  func heatComparison(_ use: Energy, _ before: HeatMonth.Use) -> String {
    guard let energy = before.energy, energy > .zero else { return "" }
    let month = "in \(name(of: before.month))"
    guard let change = HeatMonth.change(use, energy) else { return "That is about as much as \(month)." }
    return "That is \(change.percent) % \(change.isMore ? "more" : "less") than \(month)."
  }

  var heatWeather: String { "The weather is not taken out of it: cold months need more heat." }
  func heatAverageLabel(_ place: HeatMonth.Place) -> String {
    switch place {
    case .network: "mean of the heat network"
    case .house: "mean of the house"
    }
  }
  func heatUsers(_ count: Int) -> String { "(of \(count) households)" }

  func heatNoAverage(_ average: HeatMonth.Average) -> String {
    switch average {
    case .mean: ""
    case .tooFew: "We give no mean: too few households have values of the whole month."
    case .oneStandsOut: "We give no mean: a single household could be told from it."
    }
  }

  var heatNormalLabel: String { "average user" }
  var heatMixTitle: String { "Where the heat came from" }
  var heatMissing: String { "not wholly known" }
  var heatPart: String { "heat" }
  func heatPictureTitle(_ month: LocalMonth) -> String { "Your heat in \(name(of: month))" }
  func heatPictureText(_ columns: [String]) -> String { "Columns: \(columns.joined(separator: ", "))." }
  func heatChat(_ month: LocalMonth, _ energy: String) -> String { "Heat in \(name(of: month)): \(energy)." }

  func heatLeave(_ link: String?) -> String {
    "These figures come every month, even if you want to hear less often. "
      + (link.map { "Not by this way any more? \($0) (one click)" } ?? "Not by this way any more? Reply with the word stop.")
  }

  var heatLeaveLink: String { "Not by this way any more" }
}
