import MarketTime
import Readings
import TestSupport
import Testing

@Suite("Three phases beside each other")
struct PhaseDoubtTests {
  private static let names: [[Channel]] = [
    [.activePowerL1, .activePowerL2, .activePowerL3], [.voltageL1, .voltageL2, .voltageL3], [.currentL1, .currentL2, .currentL3],
    [.apparentPowerL1, .apparentPowerL2, .apparentPowerL3],
  ]

  /// Twenty polls of the same values: powers in W, voltages in V, currents in mA.
  private func meter(
    _ power: [Int64], total: Int64? = nil, volts: [Int64] = [230, 231, 229], milliamperes: [Int64]? = nil, neutral: Int64? = nil
  ) throws -> PhaseReadings {
    let currents = milliamperes ?? zip(power, volts).map { abs($0) * 1000 / $1 }
    let rows: [[Int64]] = [power.map { $0 * 1000 }, volts.map { $0 * 1000 }, currents, power.map { abs($0) * 1000 }]
    var values: [Channel: Int64] = [:]
    for (channels, row) in zip(Self.names, rows) { for (channel, value) in zip(channels, row) { values[channel] = value } }
    values[.activePower] = total.map { $0 * 1000 }
    values[.currentNeutral] = neutral
    return try #require(PhaseReadings(values.mapValues { value in (Int64(0)..<20).map { sample($0 * 10, value) } }))
  }

  @Test("agree where the total is their sum and each has its own current")
  func right() throws {
    #expect(PhaseDoubt.all(of: try meter([1000, -400, 300], total: 900, neutral: 3000)).isEmpty)
  }

  @Test("a total with the opposite sign, without signs, or of something else is told apart")
  func totals() throws {
    #expect(PhaseDoubt.all(of: try meter([1000, -400, 300], total: -900)) == [.totalTurned])
    #expect(PhaseDoubt.all(of: try meter([1000, -400, 300], total: 1700)) == [.totalIgnoresSigns])
    #expect(PhaseDoubt.all(of: try meter([1000, -400, 300], total: 400)) == [.totalDiffers(500)])
  }

  @Test(
    "currents of other phases are found by voltage times current",
    arguments: [[1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]])
  func mixedUp(_ order: [Int]) throws {
    let own: [Int64] = [4348, 1732, 1310]
    // What phase k shows is the current of phase order[k]; told is where each phase's own current is found.
    let told = (0..<3).map { phase in order.firstIndex(of: phase) ?? 0 }
    #expect(PhaseDoubt.all(of: try meter([1000, 400, 300], milliamperes: order.map { own[$0] })) == [.currentsMixedUp(told)])
  }

  @Test("missing voltage, voltage outside its limits, an interrupted neutral and an idle phase are named")
  func voltages() throws {
    #expect(PhaseDoubt.all(of: try meter([1000, 400, 0], volts: [230, 230, 2])) == [.voltageMissing(2)])
    #expect(
      PhaseDoubt.all(of: try meter([1000, 400, 300], volts: [230, 231, 256]))
        == [.voltageOutside(2, least: 256_000, greatest: 256_000)])
    #expect(PhaseDoubt.all(of: try meter([1000, 400, 300], volts: [190, 231, 262])) == [.neutralInterrupted])
    #expect(PhaseDoubt.all(of: try meter([1000, 0, 300])) == [.noCurrent(1)])
    #expect(PhaseDoubt.all(of: try meter([1000, 400, 300], neutral: 20_000)) == [.neutralImpossible])
  }
}

@Suite("The sign of a power")
struct SignCheckTests {
  /// Readings each 10 s for an hour.
  private func hour(_ value: (Int64) -> Int64) -> [Sample] { (Int64(0)..<360).map { sample($0 * 10, value($0)) } }

  @Test("of a plant is wrong where it uses power all hour; a few watts at night say nothing")
  func generation() {
    #expect(SignCheck.generation(hour { _ in 3_000_000 }) == .opposite)
    #expect(SignCheck.generation(hour { _ in -3_000_000 }) == .agrees)
    #expect(SignCheck.generation(hour { _ in 12_000 }) == nil)
  }

  @Test("is held against the counter that grows")
  func counters() {
    // 3.6 kW are 10 Wh in 10 s.
    let growing = hour { $0 * 10_000 }
    let still = hour { _ in 5_000_000 }
    #expect(SignCheck.counters(hour { _ in 3_600_000 }, import: growing, export: still) == .agrees)
    #expect(SignCheck.counters(hour { _ in 3_600_000 }, import: still, export: growing) == .opposite)
    #expect(SignCheck.counters(hour { _ in -3_600_000 }, import: growing, export: still) == .opposite)
    #expect(SignCheck.counters(hour { _ in 3_600_000 }, import: growing, export: []) == nil)
    #expect(SignCheck.counters(hour { _ in 5000 }, import: still, export: still) == nil)
  }

  @Test("of a battery is held against its state of charge")
  func battery() {
    // 5 kW into 10 kWh for an hour: one percent each 72 s.
    let rising = hour { 200_000 + $0 * 10 / 72 * 10_000 }
    let falling = hour { 900_000 - $0 * 10 / 72 * 10_000 }
    #expect(SignCheck.battery(hour { _ in 5_000_000 }, stateOfCharge: rising) == .agrees)
    #expect(SignCheck.battery(hour { _ in -5_000_000 }, stateOfCharge: falling) == .agrees)
    #expect(SignCheck.battery(hour { _ in 5_000_000 }, stateOfCharge: falling) == .opposite)
    #expect(SignCheck.battery(hour { _ in 5_000_000 }, stateOfCharge: hour { _ in 500_000 }) == nil)
  }
}
