public import CommunityModel
public import MarketTime
public import Quantities

/// Until when a day's values are waited for before its summaries go out, and what happens then. Knows no clock of its own.
///
/// | how many values are there | before `end` | from `end` on |
/// |---|---|---|
/// | `coverage` of `summaries.yaml` or more | send | send |
/// | less | wait, and look again every five minutes and at `end` | send as incomplete, or skip, as `when_incomplete` says |
public struct CoverageRule: Sendable {
  /// How long after one look the next is.
  public static let pace: Duration = .seconds(300)

  /// When waiting ends: `wait_until` on the day after.
  public let end: Timestamp
  private let least: Fraction
  private let whenIncomplete: SummarySettings.WhenIncomplete

  /// The rule of `settings` for `day` by the clock of `calendar`.
  public init(_ settings: SummarySettings, day: LocalDay, on calendar: MarketCalendar) {
    end = calendar.instant(of: settings.waitUntil, on: day.advanced(by: 1))
    least = settings.coverage
    whenIncomplete = settings.whenIncomplete
  }

  /// What is done.
  public enum Decision: Hashable, Sendable {
    /// The values are there.
    case send
    /// They are not, and it is sent all the same; it says so.
    case sendIncomplete
    /// They are not, and there is none.
    case skip
    /// Not yet: look again at this time.
    case wait(until: Timestamp)
  }

  /// What is done at `now` with so many of the day's values.
  public func decision(coverage: Fraction, at now: Timestamp) -> Decision {
    if coverage >= least { return .send }
    if now < end { return .wait(until: min(end, now + Self.pace)) }
    return whenIncomplete == .send ? .sendIncomplete : .skip
  }

  /// Looks until it is decided.
  ///
  /// - Parameters:
  ///   - now: the clock.
  ///   - pause: waits until a time; told is how much is there. Nil where nothing is waited for: then the result may be to wait.
  ///   - looking: how many of the day's values are there; nil where nothing is measured, which is none of them.
  /// - Returns: what is done, and how many values there were at the last look.
  public func settle(
    now: () -> Timestamp, pause: ((Timestamp, Fraction) -> Void)?, looking: () throws -> Fraction?
  ) rethrows -> (decision: Decision, coverage: Fraction) {
    while true {
      let coverage = try looking() ?? .zero
      let decision = decision(coverage: coverage, at: now())
      guard case .wait(let next) = decision, let pause else { return (decision, coverage) }
      pause(next, coverage)
    }
  }
}
