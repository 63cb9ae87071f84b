import CommunityModel
import MarketTime
import Quantities
public import Readings

/// Readings as text, a line a reading, exact to the last digit; docs/formats/series-files.md shows both forms.
public struct ReadingText {
  /// How a reading is written.
  public enum Form: String, CaseIterable, Sendable {
    /// `2026-03-01T00:00:00.000Z,GRID-1,energy_import,kWh,12345.678`, below a header.
    case csv
    /// `energy_import,point=GRID-1,unit=kWh value=12345.678 1772323200000000000`: InfluxDB's line protocol, time in ns.
    case influx
  }

  private let form: Form
  /// What stands before and behind the number, for each series.
  private var series: [SeriesKey: Frame] = [:]
  private var time: (milliseconds: Int64, text: [UInt8])?

  private struct Frame {
    let before: [UInt8]
    /// The customary unit is 10 to this power times the channel's.
    let decimals: Int
  }

  /// A writer of `form`.
  public init(_ form: Form) { self.form = form }

  /// What stands before the first reading.
  public var header: String { form == .csv ? "time,point,channel,unit,value\n" : "" }

  /// Writes `reading` behind `text`, with the end of the line.
  public mutating func write(_ reading: Reading, to text: inout [UInt8]) {
    let frame = frame(of: reading.series)
    let time = timeText(reading.time)
    switch form {
    case .csv:
      text += time
      text += frame.before
      Self.write(reading.value, decimals: frame.decimals, to: &text)
    case .influx:
      text += frame.before
      Self.write(reading.value, decimals: frame.decimals, to: &text)
      text.append(UInt8(ascii: " "))
      text += time
    }
    text.append(UInt8(ascii: "\n"))
  }

  private mutating func frame(of key: SeriesKey) -> Frame {
    if let known = series[key] { return known }
    let unit = key.channel.unit.customary
    // All customary units are worth a power of ten of the channel's.
    var decimals = 0
    var worth: Int64 = 1
    while worth < unit.count { (worth, decimals) = (worth * 10, decimals + 1) }
    let before: String
    switch form {
    case .csv: before = ",\(key.point),\(key.channel.rawValue),\(unit.symbol),"
    case .influx: before = "\(key.channel.rawValue),point=\(key.point),unit=\(unit.symbol) value="
    }
    let frame = Frame(before: Array(before.utf8), decimals: decimals)
    series[key] = frame
    return frame
  }

  private mutating func timeText(_ instant: Timestamp) -> [UInt8] {
    if let time, time.milliseconds == instant.milliseconds { return time.text }
    let text: String
    switch form {
    case .csv:
      let written = instant.description
      text = written.contains(".") ? written : written.dropLast() + ".000Z"
    case .influx: text = instant.milliseconds == 0 ? "0" : "\(instant.milliseconds)000000"
    }
    time = (instant.milliseconds, Array(text.utf8))
    return Array(text.utf8)
  }

  /// `count / 10^decimals`, without zeros at the end.
  private static func write(_ count: Int64, decimals: Int, to text: inout [UInt8]) {
    if count < 0 { text.append(UInt8(ascii: "-")) }
    var digits: [UInt8] = []
    var rest = count.magnitude
    while rest > 0 || digits.count <= decimals {
      digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    let zeros = digits.prefix(decimals).prefix { $0 == UInt8(ascii: "0") }.count
    text += digits[decimals...].reversed()
    guard zeros < decimals else { return }
    text.append(UInt8(ascii: "."))
    text += digits[zeros..<decimals].reversed()
  }
}
