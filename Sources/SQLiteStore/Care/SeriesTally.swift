/// What the chunks and the late readings of one series add up to, taken in the order of time, beside what the ledger remembers.
struct SeriesTally {
  /// Late readings, ms, in order; each counts where it belongs between the sealed ones.
  private let late: [Int64]
  private var nextLate = 0
  /// What the ledger remembers, from the next on that has not been met.
  private var remembered: ArraySlice<GapRun>
  /// ms.
  private(set) var first: Int64?
  private(set) var last: Int64?
  private(set) var count = 0
  /// The first reading that is not later than the one before it, ms.
  private(set) var disorder: Int64?
  /// Spells that the ledger does not remember, or remembers and should not; the first of them.
  private(set) var wrongGaps: Int64 = 0
  private(set) var firstWrongGap: (begin: Int64, isRemembered: Bool)?

  init(late: [Int64], gaps: [GapRun]) {
    self.late = late
    remembered = gaps[...]
  }

  /// Takes sealed readings, in the order of time and later than those before.
  mutating func add(_ times: some Sequence<Int64>) {
    for time in times {
      addLate(before: time)
      note(time)
    }
  }

  /// Takes what is left.
  mutating func finish() {
    addLate(before: .max)
    while nextLate < late.count {
      note(late[nextLate])
      nextLate += 1
    }
    while let run = remembered.first { noteWrong(run.count, of: run) }
  }

  private mutating func addLate(before time: Int64) {
    while nextLate < late.count, late[nextLate] < time {
      note(late[nextLate])
      nextLate += 1
    }
  }

  private mutating func note(_ time: Int64) {
    if let last {
      if time <= last { disorder = disorder ?? time }
      if time.subtractingClamped(last) > SeriesLedger.gapLimit { expectGap(from: last, to: time) }
    }
    first = first ?? time
    last = time
    count += 1
  }

  private mutating func expectGap(from begin: Int64, to end: Int64) {
    while let run = remembered.first, run.lastBefore < begin { noteWrong(run.count(before: begin), of: run) }
    guard let run = remembered.first, run.lastBefore == begin else {
      wrongGaps += 1
      return firstWrongGap = firstWrongGap ?? (begin, false)
    }
    if run[0].firstAfter == end { pass(1, of: run) } else { noteWrong(1, of: run) }
  }

  /// The first `count` of `run`, which are remembered, are not there.
  private mutating func noteWrong(_ count: Int64, of run: GapRun) {
    wrongGaps = wrongGaps.addingClamped(count)
    firstWrongGap = firstWrongGap ?? (run.lastBefore, true)
    pass(count, of: run)
  }

  /// Leaves the first `count` of `run`, the next one, behind.
  private mutating func pass(_ count: Int64, of run: GapRun) {
    if let rest = run.part(from: count, count: run.count - count) {
      remembered[remembered.startIndex] = rest
    } else {
      remembered.removeFirst()
    }
  }
}
