import Foundation
import MarketTime
import Readings
import SQLiteStore
import Synchronization

/// `store-load load|live|behind|commits|QUESTION SET FOLDER COLUMNS TICKS`: the store's part in `Benchmarks/run --only store`.
///
/// `load` brings the set in as fast as it goes, `live` its last hour poll by poll, `behind` one series after the other,
/// each behind the end of the one before, `commits` with one durable commit a tick; any other word is a question to the store
/// that was loaded before. Prints what that took as one line of JSON.
@main
enum StoreLoad {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 6, let columns = Int(words[4]), let ticks = Int(words[5]) else {
      FileHandle.standardError.write(Data("usage: store-load load|live|behind|commits|QUESTION SET FOLDER COLUMNS TICKS\n".utf8))
      exit(64)
    }
    let set = try ReadingSet(path: words[2], columns: columns, ticks: ticks)
    let path = words[3] + "/readings.sqlite"
    switch words[1] {
    case "load": try load(set, into: path)
    case "live": try loadLive(set, into: path)
    case "behind": try loadBehind(set, into: path)
    case "commits": try commit(set, into: path)
    default: try ask(words[1], of: set, at: path)
    }
  }

  /// How many readings a bulk append takes at once, about.
  private static let bulkReadings = 4_000_000

  /// Brings the history of some meters after the other's in, and merges what can be merged. History is older than an hour.
  private static func load(_ set: ReadingSet, into path: String) throws {
    let now = Timestamp(milliseconds: set.span.upperBound.milliseconds + 2 * 3_600_000)
    try measure(set, into: path, now: { now }) { store in try bring(set, until: set.ticks, into: store) }
  }

  /// The same, but the set's last hour is brought in as it is read: the store of a collector that goes on.
  private static func loadLive(_ set: ReadingSet, into path: String) throws {
    let keys = set.keys
    let live = set.firstTickOfLastHour
    let now = Timestamp(milliseconds: set.time(of: live) + 3_600_000)
    try measure(set, into: path, now: { now }) { store in
      var added = try bring(set, until: live, into: store)
      for tick in live..<set.ticks { added += try store.append(set.readings(tick, of: keys)).added }
      return added
    }
  }

  /// The same as single readings, one channel of all meters after the other and the second half of its time first, as from files of one
  /// series each.
  private static func loadBehind(_ set: ReadingSet, into path: String) throws {
    let now = Timestamp(milliseconds: set.span.upperBound.milliseconds + 2 * 3_600_000)
    try measure(set, into: path, now: { now }) { store in
      var added = 0
      var batch: [Reading] = []
      func flush() throws {
        added += try store.append(batch).added
        batch.removeAll(keepingCapacity: true)
      }
      for channel in set.channels {
        for half in [set.ticks / 2..<set.ticks, 0..<set.ticks / 2] {
          for meter in 0..<set.takenMeters {
            for columns in set.columns(of: meter..<meter + 1, until: set.ticks) {
              let key = SeriesKey(columns.point, channel)
              guard let values = columns.values[channel] else { continue }
              batch += half.map { Reading(key, at: columns.times[$0], value: values[$0]) }
              if batch.count >= 200_000 { try flush() }
            }
          }
        }
      }
      try flush()
      try store.mergeChunks()
      try store.rewriteWasteful()
      return added
    }
  }

  private static func bring(_ set: ReadingSet, until end: Int, into store: ReadingsDatabase) throws -> Int {
    let metersAtOnce = max(1, bulkReadings / (set.channels.count * set.ticks))
    var added = 0
    for first in stride(from: 0, to: set.takenMeters, by: metersAtOnce) {
      let meters = first..<min(first + metersAtOnce, set.takenMeters)
      added += try store.append(columns: set.columns(of: meters, until: end)).added
    }
    try store.mergeChunks()
    return added
  }

  /// Brings the set in as it is read: one durable commit a tick.
  private static func commit(_ set: ReadingSet, into path: String) throws {
    let keys = set.keys
    let clock = Mutex(set.span.lowerBound)
    try measure(set, into: path, now: { clock.withLock { $0 } }) { store in
      var added = 0
      for tick in 0..<set.ticks {
        let readings = set.readings(tick, of: keys)
        if let last = readings.last { clock.withLock { $0 = last.time } }
        added += try store.append(readings).added
      }
      return added
    }
  }

  private static func measure(
    _ set: ReadingSet, into path: String, now: @escaping @Sendable () -> Timestamp, _ body: (ReadingsDatabase) throws -> Int
  ) throws {
    let store = try ReadingsDatabase(writing: path, now: now)
    let (cpuBefore, writtenBefore, began) = (cpuSeconds(), try bytesWritten(), ContinuousClock().now)
    let added = try body(store)
    try store.close()
    let wall = began.duration(to: ContinuousClock().now) / .seconds(1)
    print(
      """
      {"readings": \(added), "cpu": \(cpuSeconds() - cpuBefore), "wall": \(wall), \
      "written": \(try bytesWritten() - writtenBefore)}
      """)
  }

  /// Asks until an answer is no longer the first, or took long anyway; tells the median.
  private static func ask(_ question: String, of set: ReadingSet, at path: String) throws {
    let questions = StoreQuestions(store: try ReadingsDatabase(readingOnly: path), set: set)
    var times: [Double] = []
    var answer = Answer()
    for round in 0..<6 {
      let before = cpuSeconds()
      guard let summed = try questions.ask(question) else {
        FileHandle.standardError.write(Data("store-load: no question \(question)\n".utf8))
        exit(64)
      }
      let time = cpuSeconds() - before
      answer = summed()
      if round > 0 || time > 1 { times.append(time) }
      if time > 1 { break }
    }
    times.sort()
    print("{\"cpu\": \(times[times.count / 2]), \"rows\": \(answer.rows), \"sum\": \(answer.sum)}")
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Bytes that this process has sent towards the disk so far.
  private static func bytesWritten() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/io", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
    return line.flatMap { Int($0.dropFirst("write_bytes:".count).trimmingCharacters(in: .whitespaces)) } ?? 0
  }
}
