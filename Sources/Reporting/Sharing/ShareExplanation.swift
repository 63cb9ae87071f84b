public import CommunityModel
import Console
public import EnergySharing
public import MarketTime
public import Quantities

/// Why a member got what it got in one quarter hour: the figures that the rule looks at, so that it can be recomputed by hand.
public struct ShareExplanation: Sendable, Equatable {
  /// The member.
  public let member: Member.ID
  /// The member's name as people say it.
  public let name: String
  /// The quarter hour.
  public let quarter: QuarterHour
  /// The wall clock.
  public let calendar: MarketCalendar
  /// The agreement.
  public let agreement: SharingAgreement
  /// Its rule.
  public let rule: SharingAgreement.Rule
  /// How many members share.
  public let members: Int
  /// G: what there was to share.
  public let generation: Energy
  /// sum c, each at most what is left of its cap.
  public let needed: Energy
  /// c: what the member took.
  public let used: Energy
  /// What it could get: c, or what is left of its daily cap.
  public let need: Energy
  /// a: what it got.
  public let own: Energy
  /// For `cascade`: the number of its class, what the classes before left, and what its class needed.
  public let stage: Stage?

  /// A member's class in a cascade.
  public struct Stage: Sendable, Equatable {
    /// Counted from 1.
    public let number: Int
    /// P_k.
    public let left: Energy
    /// sum of c in k.
    public let needed: Energy
  }

  /// Why an explanation cannot be given.
  public enum Missing: Error, Equatable {
    /// Nobody of that name takes part.
    case member(Member.ID)
    /// A value is missing in that quarter hour, so it is held.
    case held
  }

  /// Explains the last quarter hour of `spell`, which begins at local midnight where members have daily caps.
  ///
  /// - Throws: `Missing`, `SharingError`.
  public init(of spell: SharingSpell, to member: Member.ID) throws {
    let columns = spell.energies.columns
    let agreement = spell.agreement
    let sharing = try spell.sharing()
    guard let place = sharing.place(of: Participant(member).id), let last = columns.span.last,
      let name = spell.energies.members.first(where: { $0.id == member })?.name
    else { throw Missing.member(member) }
    let calendar = spell.community.calendar
    let shared = try sharing.allocate(columns, calendar: calendar)
    if shared.held.last == last { throw Missing.held }
    let position = columns.span.count - 1
    let day = calendar.localDay(of: last.start)
    let before = columns.span.enumerated().filter { $1 < last && calendar.localDay(of: $1.start) == day }.map(\.offset)
    let needs = columns.uses.indices.map { place in
      let had = before.reduce(Int64(0)) { $0 + shared.shares[place][$1] }
      let use = max(0, columns.uses[place][position])
      return sharing.caps[place].map { min(use, $0.count - had) } ?? use
    }
    self.member = member
    self.name = name
    quarter = last
    self.calendar = calendar
    self.agreement = agreement
    rule = try agreement.agreedRule
    members = sharing.participants.count
    generation = Energy(count: max(0, columns.generation[position]))
    needed = Energy(count: needs.reduce(0, +))
    used = Energy(count: max(0, columns.uses[place][position]))
    need = Energy(count: needs[place])
    own = Energy(count: shared.shares[place][position])
    stage = Self.stage(of: member, agreement, sharing.participants.compactMap(\.member), needs, generation.count)
  }

  private static func stage(
    of member: Member.ID, _ agreement: SharingAgreement, _ members: [Member.ID], _ needs: [Int64], _ generation: Int64
  ) -> Stage? {
    guard agreement.rule == .cascade else { return nil }
    let named = Set(agreement.classes.flatMap(\.self))
    var left = generation
    for (number, group) in (agreement.classes + [members.filter { !named.contains($0) }]).enumerated() {
      let needed = members.indices.filter { group.contains(members[$0]) }.reduce(Int64(0)) { $0 + needs[$1] }
      if group.contains(member) { return Stage(number: number + 1, left: Energy(count: left), needed: Energy(count: needed)) }
      left = max(0, left - needed)
    }
    return nil
  }

  /// B: what fixed keys are keys of.
  public var base: Energy { agreement.base == .generation ? generation : min(generation, needed) }
  /// r: what the member bought from its own supplier.
  public var residual: Energy { used - own }
}

extension ShareExplanation {
  /// The explanation in words and numbers, every line at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let (day, time) = calendar.local(quarter.start)
    let title = "\(name.withoutControls) (\(member)) · \(language.date(day)) \(time) · \(language.nameOfRule(rule))"
    let lines = steps(language).enumerated().flatMap { number, step in
      "\(number + 1). \(step)".wrapped(toWidth: width - 2, indent: 3).map { "  " + $0 }
    }
    return (title.wrapped(toWidth: width) + [""] + lines).joined(separator: "\n") + "\n"
  }

  private func steps(_ language: Language) -> [String] {
    func energy(_ energy: Energy) -> String { language.numbers(decimals: 6).text(energy.count, per: 1_000_000) + " kWh" }
    var steps = [
      language.pick(
        "Zu verteilen waren \(energy(generation)); alle \(members) Mitglieder zusammen konnten \(energy(needed)) brauchen.",
        "There were \(energy(generation)) to share; all \(members) members together could use \(energy(needed))."),
      language.pick("\(name) brauchte \(energy(used)).", "\(name) used \(energy(used))."),
    ]
    if need < used {
      steps.append(
        language.pick(
          "Von der Tagesgrenze waren \(energy(need)) übrig, mehr zählt heute nicht.",
          "Of the daily cap \(energy(need)) were left; no more counts today."))
    }
    steps.append(ruleStep(language, energy))
    let rounding = language.pick(
      "Auf das mWh: eigene \(energy(own)), vom eigenen Lieferanten \(energy(residual)).",
      "To the mWh: own \(energy(own)), from the own supplier \(energy(residual)).")
    return steps + [rounding]
  }

  private func ruleStep(_ language: Language, _ energy: (Energy) -> String) -> String {
    let baseWords =
      agreement.base == .generation
      ? language.pick("der Erzeugung", "of what was made") : language.pick("der teilbaren Menge", "of what could be used")
    switch rule {
    case .static:
      let key = language.numbers(decimals: 3).percent((agreement.keys[member] ?? .zero).count, per: Fraction.one.count)
      return language.pick(
        "Der Schlüssel ist \(key) \(baseWords): \(energy(base)) × \(key), höchstens der Verbrauch. Was ein Mitglied nicht braucht, wird eingespeist.",
        "The key is \(key) \(baseWords): \(energy(base)) × \(key), at most what was used. What a member cannot use is fed in.")
    case .equal:
      return language.pick(
        "Alle haben denselben Teil \(baseWords): \(energy(base)) / \(members), höchstens der Verbrauch. Der Rest wird eingespeist.",
        "All have the same part \(baseWords): \(energy(base)) / \(members), at most what was used. The rest is fed in.")
    case .dynamic: return proportion(min(generation, needed), of: needed, language, energy)
    case .waterfill:
      let weight = agreement.weights[member] ?? 1
      return own == need
        ? language.pick(
          "Alle haben denselben Pegel (Gewicht \(weight)); der Verbrauch liegt darunter und wird ganz gedeckt.",
          "All have the same level (weight \(weight)); the use lies below it and is covered whole.")
        : language.pick(
          "Alle haben denselben Pegel (Gewicht \(weight)); der Verbrauch liegt darüber, gedeckt ist er bis zum Pegel.",
          "All have the same level (weight \(weight)); the use lies above it and is covered up to it.")
    case .cascade:
      guard let stage else { return "" }
      let before = language.pick(
        "Klasse \(stage.number): die Klassen davor lassen \(energy(stage.left)), die eigene braucht \(energy(stage.needed)). ",
        "Class \(stage.number): the classes before leave \(energy(stage.left)), its own needs \(energy(stage.needed)). ")
      return before + proportion(min(stage.left, stage.needed), of: stage.needed, language, energy)
    }
  }

  private func proportion(_ pool: Energy, of whole: Energy, _ language: Language, _ energy: (Energy) -> String) -> String {
    if whole == .zero { return language.pick("Niemand brauchte etwas.", "Nobody used anything.") }
    return language.pick(
      "Geteilt wird nach dem Verbrauch: \(energy(pool)) × \(energy(need)) / \(energy(whole)). Ganze mWh nach dem größten Rest, bei Gleichstand reihum.",
      "It is shared in proportion to use: \(energy(pool)) × \(energy(need)) / \(energy(whole)). Whole mWh by largest remainder, ties in turn."
    )
  }
}
