import ArgumentParser
import CommunityModel
import Console
import Foundation
import MarketTime
import Readings
import Reporting
import SQLiteStore

/// `energy-opt store list`, also without `list`
struct StoreList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows what is stored: series, first and last value, gaps, size.",
    discussion: """
      A gap is a spell of more than 15 minutes without a reading, or a missing
      quarter hour.

      EXAMPLE
        energy-opt store list
      """)

  @OptionGroup var options: CommunityOptions

  func run() throws {
    let stores = try options.openStores()
    let terminal = Terminal(.standardOutput)
    var isEmpty = true
    if let readings = stores.readings {
      isEmpty = false
      try show(reportingProblems { try readings.inventory() }, of: options.readingsPath, title: "readings", terminal)
    }
    if let imported = stores.imported {
      isEmpty = false
      try show(reportingProblems { try imported.inventory() }, of: options.storePath, title: "quarter hours", terminal)
      for run in try reportingProblems({ try imported.imports() }) {
        print("imported \(run.file), \(run.count) values, \(run.received)")
      }
    }
    if isEmpty {
      print(options.nothingStored(.english))
    }
  }

  private func show(_ series: [SeriesSummary], of path: String, title: String, _ terminal: Terminal) throws {
    let bytes = [path, path + "-wal"].reduce(0) { sum, file in
      sum + (((try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? nil) ?? 0)
    }
    let size = NumberStyle(decimals: 1).text(Int64(bytes), per: 1_000_000)
    print("\(path): \(series.count) series, \(series.reduce(0) { $0 + $1.count }) \(title), \(size) MB")
    // Gaps take room that names need where there are none.
    let hasGaps = series.contains { $0.gaps > 0 }
    var columns: [TextTable.Column] = [.init("series"), .init("first (UTC)"), .init("last (UTC)"), .init("count", .right)]
    if hasGaps { columns += [.init("gaps", .right), .init("longest", .right)] }
    var table = TextTable(columns: columns, flexible: "series", indent: 2)
    for summary in series {
      var cells: [TextTable.Cell] = [
        .init(summary.series.description), .init(minute(summary.first)), .init(minute(summary.last)), .init("\(summary.count)"),
      ]
      if hasGaps { cells += [.init("\(summary.gaps)"), .init(summary.gaps == 0 ? "" : length(summary.longestGap))] }
      table.append(cells)
    }
    for line in table.lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
    if !hasGaps { print("  no gaps") }
  }

  /// `2016-06-28 00:00`
  private func minute(_ time: Timestamp) -> String {
    time.description.prefix(16).map { $0 == "T" ? " " : String($0) }.joined()
  }

  private func length(_ gap: Duration) -> String {
    let minutes = gap.components.seconds / 60
    if minutes < 120 { return "\(minutes) min" }
    return minutes < 2880 ? "\(minutes / 60) h" : "\(minutes / 1440) d"
  }
}
