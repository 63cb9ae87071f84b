extension SealedChunk {
  /// When each sample was taken.
  ///
  /// - Throws: `SealedColumnError` if that part is damaged.
  public func times() throws(SealedColumnError) -> [Int64] {
    var times: [Int64] = []
    try readTimes(into: &times)
    return times
  }

  /// When each sample was taken, into memory that is used again.
  ///
  /// - Throws: `SealedColumnError` if that part is damaged; `times` then holds anything.
  public func readTimes(into times: inout [Int64]) throws(SealedColumnError) {
    times.resize(to: sampleCount)
    guard sampleCount > 0 else { return }
    let entry = timeEntry
    guard let extent = entry.part else {
      for place in 0..<sampleCount { times[place] = entry.first &+ Int64(bitPattern: UInt64(place) &* entry.step) }
      return try checkOrder(of: times)
    }
    try check(extent, of: .times)
    var missed = [Int64](repeating: 0, count: sampleCount)
    let isRead = withBits(of: extent) { bits in
      missed.withUnsafeMutableBufferPointer { missed in
        times.withUnsafeMutableBufferPointer { times in entry.read(from: bits, missed: missed, into: times) }
      }
    }
    guard isRead else { throw .malformed(.times) }
    try checkOrder(of: times)
  }

  private func checkOrder(of times: [Int64]) throws(SealedColumnError) {
    let isOrdered = times.withUnsafeBufferPointer { times in
      times.indices.dropFirst().allSatisfy { times[$0 - 1] < times[$0] }
    }
    guard isOrdered else { throw .malformed(.times) }
  }

  /// The column at `place`, counted from 0, with its values and gaps.
  ///
  /// - Throws: `SealedColumnError` if there is none or it is damaged.
  public func column(_ place: Int) throws(SealedColumnError) -> Column {
    var values: [Int64] = []
    let gaps = try readValues(of: place, into: &values)
    return Column(series: columns[place].series, values: values, gaps: gaps)
  }

  /// The values of the column at `place`, counted from 0, without its gaps.
  ///
  /// - Throws: `SealedColumnError` if there is none or it is damaged.
  public func values(of place: Int) throws(SealedColumnError) -> [Int64] {
    var values: [Int64] = []
    try readValues(of: place, into: &values)
    return values
  }

  /// The values of the column at `place`, counted from 0, into memory that is used again.
  ///
  /// - Returns: the samples that have no value.
  /// - Throws: `SealedColumnError` if there is no such column or it is damaged; `values` then holds anything.
  @discardableResult
  public func readValues(of place: Int, into values: inout [Int64]) throws(SealedColumnError) -> [Range<Int>] {
    guard columns.indices.contains(place) else { throw .noColumn(place) }
    values.resize(to: columns[place].count)
    return try values.withUnsafeMutableBufferPointer { values throws(SealedColumnError) -> [Range<Int>] in
      guard let start = values.baseAddress else { return try forEachBlock(of: place, into: nil) { _, _ in } }
      return try forEachBlock(of: place, into: start) { _, _ in }
    }
  }

  /// The samples of the column at `place`, counted from 0, that have no value; its values are not read.
  ///
  /// - Throws: `SealedColumnError` if there is no such column or it is damaged.
  public func gaps(of place: Int) throws(SealedColumnError) -> [Range<Int>] {
    guard columns.indices.contains(place) else { throw .noColumn(place) }
    let entry = columns[place]
    guard entry.gapCount > 0, let extent = entry.part else { return [] }
    try check(extent, of: .column(place))
    var gaps: [Range<Int>]?
    let isRead = withBits(of: extent) { bits in
      var bits = bits
      gaps = entry.readGaps(from: &bits, sampleCount: sampleCount)
      return true
    }
    guard isRead, let gaps else { throw .malformed(.column(place)) }
    return gaps
  }

  /// Hands out the values of the column at `place`, counted from 0, in order, at most 128 at a time, without keeping them.
  ///
  /// - Parameter body: is given the values and how many came before them, gaps not counted.
  /// - Returns: the samples that have no value.
  /// - Throws: `SealedColumnError` if there is no such column or it is damaged; damage behind the checksum may be found after
  ///   some values have been handed out.
  @discardableResult
  public func forEachBlock(
    of place: Int, _ body: (_ values: Span<Int64>, _ before: Int) -> Void
  ) throws(SealedColumnError) -> [Range<Int>] {
    try forEachBlock(of: place, into: nil) { values, before in body(values.span, before) }
  }

  /// `target` has room for all values; without one, each block is written over the one before.
  func forEachBlock(
    of place: Int, into target: UnsafeMutablePointer<Int64>?, _ body: (UnsafeBufferPointer<Int64>, Int) -> Void
  ) throws(SealedColumnError) -> [Range<Int>] {
    guard columns.indices.contains(place) else { throw .noColumn(place) }
    let entry = columns[place]
    let scratch = UnsafeMutablePointer<Int64>.allocate(capacity: Predictor.blockLength)
    defer { scratch.deallocate() }
    guard let extent = entry.part else {
      entry.repeatFirst(into: target, scratch: scratch, body)
      return []
    }
    try check(extent, of: .column(place))
    var gaps: [Range<Int>]?
    let isRead = withBits(of: extent) { bits in
      var bits = bits
      gaps = entry.readGaps(from: &bits, sampleCount: sampleCount)
      guard gaps != nil else { return false }
      guard entry.scale.step > 0 else {
        entry.repeatFirst(into: target, scratch: scratch, body)
        return bits.isAtEnd
      }
      return entry.readValues(from: bits, into: target, scratch: scratch, body)
    }
    guard isRead, let gaps else { throw .malformed(.column(place)) }
    return gaps
  }

  /// Gives `body` a reader of a part's bits.
  private func withBits(of extent: Extent, _ body: (BitReader) -> Bool) -> Bool {
    let length = extent.range.count
    return withUnsafeTemporaryAllocation(byteCount: length + BitReader.padding, alignment: 8) { memory in
      guard let start = memory.baseAddress else { return false }
      memory.initializeMemory(as: UInt8.self, repeating: 0)
      bytes.withUnsafeBytes { memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[extent.range])) }
      return body(BitReader(start, count: length))
    }
  }
}

extension [Int64] {
  /// Makes room for `count` numbers, of any value.
  fileprivate mutating func resize(to count: Int) {
    if self.count > count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}

extension SealedChunk.Times {
  /// False where the bits mean nothing. `missed` has room for all times, as `times` has.
  fileprivate func read(
    from bits: BitReader, missed: UnsafeMutableBufferPointer<Int64>, into times: UnsafeMutableBufferPointer<Int64>
  ) -> Bool {
    guard let missedStart = missed.baseAddress, let start = times.baseAddress else { return false }
    let count = times.count - 1
    var bits = bits
    if hasMissed {
      var reader = StreamReader(bits)
      guard reader.read(into: missedStart, count: count) else { return false }
      bits = reader.bits
    }
    times[0] = first
    if unit > 0 {
      var reader = StreamReader(bits)
      guard reader.read(into: start + 1, count: count) else { return false }
      bits = reader.bits
    } else {
      (start + 1).update(repeating: 0, count: count)
    }
    var point = first
    for place in 0..<count {
      point &+= Int64(bitPattern: step &* UInt64(bitPattern: missed[place] &+ 1))
      times[place + 1] = point &+ Int64(bitPattern: unit) &* times[place + 1]
    }
    return bits.isAtEnd
  }
}

extension SealedChunk.Entry {
  /// Hands out the first value for each value there is.
  fileprivate func repeatFirst(
    into target: UnsafeMutablePointer<Int64>?, scratch: UnsafeMutablePointer<Int64>,
    _ body: (UnsafeBufferPointer<Int64>, Int) -> Void
  ) {
    for before in stride(from: 0, to: count, by: Predictor.blockLength) {
      let length = min(Predictor.blockLength, count - before)
      let values = target.map { $0 + before } ?? scratch
      values.update(repeating: scale.first, count: length)
      body(UnsafeBufferPointer(start: values, count: length), before)
    }
  }

  /// Hands out the values; false where the bits mean nothing.
  fileprivate func readValues(
    from bits: BitReader, into target: UnsafeMutablePointer<Int64>?, scratch: UnsafeMutablePointer<Int64>,
    _ body: (UnsafeBufferPointer<Int64>, Int) -> Void
  ) -> Bool {
    let first = target ?? scratch
    first.pointee = scale.first
    body(UnsafeBufferPointer(start: first, count: 1), 0)
    var reader = StreamReader(bits)
    for before in stride(from: 1, to: count, by: Predictor.blockLength) {
      let length = min(Predictor.blockLength, count - before)
      let values = target.map { $0 + before } ?? scratch
      guard reader.readBlock(into: values, count: length) else { return false }
      for place in 0..<length { values[place] = scale.value(values[place]) }
      body(UnsafeBufferPointer(start: values, count: length), before)
    }
    return reader.bits.isAtEnd
  }

  /// The samples without a value; nil where the bits mean nothing.
  fileprivate func readGaps(from bits: inout BitReader, sampleCount: Int) -> [Range<Int>]? {
    guard gapCount > 0 else { return [] }
    var reader = StreamReader(bits)
    var lengths = [Int64](repeating: 0, count: gapCount * 2)
    let isRead = lengths.withUnsafeMutableBufferPointer { lengths in
      lengths.baseAddress.map { reader.read(into: $0, count: lengths.count) } ?? false
    }
    guard isRead else { return nil }
    bits = reader.bits
    var gaps: [Range<Int>] = []
    gaps.reserveCapacity(gapCount)
    var (end, absent) = (0, 0)
    for place in 0..<gapCount {
      let apart = lengths[2 * place] &+ (place > 0 ? 1 : 0)
      let length = lengths[2 * place + 1] &+ 1
      guard apart >= (place > 0 ? 1 : 0), length > 0, apart <= sampleCount - end, length <= sampleCount - end - Int(apart)
      else { return nil }
      gaps.append(end + Int(apart)..<end + Int(apart + length))
      end += Int(apart + length)
      absent += Int(length)
    }
    return absent == self.absent ? gaps : nil
  }
}
