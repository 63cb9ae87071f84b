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

  /// Reads every chunk.
  mutating func checkChunks() throws {
    let chunks = ChunkList(db)
    let total = try chunks.count()
    var former: ChunkList.Entry?
    var month = (start: Int64.min, text: "")
    try chunks.forEach { entry in
      if entry.place.start != month.start {
        month = (entry.place.start, SegmentMonth(containing: entry.place.start).text)
      }
      let part = former?.place == entry.place ? (former?.part ?? 0) + 1 : 0
      former = entry
      checkChunk(entry, month: month.text, part: part)
      report.chunks += 1
      if report.chunks % 100 == 0 { progress(.chunks, report.chunks, total) }
    }
  }

  /// Reads one chunk, which should be the `part` of its place and lie in a file of `month`.
  private mutating func checkChunk(_ entry: ChunkList.Entry, month: String, part: Int64) {
    let ofPoint = seriesOfPoint[entry.place.point] ?? []
    do {
      guard ChunkTable.start(of: entry.place.start) == entry.place.start, !ofPoint.isEmpty || !knowsSeries, entry.part == part
      else {
        throw ChunkFault(
          .misplaced, "the database has it as part \(entry.part) of series \(entry.place.point) from \(entry.place.start) ms on")
      }
      // A file that the database does not know has been told with the rows.
      guard let file = segments[entry.segment] else { throw ChunkFault(.chunk, "its file is not known") }
      guard file.segment.month == month else {
        throw ChunkFault(.misplaced, "a chunk of \(month) lies in a file of \(file.segment.month)")
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
      unsure.formUnion(affected)
      note(fault, of: entry, affected)
    } catch {
      unsure.formUnion(ofPoint)
      note(ChunkFault(.chunk, "\(error)"), of: entry, ofPoint)
    }
  }

  /// Reads every part of a chunk and takes what it holds to the tallies.
  private mutating func readChunk(_ bytes: [UInt8], of entry: ChunkList.Entry) throws {
    let chunk = try SealedChunk(bytes)
    let series = Set(chunk.columns.map(\.series))
    guard series.allSatisfy({ points[$0] == entry.place.point || !knowsSeries }), series.count == chunk.columns.count else {
      throw ChunkFault(.misplaced, "it holds series of another point, or one twice")
    }
    let times: [Int64]
    do { times = try chunk.times() } catch { throw ChunkFault(.chunk, "\(error)", series: series) }
    guard let first = times.first, let last = times.last, first >= entry.place.start, last < entry.end || entry.end == .max
    else { throw ChunkFault(.misplaced, "its readings are of another time", series: series) }
    if let settledUntil, last >= settledUntil {
      throw ChunkFault(.misplaced, "it holds readings that the ledger does not count as sealed", series: series)
    }
    var damaged: (series: Set<Int64>, reason: String) = ([], "")
    for place in chunk.columns.indices {
      let number = chunk.columns[place].series
      do {
        let column = try chunk.column(place)
        report.values += column.values.count
        take(column, at: times)
      } catch {
        damaged.series.insert(number)
        damaged.reason = "\(error)"
      }
    }
    guard damaged.series.isEmpty else { throw ChunkFault(.chunk, damaged.reason, series: damaged.series) }
    try chunk.verify()
  }

  private mutating func take(_ column: SealedColumns.Column, at times: [Int64]) {
    if column.gaps.isEmpty {
      tallies[column.series]?.add(times)
    } else {
      tallies[column.series]?.add(column.samples(at: times).lazy.map(\.time.milliseconds))
    }
    guard let wanted = sealedOfJournal[column.series], !wanted.isEmpty else { return }
    for sample in column.samples(at: times) where wanted[sample.time.milliseconds] == sample.value {
      sealedOfJournal[column.series]?[sample.time.milliseconds] = nil
    }
  }

  /// Notes a damaged chunk; where it follows one of the same point and trouble, both are one finding.
  private mutating func note(_ fault: ChunkFault, of entry: ChunkList.Entry, _ affected: Set<Int64>) {
    let span = Timestamp(milliseconds: entry.place.start)..<Timestamp(milliseconds: max(entry.end, entry.place.start))
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

  init(_ kind: CheckFinding.Kind, _ reason: String, series: Set<Int64>? = nil) {
    self.kind = kind
    self.reason = reason
    self.series = series
  }
}
