public import MarketTime

/// How long a store keeps what it holds, by class. What nobody has limited is kept for ever.
///
/// `docs/retention.md` says what the classes are and what the law asks for.
public struct Retention: Hashable, Sendable {
  /// How long something is kept.
  public enum Limit: Hashable, Sendable {
    /// For ever.
    case forever
    /// So many days after it was measured, at least 31.
    case days(Int)
    /// Until three years after the end of the year in which it was measured: the longest that German law leaves a metering operator
    /// (MsbG section 60 (6)).
    case byLaw
  }

  /// Of readings that were taken more often than every 5 min, of which quarter hours have been made.
  public var readings: Limit
  /// Of quarter hours, and of readings that were taken every 5 min or less often.
  public var quarterHours: Limit
  /// Of events, values put aside and values that contradict others.
  public var events: Limit

  /// These limits.
  public init(readings: Limit = .forever, quarterHours: Limit = .forever, events: Limit = .forever) {
    (self.readings, self.quarterHours, self.events) = (readings, quarterHours, events)
  }

  /// Keeps everything for ever.
  public static let everything = Retention()

  /// Whether quarter hours may have to go before the readings that they were made of, which makes no sense.
  public var dropsQuarterHoursFirst: Bool {
    readings != quarterHours && readings.longest > quarterHours.shortest
  }
}

extension Retention: CustomStringConvertible {
  /// As it is told: `readings 90 d, quarter hours by_law, events forever`.
  public var description: String { "readings \(readings), quarter hours \(quarterHours), events \(events)" }
}

extension Retention.Limit {
  /// Days that a limit may have: files are dropped by the month, and a hundred years are for ever.
  public static let days = 31...36_500

  /// As it is written: `forever`, `by_law`, `90d` or `90 d`; nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "forever": self = .forever
    case "by_law", "by-law": self = .byLaw
    default:
      guard text.hasSuffix("d"), let days = Int(text.dropLast().filter { $0 != " " }), Self.days.contains(days) else {
        return nil
      }
      self = .days(days)
    }
  }

  /// What was measured before this is to be dropped at `now`; nil for nothing.
  public func end(at now: Timestamp) -> Timestamp? {
    switch self {
    case .forever: return nil
    case .days(let days): return now - .seconds(days * 86_400)
    case .byLaw:
      let today = LocalDay(number: Int(now.milliseconds.floored(by: 86_400_000)))
      return LocalDay(year: today.components.year - Self.yearsByLaw, month: 1, day: 1).map {
        Timestamp(milliseconds: Int64($0.number) * 86_400_000)
      }
    }
  }

  private static let yearsByLaw = 3

  /// At most and at least so many days.
  fileprivate var longest: Int { span.upperBound }
  fileprivate var shortest: Int { span.lowerBound }

  private var span: ClosedRange<Int> {
    switch self {
    case .forever: .max ... .max
    case .days(let days): days...days
    case .byLaw: 3 * 365...4 * 366
    }
  }
}

extension Retention.Limit: CustomStringConvertible {
  /// As it is written in a file.
  public var description: String {
    switch self {
    case .forever: "forever"
    case .days(let days): "\(days) d"
    case .byLaw: "by_law"
    }
  }
}
