import CommunityModel
import Console
import MarketTime
import Quantities

extension EnergyReport {
  /// The version of the JSON contract in `docs/formats/report-json.md`; grows when a field changes its meaning or goes.
  public static let schemaVersion = 1

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
          ("first_day", .string(days.lowerBound.description)),
          ("last_day", .optional(days.last?.description)),
          ("start", .string(span.lowerBound.start.description)),
          ("end", .string(span.upperBound.start.description)),
          ("quarter_hours", .integer(span.count)),
        ])
      ),
      ("scopes", .array(scopes.map(Self.json))),
      ("unmetered_sites", .array(unmeteredSites.map { .string($0.id.text) })),
    ])
    return value.text() + "\n"
  }

  private static func json(_ scope: Scope) -> JSONValue {
    let fields = ReportFields(scope.figures)
    func numbers(_ fields: [ReportFields.Field]) -> JSONValue {
      .object(fields.map { ($0.name, $0.value.map(JSONValue.number) ?? .null) })
    }
    let peak = scope.figures.peakImport.map { peak in
      JSONValue.object([
        ("power_kw", .number(decimalText(peak.power.count, digits: 6))), ("start", .string(peak.quarterHour.description)),
      ])
    }
    return .object([
      ("scope", .string(scope.subject.kind)),
      ("method", .optional(scope.subject.method)),
      ("site_id", .optional(scope.subject.siteID)),
      ("name", .string(scope.name)),
      ("consumption_source", .optional(scope.consumptionSource?.rawValue)),
      ("grid_source", .optional(scope.gridSource?.rawValue)),
      ("provisional", .bool(scope.figures.quality.isProvisional)),
      ("shares_hidden_reason", .optional(ReportFields.hiddenReason(scope.figures))),
      ("energy", numbers(fields.energies)),
      ("shares", numbers(fields.shares)),
      ("peak_import", peak ?? .null),
      ("data_quality", numbers(fields.quality)),
    ])
  }

  /// The report as CSV (quoting of RFC 4180, UTF-8, commas, decimal points, lines end in LF): a header, then one row a
  /// scope. An empty field is no value; names and units as in JSON.
  public func csv() -> String {
    let rows = scopes.map { scope in
      let fields = ReportFields(scope.figures)
      let head: [ReportFields.Field] = [
        ("community_id", community.text),
        ("first_day", days.lowerBound.description),
        ("last_day", days.last?.description),
        ("time_zone", calendar.timeZone),
        ("scope", scope.subject.kind),
        ("method", scope.subject.method),
        ("site_id", scope.subject.siteID),
        ("name", scope.name),
        ("consumption_source", scope.consumptionSource?.rawValue),
        ("grid_source", scope.gridSource?.rawValue),
        ("provisional", scope.figures.quality.isProvisional ? "true" : "false"),
        ("shares_hidden_reason", ReportFields.hiddenReason(scope.figures)),
      ]
      return head + fields.energies + fields.shares + fields.peak + fields.quality
    }
    let header = rows.first.map { row in [row.map(\.name)] } ?? []
    let lines = header + rows.map { row in row.map { $0.value ?? "" } }
    return lines.map { $0.map(Self.csvField).joined(separator: ",") + "\n" }.joined()
  }

  private static func csvField(_ text: String) -> String {
    let special = text.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\r" || $0 == "\n" }
    return special ? "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"" : text
  }
}
