import CommunityModel
import MarketTime
import Quantities
import Readings
import SealedColumns

extension ReadingScan {
  /// The energies that the counters among the series counted in each quarter hour of `span`: from roll-ups where these are made, else
  /// from readings, day by day of UTC, so that both say the same. Series without a reading are absent.
  ///
  /// - Parameters:
  ///   - events: what happened to each counter, by the series' number.
  ///   - ofOthers: instead of those of energy the counters of anything else, such as volumes, of which no roll-ups are made; their
  ///     amounts are in the channel's unit.
  mutating func energies(
    in span: Range<QuarterHour>, _ meter: IntervalMeter, _ events: [Int64: [MeterEvent]], ofOthers: Bool = false
  ) throws -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    guard !span.isEmpty else { return [:] }
    let counters = keys.filter { $0.value.channel.isCounter && $0.value.channel.isEnergyCounter != ofOthers }
    let points = Dictionary(grouping: counters.keys) { catalog.points[$0] ?? $0 }
    let first = span.lowerBound.start.milliseconds.floored(by: RollUps.dayLength)
    let last = (span.upperBound.start.milliseconds - 1).floored(by: RollUps.dayLength)
    let dropped = try DroppedSpans(db, of: Set(counters.keys))
    let isDropped = counters.keys.contains {
      dropped.overlaps(first * RollUps.dayLength, through: (last + 1) * RollUps.dayLength - 1, of: $0)
    }
    var known = KnownEnergies(of: Set(counters.keys), over: span, dropped)
    // Roll-ups are those of one meter; of dropped readings there are no others.
    let isUsual = meter.longestGap == RollUps.meter.longestGap && meter.confirmations == RollUps.meter.confirmations
    if !ofOthers, isUsual || isDropped {
      let stale = try StaleDays(db).days(in: first..<last + 1, catalog.points)
      do {
        try stored.forEachRollUp(
          of: Set(counters.keys), from: first * RollUps.dayLength, through: (last + 1) * RollUps.dayLength - 1
        ) { point, part in try known.add(part, of: point) { !isUsual || stale[point]?.contains($0) == true } }
      } catch let error as SegmentError where !error.isMissing && !isDropped {
        // Damaged ones are not needed: the readings say the same, only slower.
        known = KnownEnergies(of: Set(counters.keys), over: span, dropped)
      }
    }
    for (point, series) in points.sorted(by: { $0.key < $1.key }) {
      var day = first
      while day <= last {
        guard !known.isAllThereIs(day, series, of: point) else {
          day += 1
          continue
        }
        let days = try stretch(from: day, through: last, of: series) { known.isAllThereIs($0, series, of: point) }
        try derive(days, of: Set(series), meter, events) { series, day, energies in
          known.set(energies, of: series, onDay: day)
        }
        day = days.upperBound
      }
    }
    return known.series { counters[$0] }
  }

  /// The energies of `counters` in the quarter hours of the day of UTC that begins at `start`, ms.
  mutating func energies(
    of counters: Set<Int64>, onDayAt start: Int64, _ meter: IntervalMeter, _ events: [Int64: [MeterEvent]]
  ) throws -> [Int64: [IntervalEnergy]] {
    let day = start.floored(by: RollUps.dayLength)
    var found: [Int64: [IntervalEnergy]] = [:]
    try derive(day..<day + 1, of: counters, meter, events) { series, _, energies in found[series] = energies }
    return found
  }

  /// So many readings of a series are held at a time, about.
  private static let samplesAtOnce = 50_000

  /// Days from `first` on, none of them rolled up, whose readings are looked at together.
  private mutating func stretch(
    from first: Int64, through last: Int64, of series: [Int64], _ isRolledUp: (Int64) -> Bool
  ) throws -> Range<Int64> {
    var busiest = 1
    for number in series {
      guard let entry = try ledger.entry(of: number) else { continue }
      let days = max(1, entry.last.subtractingClamped(entry.first) / RollUps.dayLength)
      busiest = max(busiest, entry.count / Int(days))
    }
    let longest = Int64(min(31, max(1, Self.samplesAtOnce / busiest)))
    var end = first + 1
    while end <= last, end - first < longest, !isRolledUp(end) { end += 1 }
    return first..<end
  }

  /// Gives `body` what `counters` counted on each of `days` (counted since 1970) for which there are readings: of that day, and of a day
  /// on either side with the nearest beyond.
  private mutating func derive(
    _ days: Range<Int64>, of counters: Set<Int64>, _ meter: IntervalMeter, _ events: [Int64: [MeterEvent]],
    _ body: (_ series: Int64, _ day: Int64, _ energies: [IntervalEnergy]) -> Void
  ) throws {
    /// What the quarter hours of `days` depend on, ms.
    func span(of days: Range<Int64>, _ series: Int64) -> Range<Int64> {
      let span = days.lowerBound * RollUps.dayLength - RollUps.margin..<days.upperBound * RollUps.dayLength + RollUps.margin
      return span.widened(by: events[series] ?? [])
    }
    let spans = counters.map { span(of: days, $0) }
    guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max() else { return }
    let found = try samples(of: counters, from: first, to: last)
    for (series, samples) in found.sorted(by: { $0.key < $1.key }) {
      for day in days {
        let span = span(of: day..<day + 1, series)
        let begin = max(0, samples.firstIndex(from: span.lowerBound) - 1)
        let end = min(samples.count, samples.firstIndex(from: span.upperBound) + 1)
        guard begin < end else { continue }
        let energies = meter.energies(
          from: Array(samples[begin..<end]), over: RollUps.quarterHours(ofDay: day), events: events[series] ?? [])
        body(series, day, energies.values)
      }
    }
  }
}

extension Range<Int64> {
  /// The span, ms, with the whole of each time within it in which a counter showed too little, as `events` tell: the readings at the
  /// ends of that time count.
  fileprivate func widened(by events: [MeterEvent]) -> Range<Int64> {
    // None is of the end of all times, but where damage says so.
    let times = events.compactMap(\.disregarded).map { $0.lowerBound.milliseconds..<$0.upperBound.milliseconds }
      .filter { $0.upperBound < .max }
    var span = self
    while let time = times.first(where: { $0.overlaps(span) && !span.contains($0.lowerBound...$0.upperBound) }) {
      span = Swift.min(span.lowerBound, time.lowerBound)..<Swift.max(span.upperBound, time.upperBound.addingClamped(1))
    }
    return span
  }

  private func contains(_ other: ClosedRange<Int64>) -> Bool { contains(other.lowerBound) && contains(other.upperBound) }
}

/// The energies of several counters over a span, as far as they are known.
private struct KnownEnergies {
  private let series: Set<Int64>
  private let span: Range<QuarterHour>
  private let dropped: DroppedSpans
  private var values: [Int64: [IntervalEnergy]] = [:]
  /// Of each point, the days that are rolled up.
  private var days: [Int64: Set<Int64>] = [:]
  /// Of each series, the days for which it stays at what was made of dropped readings, although something came later.
  private var fixed: [Int64: Set<Int64>] = [:]

  init(of series: Set<Int64>, over span: Range<QuarterHour>, _ dropped: DroppedSpans) {
    (self.series, self.span, self.dropped) = (series, span, dropped)
  }

  /// Whether the readings have nothing to add to what roll-ups say of `series`, all of `point`: the day is rolled up, or its readings
  /// have been dropped.
  func isAllThereIs(_ day: Int64, _ series: [Int64], of point: Int64) -> Bool {
    days[point]?.contains(day) ?? false || series.allSatisfy { isFinal(day, of: $0) }
  }

  private func isFinal(_ day: Int64, of series: Int64) -> Bool {
    fixed[series]?.contains(day) ?? false || dropped.contains(day.multipliedClamped(by: RollUps.dayLength), of: series)
  }

  /// Takes what a chunk of roll-ups says, but for the days that have to be made anew.
  mutating func add(_ part: ChunkTable.Part, of point: Int64, without isStale: (_ day: Int64) -> Bool) throws {
    let (_, columns) = try part.columns { $0 % 4 < 2 && series.contains($0 / 4) }
    let times = try part.read { chunk throws(SealedColumnError) in try chunk.times() }
    var values: [Int64: [Int64]] = [:]
    for column in columns {
      guard column.gaps.isEmpty, column.values.count == times.count,
        values.updateValue(column.values, forKey: column.series) == nil
      else { throw part.damage("column \(column.series) does not fit its times, or stands there twice") }
    }
    let days = Set(times.map { $0.floored(by: RollUps.dayLength) })
    let stale = days.filter(isStale)
    self.days[point, default: []].formUnion(days.subtracting(stale))
    for series in series {
      let column = RollUpColumn(series: series)
      guard let energies = values[column.energy], let qualities = values[column.quality] else { continue }
      let final = stale.filter { dropped.isFinal($0.multipliedClamped(by: RollUps.dayLength), of: series) }
      if !final.isEmpty { fixed[series, default: []].formUnion(final) }
      let waiting = stale.subtracting(final)
      for (time, (energy, quality)) in zip(times, zip(energies, qualities))
      where waiting.isEmpty || !waiting.contains(time.floored(by: RollUps.dayLength)) {
        set(
          IntervalEnergy(Energy(count: energy), quality: .init(rawValue: Int(quality)) ?? .estimated), of: series,
          QuarterHour(containing: Timestamp(milliseconds: time)))
      }
    }
  }

  /// Takes what was made of the readings of `day`.
  mutating func set(_ energies: [IntervalEnergy], of series: Int64, onDay day: Int64) {
    guard !isFinal(day, of: series) else { return }
    let first = RollUps.quarterHours(ofDay: day).lowerBound
    for (place, energy) in energies.enumerated() { set(energy, of: series, first.advanced(by: place)) }
  }

  private mutating func set(_ energy: IntervalEnergy, of series: Int64, _ quarter: QuarterHour) {
    guard span.contains(quarter) else { return }
    let place = span.lowerBound.distance(to: quarter)
    values[series, default: Array(repeating: .missing, count: span.count)][place] = energy
  }

  /// What is known, of the series to which `key` gives a name.
  func series(_ key: (Int64) -> SeriesKey?) -> [SeriesKey: TimeSeries<IntervalEnergy>] {
    var series: [SeriesKey: TimeSeries<IntervalEnergy>] = [:]
    for (number, energies) in values {
      if let key = key(number) { series[key] = TimeSeries(start: span.lowerBound, values: energies) }
    }
    return series
  }
}
