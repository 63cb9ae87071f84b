import Quantities
import Readings
import Testing

@Suite("A reading as text")
struct ChannelTextTests {
  @Test(
    "stands in the unit that fits its size, rounded half away from zero",
    arguments: [
      (.activePower, 389_500, "389.5 W"), (.activePower, -389_549, "-389.5 W"), (.activePower, 2_399_500, "2.400 kW"),
      (.activePower, -25_198_592_000, "-25198.592 kW"), (.activePower, 0, "0.0 W"), (.activePower, -50, "-0.1 W"),
      (.energyImport, 12_345_012_500, "12345.013 kWh"), (.energyImport, 950_000, "950.0 Wh"),
      (.reactivePower, 1_234_500, "1.235 kvar"), (.voltageL1, 229_420, "229.420 V"), (.frequency, 49_990, "49.990 Hz"),
      (.stateOfCharge, 987_000, "98.700 %"), (.flowTemperature, -1500, "-1.500 degC"), (.pressure, 123_456, "1.235 bar"),
      (.operatingState, 7, "7"), (.operatingTime, 90, "90.000 s"),
    ] as [(Channel, Int64, String)])
  func rounded(channel: Channel, count: Int64, text: String) {
    #expect(channel.text(of: count) == text)
  }

  @Test(
    "keeps every digit where it is to be read again",
    arguments: [
      (.activePower, 2_399_500, "2.3995 kW"), (.energyImport, 12_345_012_500, "12345.0125 kWh"),
      (.voltageL1, 229_420, "229.42 V"),
      (.voltageL1, 230_000, "230 V"), (.activePower, -1, "-0.001 W"), (.powerFactor, -987_654, "-98.7654 %"),
      (.pressure, 123_456, "1.23456 bar"), (.operatingTime, 90, "90 s"), (.volume, 1_000_001, "1.000001 m3"),
    ] as [(Channel, Int64, String)])
  func exact(channel: Channel, count: Int64, text: String) {
    #expect(channel.exactText(of: count) == text)
  }

  @Test("that keeps every digit means the same number again, for every channel", arguments: Channel.allCases)
  func roundTrip(channel: Channel) throws {
    for count in [0, 1, -1, 999, 999_999, -1_000_000, 1_000_001, 12_345_678_901, Int64.max, -Int64.max] {
      let text = channel.exactText(of: count)
      guard channel.unit != .number else {
        #expect(Int64(text) == count)
        continue
      }
      let parts = text.split(separator: " ")
      let unit = try #require(channel.unit.symbols.first { $0.symbol == parts.last ?? "" })
      #expect(DecimalNumber(parts[0])?.scaled(by: unit.count, over: unit.per) == count, "\(text)")
    }
  }
}
