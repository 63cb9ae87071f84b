import Collecting
import MarketTime
import Readings
import Testing

@Suite("The site's clock")
struct SiteClockTests {
  /// The clocks `seconds` after the start of the system, which was at noon; the system's is `ahead` of the truth.
  private func look(_ seconds: Int64, ahead: Duration = .zero, synchronised: Bool = false) -> SiteClock.Look {
    SiteClock.Look(instant: .seconds(seconds), system: noon + .seconds(seconds) + ahead, isSynchronised: synchronised)
  }

  /// How much the clock's time is ahead of the truth at `seconds`, in ms.
  private func error(of clock: SiteClock, at seconds: Int64) -> Int64 {
    clock.utc(at: .seconds(seconds)).milliseconds - (noon + .seconds(seconds)).milliseconds
  }

  private static let year1970: Duration = .seconds(-1_772_366_400)
  /// 2098-01-01 as seen from 2026-03-01.
  private static let year2098: Duration = .seconds(4_039_372_800 - 1_772_366_400)

  @Test("is trusted at once where the system's clock is synchronised, whatever is stored")
  func synchronised() {
    let clock = SiteClock(at: look(60, synchronised: true), hasBattery: false, lastStored: noon + .seconds(86_400))
    #expect(clock.source == .synchronised)
    #expect(error(of: clock, at: 3600) == 0)
  }

  @Test("is trusted where a battery kept it and it is not before the last stored reading")
  func battery() {
    #expect(SiteClock(at: look(60), hasBattery: true, lastStored: noon).source == .battery)
    #expect(SiteClock(at: look(60), hasBattery: true, lastStored: nil).source == .battery)
    #expect(SiteClock(at: look(60), hasBattery: true, lastStored: noon + .seconds(61)).source == .none)
    #expect(SiteClock(at: look(60), hasBattery: false, lastStored: noon).source == .none)
  }

  @Test("is not trusted in 1970 or 2098, even where the system claims to be synchronised", arguments: [year1970, year2098])
  func implausible(ahead: Duration) {
    for synchronised in [false, true] {
      let clock = SiteClock(
        at: look(60, ahead: ahead, synchronised: synchronised), hasBattery: true, lastStored: noon - .seconds(600))
      #expect(clock.source == .none)
      // Goes on right after the last stored reading.
      #expect(clock.utc(at: .seconds(60)) == noon - .seconds(600) + .milliseconds(1))
    }
  }

  @Test("without any clock or reading begins in the year that the program was made")
  func nothingKnown() {
    let clock = SiteClock(at: look(60, ahead: Self.year1970), hasBattery: false, lastStored: nil)
    #expect(clock.utc(at: .seconds(60)).description == "2026-01-01T00:00:00Z")
  }

  @Test("goes by the monotonic clock while it is not trusted, then steps to the synchronised time")
  func lateSynchronisation() {
    var clock = SiteClock(at: look(0, ahead: Self.year1970), hasBattery: false, lastStored: noon - .seconds(1000))
    #expect(clock.take(look(600, ahead: Self.year1970)) == nil)
    // Someone sets the clock, but nothing says that it is right.
    #expect(clock.take(look(700)) == nil)
    #expect(error(of: clock, at: 700) == -999_999)
    #expect(clock.take(look(800, synchronised: true)) == .trusted(by: .milliseconds(999_999)))
    #expect(error(of: clock, at: 100) == 0)
    #expect(clock.source == .synchronised && clock.steps == 1)
  }

  @Test(
    "does not follow a jump that nobody vouches for, and tells it once",
    arguments: [year1970, .seconds(-6), .seconds(6), year2098])
  func ignoredJump(by jump: Duration) {
    var clock = SiteClock(at: look(0), hasBattery: true, lastStored: nil)
    #expect(clock.take(look(10)) == nil)
    #expect(clock.take(look(20, ahead: jump)) == .ignoredJump(by: jump))
    for second in 21...600 { #expect(clock.take(look(Int64(second), ahead: jump)) == nil) }
    #expect(error(of: clock, at: 600) == 0)
    #expect(clock.source == .battery && clock.steps == 0)
    let state = clock.state(at: .seconds(600))
    #expect(state.lastJump?.time == noon + .seconds(20) && state.lastJump?.by == jump && state.lastJump?.isFollowed == false)
    #expect(state.systemAhead == jump && state.isTrusted)
    // The next one is told again.
    #expect(clock.take(look(601, ahead: jump + .seconds(60))) == .ignoredJump(by: .seconds(60)))
  }

  @Test("follows a jump once the system is synchronised, and says which stamps it makes wrong")
  func correction() {
    var clock = SiteClock(at: look(0, ahead: .seconds(180)), hasBattery: true, lastStored: nil)
    let change = clock.take(look(600, synchronised: true))
    let span = noon + .seconds(180)...noon + .seconds(780)
    #expect(change == .corrected(span: span, error: .seconds(180)))
    #expect(error(of: clock, at: 601) == 0)
    #expect(clock.take(look(700, ahead: .seconds(-20), synchronised: true)) == .followedJump(by: .seconds(-20)))
    #expect(error(of: clock, at: 701) == -20_000)
  }

  @Test(
    "makes up for small differences at 10 ms a second, forward and back, so that stamps only rise",
    arguments: [-5000, 5000] as [Int64])
  func slewing(ahead: Int64) {
    var clock = SiteClock(at: look(0), hasBattery: true, lastStored: nil)
    var last = clock.utc(at: .zero)
    for second in 1...600 {
      #expect(clock.take(look(Int64(second), ahead: .milliseconds(ahead), synchronised: true)) == nil)
      for part in 0..<10 {
        let stamp = clock.utc(at: .seconds(second) + .milliseconds(part * 100))
        #expect(stamp > last)
        last = stamp
      }
      if second == 100 { #expect(abs(abs(error(of: clock, at: 100)) - 990) <= 10) }
    }
    #expect(clock.steps == 0)
    #expect(abs(error(of: clock, at: 600) - ahead) <= 1)
  }

  @Test("makes up for differences however often it looks")
  func slewingBetweenManyLooks() {
    var clock = SiteClock(at: look(0), hasBattery: true, lastStored: nil)
    for step in 1...60_000 {
      let instant = Duration.milliseconds(step)
      _ = clock.take(SiteClock.Look(instant: instant, system: noon + instant + .seconds(1), isSynchronised: true))
    }
    #expect(abs(error(of: clock, at: 60) - 600) <= 1)
  }

  @Test("goes on from what an earlier life in the same run of the system knew, and not from a clock that jumped since")
  func restart() {
    let known = BootRecord(name: "b", began: noon, source: .synchronised, since: noon + .seconds(5))
    var clock = SiteClock(at: look(600, ahead: .seconds(7200)), hasBattery: true, lastStored: noon + .seconds(590), known: known)
    #expect(clock.source == .held)
    #expect(clock.take(look(601, ahead: .seconds(7200))) == .ignoredJump(by: .seconds(7200)))
    #expect(error(of: clock, at: 601) == 0)
    let lost = BootRecord(name: "b", began: noon - .seconds(500), source: .none, since: noon)
    let still = SiteClock(at: look(600, ahead: Self.year1970), hasBattery: false, lastStored: noon, known: lost)
    #expect(still.source == .none && error(of: still, at: 601) == -500_000)
    #expect(still.record(of: "b").began == lost.began)
    // A battery clock that was set right in between counts.
    #expect(SiteClock(at: look(600), hasBattery: true, lastStored: noon, known: lost).source == .battery)
  }

  @Test("keeps going when synchronisation is lost, suspension included")
  func held() {
    var clock = SiteClock(at: look(0, synchronised: true), hasBattery: false, lastStored: nil)
    #expect(clock.take(look(36_000)) == nil)
    #expect(clock.source == .held)
    #expect(clock.state(at: .seconds(36_000)).since == noon + .seconds(36_000))
    #expect(clock.take(look(72_000, synchronised: true)) == nil)
    #expect(clock.source == .synchronised && clock.steps == 0)
  }
}
