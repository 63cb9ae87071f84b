public import MarketTime
public import Quantities

/// What is expected in each quarter hour, and from what that was concluded.
public struct Forecast: Sendable, Equatable {
  /// What one quarter hour's value rests on.
  public enum Basis: Hashable, Sendable {
    /// The mean of the same local time on so many days of the same kind.
    case similarDays(Int)
    /// The mean of the same local time on so many recent days of any kind.
    case recentDays(Int)
    /// A standard load profile.
    case standardProfile(String)
    /// A mean shape of the month, scaled by the plant's peak power.
    case shape
    /// A file that someone provided.
    case file
    /// Nothing: there is no value.
    case nothing
  }

  /// The expected mean power, at least zero for loads and for generation alike; nil where nothing is known.
  public let power: TimeSeries<Power?>
  /// What each value rests on; covers the same span as `power`.
  public let basis: TimeSeries<Basis>

  /// A forecast whose basis is told for each quarter hour; `basis` is cut or filled with `.nothing` to the span of `power`.
  public init(power: TimeSeries<Power?>, basis: TimeSeries<Basis>) {
    self.power = power
    self.basis = basis.over(power.span, padding: .nothing)
  }

  /// A forecast with one `basis` for all its values.
  public init(power: TimeSeries<Power?>, basis: Basis) {
    self.init(power: power, basis: power.map { $0 == nil ? .nothing : basis })
  }

  /// From the first quarter hour to behind the last.
  public var span: Range<QuarterHour> { power.span }

  /// The values, when there is one for every quarter hour; else nil.
  public var complete: TimeSeries<Power>? {
    let known = power.values.compactMap { $0 }
    return known.count == power.values.count ? TimeSeries(start: power.start, values: known) : nil
  }

  /// How many quarter hours rest on what.
  public var summary: [Basis: Int] { basis.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

  /// This forecast, with the values of `other` where it has none of its own.
  public func filled(by other: Forecast) -> Forecast {
    var power = power
    var basis = basis
    for (position, quarter) in span.enumerated() where power.values[position] == nil {
      guard let value = other.power[quarter] ?? nil else { continue }
      power.values[position] = value
      basis.values[position] = other.basis[quarter] ?? .nothing
    }
    return Forecast(power: power, basis: basis)
  }
}
