import Testing

@testable import Collecting

@Suite("The error rate of the last minutes")
struct RateWindowTests {
  /// A request at each of these seconds, every second one failed.
  private func window(_ seconds: [Int]) -> RateWindow {
    var window = RateWindow()
    for (number, second) in seconds.enumerated() {
      window.count(failed: number.isMultiple(of: 2), at: .seconds(second))
    }
    return window
  }

  @Test("counts the running minute and the full ones before it")
  func recent() {
    var window = window([0, 59, 60, 299, 300, 359])
    // At 5:59 the five minutes before 5:00 and the running one: all six.
    #expect(window.tally(minutes: 5, at: .seconds(359)) == tally(6, 3))
    // At 6:00 minute 0 has gone, and with it one failed and one good request.
    #expect(window.tally(minutes: 5, at: .seconds(360)) == tally(4, 2))
    #expect(window.tally(minutes: 60, at: .seconds(360)) == tally(6, 3))
  }

  @Test("forgets what is older than an hour, also after a long silence")
  func old() {
    var window = window([10, 20, 30])
    #expect(window.tally(minutes: 60, at: .seconds(3659)) == tally(3, 2))
    #expect(window.tally(minutes: 60, at: .seconds(3660)) == tally(0, 0))
    window.count(failed: true, at: .seconds(1_000_000))
    #expect(window.tally(minutes: 5, at: .seconds(1_000_000)) == tally(1, 1))
    #expect(window.tally(minutes: 60, at: .seconds(1_000_000)) == tally(1, 1))
  }

  @Test("has no rate without requests, and a share of all with them")
  func rate() {
    #expect(tally(0, 0).errorRate == nil)
    #expect(tally(8, 2).errorRate == 0.25)
  }

  private func tally(_ requests: Int, _ errors: Int) -> RequestTally {
    var tally = RequestTally()
    tally.requests = requests
    tally.errors = errors
    return tally
  }
}
