import CommunityModel
import Console
import MarketTime
import Quantities

extension EnergyReport {
  /// The version of the JSON contract in `docs/formats/report-json.md`; grows when a field changes its meaning or goes.
  public static let schemaVersion = 2

  /// The report as JSON, UTF-8, ending in a newline; contract in `docs/formats/report-json.md`.
  public func json() -> String {
    let value = JSONValue.object([
      ("schema_version", .integer(Self.schemaVersion)),
      ("kind", .string("energy_report")),
      (
        "community",
        .object([
          ("id", .string(community.text)), ("name", .string(name)), ("time_zone", .string(calendar.timeZone)),
        ])
      ),
      (
        "period",
        .object([
          ("kind", .string(period.kind.rawValue)),
          ("first_day", .string(days.lowerBound.description)),
          ("last_day", .optional(days.last?.description)),
          ("start", .string(span.lowerBound.start.description)),
          ("end", .string(span.upperBound.start.description)),
          ("quarter_hours", .integer(span.count)),
        ])
      ),
      ("compared_with", .array(comparisons.map(\.json))),
      ("scopes", .array(groups.map(json))),
      ("unmetered_sites", .array(unmeteredSites.map { .string($0.id.text) })),
    ])
    return value.text() + "\n"
  }

  /// A subject: of electricity with sums, shares and the quality of data, of all with their figures.
  private func json(_ group: FigureGroup) -> JSONValue {
    let scope = scopes.first { $0.subject == group.subject }
    let head: [(String, JSONValue)] = [
      ("scope", .string(group.subject.kind)),
      ("method", .optional(group.subject.method)),
      ("site_id", .optional(group.subject.siteID)),
      ("id", .optional(group.subject.id)),
      ("name", .string(group.name)),
    ]
    return .object(head + (scope.map(Self.json) ?? []) + [("figures", .array(group.figures.map { json($0, of: group.subject) }))])
  }

  private static func json(_ scope: Scope) -> [(String, JSONValue)] {
    let fields = ReportFields(scope.figures)
    func numbers(_ fields: [ReportFields.Field]) -> JSONValue {
      .object(fields.map { ($0.name, $0.value.map(JSONValue.number) ?? .null) })
    }
    func peak(_ peak: PeakImport) -> JSONValue {
      .object([
        ("power_kw", .number(decimalText(peak.power.count, digits: 6))), ("start", .string(peak.quarterHour.description)),
      ])
    }
    return [
      ("consumption_source", .optional(scope.consumptionSource?.rawValue)),
      ("grid_source", .optional(scope.gridSource?.rawValue)),
      ("provisional", .bool(scope.figures.quality.isProvisional)),
      ("shares_hidden_reason", .optional(ReportFields.hiddenReason(scope.figures))),
      ("energy", numbers(fields.energies)),
      ("shares", numbers(fields.shares)),
      ("peak_import", scope.figures.peakImport.map(peak) ?? .null),
      ("highest_imports", .array(scope.figures.peaks.highest.map(peak))),
      ("data_quality", numbers(fields.quality)),
    ]
  }

  private func json(_ figure: Figure, of subject: Subject) -> JSONValue {
    let fields = FigureFields(figure, of: subject, in: self)
    func number(_ text: String?) -> JSONValue { text.map(JSONValue.number) ?? .null }
    return .object([
      ("name", .string(figure.name.rawValue)), ("of", .optional(figure.part)), ("unit", .string(figure.name.unit)),
      ("value", number(fields.value)), ("most", number(fields.most)), ("missing_reason", .optional(fields.reason)),
      ("how_to_know", .optional(fields.hint)), ("coverage_percent", number(fields.coverage)),
      ("substituted_percent", number(fields.substituted)), ("provisional", .bool(figure.basis.isProvisional)),
      ("remark", .optional(figure.remark?.english)), ("previous", number(fields.previous)),
      ("year_before", number(fields.yearBefore)),
    ])
  }

  /// The report as CSV (quoting of RFC 4180, UTF-8, commas, decimal points, lines end in LF): a header, then one row a
  /// figure. An empty field is no value; names and units as in JSON.
  public func csv() -> String {
    let header = [
      "community_id", "period", "first_day", "last_day", "time_zone", "scope", "method", "id", "scope_name", "name", "of", "unit",
      "value", "most", "missing_reason", "coverage_percent", "substituted_percent", "provisional", "previous", "year_before",
    ]
    let head = [community.text, period.kind.rawValue, days.lowerBound.description, days.last?.description, calendar.timeZone]
    let rows = groups.flatMap { group in
      group.figures.map { figure -> [String?] in
        let fields = FigureFields(figure, of: group.subject, in: self)
        return head + [
          group.subject.kind, group.subject.method, group.subject.id, group.name, figure.name.rawValue, figure.part,
          figure.name.unit, fields.value, fields.most, fields.reason, fields.coverage, fields.substituted,
          figure.basis.isProvisional ? "true" : "false", fields.previous, fields.yearBefore,
        ]
      }
    }
    return ([header] + rows).map { $0.map { Self.csvField($0 ?? "") }.joined(separator: ",") + "\n" }.joined()
  }

  private static func csvField(_ text: String) -> String {
    let special = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
    return special ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}

extension EnergyReport.Comparison {
  fileprivate var json: JSONValue {
    .object([
      ("relation", .string(relation.rawValue)), ("first_day", .string(report.days.lowerBound.description)),
      ("last_day", .optional(report.days.last?.description)),
    ])
  }
}

extension EnergyReport {
  /// The same figure in the period of `relation`; nil where it is not compared.
  public func figure(_ figure: Figure, of subject: Subject, in relation: Comparison.Relation) -> Figure? {
    comparisons.first { $0.relation == relation }?.report.group(subject)?.figure(figure.name, of: figure.part)
  }
}

/// A figure as JSON and CSV write it.
struct FigureFields {
  let value: String?
  let most: String?
  let reason: String?
  let hint: String?
  let coverage: String?
  let substituted: String?
  let previous: String?
  let yearBefore: String?

  init(_ figure: Figure, of subject: EnergyReport.Subject, in report: EnergyReport) {
    value = figure.value?.exact
    most = figure.most?.exact
    switch figure.absence {
    case nil: (reason, hint) = (nil, nil)
    case .undefined: (reason, hint) = ("undefined", nil)
    case .tooLittleKnown: (reason, hint) = ("coverage_below_90_percent", nil)
    case .tooFewMembers: (reason, hint) = ("too_few_members", nil)
    case .unknown(let sentence): (reason, hint) = ("unknown", sentence.english)
    }
    coverage = figure.basis.coverage.map { decimalText($0.count, digits: 7) }
    substituted = figure.basis.substituted.map { decimalText($0.count, digits: 7) }
    previous = report.figure(figure, of: subject, in: .previous)?.value?.exact
    yearBefore = report.figure(figure, of: subject, in: .yearBefore)?.value?.exact
  }
}

extension Figure.Value {
  /// The value in its unit, exactly.
  var exact: String {
    switch self {
    case .share(let share): decimalText(share.count, digits: 7)
    case .energy, .power, .mass, .money: decimalText(amount, digits: 6)
    case .number(let number): decimalText(number.count, digits: 9)
    case .time(let quarters): decimalText(Int64(quarters) * 25, digits: 2)
    case .count(let count): String(count)
    }
  }
}
