import Console
import MarketTime
import Reporting
import SQLiteStore

/// What `energy-opt store status --format json` prints; docs/formats/store-status-json.md has the contract.
enum StoreStatusJSON {
  private static let schemaVersion = 1

  /// The text; a file that does not exist is null.
  static func text(_ readings: ReadingsStatus?, _ community: CommunityStatus?) -> String {
    JSONValue.object([
      ("schema_version", .integer(schemaVersion)), ("kind", .string("store_status")),
      ("readings", readings.map(object) ?? .null), ("community", community.map(object) ?? .null),
    ]).text()
  }

  private static func object(_ status: ReadingsStatus) -> JSONValue {
    .object(
      [
        ("file", .string(status.path)), ("bytes", .whole(status.totalBytes)), ("database_bytes", .whole(status.size.database)),
        ("write_ahead_log_bytes", .whole(status.size.writeAheadLog)),
        (
          "segments",
          .array(
            status.segments.map { segment in
              .object([
                ("month", .string(segment.month)), ("kind", .string(segment.kind)), ("name", .string(segment.name)),
                ("bytes", .whole(segment.bytes)),
              ])
            })
        ),
        ("series", .integer(status.series)), ("readings", .integer(status.readings)), ("first", .time(status.first)),
        ("last", .time(status.last)),
        ("bytes_per_reading", status.milliBytesPerReading.map { .number(decimalText($0, digits: 3)) } ?? .null),
        ("sealed_until", .time(status.sealedUntil)), ("last_sealing", .time(status.lastSealing)),
        (
          "journal",
          .object([
            ("batches", .integer(status.journal.batches)), ("bytes", .integer(status.journal.bytes)),
            ("waiting", .integer(status.journal.waiting)),
          ])
        ),
        ("dropped_readings", .integer(status.dropped?.readings ?? 0)), ("dropped_until", .time(status.dropped?.until)),
        ("late_readings", .integer(status.lateReadings)), ("conflicts", .integer(status.conflicts)),
        ("quarantined", .integer(status.quarantined)), ("events", .integer(status.events)),
        ("unplaced", .integer(status.unplaced)), ("bytes_per_day", status.bytesPerDay.map { .whole($0) } ?? .null),
        ("days_until_full", status.daysUntilFull.map { .whole($0) } ?? .null),
      ] + place(status.disk, status.writer))
  }

  private static func object(_ status: CommunityStatus) -> JSONValue {
    .object(
      [
        ("file", .string(status.path)), ("bytes", .whole(status.size.total)), ("database_bytes", .whole(status.size.database)),
        ("write_ahead_log_bytes", .whole(status.size.writeAheadLog)), ("series", .integer(status.series)),
        ("quarter_hours", .integer(status.quarterHours)), ("first", .time(status.first)), ("last", .time(status.last)),
        ("replaced", .integer(status.replaced)), ("price_curves", .integer(status.priceCurves)),
        ("prices", .integer(status.prices)), ("imports", .integer(status.imports)), ("last_import", .time(status.lastImport)),
      ] + place(status.disk, status.writer))
  }

  private static func place(_ disk: DiskSpace?, _ writer: WriterPresence) -> [(String, JSONValue)] {
    var process = JSONValue.null
    if case .process(let number) = writer { process = .integer(number) }
    return [
      ("disk_free_bytes", disk.map { .whole($0.free) } ?? .null), ("disk_bytes", disk.map { .whole($0.total) } ?? .null),
      ("being_written", writer == .unknown ? .null : .bool(writer != .none)), ("writer_process", process),
    ]
  }
}

extension JSONValue {
  /// A whole number.
  static func whole(_ value: Int64) -> JSONValue { .number(String(value)) }

  /// A time of UTC as ISO 8601, or null.
  static func time(_ time: Timestamp?) -> JSONValue { .optional(time?.description) }
}
