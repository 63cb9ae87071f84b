import Collecting
import CommunityModel
import MarketTime
import Readings
import Synchronization
import Testing

@Suite("A store that cannot be opened at first")
struct LateStoreTests {
  private let book = LogBook()

  private func reading(_ second: Int64) -> Reading {
    Reading(SeriesKey("M1", .activePower), at: noon + .seconds(second), value: second)
  }

  @Test("is opened by the first commit that can, and then has all that came before")
  func later() throws {
    let inner = InMemoryReadingStore()
    let isFull = Flag()
    isFull.set()
    let attempts = Mutex(0)
    let store = try LateStore(logger: book.logger) { () throws(ReadingStoreError) in
      attempts.withLock { $0 += 1 }
      if isFull.isSet { throw .diskFull(path: "readings.db") }
      return inner
    }
    let recorder = ReadingRecorder(store: store, journal: store, logger: book.logger)
    recorder.take([reading(1)])
    #expect(!recorder.commit())
    // Questions do not try.
    #expect(throws: ReadingStoreError.diskFull(path: "readings.db")) { try store.inventory() }
    #expect(attempts.withLock { $0 } == 2)
    recorder.take([reading(2)])
    isFull.clear()
    #expect(recorder.commit())
    #expect(inner.values("M1", .activePower) == [1, 2])
    #expect(try store.inventory().count == 1)
    #expect(attempts.withLock { $0 } == 3)
    #expect(book.lines.first?.hasPrefix("error: readings.db: the disk is full") == true)
    #expect(book.lines.contains("notice: the store could be opened"))
  }

  @Test("is refused at once where waiting does not help")
  func refused() {
    #expect(throws: ReadingStoreError.writtenByAnother(path: "readings.db")) {
      try LateStore(logger: book.logger) { () throws(ReadingStoreError) in throw .writtenByAnother(path: "readings.db") }
    }
    #expect(book.lines == [])
  }
}
