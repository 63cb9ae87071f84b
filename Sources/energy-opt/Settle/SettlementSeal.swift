import CommunityModel
import Foundation
import Glibc
import MarketTime
import RecordLedger
import SQLiteStore

/// Why nothing was signed, or what is wrong with what was.
enum SealError: Error, CustomStringConvertible {
  /// The key's file cannot be made, read or understood.
  case key(path: String, reason: String)
  /// The ledger in the store does not hold together.
  case brokenLedger(String)
  /// The machine gives no signature.
  case notSigned

  var description: String {
    switch self {
    case .key(let path, let reason): "\(path): \(reason)"
    case .brokenLedger(let reason): "the ledger of final settlements does not hold together: \(reason); nothing is added to it"
    case .notSigned: "the run could not be signed; nothing was kept"
    }
  }
}

/// Seals of final settlements.
enum SettlementSeal {
  /// Signs `settlement` as the next entry behind `seals`, which are checked first.
  static func seal(
    _ settlement: StoredSettlement, community: Community.ID, after seals: [StoredSeal], by key: SigningKey
  ) throws(SealError) -> StoredSeal {
    let last = try chain(seals)
    let entry = LedgerEntry(
      of: settlement.records.map { Array($0.utf8) }, subject: "\(community) \(settlement.month)", after: last)
    guard let signature = key.signature(of: Array(entry.text.utf8)) else { throw .notSigned }
    return StoredSeal(
      number: entry.number, month: settlement.month, entry: entry.text, key: key.publicKey.bytes.hex, signature: signature.hex)
  }

  /// The last entry of `seals`; nil where there is none.
  ///
  /// - Throws: `SealError.brokenLedger` at the first that is not signed or does not stand right behind the one before.
  static func chain(_ seals: [StoredSeal]) throws(SealError) -> LedgerEntry? {
    var last: LedgerEntry?
    for seal in seals {
      let name = "entry \(seal.number) (\(seal.month))"
      guard let entry = LedgerEntry(text: seal.entry), entry.number == seal.number else {
        throw .brokenLedger("\(name) is damaged")
      }
      guard entry.follows(last) else { throw .brokenLedger("\(name) does not follow the one before") }
      guard let key = PublicKey(hex: seal.key), let signature = [UInt8](hex: seal.signature),
        key.isSignature(signature, of: Array(seal.entry.utf8))
      else { throw .brokenLedger("\(name) is not signed") }
      last = entry
    }
    return last
  }
}

/// The file with the secret key: 64 hexadecimal digits that only its owner may read.
struct SigningKeyFile {
  let path: String

  /// The key; a new one where there is no file, which is written first.
  func key() throws(SealError) -> SigningKey {
    if let data = FileManager.default.contents(atPath: path) {
      let text = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
      guard let secret = [UInt8](hex: text), let key = SigningKey(secret: secret) else {
        throw .key(path: path, reason: "this is no key; expected 64 hexadecimal digits. Bring the right file back from a backup")
      }
      return key
    }
    let key = SigningKey()
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .key(path: path, reason: String(cString: strerror(errno))) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    do {
      try handle.write(contentsOf: Data((key.secret.hex + "\n").utf8))
      try handle.synchronize()
    } catch {
      throw .key(path: path, reason: "cannot be written: \(error.localizedDescription)")
    }
    return key
  }
}
