extension Chunk {
  /// The chunk as bytes, by docs/formats/sealed-columns.md; the same chunk always gives the same bytes.
  ///
  /// - Throws: `SealedColumnError` for a chunk that is no chunk: times out of order, a wrong number of values, wrong gaps, a
  ///   series twice, too many samples or columns.
  public func sealed() throws(SealedColumnError) -> [UInt8] {
    try check()
    var writer = StreamWriter()
    var head: [UInt8] = [Self.version]
    var parts: [UInt8] = []
    parts.reserveCapacity(16 + times.count * (columns.count + 1) / 2)
    head.append(varint: times.count)
    head.append(varint: columns.count)
    if !times.isEmpty { sealTimes(with: &writer, head: &head, parts: &parts) }
    var before: Int64 = 0
    for column in columns {
      head.append(signed: column.series &- before &- 1)
      before = column.series
      column.seal(with: &writer, head: &head, parts: &parts)
    }
    head.append(checksum: head.withUnsafeBytes(CRC32C.checksum))
    return head + parts
  }

  private func check() throws(SealedColumnError) {
    guard max(times.count, columns.count) <= Self.largestCount else { throw .tooMany(max(times.count, columns.count)) }
    for place in times.indices.dropFirst() where times[place] <= times[place - 1] { throw .timesNotIncreasing(at: place) }
    var seen: Set<Int64> = []
    for column in columns {
      guard seen.insert(column.series).inserted else { throw .seriesTwice(column.series) }
      var end = -1
      for gap in column.gaps {
        guard gap.lowerBound > end, !gap.isEmpty, gap.upperBound <= times.count else { throw .wrongGaps(series: column.series) }
        end = gap.upperBound
      }
      let expected = times.count - column.absent
      guard column.values.count == expected else {
        throw .wrongCount(series: column.series, expected: expected, found: column.values.count)
      }
    }
  }

  private func sealTimes(with writer: inout StreamWriter, head: inout [UInt8], parts: inout [UInt8]) {
    head.append(signed: times[0])
    guard times.count > 1 else { return }
    let grid = TimeGrid(times)
    head.append(varint: grid.step)
    guard !grid.isExact(for: times) else { return head.append(varint: 0) }
    let (missed, errors) = grid.places(of: times)
    var unit = CommonDivisor()
    for error in errors { unit.take(error.magnitude) }
    let hasMissed = missed.contains { $0 != 0 }
    head.append(varint: (hasMissed ? 1 : 0) + (unit.value > 0 ? 2 : 0))
    if hasMissed { writer.write(missed, count: missed.count) }
    if unit.value > 0 {
      writer.write(errors, count: errors.count, by: unit)
      head.append(varint: unit.value)
    }
    head.appendPart(from: &writer, to: &parts)
  }
}

extension [UInt8] {
  /// Appends the length of what was written, and itself if it is short, else its checksum; then it goes to `parts`.
  fileprivate mutating func appendPart(from writer: inout StreamWriter, to parts: inout [UInt8]) {
    let start = parts.count
    append(varint: writer.move(to: &parts))
    let part = parts[start...]
    if part.count <= Chunk.shortPart {
      append(contentsOf: part)
      parts.removeSubrange(start...)
    } else {
      append(checksum: part.withUnsafeBytes(CRC32C.checksum))
    }
  }
}

extension Column {
  /// Appends the column's entry to `head` and its values to `parts`.
  fileprivate func seal(with writer: inout StreamWriter, head: inout [UInt8], parts: inout [UInt8]) {
    head.append(varint: gaps.count)
    if !gaps.isEmpty {
      head.append(varint: absent)
      sealGaps(with: &writer)
    }
    var hasPart = !gaps.isEmpty
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress, !values.isEmpty else { return }
      let survey = ColumnSurvey(values)
      head.append(survey)
      guard survey.scale.step > 0 else { return }
      writer.write(start + 1, count: values.count - 1, from: survey.scale.first, by: CommonDivisor(survey.scale.step))
      hasPart = true
    }
    if hasPart { head.appendPart(from: &writer, to: &parts) }
  }

  /// Writes how many samples have values before the first gap, then how long each gap is and how many values follow, less one
  /// each; what follows the last gap is not written.
  private func sealGaps(with writer: inout StreamWriter) {
    var lengths: [Int64] = []
    var end = 1
    for gap in gaps {
      lengths.append(Int64(gap.lowerBound - end))
      lengths.append(Int64(gap.count - 1))
      end = gap.upperBound + 1
    }
    lengths[0] += 1
    writer.write(lengths, count: lengths.count)
  }
}

extension [UInt8] {
  /// Appends first value, step and, unless all values are equal, the other statistics, in steps from the first value.
  fileprivate mutating func append(_ survey: ColumnSurvey) {
    let (statistics, scale) = (survey.statistics, survey.scale)
    append(signed: scale.first)
    append(varint: scale.step)
    guard scale.step > 0 else { return }
    let divisor = CommonDivisor(scale.step)
    append(varint: UInt64(bitPattern: scale.first &- statistics.minimum) / scale.step)
    append(varint: UInt64(bitPattern: statistics.maximum &- scale.first) / scale.step)
    append(signed: divisor.quotient(statistics.last &- scale.first))
    append(signed: (statistics.sum - Int128(scale.first) * Int128(statistics.count)) / Int128(scale.step))
  }
}
