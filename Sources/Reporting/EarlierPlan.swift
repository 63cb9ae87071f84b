import CommunityModel
import Console
public import MarketTime
public import Planning
public import Quantities

/// What a plan that was made before would have had each asset do.
public struct EarlierPlan: Sendable {
  /// Its hours.
  public let span: Range<QuarterHour>
  /// Mean power of each asset in each quarter hour, by name; positive takes from the site.
  public let powers: [String: TimeSeries<Power>]
  /// What can be scheduled, for a plan that follows this one.
  public let formerPowers: FormerPowers

  /// A plan; see the properties.
  public init(span: Range<QuarterHour>, powers: [String: TimeSeries<Power>], formerPowers: FormerPowers = [:]) {
    self.span = span
    self.powers = powers
    self.formerPowers = formerPowers
  }
}

/// What a plan has otherwise than the one before, in the hours that both cover.
struct PlanChanges: Sendable {
  /// What one asset does otherwise.
  struct Change: Sendable {
    let asset: String
    let role: AssetSchedule.Role
    /// What the plan before had it take in the common hours; negative gives.
    let before: Energy
    /// What it takes now.
    let now: Energy
    /// What is otherwise, quarter hour by quarter hour, without sign.
    let moved: Energy
    /// The first quarter hour with a difference.
    let from: QuarterHour?
  }

  /// The common hours; empty where there are none.
  let span: Range<QuarterHour>
  /// Assets that both plans know, in the order of the plan.
  let changes: [Change]
  /// Assets that only this plan knows.
  let new: [String]
  /// Assets that only the plan before knew, in alphabetical order.
  let gone: [String]

  init(from earlier: EarlierPlan, to plan: Plan) {
    let horizon = plan.horizon
    let common = earlier.span.clamped(to: horizon.span)
    span = common
    let assets = plan.sites.flatMap(\.assets)
    let steps = horizon.steps.enumerated().flatMap { step, quarters in quarters.map { _ in step } }
    changes = assets.compactMap { asset in
      guard let powers = earlier.powers[asset.id.text] else { return nil }
      var (before, now, moved) = (Energy.zero, Energy.zero, Energy.zero)
      var from: QuarterHour?
      for quarter in common {
        let old = (powers[quarter] ?? .zero).energy(over: QuarterHour.duration)
        let new = asset.power[steps[horizon.start.distance(to: quarter)]].energy(over: QuarterHour.duration)
        before += old
        now += new
        moved += (new - old).magnitude
        // A watt is nothing.
        if from == nil, (new - old).magnitude.count > 250 { from = quarter }
      }
      return Change(asset: asset.id.text, role: asset.role, before: before, now: now, moved: moved, from: from)
    }
    let names = Set(assets.map(\.id.text))
    new = assets.map(\.id.text).filter { earlier.powers[$0] == nil }
    gone = earlier.powers.keys.filter { !names.contains($0) }.sorted()
  }

  /// What is expected otherwise: use and plants, added up by what they are.
  var expectations: [(role: AssetSchedule.Role, before: Energy, now: Energy)] {
    [AssetSchedule.Role.generation, .load].compactMap { role in
      let those = changes.filter { $0.role == role }
      guard !those.isEmpty else { return nil }
      return (role, those.reduce(.zero) { $0 + $1.before.magnitude }, those.reduce(.zero) { $0 + $1.now.magnitude })
    }
  }

  /// What is scheduled otherwise, most first; less than a tenth of a kWh is not told.
  var schedules: [Change] {
    changes.filter { $0.role != .generation && $0.role != .load && $0.moved >= Energy(wattHours: 100) }
      .enumerated().sorted { ($1.element.moved, $0.offset) < ($0.element.moved, $1.offset) }.map(\.element)
  }
}

extension PlanPage {
  /// How many assets are told one by one.
  private static let longestList = 6

  /// What is otherwise than in the plan before.
  func changes() -> [String] {
    guard let earlier = report.earlier else { return [] }
    let changes = PlanChanges(from: earlier, to: report.plan)
    guard !changes.span.isEmpty else { return section(language.sinceWord, language.noCommonHours) }
    func kilowattHours(_ energy: Energy) -> String { language.numbers(decimals: 1).text(energy.count, per: 1_000_000) }
    var words = ["\(moment(changes.span.lowerBound)) – \(moment(changes.span.upperBound))"]
    for (role, before, now) in changes.expectations where before != now {
      words.append(
        "\(language.column(role)) \(kilowattHours(before)) → \(kilowattHours(now)) kWh")
    }
    let schedules = changes.schedules
    words += schedules.prefix(Self.longestList).map { change in
      language.moved(change.asset, kilowattHours(change.moved) + " kWh", from: change.from.map(moment) ?? "–")
    }
    if schedules.count > Self.longestList { words.append(language.more(schedules.count - Self.longestList)) }
    if !changes.new.isEmpty { words.append(language.new(changes.new.joined(separator: ", "))) }
    if !changes.gone.isEmpty { words.append(language.gone(changes.gone.joined(separator: ", "))) }
    if words.count == 1 { words.append(language.nothingChanged) }
    return section(language.sinceWord, words.map(\.withoutControls).joined(separator: " · "))
  }
}

extension Language {
  fileprivate var sinceWord: String { pick("SEITHER", "SINCE") }
  fileprivate var noCommonHours: String {
    pick("der frühere Plan hat keine Stunde mit diesem gemeinsam", "the earlier plan has no hour in common with this one")
  }
  fileprivate func moved(_ asset: String, _ energy: String, from: String) -> String {
    pick("\(asset) \(energy) anders ab \(from)", "\(asset) \(energy) otherwise from \(from)")
  }
  fileprivate func more(_ count: Int) -> String { pick("und \(count) weitere", "and \(count) more") }
  fileprivate func new(_ names: String) -> String { pick("neu: ", "new: ") + names }
  fileprivate func gone(_ names: String) -> String { pick("nicht mehr: ", "gone: ") + names }
  fileprivate var nothingChanged: String { pick("alles wie zuvor", "all as before") }
}

extension PlanReport {
  /// What is otherwise than in the plan before, for programs; null where there is none.
  var changesJSON: JSONValue {
    guard let earlier else { return .null }
    let changes = PlanChanges(from: earlier, to: plan)
    func energy(_ energy: Energy) -> JSONValue { .number(decimalText(energy.count, digits: 6)) }
    return .object([
      ("start", .string(changes.span.lowerBound.description)), ("end", .string(changes.span.upperBound.description)),
      (
        "assets",
        .array(
          changes.changes.map { change in
            .object([
              ("asset_id", .string(change.asset)), ("role", .string(change.role.rawValue)), ("before_kwh", energy(change.before)),
              ("now_kwh", energy(change.now)), ("moved_kwh", energy(change.moved)),
              ("from", .optional(change.from?.description)),
            ])
          })
      ),
      ("new", .array(changes.new.map { .string($0) })), ("gone", .array(changes.gone.map { .string($0) })),
    ])
  }
}
