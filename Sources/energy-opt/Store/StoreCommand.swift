import ArgumentParser

/// `energy-opt store`
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Shows and looks after what is stored.",
    discussion: """
      Readings lie in readings.sqlite and the folder readings.sqlite.segments,
      which belong together; imported history in community.sqlite. Without a
      subcommand the series are listed. The collector may go on collecting.

      EXAMPLES
        energy-opt store                    series, first and last value, gaps
        energy-opt store show --point B01-GRID --from 2026-03 --to 2026-03
        energy-opt store status             sizes, what waits, room on the disk
        energy-opt store check              is every bit as it was written?
        energy-opt store backup backups --keep 30
        energy-opt store restore --drill backups/energy-opt-20260301T020000Z
        energy-opt store export --from 2026-01-01 --output readings.csv
        energy-opt store import readings.csv
        energy-opt store repair            of a damaged one, what can be read
      """,
    subcommands: [
      StoreList.self, StoreShowCommand.self, StoreStatus.self, StoreCheckCommand.self, StoreBackupCommand.self,
      StoreRestoreCommand.self,
      StoreExportCommand.self, StoreImportCommand.self, StoreCorrectCommand.self, StoreCompactCommand.self,
      StoreEraseCommand.self, StoreRepairCommand.self,
    ],
    defaultSubcommand: StoreList.self)
}
