import ArgumentParser
import CommunityModel
import Console
import Foundation
import MarketTime
import Quantities
import RecordLedger
import SQLiteStore
import Settlement

/// `energy-opt settle prove`
struct SettleProveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prove", abstract: "Writes a member's proof that a final month is what the community signed.",
    discussion: """
      The file holds the member's own record, the hashes that lead from it to the
      signed root, and the signature; of other members nothing. It is checked
      without the store: energy-opt settle verify FILE. Format:
      docs/formats/settlement-ledger.md.

      EXAMPLE
        energy-opt settle prove m05 2026-03 --output m05-2026-03.proof
      """)

  @OptionGroup var options: CommunityOptions

  @Argument(help: ArgumentHelp("The member's id.", valueName: "member"))
  var member: String

  @Argument(help: ArgumentHelp("A final month.", valueName: "yyyy-mm"), transform: SettlementOptions.month)
  var month: LocalMonth

  @Option(name: [.short, .long], help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file"))
  var output: String?

  func run() throws {
    let proof = try reportingRefusals { try make() }
    guard let output else {
      print(proof.text, terminator: "")
      return
    }
    do { try Data(proof.text.utf8).write(to: URL(filePath: output), options: .atomic) } catch {
      tell("\(output) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  private func make() throws -> RecordProof {
    let store = try CommunityDatabase(readingOnly: options.storePath)
    guard let final = try store.settlement(of: month, state: RunState.final.rawValue) else {
      tell("\(month) is not final, so nothing is signed yet; energy-opt settle --month \(month) shows how far it is")
      throw ExitCode(1)
    }
    guard let place = final.members.firstIndex(where: { $0.member.text == member }) else {
      tell("'\(member)' has no part in \(month)" + Spelling.hint(for: member, among: final.members.map(\.member.text)))
      throw ExitCode(64)
    }
    let seals = try store.seals()
    _ = try SettlementSeal.chain(seals)
    guard let seal = seals.first(where: { $0.month == month }), let entry = LedgerEntry(text: seal.entry),
      let key = PublicKey(hex: seal.key), let signature = [UInt8](hex: seal.signature)
    else { throw SealError.brokenLedger("\(month) has no entry") }
    let proof = RecordProof(of: place + 1, among: final.records, entry, key: key, signature: signature)
    guard proof.flaw() == nil else { throw SealError.brokenLedger("the records of \(month) are not those that were signed") }
    return proof
  }
}

/// `energy-opt settle verify`
struct SettleVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Checks a proof, without the store.",
    discussion: """
      Says whose record of which month it is, and with which key it was signed.
      Anyone can sign with a key of their own: compare it with the one that
      your community has made known, or give that with --key.

      EXAMPLES
        energy-opt settle verify m05-2026-03.proof
        energy-opt settle verify m05-2026-03.proof --key 3d4017c3...

      EXIT STATUS
         0 record, place, entry and signature agree
         2 they do not, or the key is another
         3 the file is no proof
      """)

  @Argument(help: ArgumentHelp("The proof.", valueName: "file"))
  var file: String

  @Option(help: ArgumentHelp("The key that the community has made known.", valueName: "hex"))
  var key: String?

  func validate() throws {
    if let key, PublicKey(hex: key) == nil { throw ValidationError("--key is '\(key)', expected 64 hexadecimal digits") }
  }

  func run() throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      tell("\(file): no such file")
      throw ExitCode(3)
    }
    guard let proof = RecordProof(text: String(decoding: data, as: UTF8.self)) else {
      tell("\(file): this is no proof, or it was changed; ask for it anew")
      throw ExitCode(3)
    }
    switch proof.flaw(expecting: key.flatMap { PublicKey(hex: $0) }) {
    case nil: break
    case .otherKey:
      tell("\(file): signed with another key, \(proof.key.bytes.hex)")
      throw ExitCode(2)
    case .badSignature:
      tell("\(file): the signature is not of this entry; it was changed, or never signed")
      throw ExitCode(2)
    case .otherRecord:
      tell("\(file): the record is not the one that was signed; it was changed, or is of another run")
      throw ExitCode(2)
    }
    guard let record = try? MemberRecord(text: proof.record), "\(record.community) \(record.month)" == proof.entry.subject else {
      tell("\(file): what was signed is no member's record of the month that the entry names")
      throw ExitCode(2)
    }
    let sums = record.part.sums
    print("signed: \(record.part.member) in \(record.month) of \(record.community), as entry \(proof.entry.number) of its ledger")
    let amounts = [("net", sums.net), ("tax", sums.vat), ("gross", sums.gross)]
    print("sums: " + amounts.map { "\($0.0) \(decimalText($0.1.count, digits: 6)) EUR" }.joined(separator: ", "))
    print("key: \(proof.key.bytes.hex)" + (key == nil ? " (compare it with the one that your community has made known)" : ""))
  }
}

/// `energy-opt settle ledger`
struct SettleLedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger", abstract: "Lists the signed final months and checks every record, root, signature and link.",
    discussion: """
      EXAMPLE
        energy-opt settle ledger

      EXIT STATUS
         0 everything agrees
         2 something was changed, named
      """)

  @OptionGroup var options: CommunityOptions

  func run() throws {
    try reportingRefusals {
      let store = try CommunityDatabase(readingOnly: options.storePath)
      let seals = try store.seals()
      do { _ = try SettlementSeal.chain(seals) } catch {
        tell("\(error)")
        throw ExitCode(2)
      }
      for seal in seals {
        guard let entry = LedgerEntry(text: seal.entry),
          let final = try store.settlement(of: seal.month, state: RunState.final.rawValue),
          MerkleTree(final.records.map { Array($0.utf8) }).root == entry.root
        else {
          tell("\(seal.month): the records are not those that were signed")
          throw ExitCode(2)
        }
        print("\(entry.number)  \(entry.subject)  \(entry.records) records  root \(entry.root.hex)  key \(seal.key)")
      }
      let unsigned = Set(try store.settledMonths(RunState.final.rawValue)).subtracting(seals.map(\.month))
      guard unsigned.isEmpty else {
        tell("final, but not signed: \(unsigned.map(\.description).sorted().joined(separator: ", "))")
        throw ExitCode(2)
      }
      print("\(seals.count) \(seals.count == 1 ? "month" : "months"): every record, signature and link is right")
    }
  }
}
