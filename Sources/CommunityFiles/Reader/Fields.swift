import CommunityModel
import Console
import MarketTime
import Quantities
import Yams

/// The entries of one mapping: each is asked for by key and type; what nobody asked for is an unknown key.
///
/// A wrong or missing entry is noted in `problems` and read as nil, so that reading goes on and finds the rest.
final class Fields {
  let problems: ProblemList
  /// What the mapping is, for messages: `battery 'b01'`.
  let subject: String
  let mark: Mark?
  /// Whether there are entries to read: of a node that is no mapping, nothing more is said to be missing.
  let isMapping: Bool
  private let entries: [(key: String, mark: Mark?, value: Node)]
  private var positions: [String: Int] = [:]
  private var known: Set<String> = []
  private var reserved: Set<String> = []

  /// The entries of `node`; notes a problem and stays empty when `node` is no mapping.
  init(_ node: Node, subject: String, problems: ProblemList) {
    self.problems = problems
    self.subject = subject
    mark = node.mark
    guard case .mapping(let mapping) = node else {
      isMapping = false
      entries = []
      problems.add("\(subject) must be 'key: value' entries", at: node.mark)
      return
    }
    isMapping = true
    entries = mapping.map { pair in (pair.key.string ?? "", pair.key.mark, pair.value) }
    for (position, entry) in entries.enumerated() {
      if let first = positions[entry.key] {
        let line = entries[first].mark.map { ", first in line \($0.line)" } ?? ""
        problems.add("key '\(entry.key)' stands twice in \(subject)\(line); delete one of them", at: entry.mark)
      } else {
        positions[entry.key] = position
      }
    }
  }

  /// The node behind `key`; nil when it is absent or says nothing.
  func node(_ key: String) -> Node? {
    known.insert(key)
    guard let position = positions[key], !entries[position].value.isNull else { return nil }
    return entries[position].value
  }

  /// Where `key` stands, or the mapping itself.
  func place(of key: String) -> Mark? { positions[key].flatMap { entries[$0].mark } ?? mark }

  /// Whether the file says anything for `key`.
  func has(_ key: String) -> Bool { node(key) != nil }

  /// Whether `key` stands there with nothing behind it.
  func saysNothing(_ key: String) -> Bool { !has(key) && positions[key] != nil }

  /// Every key with its place and value, for mappings whose keys are names; nothing of it is unknown afterwards.
  func all() -> [(key: String, mark: Mark?, value: Node)] {
    known.formUnion(positions.keys)
    return entries
  }

  /// Keeps `keys` for later versions of the format.
  func reserve(_ keys: String...) { reserved.formUnion(keys) }

  /// The node behind `key`, with a problem noted when it is absent.
  func required(_ key: String, expected: String) -> Node? {
    if let node = node(key) { return node }
    if isMapping { problems.add("\(subject) lacks the key '\(key)': \(expected)", at: place(of: key)) }
    return nil
  }

  /// The text behind `node`, as written.
  func scalar(_ node: Node, key: String, expected: String) -> String? {
    if case .scalar(let scalar) = node { return scalar.string }
    problems.add("'\(key)' must be \(expected)", at: node.mark)
    return nil
  }

  /// Notes every key that was never asked for, with the nearest that was; `unread` may be there, whoever asked or not.
  func finish(except unread: String...) {
    known.formUnion(unread)
    for entry in entries where !known.contains(entry.key) {
      if reserved.contains(entry.key) {
        problems.add("'\(entry.key)' is reserved for a later version of the format; leave it out for now", at: entry.mark)
      } else {
        problems.add(
          "unknown key '\(entry.key)' in \(subject)\(Spelling.hint(for: entry.key, among: known.sorted()))", at: entry.mark)
      }
    }
  }
}

// MARK: - Typed values

extension Fields {
  /// Text of at least one character and without line breaks.
  func text(_ key: String, default fallback: String? = nil, expected: String = "a text") -> String? {
    guard let node = fallback == nil ? required(key, expected: expected) : node(key) else { return fallback }
    guard let text = scalar(node, key: key, expected: expected) else { return fallback }
    guard !text.isEmpty, !text.unicodeScalars.contains(where: CharacterCheck.isForbidden) else {
      problems.add("'\(key)' must be a text on one line, neither empty nor with control characters", at: node.mark)
      return fallback
    }
    return text
  }

  /// Text, or nil when the file says nothing.
  func optionalText(_ key: String) -> String? { has(key) ? text(key) : nil }

  /// The name of an entry; see `Identifier.isWellFormed`.
  func identifier<Subject>(_ key: String) -> Identifier<Subject>? {
    guard let text = text(key, expected: "a short name of letters, digits, '-' and '_'") else { return nil }
    if Identifier<Subject>.isWellFormed(text) { return Identifier(text) }
    problems.add(
      "the id '\(text)' may only have letters a-z, digits, '-' and '_', at most 64, and starts with a letter or digit",
      at: node(key)?.mark)
    return nil
  }

  /// A quantity with its unit, within `range`.
  func quantity<Q: Quantity>(_ key: String, as type: Q.Type = Q.self, in range: ClosedRange<Q>, like example: String) -> Q? {
    guard let node = required(key, expected: QuantityText(type, like: example).form) else { return nil }
    return quantity(node, key: key, in: range, like: example)
  }

  /// A quantity with its unit, or nil when the file says nothing.
  func optionalQuantity<Q: Quantity>(
    _ key: String, as type: Q.Type = Q.self, in range: ClosedRange<Q>, like example: String
  ) -> Q? {
    node(key).flatMap { quantity($0, key: key, in: range, like: example) }
  }

  private func quantity<Q: Quantity>(_ node: Node, key: String, in range: ClosedRange<Q>, like example: String) -> Q? {
    guard let (text, count) = count(node, key: key, as: QuantityText(Q.self, like: example)) else { return nil }
    if range.contains(Q(count: count)) { return Q(count: count) }
    problems.add("'\(key)' is \(text), it must be \(QuantityText.words(range))", at: node.mark)
    return nil
  }

  /// A span of time with its unit, within `range`.
  func duration(_ key: String, default fallback: Duration?, in range: ClosedRange<Duration>, like example: String) -> Duration? {
    let expected = QuantityText.time(like: example)
    guard let node = fallback == nil ? required(key, expected: expected.form) : node(key) else { return fallback }
    guard let (text, count) = count(node, key: key, as: expected) else { return nil }
    if range.contains(.milliseconds(count)) { return .milliseconds(count) }
    problems.add("'\(key)' is \(text), it must be \(QuantityText.words(range))", at: node.mark)
    return nil
  }

  /// The text of `node` and how many smallest units it says.
  private func count(_ node: Node, key: String, as expected: QuantityText) -> (text: String, count: Int64)? {
    guard let text = scalar(node, key: key, expected: expected.form) else { return nil }
    do {
      return (text, try parseCount(text, units: expected.units))
    } catch {
      problems.add(expected.complaint(error, key: key, text: text), at: node.mark)
      return nil
    }
  }

  /// A bare whole number within `range`, decimal or 0x hexadecimal.
  func integer(_ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let node = fallback == nil ? required(key, expected: expected) : node(key) else { return fallback }
    return integer(node, key: key, in: range)
  }

  /// The whole number that `node` says.
  func integer(_ node: Node, key: String, in range: ClosedRange<Int>) -> Int? {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard let text = scalar(node, key: key, expected: expected) else { return nil }
    let value = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
    guard let value, range.contains(value) else {
      problems.add("'\(key)' is '\(text)', it must be \(expected)", at: node.mark)
      return nil
    }
    return value
  }

  /// One of the names of `Choice`; `others` are what people call them elsewhere, which are not accepted, but understood.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: Choice? = nil, others: [String: Choice] = [:]
  ) -> Choice?
  where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let expected = names.count > 20 ? "one of \(names[0]), \(names[1]) and so on" : "one of \(names.joined(separator: ", "))"
    guard let node = fallback == nil ? required(key, expected: expected) : node(key) else { return fallback }
    guard let text = scalar(node, key: key, expected: expected) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let meant = others[text.lowercased()].map { ", did you mean '\($0.rawValue)'?" }
    problems.add("'\(key)' is '\(text)'\(meant ?? Spelling.hint(for: text, among: names))", at: node.mark)
    return nil
  }

  /// true or false.
  func flag(_ key: String, default fallback: Bool) -> Bool {
    guard let node = node(key), let text = scalar(node, key: key, expected: "true or false") else { return fallback }
    switch text {
    case "true": return true
    case "false": return false
    default:
      problems.add("'\(key)' is '\(text)', it must be true or false", at: node.mark)
      return fallback
    }
  }

  /// A local time of day.
  func time(_ key: String) -> LocalTime? {
    let expected = "a time of day with hours and minutes, such as \"07:30\""
    guard let node = required(key, expected: expected), let text = scalar(node, key: key, expected: expected) else { return nil }
    if let time = LocalTime(iso8601: text) { return time }
    problems.add("'\(key)' is '\(text)', it must be \(expected)", at: node.mark)
    return nil
  }

  /// The items of a list; empty when the file says nothing.
  func list(_ key: String) -> [Node] {
    guard let node = node(key) else { return [] }
    if case .sequence(let sequence) = node { return Array(sequence) }
    problems.add("'\(key)' must be a list: lines that begin with '- '", at: node.mark)
    return []
  }

  /// The items of a list that must have at least one.
  func items(_ key: String, expected: String) -> [Node] {
    guard let node = required(key, expected: expected) else { return [] }
    if case .sequence(let sequence) = node, sequence.isEmpty {
      problems.add("'\(key)' of \(subject) is empty: \(expected)", at: place(of: key))
    }
    return list(key)
  }

  /// The entries of a mapping inside this one; nil when the file says nothing.
  func fields(_ key: String, subject: String? = nil) -> Fields? {
    node(key).map { Fields($0, subject: subject ?? "'\(key)' of \(self.subject)", problems: problems) }
  }
}
