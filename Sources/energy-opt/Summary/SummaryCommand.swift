import ArgumentParser

/// `energy-opt summary`
struct SummaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summary",
    abstract: "A member's day or week in words and a picture; the house's week for the notice board; sun hours.",
    discussion: """
      Figures come from the quarter hours of the meters, shared as energy-opt
      share does, priced by tariffs.yaml where it is there. The tip for tomorrow
      comes from the last plan (plan --save plan.json) and from the days before.
      Who signs and how members are addressed stands in summaries.yaml. Nothing
      is sent but by run and send. A member's summary tells nothing of any other
      single member. Fields of JSON, and when figures of many are told:
      docs/formats/summary-json.md.

      EXAMPLES
        energy-opt summary show --member m05 --day 2016-06-28 --lang de
        energy-opt summary show --member m05 --day 2016-06-28 --format html --picture day.png
        energy-opt summary show --member m05 --week 2016-06-28
        energy-opt summary show --all --day 2016-06-28 --output preview
        energy-opt summary board --week 2016-06-28 --format html > board.html
        energy-opt summary calendar --day 2016-06-28 > sun-hours.ics
      """,
    subcommands: [
      SummaryShowCommand.self, SummaryBoardCommand.self, SummaryCalendarCommand.self, SummaryRunCommand.self,
      SummarySendCommand.self, SummaryOutboxCommand.self,
    ])
}
