import TestSupport
import Testing

@testable import RecordLedger

@Suite("The ledger of signed runs")
struct LedgerTests {
  private static let records = ["run 1\nstate final\n", "member m01\nnet 12\n", "member m02\nnet 34\n"]

  private static func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  /// RFC 8032, section 7.1, test 2: a message of one byte.
  @Test("is signed by Ed25519 as published")
  func publishedSignature() throws {
    let secret = try #require([UInt8](hex: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    let key = try #require(SigningKey(secret: secret))
    #expect(key.publicKey.bytes.hex == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    let signature = try #require(
      [UInt8](
        hex: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"))
    #expect(key.publicKey.isSignature(signature, of: [0x72]))
    #expect(!key.publicKey.isSignature(signature, of: [0x73]))
    #expect(key.secret == secret)
    #expect(SigningKey(secret: [1, 2]) == nil)
    let ours = try #require(key.signature(of: [0x72]))
    #expect(key.publicKey.isSignature(ours, of: [0x72]))
  }

  @Test("chains its entries: one that is changed, left out or put in between is seen")
  func chain() throws {
    let first = LedgerEntry(of: Self.bytes(Self.records), subject: "hollow 2026-03", after: nil)
    let second = LedgerEntry(of: Self.bytes(["x\n"]), subject: "hollow 2026-04", after: first)
    #expect(first.follows(nil) && second.follows(first))
    #expect(!second.follows(nil) && !first.follows(second))
    let changed = LedgerEntry(of: Self.bytes(["run 1\nstate final\n"]), subject: "hollow 2026-03", after: nil)
    #expect(!second.follows(changed))
    #expect(LedgerEntry(text: second.text) == second)
    for (before, after) in [("number 2", "number 02"), ("\n", "\r\n"), ("ledger 1", "ledger 2"), ("root ", "root  ")] {
      #expect(LedgerEntry(text: second.text.replacing(before, with: after)) == nil, "\(after)")
    }
  }

  @Test("proves a record to who has only the file, and shows every byte that was changed")
  func proof() throws {
    let key = SigningKey()
    let entry = LedgerEntry(of: Self.bytes(Self.records), subject: "hollow 2026-03", after: nil)
    let signature = try #require(key.signature(of: Array(entry.text.utf8)))
    let proof = RecordProof(of: 1, among: Self.records, entry, key: key.publicKey, signature: signature)
    #expect(proof.flaw() == nil && proof.flaw(expecting: key.publicKey) == nil)
    #expect(proof.flaw(expecting: SigningKey().publicKey) == .otherKey)
    let text = proof.text
    #expect(RecordProof(text: text) == proof)
    // Characters of the file (all of them in long runs), each changed into another: not a proof any more, or one with a flaw.
    let characters = Array(text)
    for place in stride(from: 0, to: characters.count, by: FaultFigure.count(7, large: 1)) {
      var changed = characters
      changed[place] = characters[place] == "7" ? "8" : "7"
      let read = RecordProof(text: String(changed))
      #expect(read == nil || read?.flaw() != nil, "character \(place)")
    }
    for short in [String(text.dropLast()), text + "\n", text.replacing("path", with: "path ")] {
      let read = RecordProof(text: short)
      #expect(read == nil || read?.flaw() != nil)
    }
  }
}
