import Console
import Quantities

extension PlanReport {
  /// What the plan of another forecast comes to.
  public struct Outlook: Sendable {
    /// The forecast: `p10`, `p50`, `p90`.
    public let name: String
    /// What its plan comes to; nil where there was no time for it.
    public let figures: PlanFigures?

    /// What the plan of the forecast `name` comes to.
    public init(name: String, figures: PlanFigures?) {
      self.name = name
      self.figures = figures
    }
  }

  /// The other forecasts in JSON; null where nobody asked.
  var outlooksJSON: JSONValue {
    guard let outlooks else { return .null }
    return .array(
      outlooks.map { outlook in
        .object([
          ("case", .string(outlook.name)),
          ("cost_eur", outlook.figures.map { .number(decimalText($0.cost.count, digits: 6)) } ?? .null),
          (
            "self_sufficiency_percent",
            outlook.figures?.key.selfSufficiency.map { .number(decimalText($0.count, digits: 7)) } ?? .null
          ),
        ])
      })
  }
}

extension PlanPage {
  /// `p10: 156.00 EUR · 42.8 % | p90: 114.00 EUR · 68.7 %`
  func outlooks() -> [String] {
    guard let outlooks = report.outlooks else { return [] }
    guard !outlooks.isEmpty else { return footnote(language.noCases) }
    let texts = outlooks.map { outlook -> String in
      guard let figures = outlook.figures else { return "\(outlook.name): \(language.notComputed)" }
      let share = figures.key.selfSufficiency.map { language.percent($0) } ?? "–"
      return "\(outlook.name): \(language.numbers(decimals: 2).euros(figures.cost.count)) · \(share)"
    }
    return footnote(texts.joined(separator: " | ")) + footnote(language.casesMean)
  }
}

extension Language {
  func forecastCase(_ name: String) -> String { pick("Fall \(name)", "case \(name)") }
  var notComputed: String { pick("nicht gerechnet (--max-time)", "not computed (--max-time)") }
  var noCases: String {
    pick("p10 und p90 sind nicht bekannt: noch ist nichts gemessen", "p10 and p90 are not known: nothing was measured yet")
  }
  var casesMean: String {
    pick(
      "p10: wenig Sonne und viel Verbrauch, p50: im Mittel der Tage davor, p90: viel Sonne und wenig Verbrauch",
      "p10: little sun and much use, p50: the mean of days before, p90: much sun and little use")
  }
}
