import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Foundation
import MarketTime
import Readings
import Reporting
import SQLiteStore

/// `energy-opt store show`
struct StoreShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what meters counted, and means of powers and temperatures, by hour, day or month.",
    discussion: """
      Days, hours and months are those of the community's wall clock (-c), or of
      --time-zone. A counter's figure is what it counted, any other's the mean
      of its quarter hours. What is not known is left out, never zero: each
      figure says of how many quarter hours it is; a day on which clocks change
      has four more or less. JSON and CSV: docs/formats/store-show.md. The
      collector may go on.

      Exit status: 0 shown, also where nothing is known; 1 a file cannot be
      read; 3 no such metering point or channel; 64 an option is wrong.

      EXAMPLES
        energy-opt store show --point B01-GRID --from 2026-03 --to 2026-03
        energy-opt store show --point B01-PV --channel active_power --by hour --from 2026-03-29
        energy-opt store show --point B01-GRID --versions
        energy-opt store show --channel energy_import --by month --from 2025-01 --format csv
      """)

  @OptionGroup var options: CommunityOptions

  @OptionGroup var selection: SeriesSelection

  @Option(
    help: ArgumentHelp("The first local day, or month. Unless told the last day, month or year with readings.", valueName: "day"))
  var from: String?

  @Option(
    help: ArgumentHelp("The last local day, or month, itself included; the last with readings unless told.", valueName: "day"))
  var to: String?

  @Option(help: ArgumentHelp("quarter-hour, hour, day or month.", valueName: "step"), transform: Self.step)
  var by = CalendarStep.day

  @Option(help: ArgumentHelp("Whose wall clock, such as Europe/Berlin; the community's unless told.", valueName: "zone"))
  var timeZone: String?

  @Flag(help: "Instead of figures the readings that were corrected: what was received, each correction, who said so and why.")
  var versions = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, text) in [("--from", from), ("--to", to)] {
      if let text, Self.days(text) == nil {
        throw ValidationError("\(name) is '\(text)', expected a day such as 2026-03-01 or a month such as 2026-03")
      }
    }
    if let first = from.flatMap(Self.days), let last = to.flatMap(Self.days), first.lowerBound >= last.upperBound {
      throw ValidationError("--from \(from ?? "") lies behind --to \(to ?? "")")
    }
    if let timeZone, MarketCalendar(timeZone: timeZone) == nil {
      let hint = Spelling.hint(for: timeZone, among: MarketCalendar.knownTimeZones)
      throw ValidationError("--time-zone is '\(timeZone)', which this system does not know\(hint)")
    }
    if selection.points.isEmpty, selection.channels.isEmpty {
      throw ValidationError("say what to show: --point or --channel; `energy-opt store` lists what is stored")
    }
  }

  private static func step(_ text: String) throws -> CalendarStep {
    guard let step = CalendarStep(rawValue: text) else {
      throw ValidationError("--by is '\(text)', expected quarter-hour, hour, day or month")
    }
    return step
  }

  /// The days of `2026-03-01` or `2026-03`.
  private static func days(_ text: String) -> Range<LocalDay>? {
    LocalDay(iso8601: text).map { $0..<$0.advanced(by: 1) } ?? LocalMonth(iso8601: text)?.days
  }

  func run() throws {
    let stores = try options.openStores()
    let inventory = try reportingProblems { try (stores.readings?.inventory() ?? []) + (stores.imported?.inventory() ?? []) }
    guard !inventory.isEmpty else { return print(options.nothingStored(output.lang)) }
    // Of some all readings may have been withdrawn.
    let withdrawn = versions ? try reportingProblems { try stores.readings?.series() ?? [] } : []
    let named = try selection.series(among: Set(inventory.map(\.series) + withdrawn).sorted(), in: options.readingsPath)
    if versions { return try showVersions(of: named, stores.readings, inventory) }
    let keys = named.filter { Aggregate.Figure(of: $0.channel) != nil }
    guard !keys.isEmpty else {
      let names = named.map(\.description).joined(separator: ", ")
      tell("\(names): states and flags have no sum and no mean; `energy-opt store export` writes them as they are")
      throw ExitCode(3)
    }
    let calendar = try calendar()
    let days = days(of: inventory.filter { keys.contains($0.series) }, calendar)
    let history = History(readings: stores.readings, imported: stores.imported)
    let spans = calendar.spans(of: days, by: by)
    let rows = AggregateRows(calendar: calendar, step: by)
    try reportingProblems {
      switch output.format {
      case .text:
        for (position, key) in keys.enumerated() {
          var table = AggregateTable(key, rows, language: output.lang)
          try history.forEachSpan(of: [key], in: spans) { span, found in table.add(found[key], over: span) }
          if position > 0 { print() }
          for line in table.lines(width: output.lineWidth) { print(line) }
        }
      case .csv:
        print(AggregateRows.csvHeader)
        try history.forEachSpan(of: keys, in: spans) { span, found in
          for key in keys { if let line = rows.csv(found[key], of: key, over: span) { print(line) } }
        }
      case .json:
        print(rows.jsonBegin)
        var separator = ""
        try history.forEachSpan(of: keys, in: spans) { span, found in
          for key in keys {
            guard let value = rows.json(found[key], of: key, over: span) else { continue }
            print(separator + value, terminator: "")
            separator = ",\n"
          }
        }
        print(AggregateRows.jsonEnd)
      }
    }
  }

  private func showVersions(of keys: [SeriesKey], _ readings: ReadingsDatabase?, _ inventory: [SeriesSummary]) throws {
    var span = Timestamp(milliseconds: .min)..<Timestamp(milliseconds: .max)
    if from != nil || to != nil {
      let calendar = try calendar()
      span = calendar.quarterHours(of: days(of: inventory.filter { keys.contains($0.series) }, calendar)).instants
    }
    let rows = VersionRows(try reportingProblems { try readings?.correctedReadings(of: keys, in: span) ?? [] })
    switch output.format {
    case .text: for line in rows.lines(output.lang, width: output.lineWidth) { print(line) }
    case .csv: print(rows.csv, terminator: "")
    case .json: print(rows.json)
    }
  }

  /// The wall clock that days and hours follow.
  private func calendar() throws -> MarketCalendar {
    if let timeZone, let calendar = MarketCalendar(timeZone: timeZone) { return calendar }
    guard FileManager.default.fileExists(atPath: options.community) else {
      tell(
        "\(options.community): no such file, so nobody knows when a day begins; name the zone (--time-zone Europe/Berlin) or the community's file (-c)"
      )
      throw ExitCode(3)
    }
    return try options.load().community.calendar
  }

  /// The days that are asked for.
  private func days(of inventory: [SeriesSummary], _ calendar: MarketCalendar) -> Range<LocalDay> {
    let latest = calendar.localDay(of: inventory.map(\.last).max() ?? SystemTime.now())
    let end = to.flatMap(Self.days)?.upperBound ?? max(latest, from.flatMap(Self.days)?.lowerBound ?? latest).advanced(by: 1)
    if let from, let begin = Self.days(from)?.lowerBound { return begin..<max(begin, end) }
    let last = end.advanced(by: -1)
    switch by {
    case .quarterHour, .hour: return last..<end
    case .day: return LocalMonth(containing: last).firstDay..<end
    case .month: return (LocalDay(year: last.components.year, month: 1, day: 1) ?? last)..<end
    }
  }
}
