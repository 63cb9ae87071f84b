import CommunityModel
import Console
import MarketTime
import MeterData
import Quantities

extension MeterCheckReport {
  /// The version of the JSON contract in `docs/formats/meter-check-json.md`.
  public static let schemaVersion = 1
  /// How many findings of a counter text lists; JSON and CSV have all.
  private static let listed = 8

  /// The report as text, every line at most `width` columns, ending in a newline.
  public func text(_ language: Language, width: Int = 80) -> String {
    let shown = IntervalEnergy.Quality.allCases.filter { quality in
      quality == .measured || quality == .missing || rows.contains { $0.qualities[quality] != nil }
    }
    let kilowattHours = language.numbers(decimals: NumberStyle.energyDecimals(upTo: rows.map(\.energy.count).max() ?? 0))
    var table = TextTable(
      columns: [.init(language.meteringPointWord), .init(""), .init("kWh", .right)]
        + shown.map { .init(language.name(of: $0), .right) } + [.init(language.calibratedWord)],
      flexible: language.meteringPointWord, indent: 2)
    for row in rows {
      let cells =
        [row.point.text, row.direction.rawValue, kilowattHours.text(row.energy.count, per: 1_000_000)]
        + shown.map { "\(row.qualities[$0] ?? 0)" } + [
          row.isCalibrated ? language.pick("ja", "yes") : language.pick("nein", "no")
        ]
      table.append(cells.map { .init($0) })
    }
    let heading = [language.period(month.days), language.quarterHours(span.count)].joined(separator: " · ")
    let lines =
      "\(name.withoutControls) · \(language.meterCheckTitle)".wrapped(toWidth: width) + [heading, ""]
      + (rows.isEmpty ? ["  " + language.nothingMetered] : table.lines(width: width))
      + rows.flatMap { findings(of: $0, language, width) } + [""]
      + silentNote(language, width) + [language.findingCounts(errors, doubts)]
    return lines.joined(separator: "\n") + "\n"
  }

  private func findings(of row: Row, _ language: Language, _ width: Int) -> [String] {
    guard !row.findings.isEmpty else { return [] }
    var lines = ["", "  \(row.point) \(row.direction.rawValue)"]
    for finding in row.findings.prefix(Self.listed) {
      lines += words(for: finding, language).wrapped(toWidth: width - 4, indent: 2).map { "    " + $0 }
    }
    if row.findings.count > Self.listed { lines.append("    " + language.furtherFindings(row.findings.count - Self.listed)) }
    return lines
  }

  private func words(for finding: MeterFinding, _ language: Language) -> String {
    let weight = finding.kind.isError ? language.pick("Fehler", "error") : language.pick("Zweifel", "doubt")
    let figure = finding.figure.map { ", " + language.numbers(decimals: 3).text($0.count, per: 1_000_000) + " kWh" } ?? ""
    return "\(weight): \(language.name(of: finding.kind)), \(time(of: finding.span, language)), "
      + "\(language.quarterHours(finding.span.count))\(figure)"
  }

  /// From when until when, by the wall clock.
  private func time(of span: Range<QuarterHour>, _ language: Language) -> String {
    let (first, last) = (calendar.local(span.lowerBound.start), calendar.local(span.upperBound.start))
    let end = first.day == last.day ? "\(last.time)" : "\(language.date(last.day, year: false)) \(last.time)"
    return "\(language.date(first.day, year: false)) \(first.time)" + language.pick(" bis ", " to ") + end
  }

  private func silentNote(_ language: Language, _ width: Int) -> [String] {
    silent.isEmpty ? [] : language.withoutValues(silent.map(\.text).joined(separator: ", ")).wrapped(toWidth: width, indent: 2)
  }
}

extension MeterCheckReport {
  /// The report as JSON, ending in a newline; contract in `docs/formats/meter-check-json.md`.
  public func json() -> String {
    JSONValue.object([
      ("schema_version", .integer(Self.schemaVersion)), ("kind", .string("meter_check")),
      ("community_id", .string(community.text)),
      ("time_zone", .string(calendar.timeZone)), ("month", .string(month.description)),
      ("start", .string(span.lowerBound.description)), ("end", .string(span.upperBound.description)),
      ("quarter_hours", .integer(span.count)), ("errors", .integer(errors)), ("doubts", .integer(doubts)),
      ("silent_metering_points", .array(silent.map { .string($0.text) })), ("counters", .array(rows.map(Self.json))),
    ]).text() + "\n"
  }

  private static func json(_ row: Row) -> JSONValue {
    .object(
      [
        ("metering_point", .string(row.point.text)), ("direction", .string(row.direction.rawValue)),
        ("kwh", .number(decimalText(row.energy.count, digits: 6))), ("calibrated", .bool(row.isCalibrated)),
      ] + IntervalEnergy.Quality.allCases.map { ("\($0.name)_quarter_hours", .integer(row.qualities[$0] ?? 0)) } + [
        (
          "findings",
          .array(
            row.findings.map { finding in
              .object([
                ("kind", .string(finding.kind.rawValue)), ("error", .bool(finding.kind.isError)),
                ("start", .string(finding.span.lowerBound.description)), ("end", .string(finding.span.upperBound.description)),
                ("kwh", finding.figure.map { .number(decimalText($0.count, digits: 6)) } ?? .null),
              ])
            })
        )
      ])
  }

  /// One row a finding (RFC 4180, decimal points), header first.
  public func csv() -> String {
    let rows = rows.flatMap { row in
      row.findings.map { finding in
        [
          row.point.text, row.direction.rawValue, finding.kind.rawValue, finding.kind.isError ? "error" : "doubt",
          finding.span.lowerBound.description, finding.span.upperBound.description, "\(finding.span.count)",
          finding.figure.map { decimalText($0.count, digits: 6) } ?? "",
        ]
      }
    }
    let header = ["metering_point", "direction", "kind", "weight", "start", "end", "quarter_hours", "kwh"]
    return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
  }
}

extension Language {
  var meterCheckTitle: String { pick("Werte der Zähler", "values of the meters") }
  var meteringPointWord: String { pick("Messpunkt", "metering point") }
  var calibratedWord: String { pick("geeicht", "calibrated") }
  var nothingMetered: String { pick("Von keinem Messpunkt ist etwas bekannt.", "Nothing is known of any metering point.") }
  func withoutValues(_ names: String) -> String { pick("Ohne jeden Wert: \(names).", "Without any value: \(names).") }
  func furtherFindings(_ count: Int) -> String {
    pick("und \(count) weitere, siehe --format csv", "and \(count) more, see --format csv")
  }
  func findingCounts(_ errors: Int, _ doubts: Int) -> String {
    pick(
      "\(errors) Fehler, \(doubts) Zweifel", "\(errors) error\(errors == 1 ? "" : "s"), \(doubts) doubt\(doubts == 1 ? "" : "s")")
  }
  func name(of kind: MeterFinding.Kind) -> String {
    switch kind {
    case .gap: return pick("Lücke", "gap")
    case .faulty: return pick("fehlerhafter Wert", "faulty value")
    case .negative: return pick("Wert unter null", "value below zero")
    case .aboveCapacity: return pick("mehr als der Anschluss trägt", "more than the connection bears")
    case .future: return pick("Wert aus der Zukunft", "value of the future")
    case .registerDifference: return pick("Lastgang weicht vom Zählerstand ab", "load curve differs from the register")
    case .frozen: return pick("immer derselbe Wert", "the same value again and again")
    case .spike: return pick("Ausreißer", "spike")
    case .zeroRun: return pick("lange nichts", "nothing for long")
    }
  }
}
