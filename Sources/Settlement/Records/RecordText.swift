import CommunityModel
import MarketTime
import Quantities

/// The canonical text of records, whose bytes are what the ledger seals: one text for one value. Lines of words with a blank between,
/// whole numbers of the smallest units, days and months as ISO 8601; `docs/formats/settlement-ledger.md`.
extension SettlementLine {
  /// Its line, without the line's end.
  var recordText: String {
    var words = ["line", kind.rawValue, term, zone, days.lowerBound.description, days.upperBound.description]
    switch basis {
    case .energy(let exact, let billed, let price): words += ["energy", "\(exact.count)", "\(billed.count)", "\(price.count)"]
    case .dynamic(let exact, let billed, let mean): words += ["dynamic", "\(exact.count)", "\(billed.count)", "\(mean.count)"]
    case .days(let days, let all, let monthly): words += ["days", "\(days)", "\(all)", "\(monthly.count)"]
    case .amount: words += ["amount"]
    case .difference(let energy, let before, let now):
      words += ["difference", "\(energy.count)", "\(before.count)", "\(now.count)"]
    }
    words += ["net", "\(net.count)", "vat", "\(vatRate.count)", "\(vat.count)"]
    if isNote { words.append("note") }
    if let corrects { words += ["corrects", corrects.description] }
    return words.joined(separator: " ")
  }

  /// The line that `text` writes.
  ///
  /// - Throws: `SettlementError.badRecord`.
  init(recordText text: Substring) throws(SettlementError) {
    var words = RecordWords(text)
    try words.expect("line")
    kind = try words.read { Kind(rawValue: $0) }
    term = try words.read { $0 }
    zone = try words.read { $0 }
    let first = try words.day()
    days = first..<max(first, try words.day())
    switch try words.read({ $0 }) {
    case "energy":
      basis = .energy(
        exact: Energy(count: try words.integer()), billed: Energy(count: try words.integer()),
        price: EnergyPrice(count: try words.integer()))
    case "dynamic":
      basis = .dynamic(
        exact: Energy(count: try words.integer()), billed: Energy(count: try words.integer()),
        mean: EnergyPrice(count: try words.integer()))
    case "days":
      basis = .days(
        Int(try words.integer()), of: Int(try words.integer()), monthly: Money(count: try words.integer()))
    case "amount": basis = .amount
    case "difference":
      basis = .difference(
        energy: Energy(count: try words.integer()), before: Money(count: try words.integer()),
        now: Money(count: try words.integer()))
    default: throw .badRecord(String(text))
    }
    try words.expect("net")
    net = Money(count: try words.integer())
    try words.expect("vat")
    vatRate = Fraction(count: try words.integer())
    vat = Money(count: try words.integer())
    isNote = words.skip("note")
    corrects = words.skip("corrects") ? try words.read { LocalMonth(iso8601: $0) } : nil
    try words.end()
  }
}

/// The words of a record's line, read one after the other.
struct RecordWords {
  private let line: String
  private var words: ArraySlice<Substring>

  init(_ line: some StringProtocol) {
    self.line = String(line)
    words = self.line.split(separator: " ", omittingEmptySubsequences: false)[...]
  }

  private var failure: SettlementError { .badRecord(line) }

  mutating func read<Value>(_ parse: (String) -> Value?) throws(SettlementError) -> Value {
    guard let word = words.popFirst(), !word.isEmpty, let value = parse(String(word)) else { throw failure }
    return value
  }

  mutating func integer() throws(SettlementError) -> Int64 { try read { Int64($0) } }
  mutating func day() throws(SettlementError) -> LocalDay { try read { LocalDay(iso8601: $0) } }
  mutating func expect(_ word: String) throws(SettlementError) { _ = try read { $0 == word ? word : nil } }

  /// Whether `word` comes next; it is read then.
  mutating func skip(_ word: String) -> Bool {
    guard words.first.map({ $0 == word }) == true else { return false }
    words.removeFirst()
    return true
  }

  func end() throws(SettlementError) { if !words.isEmpty { throw failure } }
}

/// The words that end a validity: `-` where it is open.
extension Validity {
  var recordText: String { "\(from?.description ?? "-") \(until?.description ?? "-")" }
}

extension SharingAgreement {
  /// All that shares depend on, members in the order of their names.
  var recordText: String {
    func list<Value>(_ values: [Member.ID: Value], _ number: (Value) -> Int64) -> String {
      values.isEmpty ? "-" : values.sorted { $0.key < $1.key }.map { "\($0.key)=\(number($0.value))" }.joined(separator: ",")
    }
    let classes = self.classes.map { $0.sorted().map(\.text).joined(separator: ",") }.joined(separator: ";")
    return [
      "\(version)", rule?.rawValue ?? "-", base.rawValue, list(keys) { $0.count }, list(weights) { Int64($0) },
      classes.isEmpty ? "-" : classes, list(dailyCaps) { $0.count },
    ].joined(separator: " ")
  }

  /// What of it concerns `member`: version, rule, base, key, weight.
  func recordText(for member: Member.ID) -> String {
    let key = rule == .static ? "\((keys[member] ?? .zero).count)" : "-"
    let weight = rule == .waterfill ? "\(weights[member] ?? 1)" : "-"
    return "\(version) \(rule?.rawValue ?? "-") \(base.rawValue) \(key) \(weight)"
  }
}

extension AgreedPrices {
  /// All that amounts depend on, a line an entry, in the order of their names.
  var recordText: String {
    func names(_ members: Set<Member.ID>?) -> String { members.map { $0.sorted().map(\.text).joined(separator: ",") } ?? "*" }
    var lines = terms.map { term in
      let price: String
      switch term.price {
      case .monthly(let monthly): price = "monthly \(monthly.count)"
      case .energy(.fixed(let fixed), let windows): price = "fixed \(fixed.count)" + windows.map(\.recordText).joined()
      case .energy(.dynamic(let file, let plus), let windows):
        price = "curve \(file) \(plus.count)" + windows.map(\.recordText).joined()
      }
      return "term \(term.id) \(term.item.rawValue) \(term.validity.recordText) \(price) vat \(term.vat.count) "
        + "\(names(term.members)) \(term.site?.text ?? "-") \(term.isNote ? "note" : "-")"
    }
    lines += caps.map { cap in
      "cap \(cap.id) \(cap.validity.recordText) \(cap.share.count) \(cap.monthly.count) \(cap.price.count) \(cap.vat.count) "
        + names(cap.members)
    }
    lines += pots.map { pot in
      let weights = pot.weights.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
      return "pot \(pot.id) \(pot.validity.recordText) \(pot.share.count) \(pot.item.rawValue) \(weights)"
    }
    return (["decimals \(quantityDecimals)"] + lines.sorted()).map { $0 + "\n" }.joined()
  }
}

extension PriceWindow {
  fileprivate var recordText: String {
    " window \(from) \(until) \(days.map(\.rawValue).sorted().map(String.init).joined()) \(plus.count)"
  }
}
