import Foundation
import Yams

/// A YAML file brought into memory and parsed, with every way it can be unreadable turned into a `FileProblem`.
///
/// The text is composed into nodes and never "loaded": a few hundred bytes of aliases would otherwise cost seconds and hundreds
/// of megabytes. Anchors and aliases are refused, and so are files over one mebibyte.
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
    if let place = anchor(in: text) {
      throw FileProblems([
        FileProblem(
          file: file, line: place.line, column: place.column,
          message: "anchors (&) and aliases (*) are not used here; write the value out, or put it in quotes if it is text")
      ])
    }
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch let error as YamlError {
      throw FileProblems([problem(error, file: file, text: text)])
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

  /// The text of `bytes` without a byte order mark; refuses what is not UTF-8, too long, or holds control characters.
  private static func decode(_ bytes: [UInt8], file: String) throws(FileProblems) -> String {
    guard bytes.count <= largestFile else {
      throw FileProblems([FileProblem(file: file, message: "is larger than 1 MiB; series belong into CSV files beside it")])
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      let line = 1 + validPrefix(of: body).filter { $0 == 0x0A }.count
      throw FileProblems([FileProblem(file: file, line: line, message: "is not UTF-8; save the file with the encoding UTF-8")])
    }
    var line = 1
    var column = 1
    var indented = true
    for byte in body {
      switch byte {
      case 0x0A: (line, column, indented) = (line + 1, 0, true)
      case 0x20: break
      case 0x09 where indented:
        throw FileProblems([
          FileProblem(file: file, line: line, column: column, message: "a tab indents this line; YAML wants blanks, two a level")
        ])
      case 0x00...0x08, 0x0B...0x0C, 0x0E...0x1F:
        throw FileProblems([FileProblem(file: file, line: line, column: column, message: "holds a control character; delete it")])
      default: indented = false
      }
      column += 1
    }
    return text
  }

  private static func validPrefix(of body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var low = body.startIndex
    var high = body.endIndex
    while low < high {
      let middle = (low + high + 1) / 2
      let repaired = String(decoding: body[..<middle], as: UTF8.self)
      if repaired.utf8.elementsEqual(body[..<middle]) { low = middle } else { high = middle - 1 }
    }
    return body[..<low]
  }

  /// The first `&name` or `*name` that stands where a value starts, outside quotes and comments.
  private static func anchor(in text: String) -> (line: Int, column: Int)? {
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      var quote: Character?
      var previous: Character = " "
      scan: for (column, character) in line.enumerated() {
        defer { previous = character }
        if let open = quote {
          if character == open { quote = nil }
          continue
        }
        guard " [{,".contains(previous) else { continue }
        switch character {
        case "\"", "'": quote = character
        case "#" where previous == " ": break scan
        case "&", "*":
          let next = line.dropFirst(column + 1).first
          if let next, next.isLetter || next.isNumber { return (number + 1, column + 1) }
        default: break
        }
      }
    }
    return nil
  }

  private static func problem(_ error: YamlError, file: String, text: String) -> FileProblem {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      return FileProblem(
        file: file, line: mark.line, column: mark.column,
        message: "is not YAML here: \(problem); check indentation, quotes and the ':' of the lines above")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let key = duplicates.first ?? ""
      return FileProblem(
        file: file, line: context.mark.line, column: context.mark.column,
        message: "key '\(key)' stands twice in the same entry; delete one of them")
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return FileProblem(file: file, message: "is not YAML: \(error)")
    }
  }
}

extension Node {
  /// Whether the file says nothing here: `key:` with nothing behind it, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }
}
