import Foundation
import Testing

/// A description of a format in `docs/formats`.
struct Documentation {
  let text: String

  init(_ name: String) throws {
    text = try String(contentsOfFile: "\(Folder.formats)/\(name)", encoding: .utf8)
  }

  /// The first block of YAML: the commented example.
  func example() throws -> String { try #require(blocks(of: "yaml").first) }

  /// The lines of the blocks without language that hold messages: `FILE:LINE:COLUMN: MESSAGE`.
  func messages(of file: String) -> [String] {
    blocks(of: "").flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("\(file):") }.map(String.init)
  }

  /// What stands in the first column of the tables whose first column is called "key".
  var keys: Set<String> {
    var keys: Set<String> = []
    var isTable = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let cells = line.split(separator: "|")
      if line.hasPrefix("| key |") { isTable = true } else if !line.hasPrefix("|") { isTable = false }
      guard isTable, let first = cells.first else { continue }
      keys.formUnion(first.matches(of: /`([a-z_.]+)`/).map { String($0.1) })
    }
    return keys
  }

  private func blocks(of language: String) -> [String] {
    let parts = text.components(separatedBy: "```")
    return stride(from: 1, to: parts.count, by: 2).compactMap { index in
      parts[index].hasPrefix("\(language)\n") ? String(parts[index].dropFirst(language.count + 1)) : nil
    }
  }
}

@Suite("The description of a format")
struct DocumentationTests {
  @Test("has every key of its tables in its example", arguments: ["community.md", "collector.md"])
  func keys(file: String) throws {
    let documentation = try Documentation(file)
    let example = try documentation.example()
    let keys = documentation.keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    #expect(keys.count > 10)
    let used = Set(example.matches(of: /([a-z_]+):/).map { String($0.1) })
    #expect(Set(keys).subtracting(used) == [])
  }

  @Test("shows only messages that a broken file causes", arguments: ["community", "collector"])
  func messages(format: String) throws {
    let shown = try Documentation("\(format).md").messages(of: "\(format).yaml")
    let caused = try BrokenFile.all.flatMap { file in
      try file.expected().split(separator: "\n").map { line in
        line.hasPrefix("\(file.name).yaml:") ? "\(format).yaml\(line.dropFirst(file.name.utf8.count + 5))" : String(line)
      }
    }
    #expect(shown.count >= 10)
    let invented = shown.filter { !caused.contains($0) }
    #expect(invented == [])
  }
}
