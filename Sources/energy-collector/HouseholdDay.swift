import ArgumentParser
import CommunityFiles
import Forecasting
import MarketTime
import Quantities
import SeriesFiles

/// The load of a household of 4000 kWh a year on a Tuesday in June, quarter hour by quarter hour: the standard profile H25.
///
/// - Throws: `ExitCode` 3 after telling what is wrong with `profiles/`.
func householdDay() throws -> [Power] {
  let folder = try reportingProblems { try InstalledFolders().profiles() }
  do {
    guard let calendar = MarketCalendar(timeZone: "Europe/Berlin"), let day = LocalDay(year: 2026, month: 6, day: 16) else {
      tell("this machine does not know the time zone Europe/Berlin; install tzdata")
      throw ExitCode(1)
    }
    let profile = try LoadProfile(
      "H25", annualEnergy: Energy(kilowattHours: 4000), table: LoadProfileTable(file: CSVFile("\(folder)/load/bdew-2025.csv")),
      dynamisation: Dynamisation(file: CSVFile("\(folder)/load/dynamisation.csv")), calendar: calendar,
      holidays: Holidays(days: [], years: [2026]))
    return profile.power(over: calendar.quarterHours(of: day)).values
  } catch let errors as SeriesFileErrors {
    tell("\(errors)")
    throw ExitCode(3)
  }
}
