import CommunityModel
import MarketTime
import Quantities
import Yams

/// Collects what is wrong while a file is read, so that all of it is told at once.
final class ProblemList {
  let file: String
  private(set) var problems: [FileProblem] = []

  init(file: String) { self.file = file }

  func add(_ message: String, at mark: Mark?) {
    problems.append(FileProblem(file: file, line: mark?.line, column: mark?.column, message: message))
  }

  /// Throws everything found so far, if there is anything.
  func throwIfAny() throws(FileProblems) {
    if !problems.isEmpty { throw FileProblems(problems) }
  }
}

/// The entries of one mapping: each is asked for by key and type; what nobody asked for is an unknown key.
///
/// A wrong or missing entry is noted in `problems` and read as nil, so that reading goes on and finds the rest.
final class Fields {
  let problems: ProblemList
  /// What the mapping is, for messages: `battery 'b01'`.
  let subject: String
  let mark: Mark?
  private let entries: [(key: String, mark: Mark?, value: Node)]
  private var known: [String] = []

  /// The entries of `node`; notes a problem and stays empty when `node` is no mapping.
  init(_ node: Node, subject: String, problems: ProblemList) {
    self.problems = problems
    self.subject = subject
    mark = node.mark
    guard case .mapping(let mapping) = node else {
      entries = []
      problems.add("\(subject) must be 'key: value' entries", at: node.mark)
      return
    }
    entries = mapping.map { pair in (pair.key.string ?? "", pair.key.mark, pair.value) }
  }

  /// The node behind `key`; nil when it is absent or says nothing.
  func node(_ key: String) -> Node? {
    known.append(key)
    return entries.first { $0.key == key && !$0.value.isNull }?.value
  }

  /// Where `key` stands, or the mapping itself.
  func place(of key: String) -> Mark? { entries.first { $0.key == key }?.mark ?? mark }

  /// Whether the file says anything for `key`.
  func has(_ key: String) -> Bool { node(key) != nil }

  /// Every key with its place and value, for mappings whose keys are names; nothing of it is unknown afterwards.
  func all() -> [(key: String, mark: Mark?, value: Node)] {
    known += entries.map(\.key)
    return entries
  }

  /// The node behind `key`, with a problem noted when it is absent.
  func required(_ key: String, expected: String) -> Node? {
    if let node = node(key) { return node }
    problems.add("\(subject) lacks the key '\(key)': \(expected)", at: place(of: key))
    return nil
  }

  /// The text behind `node`, as written.
  func scalar(_ node: Node, key: String, expected: String) -> String? {
    if case .scalar(let scalar) = node { return scalar.string }
    problems.add("'\(key)' must be \(expected)", at: node.mark)
    return nil
  }

  /// Notes every key that was never asked for, with the nearest that was.
  func finish() {
    for entry in entries where !known.contains(entry.key) {
      problems.add(
        "unknown key '\(entry.key)' in \(subject)\(Spelling.hint(for: entry.key, among: known.sorted()))", at: entry.mark)
    }
  }
}

// MARK: - Typed values

extension Fields {
  /// Text of at least one character and without line breaks.
  func text(_ key: String, default fallback: String? = nil) -> String? {
    let expected = "a text"
    guard let node = fallback == nil ? required(key, expected: expected) : node(key) else { return fallback }
    guard let text = scalar(node, key: key, expected: expected) else { return fallback }
    guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.properties.isBidiControl || $0.value < 0x20 }) else {
      problems.add("'\(key)' must be a text on one line without control characters", at: node.mark)
      return fallback
    }
    return text
  }

  /// The name of an entry; see `Identifier.isWellFormed`.
  func identifier<Subject>(_ key: String) -> Identifier<Subject>? {
    guard let text = text(key) else { return nil }
    if Identifier<Subject>.isWellFormed(text) { return Identifier(text) }
    problems.add(
      "the id '\(text)' may only have letters a-z, digits, '-' and '_', at most 64, and starts with a letter or digit",
      at: node(key)?.mark)
    return nil
  }

  /// A quantity with its unit, within `range`.
  func quantity<Q: Quantity>(_ key: String, as type: Q.Type = Q.self, in range: ClosedRange<Q>? = nil, like example: String) -> Q?
  {
    guard let node = required(key, expected: Self.form(of: type, like: example)) else { return nil }
    return quantity(node, key: key, in: range, like: example)
  }

  /// A quantity with its unit, or nil when the file says nothing.
  func optionalQuantity<Q: Quantity>(
    _ key: String, as type: Q.Type = Q.self, in range: ClosedRange<Q>? = nil, like example: String
  ) -> Q? {
    node(key).flatMap { quantity($0, key: key, in: range, like: example) }
  }

  private func quantity<Q: Quantity>(_ node: Node, key: String, in range: ClosedRange<Q>?, like example: String) -> Q? {
    guard let text = scalar(node, key: key, expected: Self.form(of: Q.self, like: example)) else { return nil }
    return Self.read(
      text, key: key, units: Q.units, form: Self.form(of: Q.self, like: example), at: node.mark, problems: problems
    )
    .flatMap { count in
      let value = Q(count: count)
      guard let range, !range.contains(value) else { return value }
      problems.add("'\(key)' is \(text), outside \(Self.words(range))", at: node.mark)
      return nil
    }
  }

  /// A span of time with its unit, longer than zero or within `range`.
  func duration(_ key: String, default fallback: Duration?, in range: ClosedRange<Duration>, like example: String) -> Duration? {
    let form = "a time such as `\(example)` (\(Self.timeUnits.map(\.symbol).joined(separator: ", ")))"
    guard let node = fallback == nil ? required(key, expected: form) : node(key) else { return fallback }
    guard let text = scalar(node, key: key, expected: form),
      let count = Self.read(text, key: key, units: Self.timeUnits, form: form, at: node.mark, problems: problems)
    else { return nil }
    let duration = Duration.milliseconds(count)
    guard range.contains(duration) else {
      problems.add(
        "'\(key)' is \(text), outside \(Self.words(range.lowerBound)) to \(Self.words(range.upperBound))", at: node.mark)
      return nil
    }
    return duration
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

  /// One of the names of `Choice`.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, default fallback: Choice? = nil) -> Choice?
  where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let expected = "one of \(names.joined(separator: ", "))"
    guard let node = fallback == nil ? required(key, expected: expected) : node(key) else { return fallback }
    guard let text = scalar(node, key: key, expected: expected) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    problems.add("'\(key)' is '\(text)'\(Spelling.hint(for: text, among: names))", at: node.mark)
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
    let expected = "a time of day such as \"18:00\""
    guard let node = required(key, expected: expected), let text = scalar(node, key: key, expected: expected) else { return nil }
    if let time = LocalTime(iso8601: text) { return time }
    problems.add("'\(key)' is '\(text)', it must be \(expected), in quotes", at: node.mark)
    return nil
  }

  /// The items of a list; empty when the file says nothing.
  func list(_ key: String) -> [Node] {
    guard let node = node(key) else { return [] }
    if case .sequence(let sequence) = node { return Array(sequence) }
    problems.add("'\(key)' must be a list: lines that begin with '- '", at: node.mark)
    return []
  }

  /// The entries of a mapping inside this one; nil when the file says nothing.
  func fields(_ key: String, subject: String? = nil) -> Fields? {
    node(key).map { Fields($0, subject: subject ?? "'\(key)' of \(self.subject)", problems: problems) }
  }

  // MARK: - Words

  private static let timeUnits = [
    UnitOfMeasure("s", 1000), UnitOfMeasure("min", 60_000), UnitOfMeasure("h", 3_600_000), UnitOfMeasure("d", 86_400_000),
    UnitOfMeasure("ms", 1),
  ]

  private static func form<Q: Quantity>(of type: Q.Type, like example: String) -> String {
    "\(Q.name) such as `\(example)` (\(Q.units.map(\.symbol).joined(separator: ", ")))"
  }

  private static func words<Q: Quantity>(_ range: ClosedRange<Q>) -> String {
    "\(words(range.lowerBound)) to \(words(range.upperBound))"
  }

  private static func words<Q: Quantity>(_ quantity: Q) -> String {
    let unit = Q.units[0]
    return "\(quantity.count * unit.per / unit.count) \(unit.symbol)"
  }

  private static func words(_ duration: Duration) -> String {
    let milliseconds = duration.milliseconds
    let unit = timeUnits.sorted { $0.count > $1.count }.first { milliseconds >= $0.count && milliseconds % $0.count == 0 }
    return unit.map { "\(milliseconds / $0.count) \($0.symbol)" } ?? "\(milliseconds) ms"
  }

  private static func read(
    _ text: String, key: String, units: [UnitOfMeasure], form: String, at mark: Mark?, problems: ProblemList
  ) -> Int64? {
    do {
      return try parseCount(text, units: units)
    } catch {
      let symbols = units.map(\.symbol)
      switch error {
      case .unitMissing(let number):
        problems.add("'\(key)' is '\(number)' without a unit; expected \(form)", at: mark)
      case .unknownUnit(let unit):
        problems.add("'\(key)' has the unit '\(unit)'\(Spelling.hint(for: unit, among: symbols)); expected \(form)", at: mark)
      case .notANumber:
        problems.add("'\(key)' is '\(text)', not a number with a unit; expected \(form)", at: mark)
      case .decimalComma(let pointed):
        problems.add("'\(key)' is '\(text)' with a decimal comma; write '\(pointed)'", at: mark)
      case .outOfRange:
        problems.add("'\(key)' is '\(text)', too large a number; expected \(form)", at: mark)
      }
      return nil
    }
  }
}
