import Foundation
import TestSupport
import Testing

/// `energy-opt store`, as its users run it, on a store that `Tests/StoreWriter` fills.
@Suite("Looking after the store")
struct StoreCareTests {
  private let folder: TemporaryFolder
  private var readings: String { folder.file("readings.sqlite") }

  init() throws { folder = try TemporaryFolder() }

  private func fill(_ batches: Int) async throws {
    let writer = try ChildProcess(try Checkout.program(named: "StoreWriter"), ["write", folder.path, "7", "0", "\(batches)"])
    #expect(try await writer.end().status == 0)
  }

  private func store(_ arguments: String...) async throws -> ChildProcess.Outcome {
    try await ChildProcess(Checkout.program(.energyOpt), ["store"] + arguments + ["--readings", readings]).end()
  }

  private func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("says in both languages and as JSON what it takes, and what a check finds where bits have flipped")
  func statusAndCheck() async throws {
    try await fill(400)
    let status = try await store("status", "--format", "json")
    #expect(status.status == 0)
    let figures = try #require(try json(status.output)["readings"] as? [String: Any])
    #expect(figures["series"] as? Int == 21)
    #expect(figures["being_written"] as? Bool == false)
    #expect(try await store("status", "--lang", "de").output.contains("versiegelt 2026-02"))

    let whole = try await store("check")
    #expect(whole.status == 0 && whole.output.contains("whole"))

    let segment = folder.file("readings.sqlite.segments/2026-02.chunks")
    var bytes = try Data(contentsOf: URL(filePath: segment))
    bytes[bytes.count / 2] ^= 16
    try bytes.write(to: URL(filePath: segment))
    let damaged = try await store("check", "--lang", "de")
    #expect(damaged.status == 2)
    #expect(damaged.output.contains("BESCHÄDIGT") && damaged.output.contains("2026-02.chunks, bytes"))
    let told = try json(try await store("check", "--format", "json").output)
    #expect(told["whole"] as? Bool == false)
    let files = try #require(told["files"] as? [[String: Any]])
    let findings = try #require(files.first?["findings"] as? [[String: Any]])
    #expect(findings.count == 1 && findings[0]["kind"] as? String == "chunk")
  }

  @Test("tells where there is nothing to look after")
  func nothing() async throws {
    let outcome = try await ChildProcess.run(.energyOpt, "store", "check", "-c", folder.file("community.yaml"))
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("nothing stored yet"))
  }
}
