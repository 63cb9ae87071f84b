/// A chunk as bytes. The directory is read at once and checked; times and columns are read, and checked, each when they are asked for.
///
/// However damaged the bytes are, reading them ends with an error or with what was sealed: it never traps, reads nothing outside
/// them and asks for no more memory than for `sampleCount` numbers.
public struct SealedChunk: Sendable {
  /// What the directory says of a column.
  public struct Entry: Hashable, Sendable {
    /// The number that the store gave the series.
    public let series: Int64
    /// What is known without reading the values; nil if there are none.
    public let statistics: ColumnStatistics?
    /// How many runs of samples have no value.
    public let gapCount: Int
    /// How many samples have no value.
    public let absent: Int

    let scale: Scale
    fileprivate(set) var part: Extent?

    /// How many samples have a value.
    public var count: Int { statistics?.count ?? 0 }
  }

  /// Where a part lies in the bytes, and its checksum; nil for one in the directory, which has its own.
  struct Extent: Hashable, Sendable {
    var range: Range<Int>
    var checksum: UInt32?
  }

  /// What the directory says of the times.
  struct Times: Hashable, Sendable {
    var first: Int64 = 0
    var step: UInt64 = 1
    var unit: UInt64 = 0
    var hasMissed = false
    var part: Extent?
  }

  /// The bytes, as they were given.
  public let bytes: [UInt8]
  /// The bytes of the directory with its checksum.
  public let directoryLength: Int
  /// How many samples the chunk has.
  public let sampleCount: Int
  /// The columns in their order.
  public let columns: [Entry]
  let timeEntry: Times
  let isVerifying: Bool

  /// Reads the directory of `bytes`.
  ///
  /// - Throws: `SealedColumnError` for bytes of another version or length, or with a damaged directory. Damage elsewhere is found
  ///   when that part is read, or by `verify`.
  public init(_ bytes: [UInt8]) throws(SealedColumnError) { try self.init(bytes, isVerifying: true) }

  /// Without checking any checksum, for tests of what lies behind the check.
  init(_ bytes: [UInt8], isVerifying: Bool) throws(SealedColumnError) {
    let directory = try Directory(bytes, partsWithin: bytes.count, isVerifying: isVerifying)
    guard bytes.count - directory.length == directory.partsLength else {
      throw .wrongLength(directory.columns.isEmpty ? .times : .column(directory.columns.count - 1))
    }
    self.bytes = bytes
    directoryLength = directory.length
    sampleCount = directory.sampleCount
    timeEntry = directory.timeEntry
    columns = directory.columns
    self.isVerifying = isVerifying
  }

  /// No chunk has more bytes: 1 TiB.
  private static let largestLength = 1 << 40

  /// How many bytes the chunk has whose directory stands at the beginning of `bytes`; nil where there is none, or not the whole of it.
  public static func length(beginning bytes: [UInt8]) -> Int? {
    (try? Directory(bytes, partsWithin: largestLength, isVerifying: true)).map { $0.length + $0.partsLength }
  }

  /// Checks every checksum, so that a store can tell damage before somebody asks for the values.
  ///
  /// - Throws: `SealedColumnError.wrongChecksum` for the first damaged part.
  public func verify() throws(SealedColumnError) {
    if let part = timeEntry.part { try check(part, of: .times) }
    for (place, column) in columns.enumerated() {
      if let part = column.part { try check(part, of: .column(place)) }
    }
  }

  /// Checks the checksum of a part behind the directory.
  func check(_ extent: Extent, of part: SealedColumnError.Part) throws(SealedColumnError) {
    guard isVerifying, let checksum = extent.checksum else { return }
    let sum = bytes.withUnsafeBytes { CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0[extent.range])) }
    guard sum == checksum else { throw .wrongChecksum(part) }
  }
}

/// What stands before the parts of a chunk.
private struct Directory {
  let length: Int
  let partsLength: Int
  let sampleCount: Int
  let timeEntry: SealedChunk.Times
  let columns: [SealedChunk.Entry]

  /// Reads it at the beginning of `bytes`; no part ends behind `limit`.
  init(_ bytes: [UInt8], partsWithin limit: Int, isVerifying: Bool) throws(SealedColumnError) {
    var reader = DirectoryReader(bytes, partsWithin: limit)
    let version = try reader.version()
    guard version == Chunk.version else { throw .unknownVersion(version) }
    sampleCount = try reader.count(upTo: Chunk.largestCount)
    let columnCount = try reader.count(upTo: Chunk.largestCount)
    // The places of parts behind the directory are counted from 0 until its end is known.
    var end = 0
    var timeEntry = sampleCount > 0 ? try reader.times(sampleCount: sampleCount, partsEnd: &end) : SealedChunk.Times()
    var columns: [SealedChunk.Entry] = []
    columns.reserveCapacity(min(columnCount, bytes.count))
    var series: Int64 = 0
    for _ in 0..<columnCount {
      series &+= try reader.signed() &+ 1
      columns.append(try reader.column(series: series, sampleCount: sampleCount, partsEnd: &end))
    }
    let checked = reader.place
    let checksum = try reader.checksum()
    let isRight = bytes.withUnsafeBytes { CRC32C.checksum(of: UnsafeRawBufferPointer(rebasing: $0.prefix(checked))) == checksum }
    guard isRight || !isVerifying else { throw .wrongChecksum(.directory) }
    length = reader.place
    partsLength = end
    timeEntry.part?.move(by: length)
    self.timeEntry = timeEntry
    for place in columns.indices { columns[place].part?.move(by: length) }
    self.columns = columns
  }
}

extension SealedChunk.Extent {
  /// Moves a part behind the directory.
  fileprivate mutating func move(by distance: Int) {
    guard checksum != nil else { return }
    range = range.lowerBound + distance..<range.upperBound + distance
  }
}

extension DirectoryReader {
  /// A part's length, and the part or its checksum; in the second case it begins at `end`, which is moved behind it.
  private mutating func extent(partsEnd end: inout Int) throws(SealedColumnError) -> SealedChunk.Extent {
    let length = try count(upTo: partsLimit)
    guard length > 0, end <= partsLimit - length else { throw .malformed(.directory) }
    if length <= Chunk.shortPart { return .init(range: try skip(length), checksum: nil) }
    defer { end += length }
    return .init(range: end..<end + length, checksum: try checksum())
  }

  fileprivate mutating func times(sampleCount: Int, partsEnd: inout Int) throws(SealedColumnError) -> SealedChunk.Times {
    var times = SealedChunk.Times()
    times.first = try signed()
    guard sampleCount > 1 else { return times }
    times.step = try number()
    let shape = try count(upTo: 3)
    times.hasMissed = shape & 1 == 1
    if shape & 2 == 2 {
      times.unit = try number()
      guard times.unit > 0 else { throw .malformed(.directory) }
    }
    guard times.step > 0 else { throw .malformed(.directory) }
    if shape > 0 { times.part = try extent(partsEnd: &partsEnd) }
    return times
  }

  fileprivate mutating func column(
    series: Int64, sampleCount: Int, partsEnd: inout Int
  ) throws(SealedColumnError) -> SealedChunk.Entry {
    let gapCount = try count(upTo: (sampleCount + 1) / 2)
    let absent = gapCount > 0 ? try count(upTo: sampleCount) : 0
    guard absent >= gapCount else { throw .malformed(.directory) }
    let count = sampleCount - absent
    var scale = Scale()
    var found: ColumnStatistics?
    if count > 0 {
      scale = Scale(first: try signed(), step: try number())
      found = try statistics(count: count, scale: scale)
    }
    let part = gapCount > 0 || scale.step > 0 ? try extent(partsEnd: &partsEnd) : nil
    return .init(series: series, statistics: found, gapCount: gapCount, absent: absent, scale: scale, part: part)
  }

  private mutating func statistics(count: Int, scale: Scale) throws(SealedColumnError) -> ColumnStatistics {
    let whole = Int128(scale.first) * Int128(count)
    guard scale.step > 0 else {
      return ColumnStatistics(
        count: count, first: scale.first, last: scale.first, minimum: scale.first, maximum: scale.first, sum: whole)
    }
    let minimum = scale.value(0 &- Int64(bitPattern: try number()))
    let maximum = scale.value(Int64(bitPattern: try number()))
    let last = scale.value(try signed())
    let sum = whole &+ Int128(scale.step) &* (try wideSigned())
    guard minimum <= scale.first, scale.first <= maximum, minimum <= last, last <= maximum,
      Int128(minimum) * Int128(count) <= sum, sum <= Int128(maximum) * Int128(count)
    else { throw .malformed(.directory) }
    return ColumnStatistics(
      count: count, first: scale.first, last: last, minimum: minimum, maximum: maximum, sum: sum)
  }
}
