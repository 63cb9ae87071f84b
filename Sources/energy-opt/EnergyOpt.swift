import ArgumentParser

/// Plans, reports and keeps the data of an energy community.
@main
struct EnergyOpt: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy-opt",
    abstract: "Plans and reports the energy of a community: storage, cars, sun and grid, from its own readings.",
    discussion: """
      Who and what belongs to the community stands in community.yaml
      (docs/formats/community.md). Beside it lie the databases:
      readings.sqlite, written by energy-collector, and community.sqlite,
      written by energy-opt. Nothing leaves this machine but the messages that
      you let summary run or summary send write to members.

      EXAMPLES
        energy-opt check                    is community.yaml right?
        energy-opt import history.csv       bring energies of the past
        energy-opt store                    what is known, with which gaps
        energy-opt plan                     the next 36 hours
        energy-opt report --month 2016-06   self-sufficiency and more
        energy-opt share --day 2016-06-28   who got how much of it
        energy-opt meter check --month 2016-06   are the values whole?
        energy-opt settle --month 2016-06   and what it comes to
        energy-opt summary --help           a member's day in words
        energy-opt summary run              what members are told, sent once
        energy-opt member list              whom we write to
        energy-opt solve village.json       an energy system from a JSON file

      EXIT STATUS
         0 done
         1 failed while running
         2 a plan that breaks a limit, named, or the standing rule because
           the solver gave none; a store that is damaged
         3 a file is wrong or contradicts itself, each place named
         4 inputs are too old for a plan
        64 wrong use of the command
      """,
    version: "0.1.0",
    subcommands: [
      PlanCommand.self, ReportCommand.self, ShareCommand.self, MeterCommand.self, SettleCommand.self, MemberCommand.self,
      SummaryCommand.self, ImportCommand.self,
      StoreCommand.self, CheckCommand.self, SolveCommand.self, SolverProcessCommand.self,
    ])
}
