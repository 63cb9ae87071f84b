import Console
import LinearOptimization
import MarketTime
import Planning
import Quantities

extension PlanPage {
  /// A line for each variation: what it costs more, how self-sufficient it leaves the community, what is not served and when.
  func variations() -> [String] {
    let weakest = report.weakestPoint
    var titles: Set<String> = []
    var shown = report.variations
    let failures = shown.filter { $0.change == .fails }
    let isUnknown = !failures.isEmpty && failures.allSatisfy(\.isSkipped)
    if isUnknown { shown.removeAll { $0.change == .fails } }
    let unknown = isUnknown ? section(language.title(of: .fails), language.failuresUnknown) : []
    let lastPurchase = shown.lastIndex { !$0.purchases.isEmpty }
    return unknown
      + shown.enumerated().flatMap { number, variation in
        let title = language.title(of: variation.change)
        let mark = number == weakest ? "  ← " + language.weakestPoint : ""
        let head = variation.change == .fails && !titles.insert(title).inserted ? "" : title
        let note = number == lastPurchase ? purchaseNote() : []
        return section(head, subject(of: variation) + "  " + outcome(of: variation) + mark) + note
      }
  }

  private func subject(of variation: PlanVariation) -> String {
    let name = variation.subject.withoutControls
    guard let span = variation.span else { return name }
    let isToTheEnd = span.upperBound >= report.plan.horizon.span.upperBound
    let from = moment(span.lowerBound)
    return variation.change == .fails && isToTheEnd
      ? language.fails(name, from: from) : "\(name) \(from) – \(moment(span.upperBound))"
  }

  private func outcome(of variation: PlanVariation) -> String {
    switch variation.outcome {
    case .skipped: return language.noTime
    case .failed(let reason): return reason
    case .solved(let other):
      let change = language.numbers(decimals: 2).text((other.cost - report.plan.cost).count, per: 1_000_000)
      let sign = other.cost > report.plan.cost ? "+" : ""
      let share = PlanFigures(of: other).key.selfSufficiency.map { language.percent($0) } ?? "–"
      let purchase = purchaseWords(variation)
      var words = purchase.isEmpty ? ["\(sign)\(change) EUR"] : purchase
      words.append("\(language.selfSufficiencyWord) \(share)")
      let emergency = emergencyPower(in: variation)
      // What a reserve lacks is told as emergency power.
      let unserved = variation.unserved(beside: report.plan).filter { emergency == nil || $0.kind != .reserveMissing }
      words += unserved.isEmpty ? [language.allServed(hasHeat: hasHeat)] : unserved.map(words(for:))
      if let emergency { words.append(emergency) }
      if let exchange = exchangeWords(variation) { words.append(exchange) }
      if case .solved(let status, _, _) = other.origin, status != .optimal { words.append(language.notProvenWord) }
      return words.joined(separator: " · ")
    }
  }

  /// What sites exchange, where that is not as in the plan.
  private func exchangeWords(_ variation: PlanVariation) -> String? {
    let (now, then) = (report.plan.exchanged, variation.exchanged)
    guard now != nil || then != nil, abs(((then ?? .zero) - (now ?? .zero)).kilowattHours) >= 0.05 else { return nil }
    func text(_ energy: Energy?) -> String {
      language.numbers(decimals: 1).text((energy ?? .zero).count, per: 1_000_000) + " kWh"
    }
    return now == nil ? language.exchanged(text(then)) : language.exchanged(text(then), insteadOf: text(now))
  }

  private var hasHeat: Bool { report.plan.sites.contains { $0.assets.contains { $0.role == .heatLoad } } }
}

extension Language {
  fileprivate func title(of change: PlanVariation.Change) -> String {
    switch change {
    case .without: pick("OHNE", "WITHOUT")
    case .with: pick("MIT", "WITH")
    case .fails: pick("FALLS", "IF")
    }
  }
  fileprivate func fails(_ name: String, from: String) -> String {
    pick("\(name) ab \(from) ausfällt", "\(name) fails from \(from)")
  }
  fileprivate var weakestPoint: String { pick("schwächste Stelle", "weakest point") }
  fileprivate var noTime: String { pick("nicht gerechnet: die Zeit war um (--max-time)", "not solved: time was up (--max-time)") }
  fileprivate var failuresUnknown: String {
    pick(
      "Ausfälle nicht gerechnet: die Zeit war um; mit mehr --max-time oder einzeln mit --without GERÄT@12:00..18:00",
      "failures are not solved: time was up; give more --max-time, or ask for one with --without DEVICE@12:00..18:00")
  }
  fileprivate var notProvenWord: String { pick("nicht nachgewiesen", "not proven") }
  fileprivate func exchanged(_ energy: String) -> String { pick("\(energy) getauscht", "\(energy) exchanged") }
  fileprivate func exchanged(_ energy: String, insteadOf planned: String) -> String {
    pick("\(energy) statt \(planned) getauscht", "\(energy) instead of \(planned) exchanged")
  }
  fileprivate func allServed(hasHeat: Bool) -> String {
    hasHeat ? pick("Wärme und Verbrauch gedeckt", "heat and load served") : pick("Verbrauch gedeckt", "load served")
  }
}

extension PlanReport {
  /// The variations for programs.
  var variationsJSON: JSONValue { .array(variations.map(json)) }

  private func json(_ variation: PlanVariation) -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("change", .string(variation.change.rawValue)), ("subject", .string(variation.subject)),
      ("start", .optional(variation.span?.lowerBound.description)), ("end", .optional(variation.span?.upperBound.description)),
      ("solved", .bool(variation.plan != nil)),
    ]
    if case .failed(let reason) = variation.outcome { fields.append(("reason", .string(reason))) }
    guard let other = variation.plan else { return .object(fields) }
    let figures = PlanFigures(of: other)
    func money(_ money: Money) -> JSONValue { .number(decimalText(money.count, digits: 6)) }
    fields += [
      ("proven_optimal", .bool(other.isProven)), ("cost_eur", money(other.cost)),
      ("cost_change_eur", money(other.cost - plan.cost)),
      (
        "self_sufficiency_percent",
        figures.key.selfSufficiency.map { .number(decimalText($0.count, digits: 7)) } ?? .null
      ),
      ("co2_kg", figures.carbon.emissions.map { .number(decimalText($0.count, digits: 6)) } ?? .null),
      ("breaches", .array(other.breaches.map(Self.json))),
      ("exchanged_kwh", variation.exchanged.map { .number(decimalText($0.count, digits: 6)) } ?? .null),
      ("emergency_power", variation.emergencyPowerJSON(beside: plan)), ("purchase", variation.purchasesJSON(beside: plan)),
    ]
    return .object(fields)
  }
}
