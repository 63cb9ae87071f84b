/// That a record is part of a run that the community signed: all that is needed to check it, without the ledger.
///
/// Its text is in `docs/formats/settlement-ledger.md`.
public struct RecordProof: Sendable, Equatable {
  /// The record, lines of text without an empty one.
  public let record: String
  /// Its place among the run's records, from 0.
  public let index: Int
  /// The hashes beside the way to the root, the lowest first.
  public let path: [Fingerprint]
  /// What was signed.
  public let entry: LedgerEntry
  /// By whom.
  public let key: PublicKey
  /// The signature of the entry's text.
  public let signature: [UInt8]

  /// The proof of the record at `index` of a signed run.
  public init(of index: Int, among records: [String], _ entry: LedgerEntry, key: PublicKey, signature: [UInt8]) {
    record = records[index]
    self.index = index
    path = MerkleTree(records.map { Array($0.utf8) }).path(from: index)
    self.entry = entry
    self.key = key
    self.signature = signature
  }

  /// What is wrong with a proof.
  public enum Flaw: Error, Equatable, Sendable {
    /// The record is not the one of the signed run, or stands elsewhere in it.
    case otherRecord
    /// The entry was not signed with the key that the proof names.
    case badSignature
    /// It was signed, but with another key than the one given.
    case otherKey
  }

  /// What is wrong with it; nil where record, path, entry and signature agree, and the key is `expected` where one is given.
  public func flaw(expecting expected: PublicKey? = nil) -> Flaw? {
    if let expected, expected != key { return .otherKey }
    guard key.isSignature(signature, of: Array(entry.text.utf8)) else { return .badSignature }
    let root = MerkleTree.root(of: Array(record.utf8), at: index, of: entry.records, path: path)
    return root == entry.root ? nil : .otherRecord
  }

  private static let title = "energy-opt proof 1"

  /// UTF-8: this proof's lines, the entry's and the record's, an empty line between them.
  public var text: String {
    let head =
      [Self.title, "place \(index)"] + path.map { "path \($0.hex)" } + ["key \(key.bytes.hex)", "signature \(signature.hex)"]
    return head.map { $0 + "\n" }.joined() + "\n" + entry.text + "\n" + record
  }

  /// The proof that `text` writes; nil for any other text.
  public init?(text: String) {
    let parts = text.split(separator: "\n\n", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let entry = LedgerEntry(text: parts[1] + "\n") else { return nil }
    var lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false)[...]
    func value(_ name: String) -> Substring? {
      guard let line = lines.first, line.hasPrefix(name + " ") else { return nil }
      lines.removeFirst()
      return line.dropFirst(name.count + 1)
    }
    guard lines.popFirst() == Self.title[...], let index = value("place").flatMap({ Int($0) }) else { return nil }
    var path: [Fingerprint] = []
    while let step = value("path") {
      guard let hash = Fingerprint(hex: step) else { return nil }
      path.append(hash)
    }
    guard let key = value("key").flatMap({ PublicKey(hex: $0) }), let signature = value("signature").flatMap({ [UInt8](hex: $0) })
    else { return nil }
    record = String(parts[2])
    self.index = index
    self.path = path
    self.entry = entry
    self.key = key
    self.signature = signature
    guard self.text == text else { return nil }
  }
}
