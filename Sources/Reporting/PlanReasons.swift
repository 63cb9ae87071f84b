import CommunityModel
import Console
import MarketTime
public import Planning
import Quantities

extension PlanPage {
  /// Why the plan does what it does: a paragraph a block, with what it would cost to have it otherwise.
  func reasons() -> [String] {
    guard let reasons = report.reasons else { return [] }
    switch reasons {
    case .unknown: return section(language.whyWord, language.reasonsUnknown)
    case .found(let explanations) where explanations.isEmpty: return section(language.whyWord, language.nothingDecided)
    case .found(let explanations):
      return explanations.enumerated().flatMap { number, explanation in
        section(number == 0 ? language.whyWord : "", sentence(explanation))
      }
    }
  }

  private func sentence(_ explanation: Explanation) -> String {
    let words = ReasonWords(language: language, horizon: report.plan.horizon, calendar: report.community.calendar)
    let what = [
      words.time(of: explanation.steps), words.subject(explanation) + ":", words.reason(explanation.reason) + ".",
    ].joined(separator: " ")
    return what + (explanation.price.map { " " + words.price($0) } ?? "")
  }
}

extension PlanReport {
  /// What is known of a plan's reasons.
  public enum Reasons: Sendable {
    /// The plan is not proven, so that nothing is known of its prices.
    case unknown
    /// These.
    case found([Explanation])
  }

  /// The reasons in JSON; null where nobody asked or nothing is known.
  var reasonsJSON: JSONValue {
    guard case .found(let explanations) = reasons else { return .null }
    return .array(explanations.map { json($0) })
  }

  private func json(_ explanation: Explanation) -> JSONValue {
    let steps = plan.horizon.steps
    let subject: [(String, JSONValue)]
    switch explanation.subject {
    case .asset(let id, _): subject = [("asset_id", .string(id.text)), ("site_id", .null)]
    case .connection(let site): subject = [("asset_id", .null), ("site_id", .string(site.text))]
    }
    return .object(
      subject + [
        ("start", .string(steps[explanation.steps.lowerBound].lowerBound.description)),
        ("end", .string(steps[explanation.steps.upperBound - 1].upperBound.description)),
        ("energy_kwh", .number(decimalText(explanation.energy.count, digits: 6))),
        ("reason", .object(ReasonFields(explanation.reason).fields)),
        ("overruling", explanation.price.map { .object(ReasonFields.fields(of: $0)) } ?? .null),
      ])
  }
}

/// A reason as JSON names it.
private struct ReasonFields {
  let fields: [(String, JSONValue)]

  init(_ reason: Explanation.Reason) {
    func price(_ price: EnergyPrice?) -> JSONValue { price.map { .number(decimalText($0.count, digits: 6)) } ?? .null }
    func kind(_ name: String, _ fields: [(String, JSONValue)]) -> [(String, JSONValue)] { [("kind", .string(name))] + fields }
    switch reason {
    case .takes(let now, let source, let later, _, _):
      fields = kind(
        "takes", [("price_eur_per_kwh", price(now)), ("source", .string("\(source)")), ("later_eur_per_kwh", price(later))])
    case .keeps(let now, let source, let worth):
      fields = kind(
        "keeps", [("price_eur_per_kwh", price(now)), ("source", .string("\(source)")), ("worth_eur_per_kwh", price(worth))])
    case .gives(let now, let source, let before):
      fields = kind(
        "gives", [("price_eur_per_kwh", price(now)), ("source", .string("\(source)")), ("before_eur_per_kwh", price(before))])
    case .makesFuel(let now, let source, let fuel):
      fields = kind(
        "makes_fuel", [("price_eur_per_kwh", price(now)), ("source", .string("\(source)")), ("fuel_eur_per_kwh", price(fuel))])
    case .usesFuel(let now, let source, let fuel):
      fields = kind(
        "uses_fuel", [("price_eur_per_kwh", price(now)), ("source", .string("\(source)")), ("fuel_eur_per_kwh", price(fuel))])
    case .heats(let cost, let power, let next):
      fields = kind(
        "heats",
        [
          ("cost_eur_per_kwh", price(cost)), ("power_eur_per_kwh", price(power)), ("next", .optional(next?.asset.text)),
          ("next_eur_per_kwh", price(next?.cost)),
        ])
    case .isKeptOn(let cost, let worth):
      fields = kind("kept_on", [("cost_eur_per_kwh", price(cost)), ("worth_eur_per_kwh", price(worth))])
    case .rests(let cost, let worth):
      fields = kind("rests", [("cost_eur_per_kwh", price(cost)), ("worth_eur_per_kwh", price(worth))])
    case .isKeptOff(let cost, let worth):
      fields = kind("kept_off", [("cost_eur_per_kwh", price(cost)), ("worth_eur_per_kwh", price(worth))])
    case .placed(let now, let least, let most):
      fields = kind(
        "placed",
        [("price_eur_per_kwh", price(now)), ("least_eur_per_kwh", price(least)), ("most_eur_per_kwh", price(most))])
    case .connectionIsFull(let limit):
      fields = kind("connection_is_full", [("limit_kw", .number(decimalText(limit.count, digits: 6)))])
    case .feedInCosts(let cost): fields = kind("feed_in_costs", [("cost_eur_per_kwh", price(cost))])
    case .nobodyTakes: fields = kind("nobody_takes", [])
    case .heldByConnection(let limit, let worth):
      fields = kind(
        "held_by_connection",
        [
          ("limit_kw", .number(decimalText(limit.count, digits: 6))),
          ("worth_eur_per_kw", .number(decimalText(worth.count, digits: 6))),
        ])
    case .heldByPeak(let peak, let price):
      fields = kind(
        "held_by_peak",
        [
          ("limit_kw", .number(decimalText(peak.count, digits: 6))),
          ("price_eur_per_kw", .number(decimalText(price.count, digits: 6))),
        ])
    }
  }

  static func fields(of price: Overruling.Price) -> [(String, JSONValue)] {
    func fields(_ result: String, cost: Money? = nil, breach: Breach.Kind? = nil) -> [(String, JSONValue)] {
      [
        ("result", .string(result)), ("cost_eur", cost.map { .number(decimalText($0.count, digits: 6)) } ?? .null),
        ("breach", .optional(breach?.rawValue)),
      ]
    }
    switch price {
    case .costs(let cost): return fields("costs", cost: cost)
    case .costsLessThan(let cost): return fields("costs_less_than", cost: cost)
    case .breaks(let kind): return fields("breaks", breach: kind)
    case .impossible: return fields("impossible")
    case .notComputed: return fields("not_computed")
    }
  }
}
