import CommunityModel
import Foundation
import GRDB
import Readings
import SealedColumns

/// What the rest of a damaged store is worthless without, once more in a file of its own: which number stands for which series, and
/// with which page each table begins.
///
/// Written by the writer beside the database, anew as a whole whenever something in it changes: at the start, with a new series, when
/// the file is written anew. Nobody reads it but a salvage.
struct StoreOutline: Hashable {
  /// What the file is called after its database.
  static let suffix = ".outline"
  private static let head = "outline 1"

  /// A name in the schema and its first page.
  struct Root: Hashable {
    let name: String
    let page: Int64
  }

  /// The names of channels as they are written, so that those of a newer program stay.
  struct Series: Hashable {
    let number: Int64
    let channel: String
    let point: String
  }

  let series: [Series]
  let roots: [Root]

  /// That of `db`.
  init(of db: Database) throws {
    series = try Row.fetchAll(db, sql: "SELECT id, channel, point FROM series ORDER BY id").map { row in
      Series(number: try row.integer(0), channel: try row.text(1), point: try row.text(2))
    }
    roots = try Row.fetchAll(db, sql: "SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0 ORDER BY name").map { row in
      Root(name: try row.text(0), page: try row.integer(1))
    }
  }

  /// The one that was written at `path`; nil where there is none, or a damaged one.
  init?(at path: String) {
    guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8) else {
      return nil
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // A text ends with an empty line.
    guard lines.count > 2, lines.removeLast().isEmpty, let last = lines.popLast(), lines.first == Self.head[...],
      last == Self.end(of: lines.joined(separator: "\n") + "\n")[...]
    else { return nil }
    var series: [Series] = []
    var roots: [Root] = []
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      if words.count == 4, words[0] == "series", let number = Int64(words[1]) {
        series.append(Series(number: number, channel: String(words[2]), point: String(words[3])))
      } else if words.count == 3, words[0] == "root", let page = Int64(words[1]) {
        roots.append(Root(name: String(words[2]), page: page))
      }
    }
    (self.series, self.roots) = (series, roots)
  }

  /// Writes it to `path` where something else stands there. It is an aid: where it cannot be written, the next occasion will do.
  func keep(at path: String) {
    guard Self(at: path) != self else { return }
    let body =
      ([Self.head] + series.map { "series \($0.number) \($0.channel) \($0.point)" } + roots.map { "root \($0.page) \($0.name)" })
      .joined(separator: "\n") + "\n"
    let making = path + ".new"
    unlink(making)
    do {
      try FileCopy.write(Array((body + Self.end(of: body) + "\n").utf8), to: making)
      if rename(making, path) == 0 { try syncFolder(parentFolder(of: path)) }
    } catch {
      unlink(making)
    }
  }

  private static func end(of body: String) -> String {
    let sum = Array(body.utf8).withUnsafeBytes { CRC32C.checksum(of: $0) }
    return "end " + String(sum, radix: 16)
  }
}
