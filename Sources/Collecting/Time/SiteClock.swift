public import MarketTime
import Quantities
public import Readings

/// The time that readings are stamped with: the monotonic clock, placed in UTC by what the system's clock has proven.
///
/// A value type that asks no clock: it is told what the clocks show. The system's clock is followed where it is synchronised, and at
/// the start where a battery has kept it and it is not before the last stored reading. A jump of more than 5 s while it is not
/// synchronised is not followed: the time of readings goes on. Smaller differences are made up for at 10 ms a second, so that stamps
/// never go backward. Where no clock is to be trusted, time goes on from the last stored reading until one is.
public struct SiteClock: Sendable {
  /// What the clocks show at one moment.
  public struct Look: Hashable, Sendable {
    /// Since the start of the system, suspension included.
    public let instant: Duration
    /// The system's time of day.
    public let system: Timestamp
    /// Whether the system's clock is synchronised.
    public let isSynchronised: Bool

    /// What the clocks show; see the properties.
    public init(instant: Duration, system: Timestamp, isSynchronised: Bool) {
      self.instant = instant
      self.system = system
      self.isSynchronised = isSynchronised
    }
  }

  /// What a look has changed.
  public enum Change: Hashable, Sendable {
    /// The time is known now; it is `by` later than it was taken to be.
    case trusted(by: Duration)
    /// The system's clock jumped while it was not synchronised: not followed.
    case ignoredJump(by: Duration)
    /// The system's clock was set right: followed.
    case followedJump(by: Duration)
    /// The time of a source that was trusted proves wrong: the stamps within `span` are too late by `error`, or too early.
    case corrected(span: ClosedRange<Timestamp>, error: Duration)
  }

  /// Jumps up to this are taken for drift.
  public static let tolerance: Duration = .seconds(5)
  /// Of the time that passes, this part is made up for at most: a hundredth.
  private static let slewDivisor = 100
  /// From the year that this was written in, for twenty years: clocks that lost their memory show other times.
  public static let plausibleTimes =
    Timestamp(milliseconds: 1_767_225_600_000)..<Timestamp(milliseconds: 1_767_225_600_000 + 20 * 31_557_600_000)

  private let plausible: Range<Timestamp>
  /// From 1970 to the monotonic clock's zero.
  private var offset: Duration
  /// A difference that is being made up for since an instant.
  private var slew: (since: Duration, by: Duration) = (.zero, .zero)
  /// Where the time comes from.
  public private(set) var source: ClockSource
  private var sourceSince: Duration
  /// By how much the system's clock was off when a jump was last ignored.
  private var ignored: Duration?
  private var ahead: Duration = .zero
  private var lastJump: ClockState.Jump?
  private var latest: Duration
  /// How often the time was set, slewing apart.
  public private(set) var steps = 0

  /// Begins with a first look.
  ///
  /// - Parameters:
  ///   - hasBattery: whether a clock with a battery has set the system's clock when the system started.
  ///   - lastStored: the time of the last stored reading.
  ///   - known: what an earlier life of the service knew in this run of the system.
  ///   - plausible: the times that a working clock can show.
  public init(
    at look: Look, hasBattery: Bool, lastStored: Timestamp?, known: BootRecord? = nil,
    plausible: Range<Timestamp> = Self.plausibleTimes
  ) {
    self.plausible = plausible
    latest = look.instant
    let isPlausible = plausible.contains(look.system)
    let isBehind = lastStored.map { look.system < $0 } ?? false
    let system = look.system.sinceEpoch - look.instant
    if let known, known.source.isTrusted {
      // Held against the system's clock by the first `take`.
      (offset, source) = (known.began.sinceEpoch, known.source == .synchronised ? .held : known.source)
      sourceSince = known.since - known.began
    } else if look.isSynchronised, isPlausible {
      (offset, source, sourceSince) = (system, .synchronised, look.instant)
    } else if hasBattery, isPlausible, !isBehind {
      (offset, source, sourceSince) = (system, .battery, look.instant)
    } else {
      let provisional = [isPlausible ? look.system : plausible.lowerBound, lastStored.map { $0 + .milliseconds(1) }]
      let start = provisional.compactMap { $0 }.max() ?? look.system
      offset = known?.began.sinceEpoch ?? start.sinceEpoch - look.instant
      (source, sourceSince) = (.none, look.instant)
    }
    ahead = look.system - utc(at: look.instant)
  }

  /// The UTC at a monotonic instant; strictly increasing between two steps.
  public func utc(at instant: Duration) -> Timestamp { Timestamp(sinceEpoch: offset + instant + made(upTo: instant)) }

  /// What is known of the run of the system called `name`.
  public func record(of name: String) -> BootRecord {
    let began = Timestamp(sinceEpoch: offset + made(upTo: latest))
    return BootRecord(name: name, began: began, source: source, since: began + sourceSince)
  }

  /// What there is to be shown at `instant`.
  public func state(at instant: Duration) -> ClockState {
    ClockState(source: source, since: utc(at: sourceSince), now: utc(at: instant), systemAhead: ahead, lastJump: lastJump)
  }

  /// Takes in what the clocks show now, and says what that changes. Looks come in the order of their instants.
  public mutating func take(_ look: Look) -> Change? {
    guard look.instant >= latest else { return nil }
    settle(at: look.instant)
    let difference = look.system - utc(at: look.instant)
    ahead = difference
    if look.isSynchronised, plausible.contains(look.system) { return follow(look, by: difference) }
    if source == .synchronised { become(.held, at: look.instant) }
    guard source.isTrusted else { return nil }
    guard magnitude(difference) > Self.tolerance else {
      ignored = nil
      slew = (look.instant, difference)
      return nil
    }
    slew = (look.instant, .zero)
    if let ignored, distance(ignored, difference) <= Self.tolerance { return nil }
    let jump = difference - (ignored ?? .zero)
    ignored = difference
    lastJump = ClockState.Jump(time: utc(at: look.instant), by: jump, isFollowed: false)
    return .ignoredJump(by: jump)
  }

  private mutating func follow(_ look: Look, by difference: Duration) -> Change? {
    let former = source
    let formerSpan = utc(at: sourceSince)...max(utc(at: look.instant), utc(at: sourceSince))
    ignored = nil
    guard former.isTrusted else {
      step(to: look)
      become(.synchronised, at: look.instant)
      return .trusted(by: difference)
    }
    if former != .synchronised { become(.synchronised, at: look.instant) }
    guard magnitude(difference) > Self.tolerance else {
      slew = (look.instant, difference)
      return nil
    }
    lastJump = ClockState.Jump(time: utc(at: look.instant), by: difference, isFollowed: true)
    step(to: look)
    return former == .synchronised ? .followedJump(by: difference) : .corrected(span: formerSpan, error: .zero - difference)
  }

  private mutating func step(to look: Look) {
    offset = look.system.sinceEpoch - look.instant
    slew = (look.instant, .zero)
    ahead = .zero
    steps += 1
  }

  private mutating func become(_ source: ClockSource, at instant: Duration) {
    self.source = source
    sourceSince = instant
  }

  /// What has been made up for by `instant`.
  private func made(upTo instant: Duration) -> Duration {
    let most = max(.zero, instant - slew.since) / Self.slewDivisor
    return slew.by < .zero ? max(slew.by, .zero - most) : min(slew.by, most)
  }

  /// Turns what has been made up for so far into the base of what follows.
  private mutating func settle(at instant: Duration) {
    let made = made(upTo: instant)
    offset += made
    slew = (instant, slew.by - made)
    latest = instant
  }
}

extension Timestamp {
  fileprivate init(sinceEpoch duration: Duration) { self.init(milliseconds: duration.milliseconds) }
  fileprivate var sinceEpoch: Duration { .milliseconds(milliseconds) }
}

private func magnitude(_ duration: Duration) -> Duration { duration < .zero ? .zero - duration : duration }
private func distance(_ left: Duration, _ right: Duration) -> Duration { magnitude(left - right) }
