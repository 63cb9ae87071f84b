import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import MarketTime
import MeterData
import Quantities
import Readings
import Reporting
import SQLiteStore

/// `energy-opt meter substitute`
struct MeterSubstituteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "substitute", abstract: "Puts substitutes in the place of a month's missing values, as new versions.",
    discussion: """
      A gap of at most two hours is filled by a straight line between measured
      values, a longer one by the mean of the same time of day on the last three
      days of the same kind (a holiday is a Sunday). Where a register bridges
      the gap, the values add up to what it advanced. A plant's gap is only
      filled with what the site's other meters leave, and that stays an
      estimate. What cannot be filled is listed. Substitutes are marked as such
      in community.sqlite; whatever is received later takes their place.

      EXAMPLES
        energy-opt meter substitute --month 2026-03 --dry-run
        energy-opt meter substitute --month 2026-03
      """)

  /// What an import run of substitutes is called, before the rule that made them.
  static let sourcePrefix = "substitute "

  @OptionGroup var options: CommunityOptions
  @OptionGroup var time: MonthOption

  @Flag(help: "Only tell, store nothing.")
  var dryRun = false

  @OptionGroup var language: LanguageOption

  func run() throws {
    let community = try options.load().community
    let now = SystemTime.now()
    let inputs = try MeterInputs(community, days: time.month.days, options, now: now)
    let substitutes = Substitutes(
      calendar: community.calendar, holidays: try publicHolidays(of: community, file: options.community))
    let (filled, refused) = substitutes.fill(
      community, inputs.energies, registers: inputs.registers, over: inputs.over(at: now))
    let text = SubstitutesText(community.calendar, language.lang)
    for line in filled.map(text.line) + refused.map(text.line) { print(line) }
    if !dryRun, !filled.isEmpty {
      try reportingProblems {
        let database = try CommunityDatabase(writing: options.storePath)
        try database.store(filled.map(\.batch), at: now)
        try database.close()
      }
    }
    print(text.sum(filled, refused, isStored: !dryRun))
  }
}

extension Substitution {
  /// The values as the store takes them, marked with the rule that made them.
  fileprivate var batch: ImportBatch {
    let channel: Channel = key.direction == .import ? .energyImport : .energyExport
    return ImportBatch(
      source: MeterSubstituteCommand.sourcePrefix + method.rawValue, intervals: [SeriesKey(key.point, channel): values])
  }
}
