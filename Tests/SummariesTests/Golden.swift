import Foundation
import TestSupport
import Testing

/// Compares `text` with the file `name` in `Golden/`. With `RECORD_GOLDEN=1` in the environment the file is written anew and the
/// test fails, so that a recording never passes for a check.
func expectGolden(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let file = projectFile("Tests/SummariesTests/Golden/" + name)
  if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
    Issue.record("\(name) recorded; read the difference, then run again without RECORD_GOLDEN", sourceLocation: sourceLocation)
    return
  }
  let expected = try String(contentsOf: file, encoding: .utf8)
  #expect(text == expected, "\(name) differs; RECORD_GOLDEN=1 writes it anew", sourceLocation: sourceLocation)
}
