public import MarketTime
public import Quantities

/// The highest mean import power over a quarter hour, P = 4 x kWh / h, and when: the quarter hour is what the
/// grid operator bills.
public struct PeakImport: Hashable, Sendable {
  /// Mean power over the quarter hour.
  public let power: Power
  /// Which one; the first where several are equal.
  public let quarterHour: QuarterHour

  /// A peak; see the properties.
  public init(power: Power, quarterHour: QuarterHour) {
    self.power = power
    self.quarterHour = quarterHour
  }
}

/// The highest quarter hours of import of a period, and how many are above what is agreed.
///
/// Values of one minute have higher peaks: never compare the two (worked example K11: 2.4 kWh are 9.6 kW).
public struct PeakImports: Hashable, Sendable {
  /// How many are kept.
  public static let kept = 10

  /// The ten highest, highest first; of equals the earlier first. Without import there are none.
  public private(set) var highest: [PeakImport] = []
  /// What is agreed; nil where nothing is.
  public let limit: Power?
  /// How many quarter hours are above it; nil where nothing is agreed.
  public private(set) var aboveLimit: Int?
  private var first: QuarterHour?

  /// No peaks yet.
  public init(limit: Power? = nil) {
    self.limit = limit
    aboveLimit = limit.map { _ in 0 }
  }

  /// The first of the highest; nil where no quarter hour is known.
  public var peak: PeakImport? { highest.first ?? first.map { PeakImport(power: .zero, quarterHour: $0) } }

  /// Enters the import of a quarter hour, later than those before.
  mutating func enter(_ energy: Energy, at quarter: QuarterHour) {
    if first == nil { first = quarter }
    let power = energy.meanPower(over: QuarterHour.duration)
    if let limit, power > limit { aboveLimit = (aboveLimit ?? 0) + 1 }
    guard power > .zero, highest.count < Self.kept || power > highest[highest.count - 1].power else { return }
    let place = highest.firstIndex { $0.power < power } ?? highest.count
    highest.insert(PeakImport(power: power, quarterHour: quarter), at: place)
    if highest.count > Self.kept { highest.removeLast() }
  }
}
