public import CommunityModel
public import MarketTime

/// What a span's quarter hours hold: one column of generation and one of use a participant, in mWh.
public struct SharingColumns: Sendable {
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// G, one a quarter hour.
  public let generation: [Int64]
  /// c: a column a participant, in the order of the agreement's participants.
  public let uses: [[Int64]]
  /// How each quarter hour is known: as well as the worst value in it; nil where all are measured. What is not known is never zero: such
  /// a quarter hour is held.
  public let qualities: [IntervalEnergy.Quality]?

  /// Columns; see the properties.
  ///
  /// - Throws: `SharingError.unevenSeries`.
  public init(
    span: Range<QuarterHour>, generation: [Int64], uses: [[Int64]], qualities: [IntervalEnergy.Quality]? = nil
  ) throws(SharingError) {
    for count in [generation.count, qualities?.count ?? span.count] + uses.map(\.count) where count != span.count {
      throw .unevenSeries(expected: span.count, found: count)
    }
    self.span = span
    self.generation = generation
    self.uses = uses
    self.qualities = qualities
  }

  /// How the quarter hour at `position` is known.
  public func quality(at position: Int) -> IntervalEnergy.Quality { qualities?[position] ?? .measured }

  /// What each uses at one position.
  fileprivate struct Row: RandomAccessCollection {
    let columns: [[Int64]]
    let position: Int

    var startIndex: Int { 0 }
    var endIndex: Int { columns.count }
    subscript(place: Int) -> Int64 { columns[place][position] }
  }
}

/// A span's result, in mWh.
public struct AllocatedColumns: Sendable, Equatable {
  /// The quarter hours.
  public let span: Range<QuarterHour>
  /// a: a column a participant, in the order of the agreement's participants; zero where a quarter hour is held.
  public fileprivate(set) var shares: [[Int64]]
  /// E, one a quarter hour; zero where it is held.
  public fileprivate(set) var surplus: [Int64]
  /// Quarter hours that were not shared, because a value is missing.
  public fileprivate(set) var held: [QuarterHour] = []
  /// Readings that were negative and counted as zero.
  public fileprivate(set) var clamped = 0
}

extension Sharing {
  /// Shares a span, all invariants checked in every quarter hour; no memory is taken for a quarter hour but its result's.
  ///
  /// - Parameter calendar: the wall clock of daily caps.
  /// - Throws: `SharingError`, and nothing was shared. With daily caps a span begins at local midnight (`notMidnight`).
  public func allocate(_ columns: SharingColumns, calendar: MarketCalendar) throws(SharingError) -> AllocatedColumns {
    guard columns.uses.count == participants.count else {
      throw .wrongCount(expected: participants.count, found: columns.uses.count)
    }
    var midnights = try midnights(in: columns.span, by: calendar)[...]
    var run = SharingRun(self)
    let zeros = [Int64](repeating: 0, count: columns.span.count)
    var result = AllocatedColumns(span: columns.span, shares: participants.map { _ in zeros }, surplus: zeros)
    for (position, quarter) in columns.span.enumerated() {
      if quarter == midnights.first {
        run.beginDay()
        midnights.removeFirst()
      }
      if !columns.quality(at: position).isKnown {
        result.held.append(quarter)
        continue
      }
      try run.allocate(
        columns.generation[position], to: SharingColumns.Row(columns: columns.uses, position: position), at: quarter)
      for place in participants.indices { result.shares[place][position] = run.result.shares[place] }
      result.surplus[position] = run.result.surplus
    }
    result.clamped = run.clamped
    return result
  }

  /// The starts of the local days of `span`, none where nobody has a cap.
  private func midnights(in span: Range<QuarterHour>, by calendar: MarketCalendar) throws(SharingError) -> [QuarterHour] {
    guard isCapped, let last = span.last else { return [] }
    let days = calendar.localDay(of: span.lowerBound.start)...calendar.localDay(of: last.start)
    let starts = days.map { calendar.quarterHours(of: $0).lowerBound }
    guard starts.first == span.lowerBound else { throw .notMidnight(span.lowerBound) }
    return starts
  }
}
