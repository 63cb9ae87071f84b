public import CommunityModel
import Console
import MarketTime
import Quantities
import RecordLedger
public import Settlement

/// What a run of a month comes to, member by member: for the office, not for members, who get statements.
public struct SettlementReport: Sendable {
  let settlement: Settlement
  let run: RunRecord
  let community: Community

  /// The report on a run of `settlement`.
  public init(_ settlement: Settlement, _ run: RunRecord, on community: Community) {
    self.settlement = settlement
    self.run = run
    self.community = community
  }

  /// The report as text, every line at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let energy = language.numbers(decimals: 2)
    let money = language.numbers(decimals: 2)
    var table = TextTable(
      columns: [.init(language.memberWord)]
        + [language.takenWord, language.ownSharedWord, language.netWord, language.vatWord, language.grossWord].map {
          .init($0, .right)
        }, flexible: language.memberWord, indent: 2)
    func append(_ name: String, _ used: Energy?, _ shared: Energy?, _ sums: LineSums) {
      let cells =
        [name] + [used, shared].map { $0.map { energy.text($0.count, per: 1_000_000) } ?? "" }
        + [sums.net, sums.vat, sums.gross].map { money.text($0.count, per: 1_000_000) }
      table.append(cells.map { .init($0) })
    }
    let names = Dictionary(community.members.map { ($0.id, $0.name) }) { first, _ in first }
    for part in settlement.parts {
      append(
        names[part.member] ?? part.member.text, part.energies.isEmpty ? nil : part.used,
        part.energies.isEmpty ? nil : part.shared, part.sums)
    }
    table.appendRule()
    append(language.allWord, settlement.parts.reduce(.zero) { $0 + $1.used }, settlement.sold, settlement.sums)
    let facts = [
      "\(settlement.month)", "\(language.versionWord) \(run.version)", language.name(of: run.state),
      language.quarterHours(settlement.span.count),
    ]
    let notes = [language.settlementMeans] + settlement.obstacles.map { language.obstacleWord + $0 } + corrected(language)
    let lines =
      "\(community.name.withoutControls) · \(language.settlementTitle)".wrapped(toWidth: width)
      + facts.joined(separator: " · ").wrapped(toWidth: width) + [""] + table.lines(width: width) + [""]
      + notes.flatMap { $0.wrapped(toWidth: width - 2, indent: 2).map { "  " + $0 } }
    return lines.joined(separator: "\n") + "\n"
  }

  private func corrected(_ language: Language) -> [String] {
    run.corrections.map { correction in
      let lines = settlement.parts.flatMap(\.lines).filter { $0.corrects == correction.month }
      return language.correctsMonth("\(correction.month)", language.numbers(decimals: 2).euros(LineSums(of: lines).gross.count))
    }
  }

  // MARK: - Files

  /// The version of the JSON contract in `docs/formats/settlement-json.md`.
  public static let schemaVersion = 1

  /// The report as JSON, ending in a newline; contract in `docs/formats/settlement-json.md`.
  public func json() -> String {
    JSONValue.object([
      ("schema_version", .integer(Self.schemaVersion)), ("kind", .string("settlement")),
      ("community_id", .string(community.id.text)), ("month", .string("\(settlement.month)")),
      ("version", .integer(run.version)), ("state", .string(run.state.rawValue)), ("input", .string(run.input.hex)),
      ("quarter_hours", .integer(settlement.span.count)), ("held_quarter_hours", .integer(settlement.held)),
      ("given_kwh", .number(exactKilowattHours(settlement.given))), ("shared_kwh", .number(exactKilowattHours(settlement.sold))),
      ("obstacles", .array(settlement.obstacles.map { .string($0) })),
      ("corrects", .array(run.corrections.map { .string("\($0.month)") })),
      (
        "members",
        .array(
          settlement.parts.map { part in
            .object([
              ("member_id", .string(part.member.text)), ("used_kwh", .number(exactKilowattHours(part.used))),
              ("shared_kwh", .number(exactKilowattHours(part.shared))), ("net_eur", .number(euros(part.sums.net))),
              ("vat_eur", .number(euros(part.sums.vat))), ("gross_eur", .number(euros(part.sums.gross))),
              ("lines", .array(part.lines.map { .object($0.fields.map { ($0.name, $0.value) }) })),
            ])
          })
      ),
      ("net_eur", .number(euros(settlement.sums.net))), ("vat_eur", .number(euros(settlement.sums.vat))),
      ("gross_eur", .number(euros(settlement.sums.gross))),
    ]).text() + "\n"
  }

  /// One row a line of a member (RFC 4180, decimal points), header first.
  public func csv() -> String {
    let rows = settlement.parts.flatMap { part in
      part.lines.map { line in (["\(settlement.month)", "\(run.version)", part.member.text] + line.cells).joined(separator: ",") }
    }
    return ((["month,version,member_id," + SettlementLine.columns] + rows).map { $0 + "\n" }).joined()
  }
}

/// Whole numbers of mWh and micro-euros as decimal texts.
func exactKilowattHours(_ energy: Energy) -> String { decimalText(energy.count, digits: 6) }
func euros(_ money: Money) -> String { decimalText(money.count, digits: 6) }

extension SettlementLine {
  /// A line's values by the names that JSON and CSV have for them; null, or an empty cell, for what it does not have.
  var fields: [(name: String, value: JSONValue)] {
    var exact, billed, price, days, all, monthly, before, now: JSONValue?
    switch basis {
    case .energy(let measured, let rounded, let each), .dynamic(let measured, let rounded, let each):
      exact = .number(exactKilowattHours(measured))
      billed = .number(exactKilowattHours(rounded))
      price = .number(decimalText(each.count, digits: 6))
    case .days(let count, let month, let sum):
      (days, all, monthly) = (.integer(count), .integer(month), .number(euros(sum)))
    case .difference(let energy, let old, let new):
      exact = .number(exactKilowattHours(energy))
      (before, now) = (.number(euros(old)), .number(euros(new)))
    case .amount: break
    }
    return [
      ("item", .string(kind.rawValue)), ("term", .string(term)), ("zone", .string(zone)),
      ("from", .string(self.days.lowerBound.description)), ("until", .string(self.days.upperBound.description)),
      ("formula", .string(basis.name)), ("exact_kwh", exact ?? .null), ("billed_kwh", billed ?? .null),
      ("price_eur_per_kwh", price ?? .null), ("days", days ?? .null), ("days_of_month", all ?? .null),
      ("monthly_eur", monthly ?? .null), ("before_eur", before ?? .null), ("now_eur", now ?? .null),
      ("net_eur", .number(euros(net))), ("vat_percent", .number(decimalText(vatRate.count, digits: 7))),
      ("vat_eur", .number(euros(vat))), ("gross_eur", .number(euros(gross))), ("summed", .bool(!isNote)),
      ("corrects", .optional(corrects?.description)),
    ]
  }

  /// The header of `cells`.
  static let columns =
    "item,term,zone,from,until,formula,exact_kwh,billed_kwh,price_eur_per_kwh,days,days_of_month,monthly_eur,before_eur,now_eur,"
    + "net_eur,vat_percent,vat_eur,gross_eur,summed,corrects"

  /// The values as cells of a CSV.
  var cells: [String] {
    fields.map { field in
      switch field.value {
      case .null: ""
      case .string(let text): text
      case let value: value.text()
      }
    }
  }
}

extension SettlementLine.Basis {
  /// How the net amount is made, as `docs/formats/settlement-json.md` explains it.
  var name: String {
    switch self {
    case .energy: "energy"
    case .dynamic: "dynamic"
    case .days: "days"
    case .amount: "amount"
    case .difference: "difference"
    }
  }
}

extension Language {
  var settlementTitle: String { pick("Abrechnung", "settlement") }
  var netWord: String { pick("netto", "net") }
  var vatWord: String { pick("Steuer", "VAT") }
  var grossWord: String { pick("brutto", "gross") }
  var versionWord: String { pick("Fassung", "version") }
  func name(of state: RunState) -> String {
    switch state {
    case .provisional: pick("vorläufig", "provisional")
    case .preview: pick("Vorschau", "preview")
    case .final: pick("endgültig", "final")
    }
  }
  var settlementMeans: String {
    pick(
      "kWh und EUR. Beträge mit Minus bekommt das Mitglied. Summen sind Summen der auf Cent gerundeten Zeilen.",
      "kWh and EUR. Amounts with a minus are paid to the member. Sums are sums of lines rounded to cents.")
  }
  var obstacleWord: String { pick("Nicht endgültig abrechenbar: ", "Cannot be made final: ") }
  func correctsMonth(_ month: String, _ amount: String) -> String {
    pick("Berichtigt \(month) um \(amount).", "Corrects \(month) by \(amount).")
  }
}
