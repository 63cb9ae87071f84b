import MarketTime
import Readings
import SQLiteStore
import Testing

/// The stores that the conformance suite runs on.
enum StoreKind: CaseIterable {
  case memory, sqlite

  func make(in folder: TemporaryFolder) throws -> any ReadingStore {
    switch self {
    case .memory: return InMemoryReadingStore()
    case .sqlite: return try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    }
  }
}

@Suite("A store of readings")
struct ReadingStoreTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("keeps a reading once, however often it comes", arguments: StoreKind.allCases)
  func idempotent(kind: StoreKind) throws {
    try ReadingStoreConformance.appendingTwiceChangesNothing(kind.make(in: folder))
  }

  @Test("keeps the first of two values for one time", arguments: StoreKind.allCases)
  func conflict(kind: StoreKind) throws {
    try ReadingStoreConformance.theFirstOfTwoConflictingValuesStays(kind.make(in: folder))
  }

  @Test("gives samples with the nearest on either side", arguments: StoreKind.allCases)
  func neighbours(kind: StoreKind) throws {
    try ReadingStoreConformance.samplesComeWithTheirNeighbours(kind.make(in: folder))
  }

  @Test("knows the latest at any instant", arguments: StoreKind.allCases)
  func latest(kind: StoreKind) throws {
    try ReadingStoreConformance.theLatestIsTheLastAtOrBeforeAnInstant(kind.make(in: folder))
  }

  @Test("counts readings and gaps, late ones too", arguments: StoreKind.allCases)
  func inventory(kind: StoreKind) throws {
    try ReadingStoreConformance.theInventoryCountsReadingsAndGaps(kind.make(in: folder))
  }

  @Test(
    "holds the same whatever the order, pieces and repetitions in which it came",
    arguments: StoreKind.allCases, [(seed: 1, disorder: 0), (2, 20), (3, 400), (4, 1_000_000), (5, 1_000_000)] as [(UInt64, Int)])
  func order(kind: StoreKind, course: (seed: UInt64, disorder: Int)) throws {
    let readings = ReadingStoreConformance.readings(seed: course.seed)
    let expected = InMemoryReadingStore()
    expected.append(readings)
    let store = try kind.make(in: folder)
    try ReadingStoreConformance.appendDisordered(readings, to: store, seed: course.seed + 100, disorder: course.disorder)
    try ReadingStoreConformance.expectSame(store, as: expected, seed: course.seed + 200)
  }
}
