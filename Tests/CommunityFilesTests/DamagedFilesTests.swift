import CommunityFiles
import TestSupport
import Testing

/// Half-saved and damaged files: whatever stands in them, they are read or refused with a message, and stop nothing.
@Suite("A damaged file")
struct DamagedFilesTests {
  private func check(_ format: String, _ bytes: [UInt8]) throws {
    let lines = told {
      switch format {
      case "community": _ = try CommunityFile(bytes: bytes, file: "damaged.yaml")
      case "collector":
        _ = try CollectorFile(
          bytes: bytes, file: "damaged.yaml", in: CollectorFile.Surroundings(profiles: Sample.profiles) { _ in [] })
      default: _ = try DeviceProfileFile(bytes: bytes, file: "damaged.yaml", sunSpecModels: [])
      }
    }
    #expect(lines.allSatisfy { $0.hasPrefix("damaged.yaml:") && !$0.contains("\n") })
  }

  private func example(_ format: String) throws -> [UInt8] {
    Array(try Documentation("\(format).md").example().utf8)
  }

  @Test("cut off anywhere is read or refused", arguments: ["community", "collector", "device-profile"])
  func truncated(format: String) throws {
    let whole = try example(format)
    for length in stride(from: 0, to: whole.count, by: 13) { try check(format, Array(whole[..<length])) }
  }

  @Test(
    "with bytes changed, dropped, doubled or swapped is read or refused",
    arguments: ["community", "collector", "device-profile"], [1, 2, 3] as [UInt64])
  func mutated(format: String, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let whole = try example(format)
    let interesting = Array(":,-&*#'\"[]{}|>%@`!?\t\n\r\0 ~0e\u{7F}".utf8) + [0x80, 0xC3, 0xFF]
    for _ in 0..<100 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = interesting.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
      }
      try check(format, bytes)
    }
  }
}
