import ModbusIO
import Synchronization
import Testing

@Suite("Simulated faults by the clock")
struct FaultScheduleTests {
  @Test(
    "last for their spell at the end of each period",
    arguments: [
      // Running time, when the spell began, in seconds.
      (0, nil), (269, nil), (270, 270), (299, 270), (300, nil), (570, 570), (599, 570), (600, nil),
    ] as [(Int, Int?)])
  func spells(running: Int, begin: Int?) {
    let times = FaultTimes(spell: .seconds(30), period: .seconds(300))
    #expect(times.begin(at: .seconds(running)) == begin.map { .seconds($0) })
  }

  @Test("last from the start, or begin again with each period, where only one of both is told")
  func halves() {
    #expect(FaultTimes.always.begin(at: .seconds(1_000_000)) == .zero)
    #expect(FaultTimes(spell: .seconds(10)).begin(at: .seconds(9)) == .zero)
    #expect(FaultTimes(spell: .seconds(10)).begin(at: .seconds(10)) == nil)
    let periods = FaultTimes(period: .seconds(60))
    #expect(periods.begin(at: .seconds(59)) == nil)
    #expect(periods.begin(at: .seconds(60)) == .seconds(60))
    #expect(periods.begin(at: .seconds(179)) == .seconds(120))
  }

  @Test("hit every tenth request, one request a period, or all of a spell")
  func requests() {
    let time = Mutex(Duration.zero)
    func hits(_ times: FaultTimes, at seconds: [Int]) -> [Int] {
      let schedule = FaultSchedule([.init(.silent, at: times)]) { time.withLock { $0 } }
      return seconds.enumerated().compactMap { number, second in
        time.withLock { $0 = .seconds(second) }
        return schedule.next() == nil ? nil : number + 1
      }
    }
    #expect(hits(FaultTimes(nth: 10), at: Array(repeating: 0, count: 35)) == [10, 20, 30])
    #expect(hits(FaultTimes(period: .seconds(60)), at: [0, 59, 60, 61, 119, 125, 400, 401]) == [3, 6, 7])
    #expect(hits(FaultTimes(spell: .seconds(10), period: .seconds(60)), at: [0, 49, 50, 59, 60, 110]) == [3, 4, 6])
    #expect(hits(.always, at: [0, 1, 2]) == [1, 2, 3])
  }

  @Test("come from the first rule that fits, and an injected fault comes before all")
  func order() async throws {
    let schedule = FaultSchedule([.init(.exception(.deviceBusy), at: FaultTimes(nth: 2)), .init(.silent, at: .always)]) { .zero }
    let units = SimulatedUnits([1: Bench.bank()], disturbedBy: { _ in schedule.next() })
    let bus = InMemoryRegisterSource(units)
    var kinds: [String] = []
    for _ in 0..<4 { kinds.append(await Bench.read(bus, try Bench.block(), within: Bench.brief).kind) }
    #expect(kinds == ["no answer", "exception", "no answer", "exception"])
    units.inject(.closed)
    #expect(await Bench.read(bus, try Bench.block(), within: Bench.brief).kind == "lost")
  }
}
