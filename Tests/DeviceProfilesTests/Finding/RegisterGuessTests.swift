import DeviceProfiles
import Foundation
import Testing

@Suite("Guesses about unknown registers")
struct RegisterGuessTests {
  /// IEEE 754: 230.1 is 0x4366199A, 50.02 is 0x4248147B.
  @Test(
    "find voltages and frequencies in every usual form",
    arguments: [
      ([0x4366, 0x199A], "f32: 230.100 V, a voltage?"), ([0x199A, 0x4366], "f32, low word first: 230.100 V, a voltage?"),
      ([0x147B, 0x4248], "f32, low word first: 50.020 Hz, a frequency?"), ([2301], "u16, scale 0.1: 230.100 V, a voltage?"),
      ([5001], "u16, scale 0.01: 50.010 Hz, a frequency?"), ([0x0003, 0x82D4], "u32, scale 0.001: 230.100 V, a voltage?"),
    ] as [([UInt16], String)])
  func forms(words: [UInt16], guess: String) {
    let guesses = RegisterGuess.guesses(in: [RegisterWords(table: .input, address: 100, words: words)])
    #expect(guesses.map { $0.description.components(separatedBy: " as ").last ?? "" } == [guess])
  }

  /// 0x5A77 = 23159.
  @Test(
    "say that a number beside an empty register may be one of 32 bits",
    arguments: [
      ([0, 0x5A77], "input registers 100-101 as u32, or 101 alone as u16, scale 0.01: 231.590 V, a voltage?"),
      (
        [0x5A77, 0],
        "input registers 100-101 as u32, low word first, or 100 alone as u16, scale 0.01: 231.590 V, a voltage?"
      ),
      ([9, 0x5A77, 9], "input register 101 as u16, scale 0.01: 231.590 V, a voltage?"),
    ] as [([UInt16], String)])
  func wide(words: [UInt16], guess: String) {
    let guesses = RegisterGuess.guesses(in: [RegisterWords(table: .input, address: 100, words: words)])
    #expect(guesses.map(\.description) == [guess])
  }

  /// "NM24-004": 0x4E4D is 20045, which would be 200.45 V.
  @Test("take no letters of a text for a voltage")
  func letters() {
    let words = [0x4E4D, 0x3234, 0x2D30, 0x3034].map { UInt16($0) }
    #expect(RegisterGuess.guesses(in: [RegisterWords(table: .holding, address: 256, words: words)]).isEmpty)
  }

  @Test("are none where the words prove nothing")
  func nothing() {
    #expect(RegisterGuess.guesses(in: [RegisterWords(table: .input, address: 0, words: [0, 1, 50, 7, 0xFFFF, 0x8000])]).isEmpty)
  }

  @Test("name texts, which may be serial numbers")
  func texts() {
    let words = [0, 0x4142, 0x3132, 0x3334, 0x3500, 0, 9].map { UInt16($0) }
    let texts = RegisterTextRun.texts(in: [RegisterWords(table: .holding, address: 10, words: words)])
    #expect(texts.map(\.description) == ["holding registers 11-14: \"AB12345\""])
  }
}
