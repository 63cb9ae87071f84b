import ArgumentParser
import MarketTime

/// Of which time a member is told: one day, a week, or a month's heat.
struct ToldTimeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The local day that is told of.", valueName: "yyyy-mm-dd"), transform: SummaryOptions.day)
  var day: LocalDay?

  @Option(
    help: ArgumentHelp(
      "The week that holds this local day, Monday to Sunday; from weekly_on to the day before it where summaries.yaml names another.",
      valueName: "yyyy-mm-dd"), transform: SummaryOptions.day)
  var week: LocalDay?

  @Option(
    help: ArgumentHelp("The month whose heat is told of, to who has a heat meter.", valueName: "yyyy-mm"), transform: Self.month)
  var month: LocalMonth?

  private static func month(_ text: String) throws -> LocalMonth {
    guard let month = LocalMonth(iso8601: text) else {
      throw ValidationError("the month is '\(text)', expected a month such as 2016-06")
    }
    return month
  }

  func validate() throws {
    guard [day != nil, week != nil, month != nil].count(where: \.self) == 1 else {
      throw ValidationError("say which time: --day yyyy-mm-dd, --week yyyy-mm-dd or --month yyyy-mm")
    }
  }

  /// The days, where weeks are told of on `weeklyOn`.
  func days(weeklyOn: Weekday) -> Range<LocalDay> {
    if let month { return month.days }
    if let week { return week.week(from: weeklyOn) }
    let one = day ?? LocalDay(number: 0)
    return one..<one.advanced(by: 1)
  }

  /// The time as it was asked for.
  var words: String {
    if let month { return "at the end of \(month)" }
    return week.map { "in the week of \($0)" } ?? "on \(day.map { "\($0)" } ?? "")"
  }

  /// The time as a noun.
  var name: String {
    if let month { return "\(month)" }
    return week.map { "the week of \($0)" } ?? day.map { "\($0)" } ?? ""
  }
}

extension LocalDay {
  /// The seven days from a `weekday` on that hold the day.
  func week(from weekday: Weekday) -> Range<LocalDay> {
    let first = advanced(by: -((self.weekday.rawValue - weekday.rawValue + 7) % 7))
    return first..<first.advanced(by: 7)
  }
}
