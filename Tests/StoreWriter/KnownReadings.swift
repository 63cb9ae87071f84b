import CommunityModel
import MarketTime
import Readings

/// Readings that anyone can work out again from a seed: batch after batch, as a collector would append them, some late, some repeated.
///
/// Batch n holds 20 series of four points five minutes after batch n-1, and one that tells n; every 50th batch comes some hours later.
/// It begins four hours before the end of a month, so that sealing soon makes a second file.
struct KnownReadings {
  /// How far behind a late reading may lie, in batches.
  static let latest = 30

  private static let counting = SeriesKey("COUNT", .energyImport)
  private static let points = ["GRID-1", "PV-1", "HEAT-1", "WALLBOX-1"]
  private static let channels: [Channel] = [.energyImport, .energyExport, .activePower, .voltageL1, .currentL1]
  /// 2026-01-31T20:00:00Z, ms.
  private static let begin: Int64 = 1_769_889_600_000

  /// Repeats a run.
  let seed: UInt64

  /// All series.
  static let keys = [counting] + points.flatMap { point in channels.map { SeriesKey(.init(point), $0) } }

  /// The readings of batch `number`, from 1 on; the same each time.
  func batch(_ number: Int) -> [Reading] {
    var readings = onTime(number)
    let dice = mixed(UInt64(number))
    if number > 1, dice % 6 == 0 { readings += onTime(number - 1) }
    if dice >> 8 & 7 == 0 {
      let distance = 1 + Int(dice >> 16) % Self.latest
      let key = Self.keys[1 + Int(dice >> 32) % (Self.keys.count - 1)]
      if distance < number { readings.append(reading(key, at: time(of: number - distance) + 1000)) }
    }
    return readings
  }

  /// When the readings of batch `number` were taken, ms; later batches have none before it, but for those that are late.
  func time(of number: Int) -> Int64 {
    Self.begin + Int64(number + number / 50 * 40) * 300_000 + Int64(mixed(UInt64(number) ^ 0xA5A5) % 200) * 1000
  }

  /// The number of the last batch in `latest`, the last sample of each series; 0 where there is none.
  static func last(in latest: [SeriesKey: Sample]) -> Int { latest[counting].map { Int($0.value) } ?? 0 }

  /// What a store holds after `last` batches at and after the time of batch `first`, by series and time.
  func expected(from first: Int, through last: Int) -> [SeriesKey: [Int64: Int64]] {
    guard first <= last else { return [:] }
    let begin = time(of: first)
    var expected: [SeriesKey: [Int64: Int64]] = [:]
    for number in first...last {
      for reading in batch(number) where reading.time.milliseconds >= begin {
        expected[reading.series, default: [:]][reading.time.milliseconds] = reading.value
      }
    }
    return expected
  }

  private func onTime(_ number: Int) -> [Reading] {
    let time = time(of: number)
    return [Reading(Self.counting, at: Timestamp(milliseconds: time), value: Int64(number))]
      + Self.keys.dropFirst().enumerated().map { index, key in
        // The last two series belong to a second device of their point.
        reading(key, at: index < Self.keys.count - 3 ? time : time + 7000)
      }
  }

  private func reading(_ key: SeriesKey, at time: Int64) -> Reading {
    let index = UInt64(Self.keys.firstIndex(of: key) ?? 0)
    let noise = Int64(mixed(UInt64(bitPattern: time) &* 31 &+ index) % 100_000)
    return Reading(
      key, at: Timestamp(milliseconds: time),
      value: key.channel.isCounter ? (time - Self.begin) / 10 + noise % 10 : noise - 50_000)
  }

  private func mixed(_ number: UInt64) -> UInt64 {
    var value = (seed &+ number) &* 0x9E37_79B9_7F4A_7C15
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
