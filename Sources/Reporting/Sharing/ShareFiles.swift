import CommunityModel
import Console
import MarketTime
import Quantities

extension ShareReport {
  /// The version of the JSON contract in `docs/formats/share-json.md`.
  public static let schemaVersion = 1

  /// The report as JSON, ending in a newline; contract in `docs/formats/share-json.md`.
  public func json() -> String { JSONValue.object(head("shares") + [("shares", .object(sums))]).text() + "\n" }

  /// One row a member and rule (RFC 4180, decimal points), header first.
  public func csv() -> String { csvText([self]) }

  fileprivate func head(_ kind: String) -> [(String, JSONValue)] {
    [
      ("schema_version", .integer(Self.schemaVersion)), ("kind", .string(kind)), ("community_id", .string(community.text)),
      ("time_zone", .string(calendar.timeZone)), ("start", .string(span.lowerBound.start.description)),
      ("end", .string(span.upperBound.start.description)), ("quarter_hours", .integer(span.count)),
      ("held_quarter_hours", .integer(held.count)),
      (
        "qualities",
        .object(IntervalEnergy.Quality.allCases.map { ("\($0.name)_quarter_hours", .integer(qualities[$0] ?? 0)) })
      ), ("silent_metering_points", .array(silent.map { .string($0.text) })),
    ]
  }

  fileprivate var sums: [(String, JSONValue)] {
    [
      ("rule", .string(ruleName)), ("base", .string(lastAgreement.base.rawValue)),
      (
        "spells",
        .array(
          spells.map { spell in
            .object([
              ("start", .string(spell.span.lowerBound.description)), ("end", .string(spell.span.upperBound.description)),
              ("agreement", .integer(spell.agreement.version)), ("rule", .optional(spell.agreement.rule?.rawValue)),
              ("base", .string(spell.agreement.base.rawValue)), ("members", .array(spell.members.map { .string($0.text) })),
            ])
          })
      ),
      ("generation_kwh", number(generation)), ("surplus_kwh", number(surplus)), ("used_kwh", number(used)),
      ("own_kwh", number(own)), ("cover_percent", percent(cover)),
      ("gini", gini.map { .number(decimalText($0.count, digits: 9)) } ?? .null),
      (
        "members",
        .array(
          rows.map { row in
            .object([
              ("member_id", .string(row.member.text)), ("used_kwh", number(row.used)), ("own_kwh", number(row.own)),
              ("bought_kwh", number(row.residual)), ("cover_percent", percent(row.cover)),
            ])
          })
      ),
    ]
  }

  private var lastAgreement: SharingAgreement { spells[spells.count - 1].agreement }
  /// The last rule.
  private var ruleName: String { lastAgreement.rule?.rawValue ?? "" }

  fileprivate var csvRows: [[String]] {
    rows.map { row in
      [
        ruleName, span.lowerBound.start.description, span.upperBound.start.description, row.member.text,
        kilowattHours(row.used), kilowattHours(row.own), kilowattHours(row.residual),
        row.cover.map { decimalText($0.count, digits: 7) } ?? "", "\(held.count)",
      ]
    }
  }
}

extension ShareComparison {
  /// The comparison as JSON, ending in a newline; contract in `docs/formats/share-json.md`.
  public func json() -> String {
    let rules = reports.map { report in
      let changes = changes(of: report)
      return JSONValue.object(report.sums + [("more", .integer(changes.winners)), ("less", .integer(changes.losers))])
    }
    return JSONValue.object(reports[0].head("share_comparison") + [("rules", .array(rules))]).text() + "\n"
  }

  /// One row a member and rule (RFC 4180, decimal points), header first.
  public func csv() -> String { csvText(reports) }
}

extension ShareExplanation {
  /// The explanation as JSON, ending in a newline; contract in `docs/formats/share-json.md`.
  public func json() -> String {
    JSONValue.object([
      ("schema_version", .integer(ShareReport.schemaVersion)), ("kind", .string("share_explanation")),
      ("member_id", .string(member.text)), ("start", .string(quarter.description)), ("rule", .string(rule.rawValue)),
      ("base", .string(agreement.base.rawValue)), ("members", .integer(members)), ("generation_kwh", number(generation)),
      ("needed_kwh", number(needed)), ("used_kwh", number(used)), ("need_kwh", number(need)), ("own_kwh", number(own)),
      ("bought_kwh", number(residual)),
      (
        "class",
        stage.map {
          .object([("number", .integer($0.number)), ("left_kwh", number($0.left)), ("needed_kwh", number($0.needed))])
        } ?? .null
      ),
    ]).text() + "\n"
  }
}

private func csvText(_ reports: [ShareReport]) -> String {
  let header = [
    "rule", "start", "end", "member_id", "used_kwh", "own_kwh", "bought_kwh", "cover_percent", "held_quarter_hours",
  ]
  return ([header] + reports.flatMap(\.csvRows)).map { $0.joined(separator: ",") + "\n" }.joined()
}

private func kilowattHours(_ energy: Energy) -> String { decimalText(energy.count, digits: 6) }
private func number(_ energy: Energy) -> JSONValue { .number(kilowattHours(energy)) }
private func percent(_ share: Fraction?) -> JSONValue { share.map { .number(decimalText($0.count, digits: 7)) } ?? .null }
