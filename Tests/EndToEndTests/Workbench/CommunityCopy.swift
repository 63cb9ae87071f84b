import Foundation

/// A copy of the reference community to work in: its files, and the databases that the programs make beside them.
struct CommunityCopy {
  private let folder: TemporaryFolder

  /// A copy without databases.
  init() throws {
    folder = try TemporaryFolder()
    try folder.copy(Checkout.community, to: "community")
  }

  /// The community's file.
  var file: String { path("community.yaml") }

  /// The path of a file in it.
  func path(_ name: String) -> String { folder.file("community/\(name)") }

  /// Writes another community's file beside the first, in which `old` is `new` behind the first `place`.
  func variant(_ name: String, replacing old: String, with new: String, behind place: String) throws -> String {
    var text = try Checkout.text(file)
    guard let start = text.range(of: place)?.upperBound, let found = text.range(of: old, range: start..<text.endIndex) else {
      throw Checkout.Missing(what: "“\(old)” behind “\(place)”", hint: "see \(file)")
    }
    text.replaceSubrange(found, with: new)
    return try folder.write(text, to: "community/\(name)")
  }

  /// Runs energy-opt on this community.
  func energyOpt(_ command: String, _ arguments: String...) async throws -> ChildProcess.Outcome {
    let known = arguments.contains("-c") ? [] : ["-c", file]
    return try await ChildProcess(Checkout.program(.energyOpt), [command] + known + arguments).end()
  }

  /// Writes the readings up to `end` into a file of their own.
  func cutReadings(to name: String, until end: String) throws -> String {
    let lines = try Checkout.text(path("readings.csv")).split(separator: "\n")
    let kept = lines.prefix(1) + lines.dropFirst().filter { $0.prefix(end.count) <= end }
    return try folder.write(kept.joined(separator: "\n") + "\n", to: "community/\(name)")
  }
}
