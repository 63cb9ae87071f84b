/// What the chunks and the late readings of one series add up to, taken in the order of time, beside what the ledger remembers.
struct SeriesTally {
  /// Late readings, ms, in order; each counts where it belongs between the sealed ones.
  private let late: [Int64]
  private var nextLate = 0
  private let remembered: [SeriesLedger.Gap]
  private var nextGap = 0
  /// ms.
  private(set) var first: Int64?
  private(set) var last: Int64?
  private(set) var count = 0
  /// The first reading that is not later than the one before it, ms.
  private(set) var disorder: Int64?
  /// Spells that the ledger does not remember, or remembers and should not; the first of them.
  private(set) var wrongGaps = 0
  private(set) var firstWrongGap: (begin: Int64, isRemembered: Bool)?

  init(late: [Int64], gaps: [SeriesLedger.Gap]) {
    self.late = late
    remembered = gaps
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
    while nextGap < remembered.count { noteWrong(remembered[nextGap].lastBefore, isRemembered: true) }
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
    while nextGap < remembered.count, remembered[nextGap].lastBefore < begin {
      noteWrong(remembered[nextGap].lastBefore, isRemembered: true)
    }
    if nextGap < remembered.count, remembered[nextGap].lastBefore == begin {
      if remembered[nextGap].firstAfter == end { nextGap += 1 } else { noteWrong(begin, isRemembered: true) }
    } else {
      noteWrong(begin, isRemembered: false)
    }
  }

  private mutating func noteWrong(_ begin: Int64, isRemembered: Bool) {
    wrongGaps += 1
    firstWrongGap = firstWrongGap ?? (begin, isRemembered)
    if isRemembered { nextGap += 1 }
  }
}
