import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Readings

/// Which of the stored series a command is about.
struct SeriesSelection: ParsableArguments {
  @Option(
    name: [.customLong("point"), .customLong("points")], parsing: .singleValue,
    help: ArgumentHelp("The metering points, parted by commas or one an option.", valueName: "points"))
  var point: [String] = []

  @Option(
    name: [.customLong("channel"), .customLong("channels")], parsing: .singleValue,
    help: ArgumentHelp("The channels, likewise; all of the points unless told.", valueName: "channels"))
  var channel: [String] = []

  /// The points as they were written.
  var points: [String] { Self.words(point) }
  /// The channels as they were written.
  var channels: [String] { Self.words(channel) }

  private static func words(_ options: [String]) -> [String] {
    options.flatMap { $0.split(separator: ",") }.map { String($0.filter { $0 != " " }) }
  }

  /// Those of `stored` that are meant, in the order of their keys.
  ///
  /// - Parameter place: the store's path, for messages.
  /// - Throws: `ExitCode` 3 after telling which word is not known, and the nearest that is.
  func series(among stored: [SeriesKey], in place: String) throws -> [SeriesKey] {
    let known = Set(stored.map(\.point.text)).sorted()
    for point in points where !known.contains(point) {
      try refuse("\(place): nothing is stored of '\(point)'\(Spelling.hint(for: point, among: known))")
    }
    let ofPoints = stored.filter { points.isEmpty || points.contains($0.point.text) }
    let names = Set(ofPoints.map(\.channel.rawValue)).sorted()
    for channel in channels where !names.contains(channel) {
      let whose = points.isEmpty ? "any metering point" : points.joined(separator: ", ")
      try refuse("\(place): no channel '\(channel)' is stored of \(whose)\(Spelling.hint(for: channel, among: names))")
    }
    return ofPoints.filter { channels.isEmpty || channels.contains($0.channel.rawValue) }.sorted()
  }

  private func refuse(_ message: String) throws -> Never {
    tell(message + " (`energy-opt store` lists what is stored)")
    throw ExitCode(3)
  }
}
