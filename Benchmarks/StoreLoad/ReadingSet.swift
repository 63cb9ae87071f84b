import CommunityModel
import Foundation
import MarketTime
import Readings

/// A file of readings as `Benchmarks/store/sets.py` describes it: a line of 512 bytes, then for each tick the times of all meters and
/// their values, 64-bit integers.
struct ReadingSet {
  private static let headBytes = 512

  let meters: Int
  let channels: [Channel]
  let ticks: Int
  /// How many series of the file are taken, from the first on.
  let columns: Int
  private let bytes: Data

  /// - Parameters:
  ///   - columns: how many series are taken; all of them when there are fewer.
  ///   - ticks: how many ticks are taken; all of them when there are fewer.
  init(path: String, columns: Int, ticks: Int) throws {
    bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    let words = String(decoding: bytes.prefix(Self.headBytes), as: UTF8.self).split(whereSeparator: \.isWhitespace)
    let numbers = words.prefix(4).compactMap { Int($0) }
    let channels = words.dropFirst(4).compactMap { Channel(rawValue: String($0)) }
    guard numbers.count == 4, channels.count == numbers[1] else { throw CocoaError(.fileReadCorruptFile) }
    meters = numbers[0]
    self.channels = channels
    self.columns = min(columns, meters * channels.count)
    self.ticks = min(ticks, numbers[2])
    guard bytes.count >= Self.headBytes + self.ticks * 8 * meters * (1 + channels.count) else {
      throw CocoaError(.fileReadCorruptFile)
    }
  }

  /// The series that are taken, in the file's order.
  var keys: [SeriesKey] {
    (0..<columns).map { column in
      SeriesKey(MeteringPoint.ID("M\(column / channels.count)"), channels[column % channels.count])
    }
  }

  /// The readings of a tick, one of each of `keys`.
  func readings(_ tick: Int, of keys: [SeriesKey]) -> [Reading] {
    bytes.withUnsafeBytes { bytes in
      let begin = Self.headBytes + tick * 8 * meters * (1 + channels.count)
      func number(_ place: Int) -> Int64 { bytes.loadUnaligned(fromByteOffset: begin + 8 * place, as: Int64.self) }
      return keys.enumerated().map { column, key in
        Reading(key, at: Timestamp(milliseconds: number(column / channels.count)), value: number(meters + column))
      }
    }
  }

  /// When the first meter was read in `tick`, ms.
  func time(of tick: Int) -> Int64 { readings(tick, of: Array(keys.prefix(1)))[0].time.milliseconds }

  /// Where the hour begins in which the last tick lies. Polls are at most 50 ms off their tick.
  var firstTickOfLastHour: Int {
    let begin = time(of: ticks - 1) / 3_600_000 * 3_600_000 - 50
    return (0..<ticks).first { time(of: $0) >= begin } ?? 0
  }

  /// The readings of `meters` that are taken, before tick `end`, as a history file of each would bring them.
  func columns(of meters: Range<Int>, until end: Int) -> [ReadingColumns] {
    bytes.withUnsafeBytes { bytes in
      func number(_ tick: Int, _ place: Int) -> Int64 {
        let row = Self.headBytes + tick * 8 * self.meters * (1 + channels.count)
        return bytes.loadUnaligned(fromByteOffset: row + 8 * place, as: Int64.self)
      }
      return meters.compactMap { meter in
        var values: [Channel: [Int64]] = [:]
        for (place, channel) in channels.enumerated() where meter * channels.count + place < columns {
          values[channel] = (0..<end).map { number($0, self.meters + meter * channels.count + place) }
        }
        return ReadingColumns(
          point: MeteringPoint.ID("M\(meter)"), times: (0..<end).map { Timestamp(milliseconds: number($0, meter)) },
          values: values)
      }
    }
  }

  /// How many meters have a series that is taken.
  var takenMeters: Int { (columns + channels.count - 1) / channels.count }

  /// From the first tick's quarter hour to the end of the last one's.
  var span: Range<Timestamp> {
    let first = readings(0, of: Array(keys.prefix(1)))[0].time.milliseconds
    let last = readings(ticks - 1, of: Array(keys.prefix(1)))[0].time.milliseconds
    let start = (first + 60_000) / 900_000 * 900_000
    return Timestamp(milliseconds: start - 60_000)..<Timestamp(milliseconds: last + 60_000)
  }

  /// The quarter hours of `span`.
  var quarters: Range<QuarterHour> {
    QuarterHour(containing: span.lowerBound)..<QuarterHour(containing: span.upperBound).advanced(by: 1)
  }
}
