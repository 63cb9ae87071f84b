import CommunityModel
import Foundation
import MarketTime
import Quantities
import Readings
import TestSupport
import Testing

@testable import Collecting

/// Row T1 to T3 and T7 of the fault catalogue, and figure 8: clocks that jump, stop, start nowhere, and what becomes of readings.
@Suite("Days of troubled clocks", .timeLimit(.minutes(60)))
struct ClockScenarioTests {
  /// How many; longer runs ask for more.
  private static let count = ProcessInfo.processInfo.environment["CLOCK_SCENARIOS"].flatMap(Int.init) ?? 100
  private static let seed = ProcessInfo.processInfo.environment["CLOCK_SEED"].flatMap(UInt64.init) ?? 1

  /// What the scenarios came to.
  private struct Figures {
    var shown = 0
    var lost = 0
    var overwritten = 0
    var days = 0
    var clockChangeDays = 0
    var wrongDays = 0
    var unmarked = 0
    var worstRestamp: Int64 = 0
    var restamped = 0
    var estimated = 0
    var extraPolls = 0
    var problems: [String] = []
  }

  @Test("lose nothing, overwrite nothing, make no day wrong, and are stamped within a second once the time is known")
  func scenarios() async throws {
    var figures = Figures()
    for number in 0..<UInt64(Self.count) {
      let scenario = try #require(ClockScenario(seed: Self.seed &+ number))
      let outcome = try await scenario.run()
      let former = figures.problems.count
      try examine(outcome, of: scenario, &figures)
      for index in former..<figures.problems.count {
        figures.problems[index] = "seed \(Self.seed &+ number): \(figures.problems[index])"
      }
    }
    let problems = figures.problems.prefix(10).joined(separator: "\n")
    #expect(figures.problems.isEmpty, "\(problems)")
    #expect(figures.lost == 0 && figures.overwritten == 0 && figures.wrongDays == 0 && figures.unmarked == 0)
    #expect(figures.worstRestamp <= 1000)
    #expect(figures.restamped > 0 && figures.estimated > 0 && figures.days > Self.count && figures.clockChangeDays > 0)
    tell(figures)
  }

  private func tell(_ figures: Figures) {
    func line(_ name: String, _ ours: String, _ limit: String, _ goal: String, _ isReached: Bool) {
      FaultFigure.tell(name, ours: ours, limit: limit, goal: goal, reached: isReached)
    }
    let all = "of \(figures.shown) acknowledged readings in \(Self.count) clock scenarios"
    line("T1, T2, T3, T7 readings lost \(all)", "\(figures.lost)", "0", "0", figures.lost == 0)
    line("T2 stored readings overwritten \(all)", "\(figures.overwritten)", "0", "0", figures.overwritten == 0)
    line(
      "T4 wrong days of \(figures.days) complete ones, \(figures.clockChangeDays) with a clock change", "\(figures.wrongDays)",
      "0",
      "0",
      figures.wrongDays == 0)
    line(
      "T3 greatest error of \(figures.restamped) readings stamped anew, ms", "\(figures.worstRestamp)", "1000", "1000",
      figures.worstRestamp <= 1000)
    line(
      "T1, T2 wrong stamps that nothing marks (\(figures.estimated) are marked)", "\(figures.unmarked)", "0", "0",
      figures.unmarked == 0)
    line("T7 polls beyond one for each start, stop and setting", "\(figures.extraPolls)", "0", "0", figures.extraPolls == 0)
  }

  // MARK: - The ledger

  private func examine(_ outcome: ClockScenario.Outcome, of scenario: ClockScenario, _ figures: inout Figures) throws {
    let content = try ClockScenario.content(of: outcome.store)
    for snapshot in outcome.snapshots {
      for (key, samples) in snapshot {
        let now = Set(content[key] ?? [])
        figures.overwritten += samples.count { !now.contains($0) }
      }
    }
    if figures.overwritten > 0 { figures.problems.append("\(figures.overwritten) stored readings have changed") }
    let marks = outcome.store.events.filter { $0.kind == .timeEstimated }
    countPolls(outcome, &figures)
    for (unit, point) in ClockScenario.points.enumerated() {
      let key = SeriesKey(point, .energyImport)
      let spans = marks.filter { $0.device == "meter-\(unit)" }.map { $0.time...Timestamp(milliseconds: $0.after ?? 0) }
      let samples = content[key] ?? []
      compare(samples, with: outcome, unit: UInt8(unit), key, marked: spans, scenario, &figures)
      let stored = Set(samples.map(\.value))
      let truths = outcome.state.shown.filter { Int($0.unit) == unit && stored.contains($0.value) }
      examineDays(
        samples, of: scenario, truths: truths.sorted { $0.truth < $1.truth }, marked: spans,
        events: outcome.store.events(of: key), &figures)
    }
  }

  /// Holds every reading that was shown and committed against what is stored.
  private func compare(
    _ samples: [Sample], with outcome: ClockScenario.Outcome, unit: UInt8, _ key: SeriesKey, marked: [ClosedRange<Timestamp>],
    _ scenario: ClockScenario, _ figures: inout Figures
  ) {
    let stamps = Dictionary(grouping: samples, by: \.value).mapValues { $0.map(\.time) }
    let conflicts = Set(outcome.store.conflicts.filter { $0.series == key }.map(\.value))
    let waiting = Set(
      outcome.store.unplaced.compactMap { one -> Int64? in
        if case .reading(let reading) = one.content, reading.series == key { reading.value } else { nil }
      })
    let aside = Set(outcome.store.quarantined.filter { $0.series == key }.compactMap(\.value))
    for shown in outcome.state.shown.prefix(outcome.state.committed) where shown.unit == unit {
      if shown.life < outcome.state.life, !outcome.isAcknowledged(shown) { continue }
      figures.shown += 1
      guard let times = stamps[shown.value] else {
        guard !conflicts.contains(shown.value), !waiting.contains(shown.value), !aside.contains(shown.value) else { continue }
        figures.lost += 1
        figures.problems.append("lost \(key) \(shown.value), read \(Timestamp(milliseconds: shown.truth))")
        continue
      }
      let error = times.map { abs($0.milliseconds - shown.truth) }.min() ?? .max
      let isMarked = times.contains { time in marked.contains { $0.contains(time) } }
      if isMarked {
        figures.estimated += 1
      } else if !shown.isTrusted {
        figures.restamped += 1
        figures.worstRestamp = max(figures.worstRestamp, error)
      } else if error > scenario.tolerance {
        figures.unmarked += 1
        figures.problems.append("\(key) read \(Timestamp(milliseconds: shown.truth)) is stamped \(times), off by \(error) ms")
      }
    }
  }

  /// Adds up every day that is read from beginning to end and holds no estimated stamp, and holds it against what the meter had shown
  /// at its true ends, or as near to them as it was asked.
  private func examineDays(
    _ samples: [Sample], of scenario: ClockScenario, truths: [SimulatedMachine.Shown], marked: [ClosedRange<Timestamp>],
    events: [MeterEvent], _ figures: inout Figures
  ) {
    for day in scenario.days {
      let quarters = scenario.calendar.quarterHours(of: day)
      let (begin, end) = (quarters.lowerBound.start, quarters.upperBound.start)
      if marked.contains(where: { $0.overlaps(begin - .seconds(1800)...end + .seconds(1800)) }) { continue }
      let energies = IntervalMeter().energies(from: samples, over: quarters, events: events).values
      guard energies.allSatisfy({ $0.quality == .measured }) else { continue }
      let total = energies.compactMap(\.energy).reduce(.zero, +).count
      guard let first = Self.count(at: begin.milliseconds, in: truths), let last = Self.count(at: end.milliseconds, in: truths)
      else { continue }
      let truth = last - first
      // At 9 kW, 2.5 mWh in a millisecond, at either end.
      figures.days += 1
      if quarters.count != 96 { figures.clockChangeDays += 1 }
      if abs(total - truth) > 5 * scenario.tolerance {
        figures.wrongDays += 1
        figures.problems.append("\(day) in \(scenario.calendar.timeZone) counts \(total) instead of \(truth) mWh")
      }
    }
  }

  /// What the meter had shown at `instant`, on the straight line between the two answers around it.
  private static func count(at instant: Int64, in truths: [SimulatedMachine.Shown]) -> Int64? {
    guard let behind = truths.firstIndex(where: { $0.truth >= instant }), behind > 0 else { return nil }
    let (before, after) = (truths[behind - 1], truths[behind])
    return before.value + (after.value - before.value) * (instant - before.truth) / max(1, after.truth - before.truth)
  }

  /// In each life no more polls than its time has intervals, and one for the start and each stop, sleep and setting of the clock.
  private func countPolls(_ outcome: ClockScenario.Outcome, _ figures: inout Figures) {
    for (_, polls) in Dictionary(grouping: outcome.state.shown, by: { [$0.life, Int($0.unit)] }) {
      guard let first = polls.first, let last = polls.last else { continue }
      let regular = (last.truth - first.truth) / ClockScenario.interval + 1
      let extra = Int64(polls.count) - regular - 1 - Int64(outcome.state.wakes)
      figures.extraPolls += Int(max(0, extra))
      if extra > 0 { figures.problems.append("\(polls.count) polls in the time of \(regular)") }
    }
  }
}

extension ClockScenario.Outcome {
  /// Whether `shown` was committed before its life ended.
  func isAcknowledged(_ shown: SimulatedMachine.Shown) -> Bool {
    guard let end = acknowledged[shown.life] else { return false }
    return shown.truth <= end
  }
}

extension ClockScenario {
  /// How far a stamp may be from the truth, ms: a second, what a battery clock was off, and the crystal's drift over the days.
  var tolerance: Int64 {
    let length = calendar.start(of: days.upperBound) - calendar.start(of: days.lowerBound)
    return 1000 + batteryError + max(abs(firstBattery ?? 0), 0) + abs(drift) * length.milliseconds / 1_000_000
  }
}
