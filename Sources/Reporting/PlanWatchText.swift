public import CommunityModel
import Console
public import MarketTime
public import Planning
import Quantities

/// What a look at the inputs of a standing plan came to, as one line.
public struct PlanWatchText: Sendable {
  private let community: Community
  private let thresholds: PlanWatch.Thresholds

  /// Words about a plan of `community`.
  public init(of community: Community, _ thresholds: PlanWatch.Thresholds) {
    (self.community, self.thresholds) = (community, thresholds)
  }

  /// `15:15 inputs changed by 2.0 % (use and sun), less than 5 %: the plan stays`.
  public func line(_ outcome: PlanWatch.Outcome, at time: QuarterHour, _ language: Language) -> String {
    let clock = community.calendar.local(time.start).time
    func euros(_ money: Money) -> String { language.numbers(decimals: 2).euros(money.count) }
    switch outcome {
    case .unchanged(let change):
      return "\(clock) \(changed(change, language)), \(language.lessThan(language.percent(thresholds.change)))"
    case .kept(let change, let gain):
      return "\(clock) \(changed(change, language)); \(language.gainsTooLittle(euros(gain), least: euros(thresholds.gain)))"
    case .unsolved(let change, let reason):
      return "\(clock) \(changed(change, language)); \(language.unsolved(reason.withoutControls))"
    case .replaced(let change, let gain):
      return "\(clock) \(changed(change, language)); \(gain.map { language.replaced(gaining: euros($0)) } ?? language.replaced)"
    }
  }

  private func changed(_ change: InputChange, _ language: Language) -> String {
    guard let (part, share) = change.largest else { return language.inputsAsBefore }
    return part == .community ? language.otherAssets : language.changed(by: language.percent(share), language.word(for: part))
  }
}

extension Language {
  fileprivate var inputsAsBefore: String { pick("Eingaben wie zuvor", "inputs as before") }
  fileprivate var otherAssets: String { pick("andere Anlagen oder Anschlüsse", "other assets or connections") }
  fileprivate func changed(by share: String, _ part: String) -> String {
    pick("Eingaben um \(share) verändert (\(part))", "inputs changed by \(share) (\(part))")
  }
  fileprivate func lessThan(_ share: String) -> String {
    pick("weniger als \(share): der Plan bleibt", "less than \(share): the plan stays")
  }
  fileprivate func gainsTooLittle(_ gain: String, least: String) -> String {
    pick(
      "ein neuer Plan brächte \(gain), weniger als \(least): der Plan bleibt",
      "a new plan would gain \(gain), less than \(least): the plan stays")
  }
  fileprivate func unsolved(_ reason: String) -> String {
    pick("kein neuer Plan (\(reason)): der Plan bleibt", "no new plan (\(reason)): the plan stays")
  }
  fileprivate func replaced(gaining gain: String) -> String {
    pick("der neue Plan bringt \(gain)", "the new plan gains \(gain)")
  }
  fileprivate var replaced: String { pick("neuer Plan", "a new plan") }
  fileprivate func word(for part: InputChange.Part) -> String {
    switch part {
    case .power: pick("Verbrauch und Sonne", "use and sun")
    case .heat: pick("Wärme", "heat")
    case .stored: pick("Speicherinhalt", "stored energy")
    case .prices: pick("Preise", "prices")
    case .community: pick("Anlagen", "assets")
    }
  }
}
