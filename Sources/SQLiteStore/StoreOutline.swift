import CommunityModel
import Foundation
import GRDB
import Readings
import SealedColumns

/// What the rest of a damaged store is worthless without, once more in a file of its own: which number stands for which series, with
/// which page each table begins, and of which months only quarter hours are left.
///
/// Written by the writer beside the database, anew as a whole whenever something in it changes: at the start, with a new series, when
/// a month is dropped, when the file is written anew. Nobody reads it but a salvage.
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

  /// A row of the table `dropped`.
  struct Dropped: Hashable {
    let series: Int64
    let start: Int64
    let until: Int64
    let count: Int64
  }

  let series: [Series]
  let dropped: [Dropped]
  let roots: [Root]

  /// That of `db`.
  init(of db: Database) throws {
    series = try Row.fetchAll(db, sql: "SELECT id, channel, point FROM series ORDER BY id").map { row in
      Series(number: try row.integer(0), channel: try row.text(1), point: try row.text(2))
    }
    dropped = try Row.fetchAll(db, sql: "SELECT series, start, until, count FROM dropped ORDER BY series, start").map { row in
      Dropped(series: try row.integer(0), start: try row.integer(1), until: try row.integer(2), count: try row.integer(3))
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
    var dropped: [Dropped] = []
    var roots: [Root] = []
    for line in lines.dropFirst() {
      let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      if words.count == 4, words[0] == "series", let number = Int64(words[1]) {
        series.append(Series(number: number, channel: String(words[2]), point: String(words[3])))
      } else if words.count == 3, words[0] == "root", let page = Int64(words[1]) {
        roots.append(Root(name: String(words[2]), page: page))
      } else if words[0] == "dropped" {
        let numbers = line.split(separator: " ").dropFirst().compactMap { Int64($0) }
        guard numbers.count == 4 else { continue }
        dropped.append(Dropped(series: numbers[0], start: numbers[1], until: numbers[2], count: numbers[3]))
      }
    }
    (self.series, self.dropped, self.roots) = (series, dropped, roots)
  }

  /// Writes it to `path` where something else stands there. It is an aid: where it cannot be written, the next occasion will do.
  func keep(at path: String) {
    guard Self(at: path) != self else { return }
    let lines =
      [Self.head] + series.map { "series \($0.number) \($0.channel) \($0.point)" }
      + dropped.map { "dropped \($0.series) \($0.start) \($0.until) \($0.count)" } + roots.map { "root \($0.page) \($0.name)" }
    let body = lines.joined(separator: "\n") + "\n"
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
