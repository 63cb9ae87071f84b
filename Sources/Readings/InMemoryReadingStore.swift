public import MarketTime
import Synchronization

/// Readings in memory, for tests and rehearsals: the same promises as a file, short of surviving the process.
public final class InMemoryReadingStore: ReadingStore {
  private let series = Mutex<[SeriesKey: [Sample]]>([:])
  private let journal = Mutex<(events: [MeterEvent], quarantined: [Quarantined])>(([], []))
  private let times = Mutex(Times())
  private let refused = Mutex<[Reading]>([])
  private let gapLimit: Duration

  /// An empty store; spells longer than `gapLimit` count as gaps in the inventory.
  public init(gapLimit: Duration = .seconds(900)) { self.gapLimit = gapLimit }

  /// See `ReadingStore`.
  @discardableResult
  public func append(_ readings: [Reading]) -> AppendOutcome {
    let (outcome, conflicting) = series.withLock { series in
      var outcome = AppendOutcome()
      var conflicting: [Reading] = []
      for reading in readings {
        let samples = series[reading.series, default: []]
        let position = samples.partitioningIndex { $0.time >= reading.time }
        if position < samples.count, samples[position].time == reading.time {
          if samples[position].value == reading.value {
            outcome.repeated += 1
          } else {
            outcome.conflicting += 1
            conflicting.append(reading)
          }
        } else {
          series[reading.series, default: []].insert(Sample(at: reading.time, value: reading.value), at: position)
          outcome.added += 1
        }
      }
      return (outcome, conflicting)
    }
    if !conflicting.isEmpty { refused.withLock { $0 += conflicting } }
    return outcome
  }

  /// The readings that came a second time with another value, as they came.
  public var conflicts: [Reading] { refused.withLock { $0 } }

  /// See `ReadingStore`.
  public func samples(of key: SeriesKey, in span: Range<Timestamp>) -> [Sample] {
    series.withLock { series in
      let samples = series[key] ?? []
      let from = samples.partitioningIndex { $0.time >= span.lowerBound }
      let until = samples.partitioningIndex { $0.time >= span.upperBound }
      return Array(samples[max(0, from - 1)..<min(samples.count, until + 1)])
    }
  }

  /// See `ReadingStore`.
  public func latest(asOf time: Timestamp) -> [SeriesKey: Sample] {
    series.withLock { series in
      series.compactMapValues { samples in samples.last { $0.time <= time } }
    }
  }

  /// See `ReadingStore`.
  public func inventory() -> [SeriesSummary] {
    series.withLock { series in
      series.sorted { $0.key < $1.key }.compactMap { key, samples in
        guard let first = samples.first, let last = samples.last else { return nil }
        let spells = zip(samples, samples.dropFirst()).map { $1.time - $0.time }.filter { $0 > gapLimit }
        return SeriesSummary(
          series: key, first: first.time, last: last.time, count: samples.count, gaps: spells.count,
          longestGap: spells.max() ?? .zero)
      }
    }
  }
}

extension InMemoryReadingStore: MeterJournal {
  /// See `MeterJournal`; nothing is bounded.
  public func keep(_ events: [MeterEvent], _ quarantined: [Quarantined]) {
    journal.withLock { journal in
      for event in events where !journal.events.contains(event) { journal.events.append(event) }
      journal.quarantined += quarantined
    }
  }

  /// See `MeterJournal`.
  public func events(of series: SeriesKey) -> [MeterEvent] { events.filter { $0.series == series } }

  /// All events, in order of time.
  public var events: [MeterEvent] { journal.withLock { journal in journal.events.sorted { $0.time < $1.time } } }

  /// All values put aside, as they came.
  public var quarantined: [Quarantined] { journal.withLock(\.quarantined) }
}

extension InMemoryReadingStore: TimeJournal {
  private struct Times {
    var boots: [String: BootRecord] = [:]
    var unplaced: [String: [Unplaced]] = [:]
  }

  /// See `TimeJournal`.
  public func boot(_ name: String) -> BootRecord? { times.withLock { $0.boots[name] } }

  /// See `TimeJournal`.
  public func remember(_ boot: BootRecord) { times.withLock { $0.boots[boot.name] = boot } }

  /// See `TimeJournal`.
  public func keep(_ unplaced: [Unplaced], in boot: BootRecord) {
    times.withLock { times in
      times.boots[boot.name] = boot
      times.unplaced[boot.name, default: []] += unplaced
    }
  }

  /// See `TimeJournal`.
  @discardableResult
  public func place(_ boot: BootRecord) -> AppendOutcome {
    remember(boot)
    return place(times.withLock { $0.unplaced.removeValue(forKey: boot.name) ?? [] }.map { $0.placed(in: boot) })
  }

  /// See `TimeJournal`.
  public func placeLeftovers(besides boot: String) -> [MeterEvent] {
    let left = times.withLock { times in
      let left = times.unplaced.filter { $0.key != boot }
      times.unplaced = times.unplaced.filter { $0.key == boot }
      return left.compactMap { name, unplaced in times.boots[name].map { ($0, unplaced) } }
    }
    var estimated: [(String, Unplaced.Content)] = []
    for (record, unplaced) in left {
      let placed = unplaced.map { ($0.device, $0.placed(in: record)) }
      place(placed.map(\.1))
      if !record.source.isTrusted { estimated += placed }
    }
    let events = [MeterEvent](estimating: estimated)
    keep(events, [])
    return events
  }

  @discardableResult
  private func place(_ contents: [Unplaced.Content]) -> AppendOutcome {
    var readings: [Reading] = []
    for content in contents {
      switch content {
      case .reading(let reading): readings.append(reading)
      case .event(let event): keep([event], [])
      case .quarantined(let value): keep([], [value])
      }
    }
    return append(readings)
  }

  /// See `TimeJournal`.
  public func lastTime(before limit: Timestamp) -> Timestamp? {
    series.withLock { $0.values.compactMap { $0.last { $0.time < limit }?.time }.max() }
  }

  /// See `TimeJournal`.
  public func readings(after time: Timestamp) -> (count: Int, last: Timestamp?) {
    series.withLock { series in
      let later = series.values.flatMap { samples in samples[samples.partitioningIndex { $0.time > time }...] }
      return (later.count, later.map(\.time).max())
    }
  }

  /// What waits for the time of its run of the system.
  public var unplaced: [Unplaced] { times.withLock { $0.unplaced.values.flatMap { $0 } } }
}

extension Array {
  /// The first position whose element fulfils `predicate`, given that all before it do not and all from it on do; `count` if
  /// none.
  package func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
