import ArgumentParser

/// `energy-opt meter`
struct MeterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "meter", abstract: "Checks the values of meters and puts substitutes in the place of missing ones.",
    discussion: """
      EXAMPLES
        energy-opt meter check --month 2026-03
        energy-opt meter substitute --month 2026-03 --dry-run
        energy-opt meter versions --point B01-GRID --day 2026-03-10
      """,
    subcommands: [MeterCheckCommand.self, MeterSubstituteCommand.self, MeterVersionsCommand.self])
}
