import CommunityModel
import MarketTime
import Messages
import Quantities
import Testing

/// The day is Thursday, 18 June 2026 in Berlin: waiting ends on Friday at 10:00, which is 08:00 UTC.
@Suite("Waiting for a day's values")
struct CoverageRuleTests {
  /// A clock that moves only where somebody waits, and what the store would tell at each time.
  private final class Morning {
    var now: Timestamp
    /// When each look was, by the clock.
    var looks: [String] = []
    private let coverage: (Timestamp) -> Fraction?

    init(at now: Timestamp, coverage: @escaping (Timestamp) -> Fraction?) {
      self.now = now
      self.coverage = coverage
    }

    func settle(_ rule: CoverageRule, waiting: Bool = true) -> (decision: CoverageRule.Decision, coverage: Fraction) {
      rule.settle(
        now: { self.now }, pause: waiting ? { until, _ in self.now = max(self.now, until) } : nil,
        looking: {
          self.looks.append("\(self.now)")
          return self.coverage(self.now)
        })
    }
  }

  private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }

  private func rule(_ whenIncomplete: SummarySettings.WhenIncomplete = .send, on day: String = "2026-06-18") throws
    -> CoverageRule
  {
    let settings = SummarySettings(
      organisation: "Hollow House", sendAt: try #require(LocalTime(iso8601: "07:00")), coverage: Fraction(0.98),
      waitUntil: try #require(LocalTime(iso8601: "10:00")), whenIncomplete: whenIncomplete)
    return CoverageRule(
      settings, day: try #require(LocalDay(iso8601: day)), on: try #require(MarketCalendar(timeZone: "Europe/Berlin")))
  }

  @Test("ends at once where 98 % are there, and not a whit below")
  func enough() throws {
    let early = try instant("2026-06-19T03:30:00Z")
    let morning = Morning(at: early) { _ in Fraction(0.98) }
    #expect(morning.settle(try rule()) == (.send, Fraction(0.98)))
    #expect(morning.looks == ["2026-06-19T03:30:00Z"] && morning.now == early)
    let below = Fraction(count: Fraction(0.98).count - 1)
    #expect(try rule().decision(coverage: below, at: early) == .wait(until: early + .seconds(300)))
  }

  @Test("looks every five minutes, and goes with the first look that finds enough")
  func late() throws {
    // From 05:30 on the clock; the last meter's values come at 05:41.
    let there = try instant("2026-06-19T03:41:00Z")
    let morning = Morning(at: try instant("2026-06-19T03:30:00Z")) { $0 >= there ? Fraction(0.991) : Fraction(0.7) }
    #expect(morning.settle(try rule()) == (.send, Fraction(0.991)))
    #expect(
      morning.looks == ["2026-06-19T03:30:00Z", "2026-06-19T03:35:00Z", "2026-06-19T03:40:00Z", "2026-06-19T03:45:00Z"])
  }

  @Test(
    "ends at 10:00 on the day after: sent as incomplete or skipped, as is decided",
    arguments: [(SummarySettings.WhenIncomplete.send, CoverageRule.Decision.sendIncomplete), (.skip, .skip)])
  func ends(_ whenIncomplete: SummarySettings.WhenIncomplete, _ decision: CoverageRule.Decision) throws {
    // 09:52, so that the last wait is shorter than five minutes.
    let morning = Morning(at: try instant("2026-06-19T07:52:00Z")) { _ in Fraction(0.9) }
    #expect(morning.settle(try rule(whenIncomplete)) == (decision, Fraction(0.9)))
    #expect(morning.looks == ["2026-06-19T07:52:00Z", "2026-06-19T07:57:00Z", "2026-06-19T08:00:00Z"])
  }

  @Test("values that come in the last minutes are not missed: it looks once more at the end")
  func lastLook() throws {
    let end = try instant("2026-06-19T08:00:00Z")
    let morning = Morning(at: try instant("2026-06-19T07:59:00Z")) { $0 >= end ? .one : Fraction(0.5) }
    #expect(morning.settle(try rule(.skip)) == (.send, .one))
    #expect(morning.looks.count == 2)
  }

  @Test("a day long past is waited for no more")
  func past() throws {
    let morning = Morning(at: try instant("2026-07-01T12:00:00Z")) { _ in nil }
    // Nothing is measured: none of the values are there.
    #expect(morning.settle(try rule(.skip)) == (.skip, .zero))
    #expect(morning.looks.count == 1)
  }

  @Test("with nothing to wait for, it is told until when one would wait")
  func once() throws {
    let now = try instant("2026-06-19T07:58:00Z")
    let morning = Morning(at: now) { _ in Fraction(0.5) }
    #expect(morning.settle(try rule(), waiting: false) == (.wait(until: try instant("2026-06-19T08:00:00Z")), Fraction(0.5)))
    #expect(morning.now == now && morning.looks.count == 1)
  }

  @Test("10:00 is 10:00 by the clock on the wall, also on the morning after it was changed")
  func clockChange() throws {
    // Clocks go forward on 29 March: of the 28th one waits until 08:00 UTC, of the 27th until 09:00 UTC.
    #expect(try rule(on: "2026-03-28").end == instant("2026-03-29T08:00:00Z"))
    #expect(try rule(on: "2026-03-27").end == instant("2026-03-28T09:00:00Z"))
  }

  @Test("what is looked for may fail, and nothing is decided then")
  func failing() throws {
    struct Broken: Error {}
    let rule = try rule()
    let now = try instant("2026-06-19T03:30:00Z")
    #expect(throws: Broken.self) { try rule.settle(now: { now }, pause: nil) { throw Broken() } }
  }
}
