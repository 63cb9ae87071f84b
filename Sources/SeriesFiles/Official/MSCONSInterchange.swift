import CommunityModel
import MarketTime
import Quantities
import Readings

/// An interchange of MSCONS messages, read only: load curves of quarter hours with the status of each value.
///
/// | segment | what it says |
/// |---|---|
/// | `UNH` | a message begins; others than MSCONS are passed over |
/// | `LOC+172` | of which location |
/// | `PIA+5` | which register, an OBIS code: 1.29.0 is import, 2.29.0 export; 1.8.0 and 2.8.0 count too |
/// | `QTY` | status and value: 220, 67, 187, Z18, 20 |
/// | `DTM+163`, `DTM+164` | from when until when, with the offset of UTC (format 303) |
///
/// Source: EDI@Energy MSCONS MIG 2.5 as quoted by hupe1980/metering; statuses as in `sharing.md`, section 12.
struct MSCONSInterchange {
  /// What has been read of a value.
  private struct Value {
    let line: Int
    let quality: IntervalEnergy.Quality
    let count: Int64
    var from: Timestamp?
    var until: Timestamp?
  }

  private let reader: OfficialReader
  private var errors: ErrorLog
  private var values = OfficialValues()
  private var passedOver: [String: Int] = [:]
  private var isMSCONS = false
  private var point: MeteringPoint.ID?
  private var channel: Channel?
  private var value: Value?

  init(_ reader: OfficialReader, file: String) {
    self.reader = reader
    errors = ErrorLog(file: file, limit: 100)
  }

  consuming func energies(_ bytes: [UInt8]) throws(SeriesFileErrors) -> OfficialEnergies {
    var segments = EDIFACTSegments(bytes)
    if segments.begins {
      var last = ""
      while let segment = segments.next(), !errors.isFull {
        last = segment.tag
        do throws(SeriesFileError.Fault) {
          try take(segment)
        } catch {
          errors.add(error, line: segment.line, column: 0)
        }
      }
      if last != "UNZ", !errors.isFull { errors.add(.official(.endMissing("UNZ")), line: segments.line, column: 0) }
    } else {
      errors.add(.official(.noInterchange), line: 1, column: 0)
    }
    guard errors.errors.isEmpty else { throw errors.failure }
    return OfficialEnergies(form: .mscons, series: values.series, values: values.count, passedOver: passedOver)
  }

  private mutating func take(_ segment: EDIFACTSegment) throws(SeriesFileError.Fault) {
    if segment.tag == "UNH" {
      let kind = segment[2, 0]
      isMSCONS = kind == "MSCONS"
      if !isMSCONS { passedOver["message \(kind)", default: 0] += 1 }
    }
    guard isMSCONS else { return }
    switch segment.tag {
    case "UNH", "UNT", "LOC", "LIN":
      try finish()
      if segment.tag != "LIN" { point = nil }
      channel = nil
      if segment.tag == "LOC", segment[1, 0] == "172" { point = try location(segment) }
    case "PIA": if segment[1, 0] == "5" { channel = register(segment[2, 0]) }
    case "QTY":
      try finish()
      value = try quantity(segment)
    case "DTM" where value != nil && ["163", "164"].contains(segment[1, 0]):
      let instant = try time(segment)
      if segment[1, 0] == "163" { value?.from = instant } else { value?.until = instant }
    default: break
    }
  }

  /// Takes the value that has been read so far.
  private mutating func finish() throws(SeriesFileError.Fault) {
    guard let value else { return }
    self.value = nil
    guard let point else { throw .official(.badSegment("QTY", expected: "a location (LOC+172) before it")) }
    guard let channel else {
      passedOver["values of other registers", default: 0] += 1
      return
    }
    guard let from = value.from, let until = value.until else {
      passedOver["values without an interval", default: 0] += 1
      return
    }
    guard until - from == QuarterHour.duration else {
      throw .official(.notAQuarterHour(seconds: (until - from).components.seconds))
    }
    guard from == QuarterHour(containing: from).start else { throw .row(.offGrid(interval: .quarterHour)) }
    try values.put(
      IntervalEnergy(Energy(count: value.count), quality: value.quality), of: SeriesKey(point, channel),
      at: QuarterHour(containing: from), line: value.line)
  }

  private func location(_ segment: EDIFACTSegment) throws(SeriesFileError.Fault) -> MeteringPoint.ID {
    let name = segment[2, 0]
    guard MeteringPoint.ID.isWellFormed(name) else {
      throw .official(.badSegment(segment.text, expected: "the id of a location, such as LOC+172+DE0001..."))
    }
    return MeteringPoint.ID(name)
  }

  /// `1-1:1.29.0`: import; `1-1:2.29.0`: export; nil for other registers.
  private func register(_ code: String) -> Channel? {
    let figures = code.split(separator: ":").last?.split(separator: ".") ?? []
    guard figures.count >= 2, figures[1] == "29" || figures[1] == "8" else { return nil }
    switch figures[0] {
    case "1": return .energyImport
    case "2": return .energyExport
    default: return nil
    }
  }

  private func quantity(_ segment: EDIFACTSegment) throws(SeriesFileError.Fault) -> Value {
    let qualities: [String: IntervalEnergy.Quality] = [
      "220": .measured, "67": .substituted, "187": .estimated, "Z18": .preliminary, "20": .faulty,
    ]
    guard let quality = qualities[segment[1, 0]] else { throw .official(.unknownStatus(segment[1, 0])) }
    let unit = segment[1, 2]
    guard ["", "KWH", "MWH"].contains(unit) else { throw .official(.unknownUnit(unit)) }
    let count = try energyCount(ofKilowattHours: segment[1, 1], per: unit == "MWH" ? 1e9 : 1e6)
    return Value(line: segment.line, quality: quality, count: count)
  }

  /// `202603010000+00` in format 303: a time with the hours by which its clock is ahead of UTC.
  private func time(_ segment: EDIFACTSegment) throws(SeriesFileError.Fault) -> Timestamp {
    let text = segment[1, 1]
    let digits = text.prefix { $0.isNumber }
    guard segment[1, 2] == "303", digits.utf8.count == 12,
      let instant = Timestamp(
        iso8601: "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6).prefix(2))"
          + "T\(digits.dropFirst(8).prefix(2)):\(digits.suffix(2))\(text.dropFirst(12)):00")
    else { throw .official(.badSegment(segment.text, expected: "a time with its offset, such as DTM+163:202603010000?+00:303")) }
    return instant
  }
}
