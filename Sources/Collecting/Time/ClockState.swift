public import MarketTime
public import Readings

/// What the collector thinks of the time, for status displays.
public struct ClockState: Hashable, Sendable {
  /// Where the time of readings comes from.
  public let source: ClockSource
  /// Since when, in UTC, the source has been that.
  public let since: Timestamp
  /// What time it is.
  public let now: Timestamp
  /// How much the system's clock is ahead of the time of readings; negative where it is behind.
  public let systemAhead: Duration
  /// The last time that the system's clock jumped; nil where it has not since the service started.
  public let lastJump: Jump?

  /// Whether readings are stored with this time; else they wait aside until it is known.
  public var isTrusted: Bool { source.isTrusted }

  /// A jump of the system's clock against the monotonic one.
  public struct Jump: Hashable, Sendable {
    /// When, by the time of readings before the jump.
    public let time: Timestamp
    /// By how much; negative for a jump back.
    public let by: Duration
    /// Whether the time of readings went along.
    public let isFollowed: Bool
  }
}

/// Spans of time in a line of the log.
enum ClockText {
  /// `milliseconds` without its sign, as in `2.5 s`, `10 min`, `3 h`, `26298 d`.
  static func seconds(_ milliseconds: Int64) -> String {
    let span = milliseconds.magnitude
    switch span {
    case ..<60_000: return span % 1000 == 0 ? "\(span / 1000) s" : "\(span / 1000).\(span % 1000 / 100) s"
    case ..<3_600_000: return "\(span / 60_000) min"
    case ..<172_800_000: return "\(span / 3_600_000) h"
    default: return "\(span / 86_400_000) d"
    }
  }
}
