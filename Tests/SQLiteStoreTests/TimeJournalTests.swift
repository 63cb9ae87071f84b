import MarketTime
import Readings
import SQLiteStore
import Testing

@Suite("What is read while nobody knows the time")
struct TimeJournalTests {
  private let folder: TemporaryFolder
  /// The system started at `at(-100)`, as its time was believed to be; the truth is 500 s later.
  private let guess = BootRecord(name: "boot-1", began: at(-100), source: .none, since: at(-100))
  private let truth = BootRecord(name: "boot-1", began: at(400), source: .synchronised, since: at(900))
  private let next = BootRecord(name: "boot-2", began: at(5000), source: .synchronised, since: at(5000))

  init() throws { folder = try TemporaryFolder() }

  private typealias Store = ReadingStore & MeterJournal & TimeJournal

  private func store(_ kind: StoreKind) throws -> any Store {
    switch kind {
    case .memory: InMemoryReadingStore()
    case .sqlite: try ReadingsDatabase(writing: folder.file("readings.sqlite"), now: clock)
    }
  }

  /// `seconds` since the start of the system, as unplaced times are written.
  private func since(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1000) }

  private func reading(_ seconds: Int, _ value: Int64, _ device: String = "meter") -> Unplaced {
    Unplaced(.reading(Reading(grid, at: since(seconds), value: value)), of: device)
  }

  private var reset: MeterEvent { MeterEvent(device: "meter", series: grid, at: since(20), .reset, before: 9, after: 1) }

  @Test("is no reading yet, and is placed to the second once the time is known", arguments: StoreKind.allCases)
  func placing(kind: StoreKind) throws {
    let store = try store(kind)
    try store.append([Reading(grid, at: at(-200), value: 1)])
    try store.keep([reading(10, 2)], in: guess)
    let refused = Quarantined(pv, at: since(25), value: 7, .range, registers: [0xFFFF, 1])
    try store.keep(
      [Unplaced(.event(reset), of: "meter"), Unplaced(.quarantined(refused), of: "meter"), reading(20, 3), reading(30, 4)],
      in: guess)
    #expect(try store.inventory().map(\.count) == [1])
    #expect(try store.boot("boot-1") == guess)
    let outcome = try store.place(truth)
    #expect([outcome.added, outcome.repeated, outcome.conflicting] == [3, 0, 0])
    #expect(
      try store.samples(of: grid, in: at(0)..<at(1000)).map { [$0.time, Timestamp(milliseconds: $0.value)] }
        == [(at(-200), 1), (at(410), 2), (at(420), 3), (at(430), 4)].map { [$0, Timestamp(milliseconds: $1)] })
    #expect(try store.events(of: grid) == [MeterEvent(device: "meter", series: grid, at: at(420), .reset, before: 9, after: 1)])
    #expect(try store.boot("boot-1") == truth)
    // Once only.
    #expect(try store.place(truth) == AppendOutcome())
    #expect(try store.placeLeftovers(besides: "boot-2") == [])
    if let database = store as? ReadingsDatabase {
      #expect(
        try database.quarantined(in: at(0)..<at(1000)) == [
          Quarantined(pv, at: at(425), value: 7, .range, registers: [0xFFFF, 1])
        ])
    }
  }

  @Test(
    "keeps its provisional times, told for each device, when the system was started anew before", arguments: StoreKind.allCases)
  func leftovers(kind: StoreKind) throws {
    let store = try store(kind)
    try store.keep(
      [reading(10, 2), reading(30, 4), Unplaced(.reading(Reading(pv, at: since(15), value: 5)), of: "sun")], in: guess)
    #expect(try store.placeLeftovers(besides: "boot-1") == [])
    let events = try store.placeLeftovers(besides: "boot-2")
    #expect(
      events == [
        MeterEvent(device: "meter", estimated: at(-90)...at(-70)), MeterEvent(device: "sun", estimated: at(-85)...at(-85)),
      ])
    #expect(events.first?.after == at(-70).milliseconds && events.first?.kind.name == "time_estimated")
    #expect(try store.samples(of: grid, in: at(-100)..<at(0)).map(\.time) == [at(-90), at(-70)])
    #expect(try store.placeLeftovers(besides: "boot-2") == [])
    if let database = store as? ReadingsDatabase { #expect(try database.allEvents() == events) }
  }

  @Test("is placed exactly after a restart when the time had become known before", arguments: StoreKind.allCases)
  func knownLeftovers(kind: StoreKind) throws {
    let store = try store(kind)
    try store.keep([reading(10, 2)], in: guess)
    try store.remember(truth)
    #expect(try store.placeLeftovers(besides: "boot-2") == [])
    #expect(try store.samples(of: grid, in: at(0)..<at(1000)).map(\.time) == [at(410)])
  }

  @Test("overwrites nothing: a place that is taken makes a conflict", arguments: StoreKind.allCases)
  func conflicts(kind: StoreKind) throws {
    let store = try store(kind)
    try store.append([Reading(grid, at: at(410), value: 8), Reading(grid, at: at(420), value: 3)])
    try store.keep([reading(10, 2), reading(20, 3)], in: guess)
    let outcome = try store.place(truth)
    #expect([outcome.added, outcome.repeated, outcome.conflicting] == [0, 1, 1])
    #expect(try store.samples(of: grid, in: at(400)..<at(500)).map(\.value) == [8, 3])
    switch store {
    case let database as ReadingsDatabase: #expect(try database.conflicts().map(\.refused) == [2])
    case let memory as InMemoryReadingStore: #expect(memory.conflicts == [Reading(grid, at: at(410), value: 2)])
    default: Issue.record("an unknown store")
    }
  }

  @Test("knows the last time before a limit, and what lies behind it", arguments: StoreKind.allCases)
  func times(kind: StoreKind) throws {
    let store = try store(kind)
    #expect(try store.lastTime(before: at(0)) == nil)
    #expect(try store.readings(after: at(0)).count == 0)
    try store.append([
      Reading(grid, at: at(0), value: 1), Reading(pv, at: at(50), value: 1), Reading(grid, at: at(9_000_000), value: 1),
    ])
    #expect(try store.lastTime(before: at(50)) == at(0))
    #expect(try store.lastTime(before: at(51)) == at(50))
    let later = try store.readings(after: at(49))
    #expect(later.count == 2 && later.last == at(9_000_000))
  }

  @Test("survives the program, in its order")
  func durability() throws {
    do { try store(.sqlite).keep((1...500).map { reading($0, Int64($0)) }, in: guess) }
    do { try store(.sqlite).keep([reading(600, 600)], in: guess) }
    let store = try store(.sqlite)
    #expect(try store.boot("boot-1") == guess)
    #expect(try store.place(truth).added == 501)
    #expect(try store.inventory().map(\.last) == [at(1000)])
    #expect(try store.inventory().map(\.count) == [501])
  }
}
