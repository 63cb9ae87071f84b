import Foundation
import Yams

/// A YAML file brought into memory and parsed, with every way it can be unreadable turned into a `FileProblem`.
///
/// The text is composed into nodes and never "loaded": a few hundred bytes of aliases would otherwise cost seconds and hundreds
/// of megabytes. `CharacterCheck` refuses anchors and aliases before the parser sees them; files over one mebibyte are refused too.
enum YAMLText {
  /// One mebibyte.
  static let largestFile = 1 << 20

  /// The bytes of `path`.
  static func bytes(of path: String) throws(FileProblems) -> [UInt8] {
    let handle: FileHandle
    do {
      handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    } catch {
      let reason = FileManager.default.fileExists(atPath: path) ? "cannot be read; check its permissions" : "no such file"
      throw FileProblems([FileProblem(file: path, message: reason)])
    }
    defer { try? handle.close() }
    do {
      return Array(try handle.read(upToCount: largestFile + 1) ?? Data())
    } catch {
      throw FileProblems([FileProblem(file: path, message: "cannot be read: it is a folder or the disk reports an error")])
    }
  }

  /// The root mapping of `bytes`, which `file` names in messages.
  static func parse(_ bytes: [UInt8], file: String) throws(FileProblems) -> Node {
    let text = try decode(bytes, file: file)
    let problems = ProblemList(file: file)
    CharacterCheck.run(on: text, problems: problems)
    try problems.throwIfAny()
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch let error as YamlError {
      throw FileProblems(Self.problems(error, file: file, text: text))
    } catch {
      throw FileProblems([FileProblem(file: file, message: "is not YAML: \(error)")])
    }
    guard let node, node.isNull == false else {
      throw FileProblems([FileProblem(file: file, message: "is empty; start from the commented example in docs/formats")])
    }
    guard node.mapping != nil else {
      throw FileProblems([
        FileProblem(file: file, line: node.mark?.line, column: node.mark?.column, message: "must be a list of 'key: value' lines")
      ])
    }
    return node
  }

  /// The text of `bytes` without a byte order mark; refuses what is too long or not UTF-8.
  private static func decode(_ bytes: [UInt8], file: String) throws(FileProblems) -> String {
    guard bytes.count <= largestFile else {
      throw FileProblems([FileProblem(file: file, message: "is larger than 1 MiB; series belong into CSV files beside it")])
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if let text = String(validating: body, as: UTF8.self) { return text }
    let place = endOfUTF8(in: body)
    throw FileProblems([
      FileProblem(
        file: file, line: place.line, column: place.column,
        message: "is not UTF-8 from here on; save the file with the encoding UTF-8")
    ])
  }

  /// Where the first character stands that is not UTF-8.
  private static func endOfUTF8(in body: ArraySlice<UInt8>) -> (line: Int, column: Int) {
    var bytes = body.makeIterator()
    var decoder = UTF8()
    var place = (line: 1, column: 1)
    while case .scalarValue(let scalar) = decoder.decode(&bytes) {
      place = scalar == "\n" ? (place.line + 1, 1) : (place.line, place.column + 1)
    }
    return place
  }

  private static func problems(_ error: YamlError, file: String, text: String) -> [FileProblem] {
    switch error {
    case .composer(_, "but found another document", let mark, _):
      return [
        FileProblem(
          file: file, line: mark.line, column: mark.column,
          message: "a second document begins here; keep one and delete the line '---'")
      ]
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      return [
        FileProblem(
          file: file, line: mark.line, column: mark.column,
          message: "is not YAML here: \(problem); check indentation, quotes and the ':' of the lines above")
      ]
    case .duplicatedKeysInMapping(let duplicates, let context):
      // The parser gives the place of the first key of the first double only.
      return duplicates.enumerated().map { number, key in
        let first = number == 0 ? context.mark : nil
        let second = first.flatMap { place(ofNext: key, after: $0, in: text) }
        let words = second == nil ? "" : ", first in line \(context.mark.line)"
        return FileProblem(
          file: file, line: second?.line ?? first?.line, column: second?.column ?? first?.column,
          message: "key '\(key)' stands twice in the same entry\(words); delete one of them")
      }
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return [FileProblem(file: file, message: "is not YAML: \(error)")]
    }
  }

  /// Where `key:` stands again: behind `mark` in the same line, or below it in the same column.
  private static func place(ofNext key: String, after mark: Mark, in text: String) -> (line: Int, column: Int)? {
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    let forms = ["\(key):", "\"\(key)\":", "'\(key)':"]
    for (number, line) in lines.enumerated().dropFirst(mark.line - 1) {
      let isSameLine = number == mark.line - 1
      for (offset, _) in line.enumerated() where isSameLine ? offset >= mark.column : offset == mark.column - 1 {
        let before = line.prefix(offset)
        guard isSameLine ? before.last.map({ " ,{".contains($0) }) == true : before.allSatisfy({ $0 == " " }) else { continue }
        if forms.contains(where: line.dropFirst(offset).hasPrefix) { return (number + 1, offset + 1) }
      }
    }
    return nil
  }
}

extension Node {
  /// Whether the file says nothing here: `key:` with nothing behind it, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
