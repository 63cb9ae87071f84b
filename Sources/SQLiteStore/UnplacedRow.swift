import GRDB
import MarketTime
import Quantities
import Readings

/// A row of the table `unplaced`.
struct UnplacedRow {
  /// Milliseconds since the start of the system.
  let instant: Int64
  let device: String
  /// `series.id`; 0 when it is about the whole device.
  var series: Int64 = 0
  /// `reading`, or `event` or `aside` with the kind or reason behind a blank.
  let kind: String
  let value: Int64?
  let before: Int64?
  let modulus: Int64?
  let registers: String?

  private static let reading = "reading"
  private static let event = "event "
  private static let aside = "aside "

  /// The rows of one run of the system, in their order.
  static let selection = """
    SELECT instant, device, series, kind, value, before, modulus, registers FROM unplaced WHERE boot = ? ORDER BY sequence
    """

  /// The row of `unplaced`, short of its series.
  init(_ unplaced: Unplaced) {
    device = unplaced.device
    instant = unplaced.instant.milliseconds
    switch unplaced.content {
    case .reading(let reading):
      (kind, value, before, modulus, registers) = (Self.reading, reading.value, nil, nil, nil)
    case .event(let event):
      let modulus: Int64? = if case .rollover(let modulus) = event.kind { modulus } else { nil }
      (kind, value, before, registers) = (Self.event + event.kind.name, event.after, event.before, nil)
      self.modulus = modulus
    case .quarantined(let aside):
      (kind, value, before, modulus) = (Self.aside + aside.reason.rawValue, aside.value, nil, nil)
      registers = HexWords.text(of: aside.registers)
    }
  }

  /// A row of `selection`.
  init(_ row: Row) throws {
    instant = try row.integer(0)
    device = try row.text(1)
    series = try row.integer(2)
    kind = try row.text(3)
    value = row[4]
    before = row[5]
    modulus = row[6]
    registers = row[7]
  }

  func insert(into db: Database, boot: Int64, sequence: Int64) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT INTO unplaced (boot, sequence, instant, device, series, kind, value, before, modulus, registers)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    try insert.execute(arguments: [boot, sequence, instant, device, series, kind, value, before, modulus, registers])
  }

  var isReading: Bool { kind == Self.reading }

  /// The event at `time`; nil where it is none, or one of a newer program.
  func event(at time: Timestamp, of key: SeriesKey?) -> MeterEvent? {
    guard kind.hasPrefix(Self.event), series == 0 || key != nil,
      let kind = MeterEvent.Kind(name: String(kind.dropFirst(Self.event.count)), modulus: modulus)
    else { return nil }
    return MeterEvent(device: device, series: key, at: time, kind, before: before, after: value)
  }

  /// The value put aside at `time`; nil where it is none.
  func quarantined(at time: Timestamp, of key: SeriesKey?) -> Quarantined? {
    guard let key, kind.hasPrefix(Self.aside),
      let reason = Quarantined.Reason(rawValue: String(kind.dropFirst(Self.aside.count)))
    else { return nil }
    return Quarantined(key, at: time, value: value, reason, registers: HexWords.words(of: registers ?? ""))
  }
}

extension Unplaced.Content {
  /// The series; nil when it is about the whole device.
  var series: SeriesKey? {
    switch self {
    case .reading(let reading): reading.series
    case .event(let event): event.series
    case .quarantined(let value): value.series
    }
  }
}
