import CommunityModel
import Console
import LinearOptimization
import Planning
import Quantities

/// What came of asking how large something should be built: the size that pays best, and what it costs and saves.
struct PlanPurchase: Equatable {
  /// What could be built.
  let candidate: AssetCandidate
  /// How much of it pays best, of its largest size; zero where nothing pays.
  let share: Fraction

  /// The size that pays best.
  var size: AssetSize? { candidate.asset.size?.times(share) }
  /// What that costs a year.
  var yearlyCost: Money { candidate.yearlyCost(of: share) }
}

extension PlanVariation {
  /// What is to be built of each candidate; none where there is no plan.
  var purchases: [PlanPurchase] {
    guard let plan else { return [] }
    let shares = plan.sites.flatMap(\.assets).reduce(into: [:]) { $0[$1.id] = $1.builtShare }
    return candidates.compactMap { candidate in shares[candidate.asset.id].map { PlanPurchase(candidate: candidate, share: $0) } }
  }

  /// The part of the year's cost of all purchases that counts over the plan.
  var purchaseCost: Money {
    guard let plan else { return .zero }
    return purchases.reduce(.zero) { $0 + $1.candidate.cost(of: $1.share, over: plan.horizon) }
  }

  /// What the plan with the purchases costs less than `plan`, the price of CO2 included.
  func saved(beside plan: Plan) -> Money {
    guard let other = self.plan else { return .zero }
    return plan.cost + plan.carbon.cost - other.cost - other.carbon.cost
  }

  /// Of what is saved, what is less paid for peaks: these are paid for a whole month, however short the plan is.
  func savedByPeaks(beside plan: Plan) -> Money {
    guard let other = self.plan else { return .zero }
    func peaks(_ plan: Plan) -> Money { plan.sites.reduce(.zero) { $0 + $1.peakCost } }
    return peaks(plan) - peaks(other)
  }

  /// Whether no other sizes are better, within the gap that was asked for.
  var areSizesProven: Bool { plan?.isProven ?? false }

  /// The purchases for programs; null where no size was sought.
  func purchasesJSON(beside plan: Plan) -> JSONValue {
    guard !candidates.isEmpty, let other = self.plan else { return .null }
    func money(_ money: Money) -> JSONValue { .number(decimalText(money.count, digits: 6)) }
    let items = purchases.map { purchase -> JSONValue in
      var fields: [(String, JSONValue)] = [("candidate_id", .string(purchase.candidate.asset.id.text))]
      switch (purchase.size, purchase.candidate.asset.size) {
      case (.energy(let best), .energy(let most)):
        fields += [
          ("best_kwh", .number(decimalText(best.count, digits: 6))), ("largest_kwh", .number(decimalText(most.count, digits: 6))),
        ]
      case (.power(let best), .power(let most)):
        fields += [
          ("best_kw", .number(decimalText(best.count, digits: 6))), ("largest_kw", .number(decimalText(most.count, digits: 6))),
        ]
      default: break
      }
      return .object(fields + [("yearly_cost_eur", money(purchase.yearlyCost))])
    }
    return .object([
      ("sizes", .array(items)), ("horizon_share_of_year", .decimal(AssetCandidate.shareOfYear(other.horizon))),
      ("horizon_cost_eur", money(purchaseCost)), ("saved_eur", money(saved(beside: plan))),
      ("saved_by_peaks_eur", money(savedByPeaks(beside: plan))), ("gain_eur", money(saved(beside: plan) - purchaseCost)),
    ])
  }
}

extension PlanPage {
  /// What pays of the candidates of `variation`, and what it costs and saves; none where no size was sought.
  func purchaseWords(_ variation: PlanVariation) -> [String] {
    guard !variation.candidates.isEmpty else { return [] }
    let purchases = variation.purchases
    guard purchases.contains(where: { $0.share > .zero }) else { return [language.nothingPays(over: hours)] }
    let names = purchases.count > 1
    let money = language.numbers(decimals: 2)
    let (saved, cost) = (variation.saved(beside: report.plan), variation.purchaseCost)
    let yearly = purchases.reduce(Money.zero) { $0 + $1.yearlyCost }
    var words = purchases.map { purchase in
      let name = names ? purchase.candidate.asset.id.text.withoutControls + " " : ""
      return name + language.bestSize(text(purchase.size), most: text(purchase.candidate.asset.size))
    }
    words.append(language.purchaseCost(yearly: money.euros(yearly.count), now: money.euros(cost.count), hours: hours))
    words.append(
      saved < .zero
        ? language.purchaseBurdens(money.euros(-saved.count), together: money.euros((cost - saved).count))
        : language.purchaseSaves(money.euros(saved.count), gain: money.euros((saved - cost).count)))
    let peaks = variation.savedByPeaks(beside: report.plan)
    if peaks.count.magnitude >= 5000 { words.append(language.ofItPeaks(money.euros(peaks.count))) }
    if variation.areSizesProven { words.append(language.sizesProven) }
    return words
  }

  /// That a plan is no year; none for a plan of a year.
  func purchaseNote() -> [String] {
    AssetCandidate.shareOfYear(report.plan.horizon) < 1 ? section("", language.noYear(hours: hours)) : []
  }

  /// The plan's hours, in words.
  private var hours: String { language.numbers(decimals: 0).text(Double(report.plan.horizon.span.count) / 4) + " h" }

  private func text(_ size: AssetSize?) -> String {
    switch size {
    case .energy(let energy): language.numbers(decimals: 1).text(energy.count, per: 1_000_000) + " kWh"
    case .power(let power): language.numbers(decimals: 1).text(power.count, per: 1_000_000) + " kW"
    case nil: "–"
    }
  }
}

extension Language {
  fileprivate func bestSize(_ size: String, most: String) -> String {
    pick("beste Größe \(size) von höchstens \(most)", "best size \(size) of at most \(most)")
  }
  fileprivate func purchaseCost(yearly: String, now: String, hours: String) -> String {
    pick("kostet \(yearly) im Jahr, in diesen \(hours) \(now)", "costs \(yearly) a year, in these \(hours) \(now)")
  }
  fileprivate func purchaseSaves(_ saved: String, gain: String) -> String {
    pick("spart darin \(saved), bleiben \(gain)", "saves \(saved) in them, which leaves \(gain)")
  }
  fileprivate func purchaseBurdens(_ more: String, together: String) -> String {
    pick("kostet darin \(more) mehr, zusammen \(together)", "costs \(more) more in them, \(together) together")
  }
  fileprivate func ofItPeaks(_ money: String) -> String {
    pick("davon \(money) Leistungspreis eines ganzen Monats", "of it \(money) for peaks of a whole month")
  }
  fileprivate func nothingPays(over hours: String) -> String {
    pick("lohnt in diesen \(hours) in keiner Größe", "does not pay in these \(hours), whatever its size")
  }
  fileprivate var sizesProven: String { pick("Größe nachgewiesen", "size proven") }
  fileprivate func noYear(hours: String) -> String {
    pick(
      "\(hours) sind kein Jahr: Von den Jahreskosten zählt ihr Anteil an 8760 h, und andere Tage sparen anderes. Zum Entscheiden ein "
        + "Jahr fragen, dessen Preise bekannt sind: --hours 8760 --step 1h --max-time 600.",
      "\(hours) are no year: of a year's costs their share of 8760 h counts, and other days save otherwise. To decide ask for a year "
        + "whose prices are known: --hours 8760 --step 1h --max-time 600.")
  }
}
