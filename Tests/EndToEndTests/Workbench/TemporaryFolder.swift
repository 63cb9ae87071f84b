import Foundation

/// A folder of one test, removed with it.
final class TemporaryFolder: Sendable {
  /// Its path.
  let path: String

  /// A new folder; `suffix` stands at the end of its name.
  init(suffix: String = "") throws {
    path = NSTemporaryDirectory() + "/energy-opt-" + UUID().uuidString.prefix(8) + suffix
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: file(name), atomically: true, encoding: .utf8)
    return file(name)
  }

  /// Copies a file or folder into it and returns the copy's path; folders on the way are made.
  @discardableResult
  func copy(_ original: String, to name: String) throws -> String {
    let target = file(name)
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: original, toPath: target)
    return target
  }
}
