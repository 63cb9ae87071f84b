import ArgumentParser
import CommunityFiles
import CommunityModel
import Forecasting
import MarketTime
import MeterData
import PlanPreparation
import Quantities
import Readings
import SQLiteStore
import SeriesFiles

/// A month of a community's meters, and what it takes to judge them.
struct MeterInputs {
  let community: Community
  /// The quarter hours of the month.
  let span: Range<QuarterHour>
  /// The best that is known, from the days on that substitutes are compared with.
  let energies: MeteredEnergies
  /// Load curves as they were imported.
  let curves: MeteredEnergies
  /// What registers advanced, as the collector read them.
  let registers: MeteredEnergies

  /// The month of `days` from both files; nothing after `now` counts as a gap.
  init(_ community: Community, days: Range<LocalDay>, _ options: CommunityOptions, now: Timestamp) throws {
    let calendar = community.calendar
    self.community = community
    let whole = calendar.quarterHours(of: days)
    let end = min(whole.upperBound, max(whole.lowerBound, QuarterHour(containing: now)))
    span = whole
    let around = calendar.quarterHours(
      of: days.lowerBound.advanced(by: -Substitutes.lookback)..<days.upperBound.advanced(by: 1))
    let known = around.lowerBound..<max(end, min(around.upperBound, QuarterHour(containing: now)))
    let stores = try options.openStores()
    func read(_ history: History, in span: Range<QuarterHour>) throws -> MeteredEnergies {
      try reportingProblems { MeteredEnergies(try history.energies(of: community, in: span), over: span) }
    }
    // Values of the future are there to be found.
    let read = (
      all: try read(
        History(readings: stores.readings, imported: stores.imported),
        in: known.lowerBound..<max(known.upperBound, whole.upperBound)),
      curves: try read(History(readings: nil, imported: stores.imported), in: whole),
      registers: try read(History(readings: stores.readings, imported: nil), in: known)
    )
    energies = read.all
    curves = read.curves
    registers = read.registers
  }

  /// The quarter hours of the month that are over.
  func over(at now: Timestamp) -> Range<QuarterHour> {
    span.lowerBound..<min(span.upperBound, max(span.lowerBound, QuarterHour(containing: now)))
  }

  /// The series of all meters, each with its load curve and its register.
  var series: [MeterSeries] { community.meterSeries(energies, curves: curves, registers: registers) }
}

/// The public holidays of `community`, from the shipped table.
///
/// - Throws: `ExitCode` 3 where its region is not in the table.
func publicHolidays(of community: Community, file: String) throws -> Holidays {
  try reportingProblems {
    let folder = try InstalledFolders().profiles(named: nil)
    do {
      return try HolidayTable(file: CSVFile("\(folder)/holidays.csv")).holidays(in: community.holidayRegion)
    } catch let error as ForecastingError {
      tell("\(file): \(error)")
      throw ExitCode(3)
    }
  }
}

/// The month that is asked for.
struct MonthOption: ParsableArguments {
  @Option(help: ArgumentHelp("A local month.", valueName: "yyyy-mm"), transform: Self.month)
  var month: LocalMonth

  private static func month(_ text: String) throws -> LocalMonth {
    guard let month = LocalMonth(iso8601: text) else {
      throw ValidationError("--month is '\(text)', expected a month such as 2026-03")
    }
    return month
  }
}
