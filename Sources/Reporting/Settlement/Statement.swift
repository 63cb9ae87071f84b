public import CommunityModel
import Console
import MarketTime
import Quantities
import RecordLedger
public import Settlement

/// A member's statement of a month, made of the member's own record and nothing else, so that no other member can appear in it.
public struct Statement: Sendable {
  let record: MemberRecord
  let run: RunRecord
  let community: String
  let name: String
  let calendar: MarketCalendar

  /// The statement of `record`, which belongs to `run`.
  public init(_ record: MemberRecord, _ run: RunRecord, on community: Community) {
    self.record = record
    self.run = run
    self.community = community.name
    name = community.members.first { $0.id == record.part.member }?.name ?? record.part.member.text
    calendar = community.calendar
  }

  var isFinal: Bool { run.state == .final }
  /// The month's own lines, notes with them.
  var own: [SettlementLine] { record.part.lines.filter { $0.corrects == nil } }
  /// Lines that correct earlier months.
  var corrections: [SettlementLine] { record.part.lines.filter { $0.corrects != nil } }
  var residual: Energy { record.part.used - record.part.shared }
}

// MARK: - What it says

extension Statement {
  /// A part of the statement: a heading, a table, and sentences below it.
  struct Section {
    let title: String
    var header: [String] = []
    var rows: [[String]] = []
    var notes: [String] = []
    /// Whether the last row is a sum.
    var hasSum = false
    /// How many columns at the left hold words.
    var words = 1

    /// The rows one below the other, for a page that is too narrow for the table: the first cell, then what each column says.
    func paragraphs(width: Int) -> [String] {
      rows.flatMap { row in
        let facts = zip(header, row).dropFirst().filter { !$1.isEmpty }.map { $0.isEmpty ? $1 : "\($0) \($1)" }
        return ["  " + (row.first ?? "").withoutControls]
          + facts.joined(separator: " · ").withoutControls.wrapped(toWidth: width - 4).map { "    " + $0 }
      }
    }
  }

  func title(_ language: Language) -> String { "\(language.statementTitle) \(language.name(of: record.month))" }

  /// Whose it is, and how far it is.
  func facts(_ language: Language) -> [String] {
    [
      "\(name) (\(record.part.member))", "\(community) (\(record.community))", language.period(record.month.days),
      "\(language.name(of: run.state)), \(language.versionWord) \(run.version)",
    ]
  }

  /// What the month comes to: `To be paid: 7.91 EUR`.
  func due(_ language: Language) -> String {
    let gross = record.part.sums.gross
    return "\(language.amountDue(gross >= .zero)): \(language.money(gross.magnitude)) EUR"
  }

  func sections(_ language: Language) -> [Section] {
    [energies(language), registers(language), sharing(language), amounts(language), corrected(language)].compactMap(\.self)
      + [formulas(language)]
  }

  private func energies(_ language: Language) -> Section? {
    guard !record.part.energies.isEmpty else { return nil }
    func row(_ name: String, _ quarterHours: Int, _ used: Energy, _ shared: Energy) -> [String] {
      [name, "\(quarterHours)"] + [used, shared, used - shared].map { language.exact($0) }
    }
    var rows = record.part.energies.map {
      row($0.quality.isKnown ? language.name(of: $0.quality) : language.heldWord, $0.quarterHours, $0.used, $0.shared)
    }
    let all = record.part.energies.reduce(0) { $0 + $1.quarterHours }
    rows.append(row(language.allWord, all, record.part.used, record.part.shared))
    return Section(
      title: language.energyTitle,
      header: [language.qualityWord, language.quarterHoursWord, language.takenWord, language.ownSharedWord, language.boughtWord],
      rows: rows, notes: [language.takenMeans], hasSum: true)
  }

  private func registers(_ language: Language) -> Section? {
    guard !record.registers.isEmpty else { return nil }
    return Section(
      title: language.registersTitle,
      header: [language.pointWord, language.directionWord, language.atStart, language.atEnd],
      rows: record.registers.map { registers in
        [registers.point.text, language.name(of: registers.direction)]
          + [registers.first, registers.last].map { $0.map { language.exact($0) } ?? "–" }
      }, notes: [language.registersMean], words: 2)
  }

  private func sharing(_ language: Language) -> Section? {
    guard !record.keys.isEmpty else { return nil }
    return Section(
      title: language.sharingTitle,
      header: [language.daysWord, language.agreementWord, language.sharingRuleWord, language.keyWord],
      rows: record.keys.map { key in
        let own =
          key.key.map { language.numbers(decimals: 3).percent($0.count, per: Fraction.one.count) } ?? key.weight.map { "\($0)" }
        return [language.period(key.days), key.version, key.rule.map(language.nameOfRule) ?? "–", own ?? "–"]
      }, words: 3)
  }

  private func amounts(_ language: Language) -> Section {
    let lines = own
    return Section(
      title: language.linesTitle, header: language.lineHeader, rows: lines.map { row($0, language) } + [sum(lines, language)],
      notes: lines.contains(where: \.isNote) ? [language.notesMean] : [], hasSum: true, words: 2)
  }

  private func corrected(_ language: Language) -> Section? {
    let lines = corrections
    guard !lines.isEmpty else { return nil }
    let sums = LineSums(of: record.part.lines)
    return Section(
      title: language.correctionsTitle, header: language.lineHeader,
      rows: lines.map { row($0, language) } + [sum(lines, language)],
      notes: [language.correctionsMean, "\(language.inAll): \(language.money(sums.gross)) EUR"], hasSum: true, words: 2)
  }

  private func formulas(_ language: Language) -> Section {
    Section(
      title: language.checkTitle,
      notes: language.formulas + [language.recordNote(isFinal: isFinal), language.inputNote(run.input.hex)])
  }

  private func row(_ line: SettlementLine, _ language: Language) -> [String] {
    let zone = line.zone == "*" ? "" : " \(line.zone)"
    let note = line.isNote ? " *" : ""
    let of = line.corrects.map { " (\($0))" } ?? ""
    return [language.name(of: line.kind) + of + note, "\(language.period(line.days))\(zone) · \(line.term)"]
      + quantity(line, language)
      + [language.money(line.net), language.rate(line.vatRate), language.money(line.vat), language.money(line.gross)]
  }

  /// What was billed at which price.
  private func quantity(_ line: SettlementLine, _ language: Language) -> [String] {
    switch line.basis {
    case .energy(_, let billed, let price): return ["\(language.exact(billed)) kWh", "\(language.cents(price)) ct"]
    case .dynamic(_, let billed, let mean): return ["\(language.exact(billed)) kWh", "⌀ \(language.cents(mean)) ct"]
    case .days(let days, let all, let monthly): return ["\(days)/\(all)", "\(language.money(monthly)) EUR"]
    case .amount: return ["", ""]
    case .difference(let energy, let before, let now):
      return [energy == .zero ? "" : "\(language.exact(energy)) kWh", "\(language.money(before)) → \(language.money(now))"]
    }
  }

  private func sum(_ lines: [SettlementLine], _ language: Language) -> [String] {
    let sums = LineSums(of: lines)
    return [
      language.linesSumWord, "", "", "", language.money(sums.net), "", language.money(sums.vat), language.money(sums.gross),
    ]
  }
}

// MARK: - Text, CSV, JSON

extension Statement {
  /// The statement as text, every line at most `width` columns, 68 or more for its fingerprint: a table that is wider becomes a
  /// paragraph a row; ends in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    var lines =
      title(language).wrapped(toWidth: width)
      + (facts(language) + [due(language)]).flatMap { $0.withoutControls.wrapped(toWidth: width) }
    if !isFinal { lines += [language.provisional + ": " + language.notFinalYet] }
    for section in sections(language) {
      lines += ["", section.title]
      if !section.header.isEmpty {
        var table = TextTable(
          columns: section.header.enumerated().map { .init($1, $0 < section.words ? .left : .right) }, indent: 2)
        for (place, row) in section.rows.enumerated() {
          if section.hasSum, place == section.rows.count - 1 { table.appendRule() }
          table.append(row.map { .init($0) })
        }
        let rows = table.lines()
        lines += rows.allSatisfy { $0.displayWidth <= width } ? rows : section.paragraphs(width: width)
      }
      lines += section.notes.flatMap { $0.wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 } }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One row a line and one for the sum (RFC 4180, decimal points), header first; `docs/formats/settlement-json.md`.
  public func csv() -> String {
    let head = [record.month.description, run.version.description, record.part.member.text]
    let sums = record.part.sums
    let columns = SettlementLine.columns.split(separator: ",")
    let sum = columns.map { column in
      switch column {
      case "item": "sum"
      case "net_eur": euros(sums.net)
      case "vat_eur": euros(sums.vat)
      case "gross_eur": euros(sums.gross)
      default: ""
      }
    }
    let rows = record.part.lines.map { head + $0.cells } + [head + sum]
    return (["month,version,member_id," + SettlementLine.columns] + rows.map { $0.joined(separator: ",") }).map { $0 + "\n" }
      .joined()
  }

  /// The statement as JSON, ending in a newline; contract in `docs/formats/settlement-json.md`.
  public func json() -> String {
    let part = record.part
    return JSONValue.object([
      ("schema_version", .integer(SettlementReport.schemaVersion)), ("kind", .string("statement")),
      ("community_id", .string(record.community.text)), ("community", .string(community)),
      ("member_id", .string(part.member.text)), ("member", .string(name)), ("month", .string("\(record.month)")),
      ("time_zone", .string(calendar.timeZone)), ("version", .integer(run.version)), ("state", .string(run.state.rawValue)),
      ("input", .string(run.input.hex)), ("from", .string("\(part.days.lowerBound)")),
      ("until", .string("\(part.days.upperBound)")),
      (
        "energies",
        .array(
          part.energies.map {
            .object([
              ("quality", .string("\($0.quality)")), ("quarter_hours", .integer($0.quarterHours)),
              ("used_kwh", .number(exactKilowattHours($0.used))), ("shared_kwh", .number(exactKilowattHours($0.shared))),
              ("residual_kwh", .number(exactKilowattHours($0.used - $0.shared))),
            ])
          })
      ),
      (
        "registers",
        .array(
          record.registers.map {
            .object([
              ("metering_point", .string($0.point.text)), ("direction", .string($0.direction.rawValue)),
              ("first_kwh", $0.first.map { .number(exactKilowattHours($0)) } ?? .null),
              ("last_kwh", $0.last.map { .number(exactKilowattHours($0)) } ?? .null),
            ])
          })
      ),
      (
        "keys",
        .array(
          record.keys.map {
            .object([
              ("from", .string("\($0.days.lowerBound)")), ("until", .string("\($0.days.upperBound)")),
              ("agreement", .string($0.version)), ("rule", .optional($0.rule?.rawValue)), ("base", .string($0.base.rawValue)),
              ("key", $0.key.map { .number(decimalText($0.count, digits: 9)) } ?? .null),
              ("weight", $0.weight.map { .integer($0) } ?? .null),
            ])
          })
      ), ("lines", .array(part.lines.map { .object($0.fields.map { ($0.name, $0.value) }) })),
      ("net_eur", .number(euros(part.sums.net))), ("vat_eur", .number(euros(part.sums.vat))),
      ("gross_eur", .number(euros(part.sums.gross))),
    ]).text() + "\n"
  }
}
