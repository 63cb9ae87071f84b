import CommunityModel
import MarketTime
import Quantities
import Readings

/// Reads InfluxDB's line protocol: `measurement,tag=value field=1.5,other=2i 1772323200000000000`.
///
/// Our own export (`energy_import,point=GRID-1,unit=kWh value=12.5 ...`) is known without a mapping. In a mapping a series is called
/// `measurement,tag=value field`; it fits lines that have at least these tags. Without a field, `value` is meant.
struct LineProtocolReader {
  let precision: LineProtocolPrecision
  let progress: SeriesFileReader.Progress?

  /// A part of the line, as it stands there.
  private typealias Part = ArraySlice<UInt8>

  func read(_ file: CSVFile, into sink: inout ForeignSink) throws {
    var lines: ForeignLines
    do throws(SeriesFileError) { lines = try ForeignLines(file, progress: progress) } catch { throw SeriesFileErrors([error]) }
    while let line = lines.next(&sink.errors) {
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      do throws(PlacedFault) { try read(line, into: &sink) } catch {
        sink.errors.add(error.fault, line: lines.number, column: error.place - line.startIndex + 1)
      }
      try sink.handOver()
    }
  }

  private func read(_ line: Part, into sink: inout ForeignSink) throws(PlacedFault) {
    let words = Self.parts(line, at: UInt8(ascii: " "), quoted: true).filter { !$0.isEmpty }
    guard words.count >= 2, words.count <= 3 else {
      throw PlacedFault(.foreign(.notLineProtocol("\(words.count) parts")), line.startIndex)
    }
    guard words.count == 3 else { throw PlacedFault(.foreign(.timeMissing), line.endIndex) }
    let time = try time(words[2])
    for field in Self.parts(words[1], at: UInt8(ascii: ","), quoted: true) {
      guard let sign = Self.parting(field) else {
        throw PlacedFault(.foreign(.notLineProtocol("a field without =")), field.startIndex)
      }
      let name = String(decoding: words[0], as: UTF8.self) + " " + String(decoding: field[..<sign], as: UTF8.self)
      guard let entry = sink.entry(name, { Self.entry(for: name, in: $0) }) else {
        sink.passOver(name)
        continue
      }
      var value = field[(sign + 1)...]
      if let last = value.last, last == UInt8(ascii: "i") || last == UInt8(ascii: "u") { value = value.dropLast() }
      if sink.isMissing(value) { continue }
      do throws(SeriesFileError.Fault) { try sink.add(value, of: entry, at: time) } catch {
        throw PlacedFault(error, value.startIndex)
      }
    }
  }

  private func time(_ word: Part) throws(PlacedFault) -> Timestamp {
    guard let count = Int64(String(decoding: word, as: UTF8.self)) else {
      throw PlacedFault(.row(.notATime(String(decoding: word, as: UTF8.self))), word.startIndex)
    }
    switch precision {
    case .nanoseconds: return Timestamp(milliseconds: count.floored(by: 1_000_000))
    case .microseconds: return Timestamp(milliseconds: count.floored(by: 1000))
    case .milliseconds: return Timestamp(milliseconds: count)
    case .seconds:
      let (milliseconds, overflow) = count.multipliedReportingOverflow(by: 1000)
      guard !overflow else { throw PlacedFault(.foreign(.timeOutOfRange), word.startIndex) }
      return Timestamp(milliseconds: milliseconds)
    }
  }

  /// The first line of `mapping` that fits the series and field called `name`, else our own meaning of it.
  private static func entry(for name: String, in mapping: SeriesMapping) -> SeriesMapping.Entry? {
    let found = LineProtocolName(name)
    if let entry = mapping.entries.first(where: { $0.source == "*" || found.fits(LineProtocolName($0.source)) }) { return entry }
    guard found.field == "value", let channel = Channel(rawValue: found.measurement), let point = found.tags["point"],
      MeteringPoint.ID.isWellFormed(point), let symbol = found.tags["unit"],
      let unit = channel.unit.symbols.first(where: { $0.symbol == symbol })
    else { return nil }
    return .init(source: name, key: SeriesKey(MeteringPoint.ID(point), channel), unit: unit)
  }

  /// The parts of `line` between those `separator` that no backslash and no quotes hide.
  fileprivate static func parts(_ line: ArraySlice<UInt8>, at separator: UInt8, quoted: Bool) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var (isEscaped, isQuoted) = (false, false)
    for place in line.indices {
      if isEscaped {
        isEscaped = false
      } else if line[place] == UInt8(ascii: "\\") {
        isEscaped = true
      } else if line[place] == UInt8(ascii: "\""), quoted {
        isQuoted.toggle()
      } else if line[place] == separator, !isQuoted {
        parts.append(line[start..<place])
        start = place + 1
      }
    }
    return parts + [line[start...]]
  }

  /// Where the `=` stands that no backslash hides.
  fileprivate static func parting(_ part: ArraySlice<UInt8>) -> Int? {
    let first = parts(part, at: UInt8(ascii: "="), quoted: false)
    return first.count > 1 ? first[0].endIndex : nil
  }
}

/// A series and a field of line protocol.
private struct LineProtocolName {
  let measurement: String
  var tags: [String: String] = [:]
  let field: String

  /// Takes `measurement,tag=value field` apart.
  init(_ text: String) {
    let words = LineProtocolReader.parts(Array(text.utf8)[...], at: UInt8(ascii: " "), quoted: false).filter { !$0.isEmpty }
    let parts = LineProtocolReader.parts(words.first ?? [], at: UInt8(ascii: ","), quoted: false)
    measurement = Self.text(parts.first ?? [])
    field = words.count > 1 ? Self.text(words[1]) : "value"
    for part in parts.dropFirst() {
      guard let sign = LineProtocolReader.parting(part) else { continue }
      tags[Self.text(part[..<sign])] = Self.text(part[(sign + 1)...])
    }
  }

  /// Whether it is what `pattern` means: its measurement and field, and at least its tags.
  func fits(_ pattern: LineProtocolName) -> Bool {
    measurement == pattern.measurement && field == pattern.field && pattern.tags.allSatisfy { tags[$0.key] == $0.value }
  }

  /// The text without the backslashes that hide separators.
  private static func text(_ part: ArraySlice<UInt8>) -> String {
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in part {
      if byte == UInt8(ascii: "\\"), !isEscaped {
        isEscaped = true
        continue
      }
      if isEscaped, !", =\\\"".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
      isEscaped = false
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A fault and the byte at which it is.
struct PlacedFault: Error {
  let fault: SeriesFileError.Fault
  let place: Int

  init(_ fault: SeriesFileError.Fault, _ place: Int) {
    self.fault = fault
    self.place = place
  }
}

/// The lines of another program's file, with their numbers.
struct ForeignLines: ~Copyable {
  private(set) var number = 0
  private var source: LineSource
  private let progress: SeriesFileReader.Progress?
  private var nextProgress: Int64 = 0

  init(_ file: CSVFile, progress: SeriesFileReader.Progress?) throws(SeriesFileError) {
    source = try LineSource(file, limit: CSVReader.longestLine)
    self.progress = progress
  }

  /// The next line; nil behind the last, and where nothing more can be read or makes sense.
  mutating func next(_ errors: inout ErrorLog) -> ArraySlice<UInt8>? {
    if errors.isFull { return nil }
    number += 1
    if let progress, source.bytesRead >= nextProgress {
      progress(source.bytesRead, source.totalBytes)
      nextProgress = source.bytesRead + 1 << 20
    }
    do throws(FormError) {
      guard let line = try source.nextLine() else { return nil }
      return source.buffer[line]
    } catch {
      errors.stop(SeriesFileError(file: errors.file, line: number, column: error.column, fault: .form(error.fault)))
      return nil
    }
  }
}
