import CommunityModel
import MarketTime
import Quantities
import Readings
import Testing

@Suite("A counter's quarter hours")
struct IntervalMeterTests {
  private let meter = IntervalMeter()

  @Test("readings at the quarter hours' ends are subtracted")
  func atTheEnds() {
    let samples = [sample(0, 1_000_000), sample(900, 1_250_000), sample(1800, 1_400_000)]
    #expect(meter.energies(from: samples, over: span(2)).values == [measured(250_000), measured(150_000)])
  }

  @Test("beside the ends the counter is interpolated, by hand")
  func besideTheEnds() {
    // -120 s: 0, +180 s: 300 (1 a second); 840 s: 960 (1 a second); 1020 s: 1320 (2 a second).
    // At 0 s it shows 120, at 900 s 960 + 60 x 2 = 1080: 960 between them.
    let samples = [sample(-120, 0), sample(180, 300), sample(840, 960), sample(1020, 1320)]
    #expect(meter.energies(from: samples, over: span(1)).values == [measured(960)])
  }

  @Test("a gap's energy is spread evenly, in whole counts that add up")
  func spread() {
    // 10 counts over three quarter hours: after one the counter shows 3.33, cut to 3; after two 6.67, cut to 6.
    let samples = [sample(0, 100), sample(2700, 110)]
    #expect(meter.energies(from: samples, over: span(3)).values == [estimated(3), estimated(3), estimated(4)])
  }

  @Test("without readings on both sides a quarter hour is missing")
  func missing() {
    let samples = [sample(600, 5), sample(900, 8), sample(1800, 20), sample(2400, 30)]
    #expect(meter.energies(from: samples, over: span(4)).values == [.missing, measured(12), .missing, .missing])
    #expect(meter.energies(from: [], over: span(2)).values == [.missing, .missing])
    #expect(meter.energies(from: [sample(0, 5)], over: span(2)).values == [.missing, .missing])
    #expect(meter.energies(from: [sample(-900, 5), sample(0, 7)], over: span(1)).values == [.missing])
    #expect(meter.energies(from: [sample(900, 5), sample(1800, 7)], over: span(1)).values == [.missing])
    #expect(meter.energies(from: samples, over: ten..<ten).values.isEmpty)
  }

  @Test("a counter that stands still counts nothing, measured: zero is not missing")
  func standstill() {
    let result = meter.energies(from: counter(every: 10, from: 0, through: 1800, rate: 0), over: span(2))
    #expect(result.values == [measured(0), measured(0)])
  }

  @Test("read every 10 s, every quarter hour is measured")
  func everyTenSeconds() {
    let result = meter.energies(from: counter(every: 10, from: -7, through: 7210, rate: 3), over: span(8))
    #expect(result.values.allSatisfy { $0 == measured(2700) })
  }

  @Test("read every 15 min, at the ends or just beside them, every quarter hour is measured")
  func everyQuarterHour() {
    let aligned = meter.energies(from: counter(every: 900, from: 0, through: 7200, rate: 3), over: span(8))
    #expect(aligned.values.allSatisfy { $0 == measured(2700) })
    let late = meter.energies(from: counter(every: 900, from: -899, through: 8101, rate: 3), over: span(8))
    #expect(late.values.allSatisfy { $0 == measured(2700) })
  }

  @Test("an end is known up to 5 min from a reading, and no further")
  func tolerance() {
    // The end at 900 s lies 300 s behind one reading and 1500 s before the other, then 301 s and 1499 s.
    let near = [sample(0, 0), sample(600, 600), sample(2400, 2400)]
    #expect(meter.energies(from: near, over: span(2)).values == [measured(900), estimated(900)])
    let far = [sample(0, 0), sample(599, 599), sample(2400, 2400)]
    #expect(meter.energies(from: far, over: span(2)).values == [estimated(900), estimated(900)])
    #expect(
      IntervalMeter(longestGap: .seconds(301)).energies(from: far, over: span(2)).values == [measured(900), estimated(900)])
  }

  @Test(
    "two hours cut out leave the total and make exactly eight quarter hours estimated", arguments: [10, 60, 300, 900] as [Int64])
  func twoHoursCut(step: Int64) {
    let whole = counter(every: step, from: 0, through: 24 * 3600, rate: 7)
    let day = span(24 * 4)
    let before = meter.energies(from: whole, over: day)
    #expect(before.count(.measured) == 24 * 4)
    #expect(before.total == 24 * 3600 * 7)
    for hour in [0, 1, 11, 22] as [Int64] {
      let cut = at(hour * 3600)..<at((hour + 2) * 3600)
      let after = meter.energies(from: whole.filter { !cut.contains($0.time) || $0.time == cut.lowerBound }, over: day)
      #expect(after.total == before.total)
      #expect(after.count(.estimated) == 8)
      #expect(after.count(.measured) == 24 * 4 - 8)
    }
  }

  @Test("readings far outside the span change nothing")
  func farOutside() {
    let inside = counter(every: 60, from: -600, through: 4200, rate: 2)
    let outside = [sample(-90_000, 1), sample(-80_000, 5)] + inside + [sample(900_000, 9_000_000), sample(910_000, 9_100_000)]
    #expect(meter.energies(from: outside, over: span(4)) == meter.energies(from: inside, over: span(4)))
  }

  @Test("a gap of a year is walked only where it is asked about")
  func longGap() {
    let year: Int64 = 365 * 86_400
    let result = meter.energies(from: [sample(-year, 0), sample(year, 2 * year)], over: span(4))
    #expect(result.values.allSatisfy { $0 == estimated(900) })
  }

  @Test("quarter hours before 1970 are no exception")
  func before1970() {
    let samples = [(-1000, 0), (-900, 100), (0, 1000), (900, 1500)].map {
      Sample(at: Timestamp(milliseconds: $0.0 * 1000), value: $0.1)
    }
    let result = meter.energies(from: samples, over: QuarterHour(index: -1)..<QuarterHour(index: 1))
    #expect(result.values == [measured(900), measured(500)])
  }

  @Test("a reading given twice counts once; of two values at one time the first counts")
  func duplicates() {
    let once = counter(every: 60, from: 0, through: 1800, rate: 2)
    let twice = once.flatMap { [$0, $0] }
    #expect(meter.energies(from: twice, over: span(2)) == meter.energies(from: once, over: span(2)))
    let contradicted = once.flatMap { [$0, Sample(at: $0.time, value: $0.value + 777)] }
    #expect(meter.energies(from: contradicted, over: span(2)) == meter.energies(from: once, over: span(2)))
  }
}
