import CommunityModel
import Console
import MarketTime
import Quantities

extension ShareReport {
  /// The report as text, every line at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let kilowattHours = language.numbers(decimals: NumberStyle.energyDecimals(upTo: max(used, generation).count))
    func amount(_ energy: Energy) -> String { kilowattHours.text(energy.count, per: 1_000_000) }
    var table = TextTable(
      columns: [.init(language.memberWord)]
        + [language.takenWord, language.ownSharedWord, language.boughtWord, language.coverWord].map { .init($0, .right) },
      flexible: language.memberWord, indent: 2)
    func append(_ name: String, _ used: Energy, _ own: Energy, _ cover: Fraction?) {
      let cells = [name, amount(used), amount(own), amount(used - own), cover.map(language.percent) ?? "–"]
      table.append(cells.map { .init($0) })
    }
    for row in rows { append(row.name, row.used, row.own, row.cover) }
    table.appendRule()
    append(language.allWord, used, own, cover)
    let lines =
      heading(language, width) + [""] + table.lines(width: width) + [""]
      + language.sharedOf(amount(generation), fedIn: amount(surplus)).wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 }
      + changeNotes(language, width) + heldNotes(language, width)
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is shared, when and how.
  func heading(_ language: Language, _ width: Int, rule: String? = nil) -> [String] {
    let facts = [
      period(language), language.quarterHours(span.count), rule ?? rules.map(language.nameOfRule).joined(separator: ", "),
    ]
    return "\(name.withoutControls) · \(language.sharingTitle)".wrapped(toWidth: width)
      + facts.joined(separator: " · ").wrapped(toWidth: width)
  }

  /// One quarter hour with its time, else the days.
  private func period(_ language: Language) -> String {
    let (day, time) = calendar.local(span.lowerBound.start)
    if span.count == 1 { return "\(language.date(day)) \(time)" }
    guard let last = span.last else { return language.period(day..<day) }
    return language.period(day..<calendar.localDay(of: last.start).advanced(by: 1))
  }

  /// Who joined, who left and what was agreed on within the span; empty where all stayed the same.
  private func changeNotes(_ language: Language, _ width: Int) -> [String] {
    let names = Dictionary(rows.map { ($0.member, $0.name.withoutControls) }) { first, _ in first }
    return zip(spells, spells.dropFirst()).flatMap { former, spell in
      let joined = spell.members.filter { !former.members.contains($0) }.compactMap { names[$0] }
      let left = former.members.filter { !spell.members.contains($0) }.compactMap { names[$0] }
      var changes: [String] = []
      if !joined.isEmpty { changes.append(language.joinedNote(joined.joined(separator: ", "))) }
      if !left.isEmpty { changes.append(language.leftNote(left.joined(separator: ", "))) }
      if spell.agreement.version != former.agreement.version {
        changes.append(language.agreementNote(spell.agreement.version, spell.agreement.rule.map(language.nameOfRule) ?? "–"))
      }
      let day = language.date(calendar.localDay(of: spell.span.lowerBound.start))
      return "\(day): \(changes.joined(separator: "; "))".wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 }
    }
  }

  /// What was not shared and why; empty where all was.
  func heldNotes(_ language: Language, _ width: Int) -> [String] {
    let notes = qualityNote(language).map { $0.wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 } } ?? []
    guard !held.isEmpty else { return notes }
    let points = silent.isEmpty ? "" : language.silentPoints(silent.map(\.text).joined(separator: ", "))
    return notes
      + (language.heldNote(held.count, of: span.count) + points).wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 }
  }
}

extension ShareReport {
  /// How well the quarter hours are known; nil where all that are shared are measured.
  private func qualityNote(_ language: Language) -> String? {
    let known = IntervalEnergy.Quality.allCases.filter { $0.isKnown && qualities[$0] != nil }
    guard known != [.measured], !known.isEmpty else { return nil }
    let counts = known.map { "\(qualities[$0] ?? 0) \(language.name(of: $0))" }.joined(separator: ", ")
    let isFinal = known.allSatisfy(\.isBillable)
    return (isFinal ? "" : language.provisional + ": ") + language.knownAs(counts)
  }
}

extension ShareComparison {
  /// The comparison as text, every line at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let first = reports[0]
    let style = language.numbers(decimals: NumberStyle.energyDecimals(upTo: first.used.count))
    func amount(_ energy: Energy) -> String { style.text(energy.count, per: 1_000_000) }
    let rules = reports.map { $0.rules.map(\.rawValue).joined(separator: "/") }
    var table = TextTable(
      columns: [.init(language.memberWord), .init(language.takenWord, .right)]
        + rules.flatMap { [.init($0, .right), .init("%", .right)] },
      flexible: language.memberWord, indent: 2)
    for (place, row) in first.rows.enumerated() {
      let cells = reports.flatMap { report in
        [amount(report.rows[place].own), report.rows[place].cover.map { language.percent($0).dropUnit } ?? "–"]
      }
      table.append(([row.name, amount(row.used)] + cells).map { .init($0) })
    }
    table.appendRule()
    func append(_ name: String, _ used: String = "", _ cells: (ShareReport) -> [String]) {
      table.append(([name, used] + reports.flatMap(cells)).map { .init($0) })
    }
    append(language.allWord, amount(first.used)) { [amount($0.own), $0.cover.map { language.percent($0).dropUnit } ?? "–"] }
    append(language.fedInWord) { [amount($0.surplus), ""] }
    append(language.moreOrLess) { report in
      let changes = changes(of: report)
      return ["\(changes.winners) / \(changes.losers)", ""]
    }
    append("Gini") { [$0.gini.map { language.numbers(decimals: 3).text($0.count, per: Fraction.one.count) } ?? "–", ""] }
    let lines =
      first.heading(language, width, rule: rules.joined(separator: ", ")) + [""] + table.lines(width: width) + [""]
      + language.comparisonMeans(rules[0]).wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 }
      + first.heldNotes(language, width)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension String {
  /// The number of a percentage, without its unit.
  fileprivate var dropUnit: String { hasSuffix(" %") ? String(dropLast(2)) : self }
}

extension Language {
  var sharingTitle: String { pick("Verteilung der eigenen Energie", "shares of own energy") }
  var memberWord: String { pick("Mitglied", "member") }
  var takenWord: String { pick("bezogen", "taken") }
  var ownSharedWord: String { pick("eigene", "own") }
  var boughtWord: String { pick("zugekauft", "bought") }
  var coverWord: String { pick("gedeckt", "covered") }
  var allWord: String { pick("alle", "all") }
  var fedInWord: String { pick("eingespeist", "fed in") }
  var moreOrLess: String { pick("mehr / weniger", "more / less") }
  func sharedOf(_ generation: String, fedIn: String) -> String {
    pick(
      "kWh. Zu verteilen waren \(generation), davon wurden \(fedIn) eingespeist. bezogen: was nicht schon hinter dem eigenen Zähler gedeckt war",
      "kWh. There were \(generation) to share, of which \(fedIn) were fed in. taken: what was not covered behind the own meter already"
    )
  }
  func knownAs(_ counts: String) -> String {
    pick(
      "So gut bekannt wie der schlechteste Wert der Viertelstunde: \(counts).",
      "Known as well as the worst value of the quarter hour: \(counts).")
  }
  func name(of quality: IntervalEnergy.Quality) -> String {
    switch quality {
    case .measured: return pick("gemessen", "measured")
    case .substituted: return pick("Ersatzwert", "substituted")
    case .estimated: return pick("geschätzt", "estimated")
    case .preliminary: return pick("vorläufig", "preliminary")
    case .faulty: return pick("fehlerhaft", "faulty")
    case .missing: return pick("fehlt", "missing")
    }
  }
  func joinedNote(_ names: String) -> String { pick("neu dabei \(names)", "joining \(names)") }
  func leftNote(_ names: String) -> String { pick("nicht mehr dabei \(names)", "leaving \(names)") }
  func agreementNote(_ version: Int, _ rule: String) -> String {
    pick("Vereinbarung \(version): \(rule)", "agreement \(version): \(rule)")
  }
  func heldNote(_ held: Int, of all: Int) -> String {
    pick(
      "VORLÄUFIG: \(held) von \(quarterHours(all)) nicht verteilt, weil ein Wert fehlt.",
      "PROVISIONAL: \(held) of \(quarterHours(all)) not shared, because a value is missing.")
  }
  func silentPoints(_ names: String) -> String { pick(" Ohne jeden Wert: \(names).", " Without any value: \(names).") }
  func comparisonMeans(_ first: String) -> String {
    pick(
      "kWh eigene Energie und wie viel Prozent des Bezogenen sie deckt. mehr / weniger: Mitglieder, die mehr oder weniger bekommen als unter \(first). Gini der Deckungen, 0: alle gleich",
      "kWh of own energy and how many percent of what was taken they cover. more / less: members who get more or less than under \(first). Gini of the covers, 0: all alike"
    )
  }
  func nameOfRule(_ rule: SharingAgreement.Rule) -> String {
    switch rule {
    case .static: return pick("feste Schlüssel", "fixed keys")
    case .dynamic: return pick("nach Verbrauch der Viertelstunde", "in proportion to use")
    case .equal: return pick("gleiche Schlüssel", "equal keys")
    case .waterfill: return pick("gleicher Pegel", "the same level for all")
    case .cascade: return pick("Klasse nach Klasse", "class after class")
    }
  }
}
