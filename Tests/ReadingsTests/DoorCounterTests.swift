import CommunityModel
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

/// Rows V2 to V5 of the fault catalogue at the door, one by one; `DoorLedgerTests` has them at random.
@Suite("A counter at the door")
struct DoorCounterTests {
  private func door(modulus: Int64? = nil, rated: Int64? = fifteenKilowatts) -> TestedDoor {
    TestedDoor([meterImport: SeriesLimits(.energyImport, ratedPower: rated, resolution: 10_000, modulus: modulus)])
  }

  /// Shows the values 10 s apart.
  private func shown(_ values: [Int64], modulus: Int64? = nil, rated: Int64? = fifteenKilowatts) -> TestedDoor {
    var door = door(modulus: modulus, rated: rated)
    for (poll, value) in values.enumerated() { door.show(Int64(poll) * 10, [(meterImport, value)]) }
    return door
  }

  @Test("that grows is let through as it is")
  func healthy() {
    let door = shown([5_000_000, 5_010_000, 5_010_000, 5_050_000])
    #expect(door.accepted.map(\.value) == [5_000_000, 5_010_000, 5_010_000, 5_050_000])
    #expect(door.quarantined.isEmpty && door.events.isEmpty)
  }

  @Test("that shows zero for a while is held, and goes on where it was", arguments: [1, 2, 3, 4, 100])
  func transientZero(_ zeros: Int) {
    let door = shown([5_000_000] + Array(repeating: 0, count: zeros) + [5_010_000, 5_020_000])
    #expect(door.accepted.map(\.value) == [5_000_000, 5_010_000, 5_020_000])
    #expect(door.quarantined.map(\.value) == Array(repeating: 0, count: zeros))
    #expect(door.quarantined.allSatisfy { $0.reason == .drop })
    // One line a day, not one a zero.
    #expect(door.events.map(\.kind) == [.quarantined(.drop)])
  }

  @Test("that falls a little and comes back leaves no trace")
  func smallBackwardJump() {
    let door = shown([5_000_000, 4_990_000, 4_990_000, 4_990_000, 5_000_000, 5_010_000])
    #expect(door.accepted.map(\.value) == [5_000_000, 5_000_000, 5_010_000])
    #expect(door.turns.isEmpty)
  }

  @Test("that shows an old count after an outage and leaps is told, where more came at once than can flow in a quarter hour")
  func catchUp() {
    // 14.4 kW is 40 Wh in 10 s. No answer from 600 s on; from 1500 s to 1540 s it shows 10 Wh more than at 590 s, then the truth.
    var door = door()
    for poll in Array(0..<60) + Array(150...180) {
      let value: Int64 = (150..<155).contains(poll) ? 2_370_000 : Int64(poll) * 40_000
      door.show(Int64(poll) * 10, [(meterImport, value)])
    }
    let event = MeterEvent(
      device: "meter", series: meterImport, at: at(1550), .caughtUp, before: 960_000, after: 6_200_000)
    #expect(door.events == [event] && door.quarantined.isEmpty)
    // Between 590 s and 1550 s it is 14.4 kW as well: 3.6 kWh a quarter hour. Without the event it were 4.84 kWh in the second.
    let energies = IntervalMeter().energies(from: door.samples(of: meterImport), over: span(2), events: door.events)
    #expect(energies.values.map(\.energy?.count) == [3_600_000, 3_600_000])
  }

  @Test("that is brought up to date every five minutes only is not told to have caught up")
  func slowCounter() {
    // 7.2 kW is 20 Wh in 10 s.
    let door = shown((0...360).map { Int64($0 / 30 * 30) * 20_000 })
    #expect(door.events.isEmpty)
  }

  @Test("that was reset is found at the third reading, and nothing of the new count is lost")
  func reset() {
    var door = shown([5_000_000, 5_010_000, 0, 20_000])
    #expect(door.accepted.map(\.value) == [5_000_000, 5_010_000])
    #expect(door.door.state.held == 2)
    door.show(40, [(meterImport, 40_000)])
    #expect(door.samples(of: meterImport).map(\.value) == [5_000_000, 5_010_000, 0, 20_000, 40_000])
    #expect(door.samples(of: meterImport).map(\.time) == [at(0), at(10), at(20), at(30), at(40)])
    #expect(
      door.events == [MeterEvent(device: "meter", series: meterImport, at: at(20), .reset, before: 5_010_000, after: 0)])
    #expect(door.quarantined.isEmpty && door.door.state.held == 0)
  }

  @Test("that was reset and stands still is let through late, with its own times, once it moves")
  func quietReset() {
    let door = shown([5_000_000] + Array(repeating: 0, count: 50) + [10_000, 20_000])
    #expect(door.accepted.count == 53)
    #expect(door.turns.map(\.kind) == [.reset])
    #expect(door.turns.first?.time == at(10))
  }

  @Test("that stands at all bits set for a whole night is never believed, growing or not")
  func allBitsSet() {
    // 0xFFFFFFFF Wh; 3000 polls are eight hours.
    let door = shown([5_000_000] + Array(repeating: 4_294_967_295_000, count: 3000) + [5_010_000])
    #expect(door.accepted.map(\.value) == [5_000_000, 5_010_000])
    #expect(door.turns.isEmpty)
  }

  @Test("that rolls over goes on without loss; beside it what is no rollover")
  func rollover() {
    // 16 bits of 0.1 kWh: 6553.6 kWh.
    let modulus: Int64 = 6_553_600_000
    let rolled = shown([6_553_580_000, 6_553_590_000, 0, 10_000, 30_000], modulus: modulus)
    #expect(rolled.turns.map(\.kind) == [.rollover(modulus: modulus)])
    #expect(rolled.accepted.count == 5)
    // 3 kWh below the modulus, 15 kW cannot get there in 10 s.
    let reset = shown([6_550_600_000, 0, 10_000, 30_000], modulus: modulus)
    #expect(reset.turns.map(\.kind) == [.reset])
    // A zero just before the modulus is a zero.
    let glitch = shown([6_553_580_000, 0, 0, 6_553_590_000], modulus: modulus)
    #expect(glitch.turns.isEmpty)
    #expect(glitch.accepted.map(\.value) == [6_553_580_000, 6_553_590_000])
  }

  @Test("that goes on far higher is another count, not energy")
  func jump() {
    let door = shown([5_000_000, 800_000_000, 800_010_000, 800_020_000])
    #expect(door.turns.map(\.kind) == [.jump])
    #expect(door.turns.first?.before == 5_000_000)
    let energies = IntervalMeter().energies(from: door.samples(of: meterImport), over: span(1), events: door.events)
    #expect(energies.values == [.missing])
  }

  @Test("of another device begins anew at once, higher or lower", arguments: [900_000_000, 5_000_010, 17] as [Int64])
  func exchange(_ start: Int64) {
    var door = shown([5_000_000, 5_010_000])
    #expect(door.door.exchange().isEmpty)
    for poll in 2...4 { door.show(Int64(poll) * 10, [(meterImport, start + Int64(poll) * 10_000)]) }
    #expect(door.accepted.count == 5)
    #expect(door.turns.map(\.kind) == [.exchange])
    #expect(door.turns.first?.time == at(20))
  }

  @Test("goes on from the last stored reading after a restart")
  func resumed() {
    var door = door()
    door.door.resume(from: Reading(meterImport, at: at(-3600), value: 5_000_000), age: .seconds(3600), at: .zero)
    // In an hour at 15 kW: up to 22.5 kWh.
    door.show(0, [(meterImport, 0)])
    #expect(door.accepted.isEmpty)
    door.show(10, [(meterImport, 27_000_000)])
    #expect(door.accepted.map(\.value) == [27_000_000])
    #expect(door.quarantined.map(\.value) == [0])
  }

  @Test("without a known rated power is still held below 15 MW")
  func unknownRating() {
    // 10 s at 15 MW are 41.7 kWh; evcc's case was 53.7 MWh at once.
    let door = shown([0, 53_700_000_000, 53_700_000_000, 10_000], rated: nil)
    #expect(door.accepted.map(\.value) == [0, 10_000])
    #expect(door.quarantined.allSatisfy { $0.reason == .growth })
  }

  @Test("read rarely by its device is not taken for one that leaps")
  func slowRefresh() {
    // 15 kW, shown once a minute: 250 Wh at a time.
    let values = (0..<60).map { Int64($0 / 6) * 250_000 }
    #expect(shown(values).accepted.map(\.value) == values)
  }
}
