import CommunityModel
import Foundation
import MarketTime
import Readings
import SQLiteStore

/// `ten-years make|QUESTION FOLDER`: a store that has collected 200 values every 10 s for ten years and keeps them for 90
/// days, and what it takes to ask it. Prints one line of JSON.
///
/// What has been dropped by the end is brought in every 4 min instead of every 10 s: the quarter hours that are left of it take the same room
/// and work, and making the store takes minutes instead of hours.
@main
enum TenYears {
  private static let points = 100
  private static let years = 10
  private static let retention = Retention(readings: .days(90))
  private static let day: Int64 = 86_400_000
  /// 2026-06-01T00:00:00Z
  private static let end: Int64 = 1_780_272_000_000
  private static let keys = (0..<points).flatMap { point in
    [Channel.activePower, .energyImport].map { SeriesKey(.init("M\(point)"), $0) }
  }

  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 3 else {
      FileHandle.standardError.write(Data("usage: ten-years make|QUESTION FOLDER\n".utf8))
      exit(64)
    }
    let path = words[2] + "/readings.sqlite"
    if words[1] == "make" { try make(path) } else { try ask(words[1], at: path) }
  }

  // MARK: - Making

  private static func make(_ path: String) throws {
    let now = Timestamp(milliseconds: end + 3 * 3_600_000)
    let store = try ReadingsDatabase(writing: path, now: { now })
    let keptFrom = end - 92 * day
    var meters = (0..<points).map { Meter(seed: UInt64($0)) }
    var (begin, added, months) = (end - Int64(years) * 365 * day, 0, 0)
    while begin < end {
      let next = min(end, monthAfter(begin))
      let step: Int64 = next > keptFrom ? 10_000 : 240_000
      // Some four million readings at a time.
      let atOnce = max(1, 2_000_000 * Int(step) / Int(next - begin))
      for first in stride(from: 0, to: points, by: atOnce) {
        let blocks = (first..<min(first + atOnce, points)).compactMap {
          meters[$0].columns(.init("M\($0)"), from: begin, to: next, every: step)
        }
        added += try store.append(columns: blocks).added
      }
      begin = next
      months += 1
      if months.isMultiple(of: 6) || begin == end { _ = try store.drop(retention, at: Timestamp(milliseconds: begin)) }
    }
    try store.mergeChunks()
    let status = try store.status()
    try store.close()
    print("{\"readings\": \(added), \"kept\": \(status.readings), \"bytes\": \(status.totalBytes), \"cpu\": \(cpuSeconds())}")
  }

  private static func monthAfter(_ time: Int64) -> Int64 {
    let date = LocalDay(number: Int(time / day)).components
    let first = LocalDay(year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
    return Int64(first?.number ?? 0) * day
  }

  // MARK: - Asking

  private static func ask(_ question: String, at path: String) throws {
    let began = ContinuousClock().now
    let store = try ReadingsDatabase(readingOnly: path)
    func quarters(daysBack: Int64, days: Int64) -> Range<QuarterHour> {
      let first = QuarterHour(containing: Timestamp(milliseconds: end - daysBack * day))
      return first..<first.advanced(by: Int(days) * 96)
    }
    var rows = 0
    func count(_ keys: [SeriesKey], _ span: Range<QuarterHour>) throws {
      rows += try store.energies(of: keys, in: span).values.reduce(0) { $0 + $1.values.count { $0 != .missing } }
      rows += try store.sums(of: keys.filter { !$0.channel.isCounter }, in: span).values.reduce(0) {
        $0 + $1.values.count { $0.count > 0 }
      }
    }
    switch question {
    case "open": rows = try store.latest(asOf: Timestamp(milliseconds: .max)).count
    case "month": try count([keys[100]], quarters(daysBack: 40, days: 31))
    case "month-counter": try count([keys[101]], quarters(daysBack: 40, days: 31))
    case "month-ago": try count([keys[100]], quarters(daysBack: 5 * 365, days: 31))
    case "month-counter-ago": try count([keys[101]], quarters(daysBack: 5 * 365, days: 31))
    case "year": try count(keys, quarters(daysBack: 365, days: 365))
    case "year-ago": try count(keys, quarters(daysBack: 6 * 365, days: 365))
    default: exit(64)
    }
    let wall = began.duration(to: ContinuousClock().now) / .seconds(1)
    print("{\"cpu\": \(cpuSeconds()), \"wall\": \(wall), \"rows\": \(rows)}")
  }

  /// CPU seconds of this process, from its very start.
  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A meter whose power is noise of 0.1 W around a level that follows the day and steps now and then, with a counter that agrees.
private struct Meter {
  private var state: UInt64
  private var level: Int64
  private var counted: Int64 = 0

  init(seed: UInt64) { (state, level) = (seed &* 0x9E37_79B9_7F4A_7C15 | 1, Int64(seed % 40 + 3) * 100_000) }

  private mutating func random() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  mutating func columns(_ point: MeteringPoint.ID, from begin: Int64, to end: Int64, every step: Int64) -> ReadingColumns? {
    var (times, powers, counts): ([Timestamp], [Int64], [Int64]) = ([], [], [])
    for time in stride(from: begin, to: end, by: Int(step)) {
      if random() % 200 == 0 { level = Int64(random() % 60 + 1) * 100_000 }
      let power = level + Int64(random() % 101) * 100 + Int64(8 - abs(time / 3_600_000 % 24 - 12)) * 20_000
      counted += power * step / 3_600_000
      times.append(Timestamp(milliseconds: time))
      powers.append(power)
      counts.append(counted)
    }
    return ReadingColumns(point: point, times: times, values: [.activePower: powers, .energyImport: counts])
  }
}
