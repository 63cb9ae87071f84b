import Foundation
import TestSupport

/// The project's own files, read from the checkout that this test was built in.
enum Checkout {
  static let root = projectFile("").standardizedFileURL

  /// A Swift file of `Sources`.
  struct Source: Sendable {
    let room: String
    /// Path within the checkout.
    let path: String
    let lines: [String]

    /// The lines without comments and without what stands in quotes.
    var code: [String] { lines.map { Checkout.code(of: $0) } }

    /// The modules it imports, in whatever form: `public import M`, `@preconcurrency import M`, `import struct M.Name`.
    var imports: [String] {
      let importLine =
        #/
        (?:@\w+(?:\([^)]*\))?\s+)*
        (?:(?:public|package|internal|fileprivate|private)\s+)?
        import\s+(?:(?:struct|class|enum|protocol|func|let|var|typealias)\s+)?
        (?<module>[A-Za-z_]\w*)
        /#
      return lines.filter { $0.contains("import ") }.compactMap { $0.prefixMatch(of: importLine).map { String($0.module) } }
    }
  }

  /// Every Swift file of `Sources`, by path.
  static func sources() throws -> [Source] {
    let folder = root.appending(path: "Sources")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
    return try files.filter { $0.pathExtension == "swift" }.map { file in
      let path = String(file.path.dropFirst(root.path.count + 1))
      let text = try String(contentsOf: file, encoding: .utf8)
      return Source(
        room: String(path.split(separator: "/")[1]), path: path,
        lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }.sorted { $0.path < $1.path }
  }

  /// The room table: what each target of a manifest may import, products by their module's name.
  static func roomTable(_ path: String = "Package.swift") throws -> [String: Set<String>] {
    let manifest = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      .replacing(/\.product\(name: ("\w+"), package: "[\w.-]+"\)/) { $0.1 }
    let products = [
      "argumentParser": "ArgumentParser", "logging": "Logging", "serviceLifecycle": "ServiceLifecycle",
      "unixSignals": "UnixSignals",
      "grdb": "GRDB", "yams": "Yams", "crypto": "Crypto",
    ]
    var table: [String: Set<String>] = [:]
    for match in manifest.matches(of: /(?:room|program|cLibrary)\(\s*"([\w-]+)"(?:,\s*dependsOn:\s*\[([^\]]*)\])?/) {
      let names = (match.2 ?? "").split(whereSeparator: { ",\n ".contains($0) }).map(String.init)
      table[String(match.1)] = Set(names.map { $0.hasPrefix("\"") ? String($0.dropFirst().dropLast()) : products[$0] ?? $0 })
    }
    return table
  }

  /// `line` without its comment and its texts.
  private static func code(of line: String) -> String {
    var code = ""
    var isText = false
    var previous: Character = " "
    for character in line {
      if character == "\"", previous != "\\" { isText.toggle() }
      if !isText {
        if character == "/", previous == "/" { return String(code.dropLast()) }
        code.append(character)
      }
      previous = character
    }
    return code
  }
}
