import Console
import Yams

/// The names defined in a file, so that references can be held against them.
struct NameTable {
  private var places: [String: [String: Mark?]] = [:]

  /// Notes `name` as a `kind`; a second one of the same kind is a problem.
  mutating func define(_ name: String, kind: String, at mark: Mark?, problems: ProblemList) {
    if let first = places[kind]?[name] {
      let line = first.map { " (first in line \($0.line))" } ?? ""
      problems.add("\(kind) '\(name)' is defined twice\(line); give one of them another id", at: mark)
    } else {
      places[kind, default: [:]].updateValue(mark, forKey: name)
    }
  }

  /// Notes a problem unless `name` is defined as a `kind`.
  func require(_ name: String, kind: String, at mark: Mark?, problems: ProblemList) {
    let known = places[kind] ?? [:]
    guard known[name] == nil else { return }
    problems.add("there is no \(kind) '\(name)'\(Spelling.hint(for: name, among: known.keys.sorted()))", at: mark)
  }

  /// Whether `name` is defined as a `kind`.
  func knows(_ name: String, kind: String) -> Bool { places[kind]?[name] != nil }

  /// The entries of `node`, an item of a list of `kind`, with its id noted.
  mutating func entry(_ node: Node, kind: String, problems: ProblemList) -> Fields {
    let name = node.mapping?["id"].flatMap { $0.isNull ? nil : $0.string }
    let fields = Fields(node, subject: name.map { "\(kind) '\($0)'" } ?? kind, problems: problems)
    if let name { define(name, kind: kind, at: fields.node("id")?.mark, problems: problems) }
    return fields
  }
}
