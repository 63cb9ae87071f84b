/// How often a device is read, held against how often it is to be read.
///
/// It is judged over a minute, or over ten intervals where those are longer, so that one poll that comes late or is left out is no
/// trouble. Failed polls say nothing: a device that does not answer is left alone on purpose.
struct Pace: Sendable, Equatable {
  /// How often the device is to be read.
  let interval: Duration
  /// How often it was read in the last spell that is over; nil before that, and after a failure.
  private(set) var achieved: Duration?
  /// Whether it is read clearly less often than wanted: begins at more than 1.15 times the interval, ends at 1.05 times.
  private(set) var isStretched = false
  /// The spell that runs: when its first poll began, and how many have followed it.
  private var start: Duration?
  private var polls = 0

  /// By how many times the interval it is read less often than wanted: 1 where it keeps it.
  var shortfall: Double { achieved.map { $0 / interval } ?? 1 }

  private static let shortestSpell: Duration = .seconds(60)

  init(every interval: Duration) { self.interval = interval }

  /// A poll that began at `time`, on a clock that nobody sets, was answered or not; true when `isStretched` has changed.
  mutating func polled(at time: Duration, isAnswered: Bool) -> Bool {
    guard isAnswered else {
      (start, polls, achieved) = (nil, 0, nil)
      return false
    }
    guard let start else {
      self.start = time
      return false
    }
    polls += 1
    guard time - start >= max(Self.shortestSpell, interval * 10) else { return false }
    let achieved = (time - start) / polls
    (self.start, polls, self.achieved) = (time, 0, achieved)
    let wasStretched = isStretched
    isStretched = wasStretched ? achieved * 20 > interval * 21 : achieved * 20 > interval * 23
    return isStretched != wasStretched
  }
}

extension Duration {
  /// As people say how often something happens: `10 s`, `21.4 s`, `15 min`.
  package var spokenInterval: String {
    guard self < .seconds(120) else { return spoken }
    let tenths = (self / .milliseconds(100)).rounded()
    let whole = Int(tenths) / 10
    return Int(tenths) % 10 == 0 ? "\(whole) s" : "\(whole).\(Int(tenths) % 10) s"
  }
}
