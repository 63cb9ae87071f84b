import CommunityModel
import MarketTime
import Readings
import TestSupport

/// The counter of these tests.
let meterImport = SeriesKey("M1", .energyImport)

/// 15 kW, counted in steps of 10 Wh, so that 15 kW for 10 s is 41.7 Wh or four steps.
let fifteenKilowatts: Int64 = 15_000_000

/// A door for the counter, and what went through it.
struct TestedDoor {
  var door: Door
  var accepted: [Reading] = []
  var quarantined: [Quarantined] = []
  var events: [MeterEvent] = []

  init(_ limits: [SeriesKey: SeriesLimits], every interval: Duration = .seconds(10)) {
    door = Door(device: "meter", limits: limits, interval: interval, at: .zero)
  }

  /// Shows the door `values` so many seconds after ten.
  @discardableResult
  mutating func show(_ second: Int64, _ values: [(SeriesKey, Int64)]) -> Door.Outcome {
    let outcome = door.judge(values.map { Reading($0.0, at: at(second), value: $0.1) }, at: .seconds(second))
    accepted += outcome.accepted
    quarantined += outcome.quarantined
    events += outcome.events
    return outcome
  }

  /// What was let through of a series, in order of time.
  func samples(of key: SeriesKey) -> [Sample] {
    accepted.filter { $0.series == key }.sorted { $0.time < $1.time }.map { Sample(at: $0.time, value: $0.value) }
  }

  /// The events of counters.
  var turns: [MeterEvent] {
    events.filter { event in
      if case .quarantined = event.kind { false } else { event.series != nil }
    }
  }
}

/// Prints a figure as the project's reports have them.
func tell(figure name: String, _ ours: String, peer: String = "-", goal: String, reached: Bool) {
  print("\(name) | \(ours) | \(peer) | - | \(goal) | \(reached ? "reached" : "short")")
}
