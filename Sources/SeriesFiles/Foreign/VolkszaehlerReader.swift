import MarketTime

/// Reads what volkszaehler's middleware gives of a channel: CSV (`milliseconds;value;rows` below lines with `#`, of which one says the
/// channel's `uuid`) or JSON (`{"data":{"tuples":[[milliseconds,value,rows],...],"uuid":"..."}}`, or a list of such).
///
/// A mapping calls a channel by its UUID, or `*` for a file of one.
struct VolkszaehlerReader {
  let progress: SeriesFileReader.Progress?

  func read(_ file: CSVFile, into sink: inout ForeignSink) throws {
    var lines: ForeignLines
    do throws(SeriesFileError) { lines = try ForeignLines(file, progress: progress) } catch { throw SeriesFileErrors([error]) }
    var uuid = "*"
    var isFirst = true
    while let line = lines.next(&sink.errors) {
      guard let first = line.first else { continue }
      if isFirst, first == UInt8(ascii: "{") { return try readJSON(file, into: &sink) }
      isFirst = false
      if first == UInt8(ascii: "#") {
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        if let found = text.firstMatch(of: /^\s*uuid:\s*(\S+)/)?.1 { uuid = String(found) }
        continue
      }
      do throws(PlacedFault) { try Self.read(line, of: uuid, into: &sink) } catch {
        sink.errors.add(error.fault, line: lines.number, column: error.place - line.startIndex + 1)
      }
      try sink.handOver()
    }
    // JSON in one line may be longer than any line of a table.
    if isFirst, sink.errors.isFatal, file.isRereadable { try readJSON(file, into: &sink) }
  }

  private static func read(_ line: ArraySlice<UInt8>, of uuid: String, into sink: inout ForeignSink) throws(PlacedFault) {
    let cells = line.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard cells.count >= 2 else { throw PlacedFault(.foreign(.notTwoCells), line.startIndex) }
    try take(cells[0], cells[1], of: uuid, into: &sink)
  }

  fileprivate static func take(
    _ time: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, of uuid: String, into sink: inout ForeignSink
  ) throws(PlacedFault) {
    guard let entry = sink.entry(named: uuid) else { return sink.passOver(uuid) }
    guard let milliseconds = Int64(String(decoding: time, as: UTF8.self)) else {
      throw PlacedFault(.row(.notATime(String(decoding: time, as: UTF8.self))), time.startIndex)
    }
    if sink.isMissing(value) { return }
    do throws(SeriesFileError.Fault) {
      try sink.add(value, of: entry, at: Timestamp(milliseconds: milliseconds))
    } catch {
      throw PlacedFault(error, value.startIndex)
    }
  }

  /// Reads the tuples of JSON; all of it is in memory meanwhile.
  private func readJSON(_ file: CSVFile, into sink: inout ForeignSink) throws {
    sink.errors = ErrorLog(file: file.name, limit: sink.errors.limit)
    let bytes: [UInt8]
    do throws(SeriesFileError) { bytes = try file.bytes() } catch { throw SeriesFileErrors([error]) }
    var scan = TupleScan(bytes: bytes)
    do throws(PlacedFault) { try scan.run() } catch {
      return sink.errors.stop(Self.error(error, bytes, file.name))
    }
    for channel in scan.channels {
      for tuple in channel.tuples {
        do throws(PlacedFault) {
          try Self.take(bytes[tuple.time], bytes[tuple.value], of: channel.uuid ?? "*", into: &sink)
        } catch {
          sink.errors.add(Self.error(error, bytes, file.name))
        }
        if sink.errors.isFull { return }
        try sink.handOver()
      }
    }
  }

  private static func error(_ fault: PlacedFault, _ bytes: [UInt8], _ file: String) -> SeriesFileError {
    let before = bytes[..<min(fault.place, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return SeriesFileError(file: file, line: line + 1, column: before.count - start + 1, fault: fault.fault)
  }
}

/// Walks through JSON and finds the tuples, and the UUID, of each object that has any.
private struct TupleScan {
  /// Where a tuple's time and value stand.
  struct Tuple {
    let time: Range<Int>
    let value: Range<Int>
  }

  struct Channel {
    var uuid: String?
    var tuples: [Tuple] = []
  }

  let bytes: [UInt8]
  private(set) var channels: [Channel] = []
  private var place = 0
  private static let deepest = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() throws(PlacedFault) {
    try value(depth: 0)
    skipBlanks()
    guard place == bytes.count else { throw fault("nothing behind the object") }
  }

  private func fault(_ expected: String) -> PlacedFault { PlacedFault(.foreign(.notTuples(expected)), place) }

  private mutating func skipBlanks() {
    while place < bytes.count, bytes[place] <= 0x20 { place += 1 }
  }

  private mutating func takes(_ character: Character) -> Bool {
    skipBlanks()
    guard place < bytes.count, bytes[place] == character.asciiValue else { return false }
    place += 1
    return true
  }

  private mutating func value(depth: Int) throws(PlacedFault) {
    guard depth < Self.deepest else { throw fault("an object of few levels") }
    if takes("{") {
      try object(depth: depth)
    } else if takes("[") {
      guard !takes("]") else { return }
      repeat { try value(depth: depth + 1) } while takes(",")
      guard takes("]") else { throw fault("a ] or a comma") }
    } else {
      _ = try scalar()
    }
  }

  private mutating func object(depth: Int) throws(PlacedFault) {
    var channel = Channel()
    var hasTuples = false
    guard !takes("}") else { return }
    repeat {
      let name = String(decoding: bytes[try scalar()], as: UTF8.self)
      guard takes(":") else { throw fault("a colon") }
      switch name {
      case "tuples":
        hasTuples = true
        channel.tuples = try tuples()
      case "uuid": channel.uuid = String(decoding: bytes[try scalar()], as: UTF8.self)
      default: try value(depth: depth + 1)
      }
    } while takes(",")
    guard takes("}") else { throw fault("a } or a comma") }
    if hasTuples { channels.append(channel) }
  }

  private mutating func tuples() throws(PlacedFault) -> [Tuple] {
    var tuples: [Tuple] = []
    guard takes("[") else { throw fault("[[milliseconds,value,rows],...]") }
    guard !takes("]") else { return [] }
    repeat {
      guard takes("[") else { throw fault("[milliseconds,value,rows]") }
      let time = try scalar()
      guard takes(",") else { throw fault("[milliseconds,value,rows]") }
      tuples.append(Tuple(time: time, value: try scalar()))
      while takes(",") { _ = try scalar() }
      guard takes("]") else { throw fault("[milliseconds,value,rows]") }
    } while takes(",")
    guard takes("]") else { throw fault("a ] or a comma") }
    return tuples
  }

  /// Where a number, a word or the inside of a string stands.
  private mutating func scalar() throws(PlacedFault) -> Range<Int> {
    if takes("\"") {
      let start = place
      while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
        place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
      }
      guard place < bytes.count else { throw fault("a string's end") }
      place += 1
      return start..<(place - 1)
    }
    let start = place
    while place < bytes.count, bytes[place] > 0x20, !",:]}[{\"".utf8.contains(bytes[place]) { place += 1 }
    guard place > start else { throw fault("a value") }
    return start..<place
  }
}
