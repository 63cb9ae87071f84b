import GRDB
import MarketTime
import Readings
import SealedColumns

/// A file of chunks, as the check of it goes on.
struct SegmentCheck {
  let segment: ChunkList.Segment
  /// Nil where it cannot be read at all.
  let reader: SegmentFolder.Reader?
}

extension ReadingsCheck {
  /// Opens the files of chunks and looks whether each is there, as long as it should be, and begins as it should.
  mutating func openSegments() throws {
    for segment in try ChunkList(db).segments() {
      let file = folder.path + "/" + segment.name
      var reader: SegmentFolder.Reader?
      do throws(SegmentError) {
        if segment.length > 0 {
          let opened = try SegmentFolder.Reader(folder, segment.name)
          reader = opened
          let size = FileFacts(at: file)?.bytes ?? 0
          if size < segment.length { throw SegmentError(file, "it has \(size) bytes instead of \(segment.length)") }
          guard try opened.read(from: 0, length: SegmentFolder.head.count) == SegmentFolder.head else {
            throw SegmentError(file, "it does not begin with \(String(decoding: SegmentFolder.head, as: UTF8.self))")
          }
        }
      } catch {
        report.add(CheckFinding(.segment, at: error.path, error.reason))
      }
      segments[segment.id] = SegmentCheck(segment: segment, reader: reader)
    }
  }

  /// Reads every chunk: month by month and there point by point, since chunks of hours, days and the month lie side by side in time.
  mutating func checkChunks() throws {
    let chunks = ChunkList(db)
    let total = try chunks.count()
    var month: (start: Int64, entries: [ChunkList.Entry]) = (.min, [])
    var used: [Int64: Int64] = [:]
    try chunks.forEach { entry in
      let start = entry.place.start
      let begin = ChunkSpan.hasDays(start) ? ChunkSpan.month.start(of: start) : start
      if begin != month.start {
        checkMonth(month.entries, of: total)
        month = (begin, [])
      }
      month.entries.append(entry)
      used[entry.segment] = used[entry.segment, default: 0].addingClamped(entry.length)
    }
    checkMonth(month.entries, of: total)
    for (number, file) in segments.sorted(by: { $0.key < $1.key }) where file.segment.used != used[number, default: 0] {
      report.add(
        CheckFinding(
          .segment, at: "\(path), table segment, row \(number)",
          "\(file.segment.used) bytes count as used, its chunks have \(used[number, default: 0])"))
    }
  }

  /// Reads the chunks of a month, and adds up the readings of each series in the order of time.
  private mutating func checkMonth(_ entries: [ChunkList.Entry], of total: Int) {
    let points = Dictionary(grouping: entries, by: \.place.point)
    for (_, entries) in points.sorted(by: { $0.key < $1.key }) {
      for entry in entries {
        checkChunk(entry)
        report.chunks += 1
        if report.chunks % 100 == 0 { progress(.chunks, report.chunks, total) }
      }
      for (series, times) in timesOfMonth { tallies[series]?.add(times.isAscending ? times : times.sorted()) }
      timesOfMonth.removeAll(keepingCapacity: true)
    }
  }

  /// Reads one chunk, which should lie in a file of its kind and time.
  private mutating func checkChunk(_ entry: ChunkList.Entry) {
    let ofPoint = seriesOfPoint[entry.place.point] ?? []
    do {
      let place = entry.place
      guard place.kind.span == .hour || ChunkSpan.hasDays(place.start), place.kind.span.start(of: place.start) == place.start,
        !ofPoint.isEmpty || !knowsSeries
      else {
        throw ChunkFault(.misplaced, "the database has it as series \(place.point) from \(place.start) ms on")
      }
      // A file that the database does not know has been told with the rows.
      guard let file = segments[entry.segment], let kind = file.segment.kind else {
        throw ChunkFault(.chunk, "its file is not known")
      }
      // Layout 4 has the hours of a month in one file.
      guard kind.period(of: place.start).hasPrefix(file.segment.period) else {
        throw ChunkFault(.misplaced, "a chunk of \(kind.period(of: place.start)) lies in a file of \(file.segment.period)")
      }
      guard let reader = file.reader else { throw ChunkFault(.chunk, "its file cannot be read") }
      guard entry.length > 0, entry.offset >= SegmentFolder.head.count,
        entry.offset.addingClamped(entry.length) <= file.segment.length
      else { throw ChunkFault(.misplaced, "it lies outside its file of \(file.segment.length) bytes") }
      let bytes: [UInt8]
      do { bytes = try reader.read(from: Int(entry.offset), length: Int(entry.length)) } catch {
        throw ChunkFault(.chunk, error.reason)
      }
      try readChunk(bytes, of: entry)
      report.bytes += entry.length
    } catch let fault as ChunkFault {
      let affected = fault.series ?? ofPoint
      if !entry.place.kind.isRollUp { unsure.formUnion(affected) }
      note(fault, of: entry, affected)
    } catch {
      if !entry.place.kind.isRollUp { unsure.formUnion(ofPoint) }
      note(ChunkFault(.chunk, "\(error)"), of: entry, ofPoint)
    }
  }

  /// Reads every part of a chunk and takes what it holds to the tallies.
  private mutating func readChunk(_ bytes: [UInt8], of entry: ChunkList.Entry) throws {
    let chunk = try SealedChunk(bytes)
    let isRollUp = entry.place.kind.isRollUp
    // A series has several columns in a roll-up, see `RollUpColumn`.
    let columns = Set(chunk.columns.map(\.series))
    let series = isRollUp ? Set(columns.map(RollUpColumn.series(of:))) : columns
    guard series.allSatisfy({ points[$0] == entry.place.point || !knowsSeries }), columns.count == chunk.columns.count else {
      throw ChunkFault(.misplaced, "it holds series of another point, or one twice")
    }
    let times: [Int64]
    do { times = try chunk.times() } catch { throw ChunkFault(.chunk, "\(error)", series: series) }
    guard let first = times.first, let last = times.last, first >= entry.place.start, last < entry.end || entry.end == .max
    else { throw ChunkFault(.misplaced, "its readings are of another time", series: series) }
    if !isRollUp, let settledUntil, last >= settledUntil {
      throw ChunkFault(.misplaced, "it holds readings that the ledger does not count as sealed", series: series)
    }
    var damaged: (series: Set<Int64>, reason: String) = ([], "")
    for place in chunk.columns.indices {
      let number = isRollUp ? RollUpColumn.series(of: chunk.columns[place].series) : chunk.columns[place].series
      do {
        let column = try chunk.column(place)
        guard !isRollUp else { continue }
        report.values += column.values.count
        take(column, at: times)
      } catch {
        damaged.series.insert(number)
        damaged.reason = "\(error)"
      }
    }
    guard damaged.series.isEmpty else {
      throw ChunkFault(.chunk, damaged.reason, series: damaged.series, times: first...last)
    }
    try chunk.verify()
  }

  private mutating func take(_ column: SealedColumns.Column, at times: [Int64]) {
    let times = column.gaps.isEmpty ? times : column.samples(at: times).map(\.time.milliseconds)
    timesOfMonth[column.series, default: []] += times
    guard let wanted = sealedOfJournal[column.series], !wanted.isEmpty else { return }
    for (time, value) in zip(times, column.values) where wanted[time] == value {
      sealedOfJournal[column.series]?[time] = nil
    }
  }

  /// Notes a damaged chunk; where it follows one of the same point and trouble, both are one finding.
  private mutating func note(_ fault: ChunkFault, of entry: ChunkList.Entry, _ affected: Set<Int64>) {
    let times =
      fault.times.map { $0.lowerBound..<$0.upperBound.addingClamped(1) } ?? entry.place.start..<max(entry.end, entry.place.start)
    let span = Timestamp(milliseconds: times.lowerBound)..<Timestamp(milliseconds: times.upperBound)
    let series = self.series(affected).sorted()
    if let last = lastFinding[entry.place.point], last < report.findings.count {
      let former = report.findings[last]
      if former.kind == fault.kind, former.series == series, let begun = former.span, begun.upperBound == span.lowerBound {
        report.findings[last].span = begun.lowerBound..<span.upperBound
        report.findings[last].count += 1
        return
      }
    }
    let name = segments[entry.segment]?.segment.name ?? "segment \(entry.segment)"
    let place = "\(folder.path)/\(name), bytes \(entry.offset) to \(entry.offset.addingClamped(entry.length))"
    report.add(CheckFinding(fault.kind, at: place, fault.reason, series: series, span: span))
    lastFinding[entry.place.point] = report.findings.count - 1
  }
}

/// What is wrong with a chunk.
private struct ChunkFault: Error {
  let kind: CheckFinding.Kind
  let reason: String
  /// The series that are affected; nil for all of its point.
  let series: Set<Int64>?
  /// When its readings were taken, ms; nil for all the time that it covers.
  let times: ClosedRange<Int64>?

  init(_ kind: CheckFinding.Kind, _ reason: String, series: Set<Int64>? = nil, times: ClosedRange<Int64>? = nil) {
    self.kind = kind
    self.reason = reason
    self.series = series
    self.times = times
  }
}

extension [Int64] {
  /// Whether each is greater than the one before.
  fileprivate var isAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
