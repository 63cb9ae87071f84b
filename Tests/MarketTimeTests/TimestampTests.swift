import MarketTime
import TestSupport
import Testing

/// Expected milliseconds: seconds since 1970 as POSIX counts them, from GNU date 9.1 (`date -u -d TEXT +%s`).
@Suite("Timestamps in ISO 8601")
struct TimestampTests {
  @Test(
    "are read with their zone",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-03-29T01:00:00Z", 1_774_746_000_000), ("2026-03-29T01:00Z", 1_774_746_000_000),
      ("2026-03-29 03:00:00+02:00", 1_774_746_000_000), ("2026-03-29t03:00+0200", 1_774_746_000_000),
      ("2026-03-29T03:00+02", 1_774_746_000_000), ("2026-03-28T19:30:00-05:30", 1_774_746_000_000),
      ("2026-03-29T06:45+05:45", 1_774_746_000_000), ("2026-03-29T01:00:00z", 1_774_746_000_000),
      ("1969-12-31T23:59:59Z", -1000), ("2000-02-29T12:00:00Z", 951_825_600_000), ("1600-01-01T00:00:00Z", -11_676_096_000_000),
      ("2400-02-29T00:00:00Z", 13_574_563_200_000),
    ] as [(String, Int64)])
  func zones(_ text: String, _ milliseconds: Int64) throws {
    #expect(try #require(Timestamp(iso8601: text)).milliseconds == milliseconds)
  }

  @Test(
    "fractions count to the millisecond, finer digits are cut off",
    arguments: [
      ("1970-01-01T00:00:00.5Z", 500), ("1970-01-01T00:00:00.250Z", 250), ("1970-01-01T00:00:00,007Z", 7),
      ("1970-01-01T00:00:01.0019999Z", 1001), ("1970-01-01T00:00:00.0009Z", 0),
    ] as [(String, Int64)])
  func fractions(_ text: String, _ milliseconds: Int64) throws {
    #expect(try #require(Timestamp(iso8601: text)).milliseconds == milliseconds)
  }

  @Test("a leap second is the first second after it")
  func leapSecond() throws {
    // The leap second of 31 December 2016.
    let after = try #require(Timestamp(iso8601: "2017-01-01T00:00:00Z"))
    #expect(Timestamp(iso8601: "2016-12-31T23:59:60Z") == after)
    #expect(Timestamp(iso8601: "2017-01-01T00:59:60+01:00") == after)
    #expect(Timestamp(iso8601: "2016-12-31T23:59:60.250Z") == after + .milliseconds(250))
    // It opens no quarter hour of its own.
    #expect(try QuarterHour(containing: #require(Timestamp(iso8601: "2016-12-31T23:59:60Z"))).start == after)
  }

  @Test("24:00 is the end of the day")
  func endOfDay() {
    #expect(Timestamp(iso8601: "2026-03-28T24:00:00Z") == Timestamp(iso8601: "2026-03-29T00:00:00Z"))
    #expect(Timestamp(iso8601: "2026-12-31T24:00+01:00") == Timestamp(iso8601: "2026-12-31T23:00Z"))
  }

  @Test(
    "are nil without a zone, with impossible parts, or for anything else",
    arguments: [
      "2026-03-29T01:00:00", "2026-03-29 01:00", "2026-03-29", "2026-03-29Z", "", "now", "2026-02-29T00:00Z", "2026-13-01T00:00Z",
      "2026-00-01T00:00Z", "2026-01-00T00:00Z", "2026-01-01T24:01Z", "2026-01-01T24:00:60Z", "2026-01-01T24:00:00.1Z",
      "2026-01-01T25:00Z", "2026-01-01T00:60Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+02:",
      "2026-01-01T00:00:00+2:00", "2026-01-01T00:00:00+16:00", "2026-01-01T00:00:00+02:60", "2026-01-01T00:00:00 +02:00",
      "2026-01-01T00:00:00+02:00:00", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00 UTC", " 2026-01-01T00:00Z", "26-01-01T00:00Z",
      "2026-1-01T00:00Z", "2026-01-01T0:00Z", "2026-+1-01T00:00Z", "2026-01-01T00:-1Z", "+026-01-01T00:00Z", "2026/01/01T00:00Z",
      "2026-01-01X00:00Z", "٢٠٢٦-01-01T00:00Z",
    ])
  func refused(_ text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test("a clock reading is told apart from its zone")
  func clockReadings() throws {
    let bare = try #require(LocalInstant.parse("1970-01-02T01:00"))
    #expect(bare.local.milliseconds == 90_000_000)
    #expect(bare.offset == nil)
    let zoned = try #require(LocalInstant.parse("1970-01-02T01:00-03:30"))
    #expect(zoned.local == bare.local)
    #expect(zoned.offset == -12_600)
    #expect(try #require(LocalInstant.parse("1970-01-02T01:00Z")).offset == 0)
  }

  @Test(
    "are written in UTC, with milliseconds only where there are any",
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_774_746_000_000, "2026-03-29T01:00:00Z"), (1_774_746_000_007, "2026-03-29T01:00:00.007Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00Z"), (951_868_799_900, "2000-02-29T23:59:59.900Z"),
    ] as [(Int64, String)])
  func description(_ milliseconds: Int64, _ text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }

  @Test("what is written is read back, for random instants from 1600 to 2400", arguments: [1] as [UInt64])
  func roundTrip(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let instant = Timestamp(milliseconds: .random(in: -11_676_096_000_000...13_601_000_000_000, using: &generator))
      #expect(Timestamp(iso8601: instant.description) == instant, "seed \(seed)")
    }
  }

  @Test("differ by durations and move by them")
  func arithmetic() {
    let instant = Timestamp(milliseconds: 1000)
    #expect(instant + .seconds(2) == Timestamp(milliseconds: 3000))
    #expect(instant - .seconds(2) == Timestamp(milliseconds: -1000))
    #expect(instant - Timestamp(milliseconds: 3500) == .milliseconds(-2500))
    #expect(Timestamp(milliseconds: -1) < Timestamp(milliseconds: 0))
  }
}
