/// What the community signed of one run: the root over its records, and the fingerprint of the entry before, so that no entry can be
/// changed, left out or put in between without all later ones changing.
///
/// Its text is in `docs/formats/settlement-ledger.md`.
public struct LedgerEntry: Sendable, Hashable {
  /// 1 for the first of a ledger.
  public let number: Int
  /// The fingerprint of the entry before; `Fingerprint.none` for the first.
  public let previous: Fingerprint
  /// Whose run of what: the words that stand there, such as `hollow 2026-03`.
  public let subject: String
  /// How many records the run has.
  public let records: Int
  /// The root of the tree over them.
  public let root: Fingerprint

  /// The entry behind `former` (nil for the first) over `records`.
  public init(of records: [[UInt8]], subject: String, after former: LedgerEntry?) {
    let tree = MerkleTree(records)
    number = (former?.number ?? 0) + 1
    previous = former?.fingerprint ?? .none
    self.subject = subject
    self.records = tree.count
    root = tree.root
  }

  private static let title = "energy-opt ledger 1"

  /// What is signed: UTF-8, six lines.
  public var text: String {
    """
    \(Self.title)
    number \(number)
    previous \(previous.hex)
    subject \(subject)
    records \(records)
    root \(root.hex)

    """
  }

  /// The entry that `text` writes; nil for any other text.
  public init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    func value(_ name: String) -> Substring? {
      guard let line = lines.popFirst(), line.hasPrefix(name + " ") else { return nil }
      return line.dropFirst(name.count + 1)
    }
    guard lines.popFirst() == Self.title[...], let number = value("number").flatMap({ Int($0) }),
      let previous = value("previous").flatMap({ Fingerprint(hex: $0) }), let subject = value("subject"),
      let records = value("records").flatMap({ Int($0) }), let root = value("root").flatMap({ Fingerprint(hex: $0) })
    else { return nil }
    self.number = number
    self.previous = previous
    self.subject = String(subject)
    self.records = records
    self.root = root
    // One text an entry, so that a signature has one meaning.
    guard self.text == text else { return nil }
  }

  /// Of its text; 0x02 before it keeps an entry from being taken for a record or a node.
  public var fingerprint: Fingerprint { Fingerprint(of: [0x02] + Array(text.utf8)) }

  /// Whether this entry stands right behind `former`; nil for the beginning of the ledger.
  public func follows(_ former: LedgerEntry?) -> Bool {
    number == (former?.number ?? 0) + 1 && previous == (former?.fingerprint ?? .none)
  }
}
