import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import Quantities
import Readings
import Reporting
import SQLiteStore

/// `energy-opt meter versions`
struct MeterVersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "Every value that was ever known of a metering point's day, and when it was received.",
    discussion: """
      Of imported values and substitutes; corrections of readings are told by
      `energy-opt store show --versions`.

      EXAMPLE
        energy-opt meter versions --point B01-GRID --day 2026-03-10
      """)

  @OptionGroup var options: CommunityOptions

  @Option(help: ArgumentHelp("The metering point.", valueName: "point"))
  var point: String

  @Option(help: ArgumentHelp("A local day.", valueName: "yyyy-mm-dd"), transform: Self.day)
  var day: LocalDay

  @OptionGroup var language: LanguageOption

  private static func day(_ text: String) throws -> LocalDay {
    guard let day = LocalDay(iso8601: text) else {
      throw ValidationError("--day is '\(text)', expected a date such as 2026-03-10")
    }
    return day
  }

  func run() throws {
    let community = try options.load().community
    guard community.meteringPoints.contains(where: { $0.id.text == point }) else {
      let hint = Spelling.hint(for: point, among: community.meteringPoints.map(\.id.text))
      tell("there is no metering point '\(point)' in \(options.community)\(hint)")
      throw ExitCode(3)
    }
    let lang = language.lang
    let span = community.calendar.quarterHours(of: day)
    let database = try options.openStores().imported
    for channel in [Channel.energyImport, .energyExport] {
      let key = SeriesKey(MeteringPoint.ID(point), channel)
      let versions = try reportingProblems { try database?.versions(of: key, in: span) ?? [] }
      if versions.isEmpty { continue }
      var table = TextTable(
        columns: [
          .init(lang.pick("Viertelstunde", "quarter hour")), .init("kWh", .right), .init(lang.pick("Art", "quality")),
          .init(lang.pick("empfangen (UTC)", "received (UTC)")), .init(lang.pick("ersetzt (UTC)", "replaced (UTC)")),
          .init(lang.pick("Herkunft", "from")),
        ], flexible: lang.pick("Herkunft", "from"), indent: 2)
      for version in versions {
        table.append(
          [
            "\(community.calendar.local(version.quarter.start).time)",
            lang.numbers(decimals: 6).text(version.value.delivered?.count ?? 0, per: 1_000_000), version.value.quality.name,
            version.received.description, version.replaced?.description ?? "", version.source,
          ].map { .init($0) })
      }
      print(key)
      for line in table.lines(width: Terminal(.standardOutput).width) { print(line) }
    }
  }
}
