import CommunityModel
import Console
import MarketTime
import Quantities
import Readings
import Reporting
import SQLiteStore

/// What `energy-opt store show` writes for programs; docs/formats/store-show.md has the contract.
struct AggregateRows {
  let calendar: MarketCalendar
  let step: CalendarStep

  private static let schemaVersion = 1

  static let csvHeader =
    "period,start,end,point,channel,figure,unit,value,"
    + "expected_quarter_hours,measured_quarter_hours,estimated_quarter_hours,substituted_quarter_hours,missing_quarter_hours"

  /// A line of CSV; nil where there is no figure.
  func csv(_ aggregate: Aggregate?, of key: SeriesKey, over span: Range<QuarterHour>) -> String? {
    guard let aggregate else { return nil }
    return
      ([
        calendar.name(of: span, by: step), "\(span.instants.lowerBound)", "\(span.instants.upperBound)", key.point.text,
        key.channel.rawValue, aggregate.figure.rawValue, key.channel.unit.customary.symbol,
        aggregate.value.map { Self.number($0, of: key.channel) } ?? "",
      ] + Self.counts(aggregate).map { "\($0.count)" }).joined(separator: ",")
  }

  /// What stands before the first value.
  var jsonBegin: String {
    let head = JSONValue.object([
      ("schema_version", .integer(Self.schemaVersion)), ("kind", .string("store_show")),
      ("time_zone", .string(calendar.timeZone)), ("by", .string(step.rawValue)),
    ]).text()
    return head.dropLast(2) + ",\n  \"values\": ["
  }

  /// What stands behind the last value.
  static let jsonEnd = "\n  ]\n}"

  /// A value of JSON; nil where there is no figure.
  func json(_ aggregate: Aggregate?, of key: SeriesKey, over span: Range<QuarterHour>) -> String? {
    guard let aggregate else { return nil }
    let value = JSONValue.object(
      [
        ("period", .string(calendar.name(of: span, by: step))), ("start", .time(span.instants.lowerBound)),
        ("end", .time(span.instants.upperBound)), ("point", .string(key.point.text)), ("channel", .string(key.channel.rawValue)),
        ("figure", .string(aggregate.figure.rawValue)), ("unit", .string(key.channel.unit.customary.symbol)),
        ("value", aggregate.value.map { .number(Self.number($0, of: key.channel)) } ?? .null),
      ] + Self.counts(aggregate).map { ($0.name, .integer($0.count)) })
    return "    " + value.text(indent: 2)
  }

  private static func counts(_ aggregate: Aggregate) -> [(name: String, count: Int)] {
    [
      ("expected_quarter_hours", aggregate.expected), ("measured_quarter_hours", aggregate.measured),
      ("estimated_quarter_hours", aggregate.estimated), ("substituted_quarter_hours", aggregate.substituted),
      ("missing_quarter_hours", aggregate.missing),
    ]
  }

  /// The value in the customary unit, exactly.
  private static func number(_ value: Int64, of channel: Channel) -> String {
    decimalText(value, digits: decimals(of: channel))
  }

  /// The power of ten that the customary unit is worth in the channel's.
  static func decimals(of channel: Channel) -> Int { String(channel.unit.customary.count).count - 1 }
}

/// What `energy-opt store show` writes for people: a series, a line a span.
struct AggregateTable {
  private let key: SeriesKey
  private let rows: AggregateRows
  private let language: Language
  private var found: [(span: Range<QuarterHour>, aggregate: Aggregate)] = []

  init(_ key: SeriesKey, _ rows: AggregateRows, language: Language) {
    (self.key, self.rows, self.language) = (key, rows, language)
  }

  /// Adds a span.
  mutating func add(_ aggregate: Aggregate?, over span: Range<QuarterHour>) {
    if let aggregate { found.append((span, aggregate)) }
  }

  /// The lines, not longer than `width` where that can be.
  func lines(width: Int) -> [String] {
    guard let figure = Aggregate.Figure(of: key.channel) else { return [] }
    let all = found.reduce(into: Aggregate(figure, expected: 0)) { $0 += $1.aggregate }
    let unit = key.channel.unit.customary.symbol
    let title = language.pick(figure == .sum ? "gezählt" : "Mittel", figure == .sum ? "counted" : "mean")
    var lines = ["\(key)  \(title), \(rows.calendar.timeZone)"]
    // What no span has takes no column.
    let extras = [
      (language.pick("geschätzt", "estimated"), \Aggregate.estimated), (language.pick("Ersatz", "substituted"), \.substituted),
      (language.pick("fehlen", "missing"), \.missing),
    ].filter { all[keyPath: $0.1] > 0 }
    var table = TextTable(
      columns: [.init(stepTitle), .init(unit, .right), .init(language.pick("bekannt", "known"), .right)]
        + extras.map { .init($0.0, .right) }, flexible: stepTitle, indent: 2)
    func row(_ name: String, _ aggregate: Aggregate) {
      let known = "\(aggregate.known) " + language.pick("von", "of") + " \(aggregate.expected)"
      let counts = extras.map { aggregate[keyPath: $0.1] }.map { TextTable.Cell($0 == 0 ? "" : "\($0)") }
      table.append([.init(name), .init(value(aggregate)), .init(known)] + counts)
    }
    for (span, aggregate) in found { row(name(of: span), aggregate) }
    if found.count > 1 {
      table.appendRule()
      row(language.pick("alle", "all"), all)
    }
    lines += table.lines(width: width, styled: Terminal(.standardOutput).usesColours)
    if all.known < all.expected {
      lines.append(
        language.pick(
          "  Viertelstunden; was fehlt, zählt nicht mit, auch nicht als null",
          "  quarter hours; what is missing is left out, not counted as zero"))
    }
    return lines
  }

  private var stepTitle: String {
    switch rows.step {
    case .quarterHour: language.pick("Viertelstunde", "quarter hour")
    case .hour: language.pick("Stunde", "hour")
    case .day: language.pick("Tag", "day")
    case .month: language.pick("Monat", "month")
    }
  }

  /// `2026-03-29 01:00 +01:00`, with the offset, since an hour may happen twice.
  private func name(of span: Range<QuarterHour>) -> String {
    let name = rows.calendar.name(of: span, by: rows.step)
    guard let offset = name.dropFirst(16).first, name.count > 16 else { return name }
    return "\(name.prefix(10)) \(name.dropFirst(11).prefix(5)) \(offset)\(name.dropFirst(17))"
  }

  private func value(_ aggregate: Aggregate) -> String {
    guard let value = aggregate.value else { return "–" }
    return language.numbers(decimals: min(3, AggregateRows.decimals(of: key.channel)))
      .text(value, per: key.channel.unit.customary.count)
  }
}
