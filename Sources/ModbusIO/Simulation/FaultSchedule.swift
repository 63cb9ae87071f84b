import Synchronization

/// When a simulated fault happens, counted from the simulator's start.
public struct FaultTimes: Sendable, Hashable {
  /// How long a spell lasts; nil where it ends with its period, or after one request.
  public let spell: Duration?
  /// The time from one spell's end to the next one's; nil where there is only one spell, from the start.
  public let period: Duration?
  /// Only every so-manieth request; nil for each.
  public let nth: Int?

  /// All the time.
  public static let always = FaultTimes()

  /// Times; see the properties. A spell ends its period, so that things work at first.
  public init(spell: Duration? = nil, period: Duration? = nil, nth: Int? = nil) {
    self.spell = spell
    self.period = period
    self.nth = nth
  }

  /// When the spell began that lasts at `time`; nil when there is none. A period without a spell's length is one spell from its end on.
  public func begin(at time: Duration) -> Duration? {
    guard let period, period > .zero else { return spell.map { time < $0 } ?? true ? .zero : nil }
    let start = period * Self.whole(time, period)
    guard let spell else { return start > .zero ? start : nil }
    let begin = start + max(period - spell, .zero)
    return begin <= time ? begin : nil
  }

  /// How many whole periods have passed at `time`.
  fileprivate static func whole(_ time: Duration, _ period: Duration) -> Int { Int(time / period) }
}

/// Faults of a simulated device that come by the clock or by the count of requests.
public final class FaultSchedule: Sendable {
  /// A fault and when it happens.
  public struct Rule: Sendable {
    let fault: SimulatedFault
    let times: FaultTimes

    /// `fault` at these `times`.
    public init(_ fault: SimulatedFault, at times: FaultTimes) {
      self.fault = fault
      self.times = times
    }
  }

  private let rules: [Rule]
  private let running: @Sendable () -> Duration
  private let state: Mutex<State>

  private struct State {
    var requests = 0
    /// The last period in which each rule has made its one fault.
    var periods: [Int]
  }

  /// A schedule of `rules`, the first that fits counts; `running` tells how long the simulator runs.
  public init(_ rules: [Rule], running: @escaping @Sendable () -> Duration) {
    self.rules = rules
    self.running = running
    state = Mutex(State(periods: Array(repeating: 0, count: rules.count)))
  }

  /// The fault to make of the request that has just come; nil for none.
  public func next() -> SimulatedFault? {
    let time = running()
    return state.withLock { state in
      state.requests += 1
      let position = rules.indices.first { index in
        let times = rules[index].times
        if let nth = times.nth, !state.requests.isMultiple(of: max(nth, 1)) { return false }
        guard let period = times.period, times.spell == nil else { return times.begin(at: time) != nil }
        // One request a period.
        let number = FaultTimes.whole(time, period)
        guard number > state.periods[index] else { return false }
        state.periods[index] = number
        return true
      }
      return position.map { rules[$0].fault }
    }
  }
}
