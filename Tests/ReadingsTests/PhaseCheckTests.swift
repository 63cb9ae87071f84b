import MarketTime
import Readings
import TestSupport
import Testing

@Suite("Current transformers of a three-phase meter")
struct PhaseCheckTests {
  private static let seeds: [UInt64] = Array(1...8)
  private static let wrong = PhaseWiring.all.filter { $0 != .right }

  /// The other way round of three transformers that were moved on; nil for any other order.
  private static func twin(of wiring: PhaseWiring) -> PhaseWiring? {
    guard wiring.conductors.enumerated().allSatisfy({ $0.offset != $0.element }) else { return nil }
    let other = (0..<3).map { 3 - $0 - wiring.conductors[$0] }
    return PhaseWiring(conductors: other, reversed: wiring.reversed)
  }

  @Test(
    "every order and every turned transformer is found within an hour, by day and by night, and none is taken for another",
    arguments: [true, false])
  func everyWiring(byDay: Bool) throws {
    var (found, first, likeliest) = (0, 0, 0)
    var missed: [PhaseWiring: Int] = [:]
    for seed in Self.seeds {
      for wiring in Self.wrong {
        var generator = SeededGenerator(seed: seed)
        let sunPhase = [nil, 0, 1, 2][Int(seed) % 4]
        let hour = ThreePhaseHour(.init(sunPhase: sunPhase, hasSun: byDay), &generator)
        let finding = PhaseCheck().finding(of: try #require(hour.shown(wiring)), among: hour.surroundings)
        guard let finding else {
          missed[wiring, default: 0] += 1
          continue
        }
        let expected = Set([wiring] + [Self.twin(of: wiring)].compactMap { $0 })
        #expect(Set(finding.wirings) == expected || finding.wirings == [wiring], "seed \(seed): \(wiring)")
        found += 1
        if finding.wirings.count > 1 {
          first += 1
          if finding.wirings.first == wiring { likeliest += 1 }
        }
      }
    }
    let all = Self.seeds.count * Self.wrong.count
    print("wrong transformers found within 1 h \(byDay ? "by day" : "by night") | \(found) of \(all), missed \(missed)")
    print("moved on by one, the right direction told first | \(likeliest) of \(first)")
    // Three turned transformers that were also moved on may look like a bad power factor.
    #expect(found * 100 >= all * 98)
    #expect(missed.values.allSatisfy { $0 * 2 < Self.seeds.count }, "each is found in most hours")
    // By night, with little to tell them apart, the less likely direction may come first; both are told.
    #expect(byDay ? likeliest == first : likeliest * 100 >= first * 80)
  }

  @Test("nothing is found where nothing is wrong, whatever runs there: motors, cars, capacitors, empty phases, sun on one phase")
  func noFalseAlarm() throws {
    var alarms = 0
    let hours = 500
    for seed in 1...UInt64(hours) {
      var generator = SeededGenerator(seed: 1000 + seed)
      let kind = ThreePhaseHour.Kind(
        sunPhase: generator.pick([nil, 0, 1, 2]), hasSun: Bool.random(using: &generator),
        hasMotor: Bool.random(using: &generator),
        hasCar: Bool.random(using: &generator), isPlain: false)
      let hour = ThreePhaseHour(kind, &generator)
      let readings = try #require(hour.shown(showsReactive: Bool.random(using: &generator)))
      if let finding = PhaseCheck().finding(of: readings, among: hour.surroundings) {
        alarms += 1
        print("seed \(seed): \(kind) taken for \(finding)")
      }
    }
    print("false alarms at transformers that are right | \(alarms) of \(hours) hours")
    #expect(alarms == 0)
  }

  @Test("swapped transformers of a load are found by voltage and current, without reactive power")
  func alone() throws {
    var generator = SeededGenerator(seed: 7)
    let hour = ThreePhaseHour(.init(hasSun: false), &generator)
    let wiring = PhaseWiring(conductors: [1, 0, 2], reversed: [false, false, false])
    let finding = PhaseCheck().finding(of: try #require(hour.shown(wiring, showsReactive: false)))
    #expect(finding?.wirings == [wiring])
    #expect(finding?.wirings.first?.remedy == "swap the current transformers of L1 and L2")
    let turned = PhaseWiring(conductors: [0, 1, 2], reversed: [false, true, false])
    #expect(PhaseCheck().finding(of: try #require(hour.shown(turned)))?.wirings == [turned])
    #expect(turned.remedy == "turn the current transformer on L2")
  }

  @Test("a household with 2 kW on each phase and L1 and L2 swapped shows minus 1 kW on both, as worked out by hand")
  func byHand() throws {
    // cos(120 degrees) is -1/2: 2000 W of pure resistance are -1000 W and 1732 var beside the wrong voltage.
    let reactive: [Channel: Int64] = [.reactivePowerL1: 1732, .reactivePowerL2: -1732, .reactivePowerL3: 0]
    let power: [Channel: Int64] = [.activePowerL1: -1000, .activePowerL2: -1000, .activePowerL3: 2000]
    let samples = power.merging(reactive) { first, _ in first }.mapValues { value in
      (Int64(0)..<20).map { sample($0 * 10, value * 1000) }
    }
    let finding = PhaseCheck().finding(of: try #require(PhaseReadings(samples)))
    #expect(finding?.wirings == [PhaseWiring(conductors: [1, 0, 2], reversed: [false, false, false])])
  }

  @Test("a single-phase plant is seen on the phase that moves with it, also where that transformer is turned")
  func order() throws {
    for phase in 0..<3 {
      var generator = SeededGenerator(seed: 20 + UInt64(phase))
      let hour = ThreePhaseHour(.init(sunPhase: phase), &generator)
      #expect(PhaseOrder(try #require(hour.shown())).finding(of: hour.plant)?.place == .phase(phase))
      let turned = PhaseWiring(conductors: [0, 1, 2], reversed: (0..<3).map { $0 == phase })
      #expect(PhaseOrder(try #require(hour.shown(turned))).finding(of: hour.plant)?.place == .reversed(phase))
    }
    var generator = SeededGenerator(seed: 30)
    let hour = ThreePhaseHour(.init(), &generator)
    #expect(PhaseOrder(try #require(hour.shown())).finding(of: hour.plant)?.place == .allPhases)
    let still = (Int64(0)..<360).map { sample($0 * 10, 1_000_000) }
    #expect(PhaseOrder(try #require(hour.shown())).finding(of: still) == nil)
  }
}
