import DeviceProfiles
import Quantities
import Readings
import Testing

@testable import Diagnosing

@Suite("The line that turns a sign")
struct CorrectionsTests {
  private func profile(_ field: RegisterField) -> DeviceProfile {
    DeviceProfile(maker: "test", model: "test", kind: .hybridInverter, registers: [field])
  }

  @Test("exchanges the codes of a direction that stands in another register")
  func direction() {
    let field = RegisterField(
      part: .battery, channel: .activePower, table: .input, address: 13021, type: .s16, unit: UnitOfMeasure("W", 1000),
      direction: DirectionRegister(table: .input, address: 13000, bits: 1...2, codes: [1: .charge, 2: .discharge], idle: [0]))
    #expect(
      Corrections.turned(.battery, of: profile(field)) == [
        "- {part: battery, channel: active_power, table: input, address: 13021, type: s16, unit: W, "
          + "direction: {address: 13000, bits: 1-2, charge: [2], discharge: [1], idle: [0]}}"
      ])
  }

  @Test("turns 'positive', and keeps scale and offset")
  func positive() {
    let field = RegisterField(
      channel: .activePower, table: .holding, address: 7, type: .u16, scale: DecimalNumber("0.1"), offset: DecimalNumber("-100"),
      unit: UnitOfMeasure("kW", 1_000_000), positive: .production)
    #expect(
      Corrections.turned(.main, of: profile(field)) == [
        "- {channel: active_power, table: holding, address: 7, type: u16, scale: 0.1, offset: -100, unit: kW, positive: consumption}"
      ])
  }
}
