import ArgumentParser
import CommunityModel
import MarketTime
import PlanPreparation
import Quantities
import Readings
import SQLiteStore
import SeriesFiles

/// What a run of `plan` takes instead of what the community's file or its store says.
struct PlanOverrides: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Peak taken as paid for already, at every site that pays for peaks and in every month of the plan; the store's else.",
      valueName: "power"))
  var peak: String?

  func validate() throws {
    guard let peak else { return }
    guard let power = try? Power(text: peak), power >= .zero else {
      throw ValidationError("--peak is '\(peak)', expected a power of zero or more such as 48kW")
    }
  }

  /// Tells `knowledge` the peaks of the months that count, from the past and from the command line.
  func notePeaks(
    in knowledge: inout PlanInputs.Knowledge, of community: Community, from history: History, before start: QuarterHour
  ) throws {
    knowledge.paidPeak = peak.flatMap { try? Power(text: $0) }
    guard knowledge.paidPeak == nil, let span = PlanInputs.Knowledge.spanOfPeaks(of: community, before: start) else { return }
    let points = PlanInputs.Knowledge.pointsOfPeaks(of: community)
    let keys = try history.series(of: community).filter { points.contains($0.point) }
    knowledge.notePeaks(of: community, from: try history.energies(of: keys, in: span), before: start)
  }
}

extension Community {
  /// What the operators of its sites' grids order, by file in `folder`.
  ///
  /// - Throws: `SeriesFileErrors` with all that is wrong in a file.
  func gridOrders(in folder: String) throws -> [String: [GridOrder]] {
    var orders: [String: [GridOrder]] = [:]
    for file in Set(sites.compactMap(\.rules.limits)).sorted() {
      orders[file] = try SeriesFileReader.gridOrders(from: CSVFile("\(folder)/\(file)"))
    }
    return orders
  }
}
