import CommunityModel
import Console
import MarketTime
import Quantities
import Readings
import Reporting
import SQLiteStore

/// What `energy-opt store show --versions` writes: of each corrected reading what was received, and each correction.
struct VersionRows {
  private struct Version {
    let reading: CorrectedReading
    let number: Int
    let value: Int64?
    let correction: Correction?
  }

  private let versions: [Version]

  init(_ readings: [CorrectedReading]) {
    versions = readings.flatMap { reading in
      [Version(reading: reading, number: 0, value: reading.original, correction: nil)]
        + reading.corrections.enumerated().map {
          Version(reading: reading, number: $0.offset + 1, value: $0.element.value, correction: $0.element)
        }
    }
  }

  /// The lines for people.
  func lines(_ language: Language, width: Int) -> [String] {
    guard !versions.isEmpty else { return [language.pick("nichts wurde berichtigt", "nothing was corrected")] }
    var table = TextTable(
      columns: [
        .init(language.pick("Zeit (UTC)", "time (UTC)")), .init(language.pick("Reihe", "series")),
        .init(language.pick("Wert", "value"), .right), .init(language.pick("gesagt (UTC)", "said (UTC)")),
        .init(language.pick("von", "by")), .init(language.pick("Grund", "reason")),
      ], flexible: language.pick("Grund", "reason"))
    for version in versions {
      let unit = version.reading.series.channel.unit.customary
      let style = language.numbers(decimals: min(6, AggregateRows.decimals(of: version.reading.series.channel)))
      let isFirst = version.number == 0
      let none = isFirst ? language.pick("keiner", "none") : language.pick("zurückgezogen", "withdrawn")
      table.append([
        .init(isFirst ? "\(version.reading.time)" : ""), .init(isFirst ? "\(version.reading.series)" : ""),
        .init(version.value.map { "\(style.text($0, per: unit.count)) \(unit.symbol)" } ?? none),
        .init(version.correction.map { "\($0.received.description.prefix(16))" } ?? language.pick("empfangen", "received")),
        .init(version.correction?.author ?? ""), .init(version.correction?.reason ?? ""),
      ])
    }
    return table.lines(width: width, styled: Terminal(.standardOutput).usesColours)
  }

  /// CSV, RFC 4180.
  var csv: String {
    "time,point,channel,unit,version,value,received,author,reason\n"
      + versions.map { version in
        fields(version).map { Self.quoted($0.text) }.joined(separator: ",") + "\n"
      }.joined()
  }

  /// JSON; docs/formats/store-show.md.
  var json: String {
    JSONValue.object([
      ("schema_version", .integer(1)), ("kind", .string("store_versions")),
      (
        "versions",
        .array(
          versions.map { version in
            .object(
              fields(version).map { field in
                let isNumber = field.name == "value" || field.name == "version"
                return (field.name, isNumber ? field.text.map { .number($0) } ?? .null : .optional(field.text))
              })
          })
      ),
    ]).text()
  }

  private func fields(_ version: Version) -> [(name: String, text: String?)] {
    let key = version.reading.series
    let decimals = AggregateRows.decimals(of: key.channel)
    return [
      ("time", "\(version.reading.time)"), ("point", key.point.text), ("channel", key.channel.rawValue),
      ("unit", key.channel.unit.customary.symbol), ("version", "\(version.number)"),
      ("value", version.value.map { decimalText($0, digits: decimals) }),
      ("received", version.correction.map { "\($0.received)" }),
      ("author", version.correction?.author), ("reason", version.correction?.reason),
    ]
  }

  private static func quoted(_ text: String?) -> String {
    guard let text else { return "" }
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
