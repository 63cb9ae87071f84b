/// Readings that were taken at one moment: a device's poll.
public struct BatchGroup: Hashable, Sendable {
  /// When they were taken, in whole units of the caller's choice (milliseconds).
  public var time: Int64
  /// The series' numbers, 1 to `BatchGroup.largestSeries`, in ascending order.
  public var series: [Int64]
  /// A value for each series, any number.
  public var values: [Int64]

  /// The largest number that a series may have here, 2^20: a table of so many places is ever made on the word of a few bytes.
  public static let largestSeries: Int64 = 1 << 20

  /// A group; see the properties.
  public init(time: Int64, series: [Int64], values: [Int64]) {
    self.time = time
    self.series = series
    self.values = values
  }
}

/// Turns appends into bytes, one after the other: a chain, in which a batch says only how it differs from those before it.
///
/// A device shows the same series again and again, mostly with values near the last ones. So a batch names a group's series only
/// where they differ from those of the chain's last group that began with the same one, and gives values as differences, in tens,
/// hundreds or thousands where that loses nothing. The format is in `docs/formats/store.md`.
public struct BatchEncoder: Sendable {
  /// Batches of a chain. Each chain can be read, and dropped, for itself.
  public static let chainLength = 32

  private var chain = BatchChain()
  private var next = 0

  /// An encoder at the beginning of a chain.
  public init() {}

  /// Whether the next batch begins a chain.
  public var isAtChainStart: Bool { next == 0 || next == Self.chainLength }

  /// Begins a new chain with the next batch.
  public mutating func beginChain() { next = 0 }

  /// The bytes of the next batch.
  ///
  /// - Parameter groups: series within the bounds of `BatchGroup`, each with its value.
  public mutating func encode(_ groups: [BatchGroup]) -> [UInt8] {
    if next == Self.chainLength { next = 0 }
    if next == 0 { chain = BatchChain() }
    var bytes: [UInt8] = [UInt8(next)]
    next += 1
    bytes.append(varint: groups.count)
    var time = chain.time
    for group in groups {
      guard let first = group.series.first else { continue }
      bytes.append(signed: group.time &- time)
      time = group.time
      bytes.append(varint: UInt64(first))
      if chain.lists[first] == group.series {
        bytes.append(0)
      } else {
        bytes.append(varint: group.series.count)
        for (former, series) in zip(group.series, group.series.dropFirst()) { bytes.append(varint: UInt64(series - former - 1)) }
        chain.lists[first] = group.series
      }
      for (series, value) in zip(group.series, group.values) {
        bytes.append(difference: value &- chain.exchange(value, of: series))
      }
    }
    chain.time = groups.first?.time ?? chain.time
    bytes.append(checksum: bytes.withUnsafeBytes { CRC32C.checksum(of: $0) })
    return bytes
  }
}

/// Reads the batches of chains in the order in which they were written.
public struct BatchDecoder: Sendable {
  private var chain = BatchChain()
  private var next = 0
  private var hasBegun = false
  /// Values of the group that is read.
  private var scratch: [Int64] = []

  /// A decoder before the first batch.
  public init() {}

  /// Hands out the readings of the next batch.
  ///
  /// - Returns: whether the batch begins a chain.
  /// - Throws: `SealedColumnError` for damaged bytes, or for a batch whose predecessor was not read; readings may have been handed
  ///   out then.
  @discardableResult
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, _ body: (_ time: Int64, _ series: Int64, _ value: Int64) -> Void
  ) throws(SealedColumnError) -> Bool {
    try decodeGroups(bytes) { time, series, values in
      for place in series.indices { body(time, series[place], values[place]) }
    }
  }

  /// Hands out the groups of the next batch: readings of one moment, with their series in ascending order.
  ///
  /// - Parameter body: is given a value for each of `series`, in memory that is used again.
  /// - Returns: whether the batch begins a chain.
  /// - Throws: as `decode`.
  @discardableResult
  public mutating func decodeGroups(
    _ bytes: UnsafeRawBufferPointer,
    _ body: (_ time: Int64, _ series: [Int64], _ values: UnsafeBufferPointer<Int64>) -> Void
  ) throws(SealedColumnError) -> Bool {
    guard bytes.count > 5 else { throw .wrongLength(.batch) }
    let contents = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
    let checksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: contents.count, as: UInt32.self))
    guard CRC32C.checksum(of: contents) == checksum else { throw .wrongChecksum(.batch) }
    let position = Int(contents[0])
    if position == 0 {
      chain = BatchChain()
    } else if !hasBegun || position != next {
      throw .malformed(.batch)
    }
    hasBegun = true
    next = position + 1
    var reader = BatchReader(bytes: contents, place: 1)
    do {
      try decode(&reader, body)
    } catch {
      hasBegun = false
      throw error
    }
    return position == 0
  }

  private mutating func decode(
    _ reader: inout BatchReader,
    _ body: (_ time: Int64, _ series: [Int64], _ values: UnsafeBufferPointer<Int64>) -> Void
  ) throws(SealedColumnError) {
    let count = try reader.number()
    var time = chain.time
    var firstTime: Int64?
    for _ in 0..<min(count, UInt64(reader.bytes.count)) {
      time &+= Int64(zigzag: try reader.number())
      firstTime = firstTime ?? time
      let series = try list(&reader)
      if scratch.count < series.count { scratch = [Int64](repeating: 0, count: 2 * series.count) }
      let isWhole = scratch.withUnsafeMutableBufferPointer { values in
        guard chain.read(series, from: &reader, into: values) else { return false }
        body(time, series, UnsafeBufferPointer(rebasing: values[..<series.count]))
        return true
      }
      guard isWhole else { throw .malformed(.batch) }
    }
    guard reader.isAtEnd else { throw .malformed(.batch) }
    chain.time = firstTime ?? chain.time
  }

  /// The series of the next group.
  private mutating func list(_ reader: inout BatchReader) throws(SealedColumnError) -> [Int64] {
    let first = try reader.series(after: 0)
    let count = try reader.number()
    if count == 0 {
      guard let known = chain.lists[first] else { throw .malformed(.batch) }
      return known
    }
    guard count <= UInt64(reader.bytes.count) else { throw .malformed(.batch) }
    var list = [first]
    list.reserveCapacity(Int(count))
    for _ in 1..<max(count, 1) { list.append(try reader.series(after: list[list.count - 1] + 1)) }
    chain.lists[first] = list
    return list
  }
}

/// What both ends of a chain know.
private struct BatchChain: Sendable {
  /// The first group's time in the last batch.
  var time: Int64 = 0
  /// The last list of series that began with each.
  var lists: [Int64: [Int64]] = [:]
  private var values: [Int64] = []

  /// Reads a value for each of `series`, in ascending order, into `values`, and keeps each as its last one; false where the bytes mean
  /// nothing.
  mutating func read(_ series: [Int64], from reader: inout BatchReader, into target: UnsafeMutableBufferPointer<Int64>) -> Bool {
    guard let last = series.last else { return true }
    if last >= values.count {
      values.append(contentsOf: repeatElement(0, count: max(Int(last) + 1, 2 * values.count) - values.count))
    }
    return values.withUnsafeMutableBufferPointer { values in
      for (place, series) in series.enumerated() {
        guard let difference = reader.difference() else { return false }
        values[Int(series)] &+= difference
        target[place] = values[Int(series)]
      }
      return true
    }
  }

  /// Keeps `value` as the last one of `series`, and gives the one before.
  mutating func exchange(_ value: Int64, of series: Int64) -> Int64 {
    let place = Int(series)
    if place >= values.count {
      values.append(contentsOf: repeatElement(0, count: max(place + 1, 2 * values.count) - values.count))
    }
    defer { values[place] = value }
    return values[place]
  }
}

extension [UInt8] {
  /// A difference in units of 1, 10, 100 or 1000: that in the first byte's lowest two bits, then the zigzag number, five bits in the
  /// first byte and seven in each further one.
  fileprivate mutating func append(difference: Int64) {
    var code: UInt8 = 0
    var units = difference
    if difference != 0 {
      while code < 3, units % 10 == 0 {
        units /= 10
        code += 1
      }
    }
    let number = units.zigzag
    append(code | UInt8(truncatingIfNeeded: number & 31) << 2 | (number > 31 ? 0x80 : 0))
    if number > 31 { append(varint: number >> 5) }
  }
}

/// Reads the numbers of a batch. Beyond the end it reads nothing.
private struct BatchReader {
  let bytes: UnsafeRawBufferPointer
  var place: Int

  var isAtEnd: Bool { place == bytes.count }

  private static let units: [Int64] = [1, 10, 100, 1000]

  mutating func byte() throws(SealedColumnError) -> UInt8 {
    guard place < bytes.count else { throw .wrongLength(.batch) }
    defer { place += 1 }
    return bytes[place]
  }

  mutating func number() throws(SealedColumnError) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      number |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return number }
      shift += 7
      guard shift < 64 else { throw .malformed(.batch) }
    }
  }

  /// A series' number, `floor` and further up.
  mutating func series(after floor: Int64) throws(SealedColumnError) -> Int64 {
    let number = try number()
    guard floor <= BatchGroup.largestSeries, number <= UInt64(BatchGroup.largestSeries - floor) else { throw .malformed(.batch) }
    return floor + Int64(number)
  }

  /// The next difference of a value; nil where the bytes end or mean nothing.
  mutating func difference() -> Int64? {
    guard place < bytes.count else { return nil }
    let head = bytes[place]
    place += 1
    var number = UInt64(head >> 2 & 31)
    var shift: UInt64 = 5
    var next = head
    while next >= 0x80 {
      guard place < bytes.count, shift < 64 + 5 else { return nil }
      next = bytes[place]
      place += 1
      number |= UInt64(next & 0x7F) << shift
      shift += 7
    }
    return Int64(zigzag: number) &* Self.units[Int(head & 3)]
  }
}
