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

  @Option(
    help: ArgumentHelp(
      "How long sites with 'reserve' in the community's file are to last without the grid; as the file says else.",
      valueName: "time"))
  var reserve: String?

  func validate() throws {
    if reserve != nil, reserveDuration == nil {
      throw ValidationError("--reserve is '\(reserve ?? "")', expected a time from 15min to 7d such as 4h")
    }
    guard let peak else { return }
    guard let power = try? Power(text: peak), power >= .zero else {
      throw ValidationError("--peak is '\(peak)', expected a power of zero or more such as 48kW")
    }
  }

  /// The time that `--reserve` says; nil without it, and where it says none.
  private var reserveDuration: Duration? { reserve.flatMap { Self.duration($0) } }

  /// A time from a quarter hour to a week, such as `4h`; nil for anything else.
  static func duration(_ text: String) -> Duration? {
    guard let match = text.wholeMatch(of: /(\d{1,4})\s*(min|h|d)/), let count = Int64(match.1) else { return nil }
    let seconds: Int64 = match.2 == "min" ? 60 : match.2 == "h" ? 3600 : 86_400
    return (900...7 * 86_400).contains(count * seconds) ? .seconds(count * seconds) : nil
  }

  /// Tells `knowledge` for how long a reserve is to last.
  ///
  /// - Throws: `ValidationError` where no site of `community` holds one.
  func noteReserve(in knowledge: inout PlanInputs.Knowledge, of community: Community) throws {
    knowledge.reserve = reserveDuration
    guard reserve != nil, community.sites.allSatisfy({ $0.reserve == nil }) else { return }
    throw ValidationError(
      "--reserve needs a site with 'reserve' in the community's file, such as `reserve: {hours: 4 h, critical_load: 30 %}`")
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
