public import CommunityModel
public import MarketTime
import Quantities
public import Readings

/// Quarter hours as text, a line each, exact to the last digit; docs/formats/exchange.md shows both forms.
///
/// They have other names than readings have, so that nobody takes the energy of a quarter hour for what a counter showed.
public struct QuarterHourText {
  private let form: ReadingText.Form

  /// A writer of `form`.
  public init(_ form: ReadingText.Form) { self.form = form }

  /// What stands before the first quarter hour.
  public var header: String { form == .csv ? "quarter_hour,point,channel,unit,value,quality,readings\n" : "" }

  /// The line of `key` in `quarter`, with its end.
  ///
  /// - Parameters:
  ///   - value: in the channel's unit.
  ///   - readings: of how many readings it is the mean; nil for what a counter counted.
  public func line(
    _ quarter: QuarterHour, _ key: SeriesKey, value: Int64, quality: IntervalEnergy.Quality, readings: Int?
  ) -> String {
    let unit = key.channel.unit.customary
    let number = Self.decimal(value, per: unit.count)
    let name = quality.name
    switch form {
    case .csv:
      return
        "\(quarter),\(key.point),\(key.channel.rawValue),\(unit.symbol),\(number),\(name),\(readings.map(String.init) ?? "")\n"
    case .influx:
      let fields = "value=\(number),quality=\"\(name)\"" + (readings.map { ",readings=\($0)i" } ?? "")
      let time = quarter.start.milliseconds
      return
        "\(key.channel.rawValue)_15min,point=\(key.point),unit=\(unit.symbol) \(fields) \(time == 0 ? "0" : "\(time)000000")\n"
    }
  }

  /// `count / unit`, a power of ten, without zeros at the end.
  private static func decimal(_ count: Int64, per unit: Int64) -> String {
    let magnitude = unit.magnitude
    let rest = String(count.magnitude % magnitude + magnitude).dropFirst()
    let decimals = rest.reversed().drop { $0 == "0" }.reversed()
    return (count < 0 ? "-" : "") + String(count.magnitude / magnitude) + (decimals.isEmpty ? "" : "." + String(decimals))
  }
}
