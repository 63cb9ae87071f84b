import Foundation
import MarketTime
import Readings
import SQLiteStore
import Synchronization

/// `store-load load|commits|QUESTION SET FOLDER COLUMNS TICKS`: the store's part in `Benchmarks/run --only store`.
///
/// `load` brings the set in as fast as it goes, `commits` with one durable commit a tick; any other word is a question to the store
/// that was loaded before. Prints what that took as one line of JSON.
@main
enum StoreLoad {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 6, let columns = Int(words[4]), let ticks = Int(words[5]) else {
      FileHandle.standardError.write(Data("usage: store-load load|commits|QUESTION SET FOLDER COLUMNS TICKS\n".utf8))
      exit(64)
    }
    let set = try ReadingSet(path: words[2], columns: columns, ticks: ticks)
    let path = words[3] + "/readings.sqlite"
    switch words[1] {
    case "load": try bring(set, into: path, ticksACommit: max(1, bulkReadings / set.columns))
    case "commits": try bring(set, into: path, ticksACommit: 1)
    default: try ask(words[1], of: set, at: path)
    }
  }

  /// How many readings a bulk append takes at once.
  private static let bulkReadings = 100_000

  private static func bring(_ set: ReadingSet, into path: String, ticksACommit: Int) throws {
    let keys = set.keys
    let clock = Mutex(set.span.lowerBound)
    let store = try ReadingsDatabase(writing: path, now: { clock.withLock { $0 } })
    let (cpuBefore, writtenBefore, began) = (cpuSeconds(), try bytesWritten(), ContinuousClock().now)
    var added = 0
    for first in stride(from: 0, to: set.ticks, by: ticksACommit) {
      let readings = (first..<min(set.ticks, first + ticksACommit)).flatMap { set.readings($0, of: keys) }
      if let last = readings.last { clock.withLock { $0 = last.time } }
      added += try append(readings, to: store).added
    }
    try store.close()
    let wall = began.duration(to: ContinuousClock().now) / .seconds(1)
    print(
      """
      {"readings": \(added), "cpu": \(cpuSeconds() - cpuBefore), "wall": \(wall), \
      "written": \(try bytesWritten() - writtenBefore)}
      """)
  }

  /// A bulk append of its own will stand here when the store has one.
  private static func append(_ readings: [Reading], to store: ReadingsDatabase) throws -> AppendOutcome {
    try store.append(readings)
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
