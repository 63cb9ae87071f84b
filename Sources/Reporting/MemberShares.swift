public import CommunityModel
import Console
public import EnergySharing
import MarketTime
public import Planning
public import Quantities

/// Who gets how much of the community's own power in a plan, by its sharing agreement, and what buying it would have cost.
///
/// Own power is in each step what plants and engines give and batteries give more than they take, all sites together. Keys are of all of
/// it, and nobody gets more than they use: what a key leaves unused is fed in. Equal keys are among those who use anything in the plan; what is
/// used in common has a part in what is shared by use, and in nothing else. Daily caps are left out: they count quarter hours that are over.
/// Who is a member and what is agreed is taken from the plan's first day.
/// What members pay each other is not settled here.
public struct MemberShares: Sendable, Equatable {
  /// What a member uses and gets.
  public struct Row: Sendable, Equatable {
    /// The member; nil for what is used in common.
    public let member: Member.ID?
    /// The member's name; empty for what is used in common.
    public let name: String
    /// What is used.
    public internal(set) var used = Energy.zero
    /// Of that, the community's own.
    public internal(set) var own = Energy.zero
    /// What that would have cost from the grid.
    public internal(set) var saved = Money.zero
  }

  /// The rule agreed on.
  public let rule: SharingAgreement.Rule
  /// The members in the order of the file, then what is used in common, if anything is.
  public private(set) var rows: [Row]
  /// Own power that nobody's share covers.
  public private(set) var left = Energy.zero

  /// The shares in `plan`; nil where the community has agreed on nothing.
  ///
  /// - Parameters:
  ///   - assets: the community's assets, whose metering points say whose they are. What has none belongs to the only member of its
  ///     site, else to all.
  ///   - conditions: the sites' prices.
  /// - Throws: `SharingError` where a share would be wrong; see `AllocationInvariant`.
  public init?(
    of plan: Plan, in community: Community, assets: [AssetDescription], conditions: [SiteConditions]
  ) throws(SharingError) {
    let day = community.calendar.localDay(of: plan.horizon.start.start)
    guard let agreement = community.agreement(on: day), let agreed = agreement.rule else { return nil }
    let community = community.on(day)
    rule = agreed
    rows = community.members.map { Row(member: $0.id, name: $0.name) } + [Row(member: nil, name: "")]
    let owners = Owners(community, assets)
    let places = Dictionary(rows.enumerated().map { ($1.member, $0) }) { first, _ in first }
    let prices = Dictionary(conditions.map { ($0.site, plan.horizon.means(of: $0.importPrice)) }) { first, _ in first }
    let users = Set(plan.sites.flatMap(\.assets).filter(\.uses).compactMap { owners.owner(of: $0) })
    let sharing = try Self.sharing(agreement, among: users, in: community)
    for step in plan.horizon.steps.indices {
      let duration = plan.horizon.duration(of: step)
      var used = [Energy](repeating: .zero, count: rows.count)
      var worth = [Money](repeating: .zero, count: rows.count)
      var given = Energy.zero
      for site in plan.sites {
        for asset in site.assets {
          let amount = asset.power[step].energy(over: duration)
          if asset.uses {
            let place = places[owners.owner(of: asset)] ?? rows.count - 1
            used[place] += amount
            worth[place] += amount * (prices[site.site]?[step] ?? .zero)
          } else {
            given = given - amount
          }
        }
        given = given - site.spilled[step].energy(over: duration)
      }
      try share(max(.zero, given), among: used, worth: worth, by: sharing, at: plan.horizon.steps[step].lowerBound)
    }
    if rows.last?.used == .zero { rows.removeLast() }
  }

  /// What stands for all that is used in common; no member of a file is called so.
  private static let common: Member.ID = ""

  /// The agreement among those who use anything; nil where nobody does.
  private static func sharing(
    _ agreement: SharingAgreement, among users: Set<Member.ID>, in community: Community
  ) throws(SharingError) -> Sharing? {
    let members = community.members.map(\.id).filter(users.contains) + (agreement.rule == .dynamic ? [common] : [])
    let hasKey = agreement.rule != .static || members.contains { agreement.keys[$0, default: .zero] > .zero }
    guard !members.isEmpty, hasKey else { return nil }
    let uncapped = SharingAgreement(
      rule: agreement.rule, keys: agreement.keys, base: agreement.base, weights: agreement.weights, classes: agreement.classes)
    return try Sharing(uncapped, among: members)
  }

  /// One step, which begins with `quarter`: shares `given` among those who use.
  private mutating func share(
    _ given: Energy, among used: [Energy], worth: [Money], by sharing: Sharing?, at quarter: QuarterHour
  ) throws(SharingError) {
    var shares = [Energy](repeating: .zero, count: rows.count)
    if let sharing {
      let rowOf = sharing.participants.map { participant in
        rows.firstIndex { $0.member == (participant.member == Self.common ? nil : participant.member) }
      }
      let uses = rowOf.map { $0.map { used[$0] } ?? .zero }
      for (row, share) in zip(rowOf, try sharing.allocate(given, to: uses, at: quarter).allocated) {
        if let row { shares[row] = share }
      }
    }
    for place in rows.indices {
      rows[place].used += used[place]
      rows[place].own += shares[place]
      if used[place] > .zero {
        rows[place].saved += Money(count: scaled(worth[place].count, by: shares[place].count, over: used[place].count))
      }
    }
    left += given - shares.reduce(.zero, +)
  }
}

extension AssetSchedule {
  /// Whether it uses power: what plants, engines and batteries do is no use.
  fileprivate var uses: Bool {
    switch role {
    case .load, .charging, .shiftable, .heatPump, .electricBoiler, .heatNetwork: true
    case .generation, .combinedHeatAndPower, .battery, .heatLoad, .solarThermal, .boiler, .heatStore: false
    }
  }
}

/// Whose assets are.
private struct Owners {
  private var owners: [AssetID: Member.ID] = [:]

  init(_ community: Community, _ assets: [AssetDescription]) {
    let ofPoints = Dictionary(community.meteringPoints.map { ($0.id, $0.member) }) { first, _ in first }
    for asset in assets {
      let residents = community.members.filter { $0.site == asset.site }
      let only = residents.count == 1 ? residents.first?.id : nil
      owners[asset.id] = asset.meteringPoint.flatMap { ofPoints[$0] ?? nil } ?? only
    }
  }

  func owner(of asset: AssetSchedule) -> Member.ID? { owners[asset.id] }
}

extension MemberShares {
  /// The shares in JSON.
  var json: JSONValue {
    func energy(_ energy: Energy) -> JSONValue { .number(decimalText(energy.count, digits: 6)) }
    return .object([
      ("rule", .string(rule.rawValue)), ("left_kwh", energy(left)),
      (
        "members",
        .array(
          rows.map { row in
            .object([
              ("member_id", .optional(row.member?.text)), ("used_kwh", energy(row.used)), ("own_kwh", energy(row.own)),
              ("saved_eur", .number(decimalText(row.saved.count, digits: 6))),
            ])
          })
      ),
    ])
  }
}

extension PlanPage {
  /// Who gets how much of the community's own power.
  func members() -> [String] {
    guard let shares = report.members else { return section(language.membersWord, language.nothingShared) }
    var table = TextTable(
      columns: [
        .init(language.membersWord), .init(language.usedWord, .right), .init(language.ownWord, .right), .init("%", .right),
        .init(language.savedWord, .right),
      ], flexible: language.membersWord, indent: 2)
    let kilowattHours = language.numbers(decimals: 1)
    func append(_ name: String, _ used: Energy, _ own: Energy, _ saved: Money) {
      let share = Reporting.share(own.count, of: used.count).map { language.percent($0) } ?? "–"
      table.append([
        .init(name), .init(kilowattHours.text(used.count, per: 1_000_000)), .init(kilowattHours.text(own.count, per: 1_000_000)),
        .init(share), .init(language.numbers(decimals: 2).text(saved.count, per: 1_000_000)),
      ])
    }
    for row in shares.rows { append(row.member == nil ? language.inCommon : row.name, row.used, row.own, row.saved) }
    append(
      language.sumWord, shares.rows.reduce(.zero) { $0 + $1.used }, shares.rows.reduce(.zero) { $0 + $1.own },
      shares.rows.reduce(.zero) { $0 + $1.saved })
    let left = kilowattHours.text(shares.left.count, per: 1_000_000)
    return render(table) + footnote(language.sharesMean(language.name(of: shares.rule), left: left))
  }
}

extension Language {
  var membersWord: String { pick("MITGLIED", "MEMBER") }
  var usedWord: String { pick("braucht kWh", "uses kWh") }
  var ownWord: String { pick("eigene kWh", "own kWh") }
  var savedWord: String { pick("spart EUR", "saves EUR") }
  var inCommon: String { pick("gemeinsam", "in common") }
  var sumWord: String { pick("Summe", "sum") }
  var nothingShared: String {
    pick("nichts vereinbart; siehe sharing in der Datei der Gemeinschaft", "nothing agreed; see sharing in the community's file")
  }
  func name(of rule: SharingAgreement.Rule) -> String {
    switch rule {
    case .static: return pick("feste Schlüssel", "fixed keys")
    case .dynamic: return pick("nach dem Verbrauch des Schritts", "in proportion to each step's use")
    case .equal: return pick("gleicher Schlüssel für alle", "the same key for all")
    case .waterfill: return pick("gleicher Pegel für alle", "the same level for all")
    case .cascade: return pick("Klasse nach Klasse", "class after class")
    }
  }
  func sharesMean(_ rule: String, left: String) -> String {
    pick(
      "eigene: Strom der Gemeinschaft aus Sonne, Wind, BHKW und Batterien, verteilt \(rule); \(left) kWh bleiben übrig. spart: was er aus dem Netz gekostet hätte; was Mitglieder einander zahlen, steht hier nicht",
      "own: the community's power from sun, wind, engines and batteries, shared by \(rule); \(left) kWh are left. saves: what it would have cost from the grid; what members pay each other does not stand here"
    )
  }
}
