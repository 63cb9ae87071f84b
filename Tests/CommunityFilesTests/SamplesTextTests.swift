import CommunityFiles
import DeviceProfiles
import Foundation
import Quantities
import Readings
import Testing

@Suite("A recording as a file of samples")
struct SamplesTextTests {
  /// A power in half watts, and a number in letters.
  private static let profile = """
    version: 1
    maker: Northgate
    model: N3
    kind: meter
    status: confirmed
    sources: ["invented for a test"]
    link: {rtu: {baud: 9600, parity: none, stop_bits: 1}}
    registers:
      - {channel: active_power, table: input, address: 120, type: s32, scale: 0.5, unit: W, positive: import}
      - {channel: voltage_l1, table: input, address: 130, type: u16, scale: 0.01, unit: V}

    """

  private func profile() throws -> DeviceProfile {
    try DeviceProfileFile(bytes: Array(Self.profile.utf8), file: "n3.yaml", sunSpecModels: []).profile
  }

  /// 4799 half watts are 2399.5 W; 0x5A77 = 23159 hundredths of a volt.
  private static let words = [
    RegisterWords(table: .input, address: 120, words: [0, 4799]), RegisterWords(table: .input, address: 130, words: [0x5A77]),
  ]

  private func recording(_ name: String, blank: [RegisterBlock] = []) throws -> SamplesText {
    SamplesText(name: name, unit: 7, source: "own recording", words: Self.words, blank: blank, profile: try profile())
  }

  /// How the profile takes a file of samples, whose remarks count where somebody confirmed them.
  private func check(_ text: String, confirmed: Bool) throws -> [String] {
    let folder = NSTemporaryDirectory() + "/samples-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = confirmed ? text.replacing("# - {", with: "- {") : text
    try text.write(toFile: "\(folder)/n3.samples.yaml", atomically: true, encoding: .utf8)
    var mismatches: [String] = []
    let problems = told { mismatches = try ProfileCheck(profile: profile(), path: "\(folder)/n3.yaml").mismatches }
    return problems + mismatches
  }

  @Test("holds every digit, so that a check takes what was recorded, but nothing before somebody confirmed it")
  func everyDigit() throws {
    let text = try recording("kettle on").text
    #expect(text.contains("# - {channel: active_power, value: 2.3995 kW}"))
    #expect(try check(text, confirmed: true) == [])
    let told = try check(text, confirmed: false)
    #expect(told.count == 1)
    #expect(told.first?.contains("no value is confirmed yet") == true)
  }

  @Test("that is blanked gives away nothing of what stood there, neither as a value nor as a guess")
  func blanked() throws {
    let blank = [RegisterBlock(table: .input, address: 130, count: 1)]
    let text = try recording("kettle on", blank: blank).text
    #expect(!text.contains("231.59"))
    #expect(!text.contains("5A77"))
    #expect(text.contains("voltage_l1, value: 0 V"))
    #expect(try check(text, confirmed: true) == [])
    let guessed = SamplesText(name: "x", unit: 7, source: "own recording", words: Self.words, blank: blank)
    #expect(guessed.guesses == [])
    #expect(SamplesText(name: "x", unit: 7, source: "own recording", words: Self.words).guesses.count == 1)
  }

  @Test("without a profile invents no value")
  func unknown() {
    let text = SamplesText(name: "x", unit: 7, source: "own recording", words: Self.words).text
    #expect(text.hasSuffix("    expect:\n"))
  }

  @Test("is added behind others, whatever their indentation, and both are checked", arguments: [true, false])
  func appended(isIndented: Bool) throws {
    var first = try recording("kettle off").text
    if !isIndented {
      first = first.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line.hasPrefix("  ") ? line.dropFirst(2) : line)
      }.joined(separator: "\n")
    }
    let both = try #require(try recording("kettle on").text(appendedTo: first))
    #expect(both.components(separatedBy: "- name: ").count == 3)
    #expect(try check(both, confirmed: true) == [])
    #expect(try recording("x").text(appendedTo: "version: 1\nregisters: []\n") == nil)
  }
}
