import Collecting
import CommunityModel
import MarketTime
import Readings
import Synchronization
import Testing

@Suite("The recorder of readings")
struct ReadingRecorderTests {
  private let book = LogBook()
  private let store = MoodyStore()

  /// A reading `second` seconds after noon, whose value is `second` unless told.
  private func reading(_ second: Int64, value: Int64? = nil) -> Reading {
    Reading(SeriesKey("M1", .activePower), at: noon + .seconds(second), value: value ?? second)
  }

  private func totals(kept: Int = 0, conflicts: Int = 0, dropped: Int = 0, waiting: Int = 0) -> [Int] {
    [kept, conflicts, dropped, waiting]
  }

  private func figures(of recorder: ReadingRecorder) -> [Int] {
    let totals = recorder.totals
    return [totals.kept, totals.conflicts, totals.dropped, totals.waiting]
  }

  @Test("stores what was taken in one append a commit, and appends nothing where nothing waits")
  func oneAppend() {
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    recorder.take([reading(1), reading(2)])
    recorder.take([reading(3)])
    #expect(figures(of: recorder) == totals(waiting: 3))
    #expect(store.appends == [])
    recorder.commit()
    recorder.commit()
    #expect(store.appends == [[1, 2, 3]])
    #expect(figures(of: recorder) == totals(kept: 3))
    #expect(book.lines == [])
  }

  @Test("keeps readings while the store fails, and catches up in their order")
  func catchingUp() {
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    store.isFailing = true
    for second in 1...3 {
      recorder.take([reading(Int64(second))])
      recorder.commit()
    }
    #expect(store.appends == [])
    #expect(figures(of: recorder) == totals(waiting: 3))
    store.isFailing = false
    recorder.take([reading(4)])
    recorder.commit()
    #expect(store.appends == [[1, 2, 3, 4]])
    #expect(figures(of: recorder) == totals(kept: 4))
    #expect(store.values == [1, 2, 3, 4])
    // Told once that it fails, once that it goes on.
    let lines = book.lines
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("error: readings.db: disk full") == true)
    #expect(lines.last == "notice: the store writes again after 0 s; 4 readings were caught up")
  }

  @Test("gives up the oldest readings beyond its limit, and counts and tells them")
  func limit() {
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 3)
    store.isFailing = true
    recorder.take([reading(1), reading(2)])
    recorder.commit()
    recorder.take([reading(3), reading(4), reading(5)])
    #expect(figures(of: recorder) == totals(dropped: 2, waiting: 3))
    store.isFailing = false
    recorder.commit()
    #expect(store.appends == [[3, 4, 5]])
    #expect(figures(of: recorder) == totals(kept: 3, dropped: 2))
    #expect(book.lines.contains("error: the store has not written for too long: 2 oldest readings were given up"))
  }

  @Test("says when the readings that it gave up were taken, once the store writes again")
  func toldLoss() {
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 3)
    store.isFailing = true
    for second in 1...60 {
      recorder.take([reading(Int64(second))])
      recorder.commit()
    }
    #expect(recorder.health.givenUp == noon + .seconds(1)...noon + .seconds(57))
    #expect(recorder.health.cause == "failed")
    store.isFailing = false
    recorder.commit()
    #expect(store.appends == [[58, 59, 60]])
    #expect(
      book.lines.last
        == "error: 57 readings were given up while the store could not write, taken from 2026-03-01T12:00:01Z to 2026-03-01T12:00:57Z"
    )
    // What was told is not told again.
    recorder.take([reading(61)])
    recorder.commit()
    #expect(book.lines.count == 4)
  }

  @Test("hands a long backlog to the store in portions, in its order, and drops the oldest of it")
  func portions() {
    let store = BatchBook()
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 80_000)
    for hundred in 0..<1000 {
      recorder.take((0..<100).map { reading(Int64(hundred * 100 + $0)) })
      if hundred % 100 == 0 { recorder.commit() }
    }
    #expect(figures(of: recorder) == totals(dropped: 20_000, waiting: 80_000))
    store.isFailing.clear()
    recorder.commit()
    #expect(figures(of: recorder) == totals(kept: 80_000, dropped: 20_000))
    let batches = store.batches.withLock { $0 }
    let isInOrder = batches.flatMap { $0 } == Array(20_000..<100_000)
    #expect(isInOrder)
    #expect(batches.map(\.count).max() == 32_768)
  }

  @Test("keeps what waits within the memory that it was given: 24 bytes a reading")
  func memory() {
    // 8 bytes each for time and value, 4 for the series, filled up to a multiple of 8.
    #expect(ReadingRecorder.limit(ofBytes: 32 << 20) == (32 << 20) / 24)
    #expect(ReadingRecorder.limit(ofBytes: 1) == 1)
  }

  @Test("tells for how long its memory lasts at the present rate")
  func reach() {
    let clock = TestClock()
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 3600, uptime: { clock.uptime })
    // One a second.
    for second in 1...300 {
      clock.advance(by: .seconds(1))
      recorder.take([reading(Int64(second))])
      if second % 10 == 0 { recorder.commit() }
    }
    #expect(recorder.health.reach == .seconds(3600))
    store.isFailing = true
    recorder.take([reading(301)])
    clock.advance(by: .seconds(1))
    recorder.commit()
    #expect(book.lines.last?.hasSuffix("readings wait in memory and are tried again; there is room for those of 60 min") == true)
  }

  @Test("tells what the store warns of once, and when that is over")
  func warnings() {
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    store.warnings = [StoreWarning(.longLog, "the log grows")]
    recorder.commit()
    recorder.commit()
    #expect(book.lines == ["error: the log grows"])
    #expect(recorder.health.warnings == store.warnings)
    store.warnings = []
    recorder.commit()
    #expect(book.lines.last == "notice: the store does not warn of this any more")
    #expect(recorder.health.warnings == [])
  }

  @Test("takes no more at once than its limit")
  func largeBatch() {
    let recorder = ReadingRecorder(store: store, logger: book.logger, limit: 2)
    recorder.take((1...5).map { reading($0) })
    recorder.commit()
    #expect(store.appends == [[4, 5]])
    #expect(figures(of: recorder) == totals(kept: 2, dropped: 3))
  }

  @Test("counts and tells readings that contradict stored ones; the stored ones stay")
  func conflicts() {
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    recorder.take([reading(1), reading(2)])
    recorder.commit()
    // One new, one repeated, one contradicting.
    recorder.take([reading(3), reading(2), reading(1, value: 99)])
    recorder.commit()
    #expect(figures(of: recorder) == totals(kept: 4, conflicts: 1))
    #expect(store.values == [1, 2, 3])
    #expect(book.lines == ["warning: 1 readings contradict stored ones of the same time; the stored ones stay"])
  }

  @Test("loses nothing when many buses give and commits go on beside them")
  func concurrency() async {
    let recorder = ReadingRecorder(store: store, logger: book.logger)
    let store = store
    await withTaskGroup(of: Void.self) { group in
      for bus in 0..<8 {
        group.addTask {
          for second in 0..<100 {
            store.isFailing = second % 3 == 0
            recorder.take([reading(Int64(bus * 100 + second))])
            recorder.commit()
          }
        }
      }
    }
    store.isFailing = false
    recorder.commit()
    #expect(figures(of: recorder) == totals(kept: 800))
    #expect(store.values == Array(0..<800))
  }
}

/// A store that fails at first, and knows what each append held, nothing more.
private final class BatchBook: ReadingStore {
  let isFailing = Flag()
  let batches = Mutex<[[Int64]]>([])

  init() { isFailing.set() }

  func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome {
    if isFailing.isSet { throw .diskFull(path: "readings.db") }
    batches.withLock { $0.append(readings.map(\.value)) }
    var outcome = AppendOutcome()
    outcome.added = readings.count
    return outcome
  }

  func samples(of series: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample] { [] }
  func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample] { [:] }
  func inventory() throws(ReadingStoreError) -> [SeriesSummary] { [] }
}

/// A store in memory that fails when it is told to, and knows what each append held.
final class MoodyStore: ReadingStore {
  private let inner = InMemoryReadingStore()
  private let state = Mutex(State())

  private struct State {
    var isFailing = false
    var appends: [[Int64]] = []
    var warnings: [StoreWarning] = []
  }

  /// What it warns of.
  var warnings: [StoreWarning] {
    get { state.withLock(\.warnings) }
    set { state.withLock { $0.warnings = newValue } }
  }

  /// Whether appends fail.
  var isFailing: Bool {
    get { state.withLock(\.isFailing) }
    set { state.withLock { $0.isFailing = newValue } }
  }

  /// The values of each append that went well.
  var appends: [[Int64]] { state.withLock(\.appends) }
  /// The stored active powers of M1.
  var values: [Int64] { inner.values("M1", .activePower) }

  func append(_ readings: [Reading]) throws(ReadingStoreError) -> AppendOutcome {
    if isFailing { throw .failed(path: "readings.db", reason: "disk full") }
    state.withLock { $0.appends.append(readings.map(\.value)) }
    return inner.append(readings)
  }

  func samples(of series: SeriesKey, in span: Range<Timestamp>) throws(ReadingStoreError) -> [Sample] {
    inner.samples(of: series, in: span)
  }

  func latest(asOf time: Timestamp) throws(ReadingStoreError) -> [SeriesKey: Sample] { inner.latest(asOf: time) }

  func inventory() throws(ReadingStoreError) -> [SeriesSummary] { inner.inventory() }
}
