import Foundation
import MarketTime
import Readings
import TestSupport

/// The true flows of a three-phase site over an hour, every 10 s, drawn at random, and what a meter at its connection shows of them
/// with its current transformers anywhere: by complex powers in floating point, not by the code under test.
struct ThreePhaseHour {
  /// Complex powers of each phase's load, W and var.
  private(set) var loads: [[(power: Double, reactive: Double)]] = []
  /// What the plant feeds into each phase, W.
  private(set) var sun: [[Double]] = []
  /// Voltages, V.
  private(set) var voltages: [[Double]] = []
  /// Whether there is a plant.
  let hasSun: Bool

  /// What stands at the site.
  struct Kind {
    /// The phase of a single-phase plant, nil for one on all three.
    var sunPhase: Int?
    var hasSun = true
    /// A motor on all phases with a bad power factor, such as an old heat pump or a saw.
    var hasMotor = false
    /// A car that charges, unmetered: on all phases, or on the first.
    var hasCar = false
    /// Whether the loads are resistive and every phase has some; else a phase may be as good as empty.
    var isPlain = true
  }

  init(_ kind: Kind, _ generator: inout SeededGenerator) {
    hasSun = kind.hasSun
    var base = (0..<3).map { _ in Double.random(in: kind.isPlain ? 500...1500 : 5...900, using: &generator) }
    let factor = (0..<3).map { _ in Double.random(in: kind.isPlain ? 0...0.3 : -0.2...0.6, using: &generator) }
    let idle = kind.isPlain ? 0 : Double.random(in: -60...0, using: &generator)
    let motor = Double.random(in: 800...3000, using: &generator)
    let isCarThreePhase = Bool.random(using: &generator)
    var extra = [0.0, 0, 0]
    var share = 0.7
    var (runs, charges) = (false, false)
    for step in 0..<360 {
      if step % 30 == 0 {
        extra = (0..<3).map { _ in Bool.random(using: &generator) ? Double.random(in: 0...1500, using: &generator) : 0 }
      }
      if step % 12 == 0 { share = Double.random(in: 0.15...1, using: &generator) }
      if step % 40 == 0 { (runs, charges) = (Bool.random(using: &generator), Bool.random(using: &generator)) }
      for phase in 0..<3 {
        base[phase] = min(max(base[phase] + Double.random(in: -20...20, using: &generator), kind.isPlain ? 400 : 0), 2000)
      }
      voltages.append((0..<3).map { _ in Double.random(in: 226...236, using: &generator) })
      loads.append(
        (0..<3).map { phase in
          var load = (power: base[phase] + extra[phase], reactive: base[phase] * factor[phase] + idle)
          if kind.hasMotor, runs { load = (load.power + motor, load.reactive + motor) }
          if kind.hasCar, charges, isCarThreePhase || phase == 0 { load = (load.power + 3600, load.reactive - 100) }
          return load
        })
      let power = kind.hasSun ? 6000 * share : 0
      sun.append((0..<3).map { kind.sunPhase == nil ? power / 3 : $0 == kind.sunPhase ? power : 0 })
    }
  }

  /// What the meter shows with its transformers on `wiring`: channel k multiplies the voltage of k with another conductor's current.
  func shown(_ wiring: PhaseWiring = .right, showsReactive: Bool = true) -> PhaseReadings? {
    var samples: [Channel: [Sample]] = [:]
    func add(_ channel: Channel, _ step: Int, _ value: Double) {
      samples[channel, default: []].append(sample(Int64(step) * 10, Int64((value * 1000).rounded())))
    }
    for step in loads.indices {
      var total = 0.0
      for channel in 0..<3 {
        let conductor = wiring.conductors[channel]
        let (power, reactive) = (loads[step][conductor].power - sun[step][conductor], loads[step][conductor].reactive)
        let angle = (Double(conductor) - Double(channel)) * 2 * Double.pi / 3
        let ratio = voltages[step][channel] / voltages[step][conductor] * (wiring.reversed[channel] ? -1 : 1)
        let seen = ratio * (power * cos(angle) - reactive * sin(angle))
        let seenReactive = ratio * (power * sin(angle) + reactive * cos(angle))
        let apparent = (seen * seen + seenReactive * seenReactive).squareRoot()
        total += seen
        add([.activePowerL1, .activePowerL2, .activePowerL3][channel], step, seen)
        add([.voltageL1, .voltageL2, .voltageL3][channel], step, voltages[step][channel])
        add([.currentL1, .currentL2, .currentL3][channel], step, apparent / voltages[step][channel])
        if showsReactive { add([.reactivePowerL1, .reactivePowerL2, .reactivePowerL3][channel], step, seenReactive) }
      }
      add(.activePower, step, total)
    }
    return PhaseReadings(samples)
  }

  /// The plant's own meter, read 2 s before the connection's; mW, negative while it makes power.
  var plant: [Sample] {
    sun.indices.map { sample(Int64($0) * 10 - 2, -Int64(sun[$0].reduce(0, +) * 1000)) }
  }

  /// What is known of the site.
  var surroundings: PhaseCheck.Surroundings {
    PhaseCheck.Surroundings(others: hasSun ? [plant] : [], isConnection: true)
  }
}
