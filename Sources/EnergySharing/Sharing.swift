public import MarketTime
public import Quantities

/// An agreement at work: participants, their rule, and a daily cap if there is one. Shares intervals and whole years.
///
/// Participants stand in the order of their names, whatever the order they are given in; so do all results. In every interval
/// the invariants I1 to I8 are checked, for which the rule works three times: twice, and once with the participants in reverse
/// order.
public struct Sharing: Sendable {
  /// Who takes part, by name.
  public let participants: [Participant]
  /// The rule, for `participants` in their order.
  public let rule: any AllocationRule
  /// The most that each gets in a day, in their order; nil for no cap.
  public let caps: [Energy?]

  private let promise: AllocationPromise
  /// The rule for participants in reverse order.
  private let mirrored: any AllocationRule

  /// Participants with their rule's keys in the same order.
  ///
  /// - Parameter dailyCaps: the most that each gets in a local day, at least zero; who is not named has no cap.
  /// - Throws: `SharingError` for one named twice or keys of another number.
  public init(
    _ participants: [Participant], rule: any AllocationRule, dailyCaps: [Participant.ID: Energy] = [:]
  ) throws(SharingError) {
    if let count = rule.count, count != participants.count {
      throw .wrongCount(expected: count, found: participants.count)
    }
    let order = participants.indices.sorted { participants[$0].id < participants[$1].id }
    self.participants = order.map { participants[$0] }
    for (one, next) in zip(self.participants, self.participants.dropFirst()) where one.id == next.id { throw .repeated(one.id) }
    if let cap = dailyCaps.first(where: { $0.value < .zero }) { throw .badKeys("the daily cap of '\(cap.key)' is negative") }
    self.rule = rule.reordered(order)
    caps = self.participants.map { dailyCaps[$0.id] }
    promise = self.rule.promise
    mirrored = self.rule.reordered(participants.indices.reversed())
  }

  /// Whether anybody has a daily cap.
  public var isCapped: Bool { caps.contains { $0 != nil } }

  /// The place of `id` in all results; nil for who does not take part.
  public func place(of id: Participant.ID) -> Int? { participants.firstIndex { $0.id == id } }

  /// Shares one interval; a daily cap counts from this interval on.
  ///
  /// - Parameters:
  ///   - generation: what there is to share. A negative reading (an inverter at night) counts as zero.
  ///   - consumption: what each uses, in the order of `participants`; negative as above.
  /// - Throws: `SharingError`, and nothing was shared.
  public func allocate(
    _ generation: Energy, to consumption: [Energy], at quarter: QuarterHour
  ) throws(SharingError) -> Allocation {
    var run = SharingRun(self)
    try run.allocate(generation.count, to: consumption.map(\.count), at: quarter)
    return Allocation(
      quarter: quarter, generation: Energy(count: run.result.generation), consumption: run.result.uses.map { Energy(count: $0) },
      allocated: run.result.shares.map { Energy(count: $0) }, residual: run.result.residuals.map { Energy(count: $0) },
      surplus: Energy(count: run.result.surplus), clamped: run.clamped)
  }

  /// The tables that a run works on.
  func tables() -> (table: SharingTable, mirror: SharingTable) {
    let places = participants.indices
    return (SharingTable(ranks: Array(places)), SharingTable(ranks: places.reversed()))
  }

  /// Which of I7 and I8 does not hold, after `table` and `mirror` were filled with the same interval; nil when both do.
  func differ(_ table: inout SharingTable, _ mirror: inout SharingTable, from first: [Int64]) -> AllocatedInterval.Breach? {
    table.clear()
    rule.allocate(&table)
    for place in first.indices where table.shares[place] != first[place] {
      return (.sameAgain, "participant \(place + 1) gets \(first[place]) mWh, and \(table.shares[place]) the second time")
    }
    mirrored.allocate(&mirror)
    for place in first.indices where mirror.shares[first.count - 1 - place] != first[place] {
      let other = mirror.shares[first.count - 1 - place]
      return (.orderIsNoMatter, "participant \(place + 1) gets \(first[place]) mWh, and \(other) when all stand in reverse order")
    }
    return nil
  }

  /// Breaks of I1 to I6 in `result`.
  func breach(in result: AllocatedInterval) -> AllocatedInterval.Breach? { result.breach(of: promise) }
}

/// Who got how much in one interval, in the order of the agreement's participants.
public struct Allocation: Sendable, Equatable {
  /// The interval.
  public let quarter: QuarterHour
  /// G: what was made.
  public let generation: Energy
  /// c: what each used.
  public let consumption: [Energy]
  /// a: what of it was the community's own.
  public let allocated: [Energy]
  /// r = c - a: what each bought from its own supplier.
  public let residual: [Energy]
  /// E = G - sum a: what was fed in.
  public let surplus: Energy
  /// Readings that were negative and counted as zero.
  public let clamped: Int
}

/// Interval after interval with one set of tables: no memory is taken on the way.
struct SharingRun {
  /// The last interval's result.
  private(set) var result: AllocatedInterval
  /// Readings that were negative and counted as zero.
  private(set) var clamped = 0

  private let sharing: Sharing
  private var table: SharingTable
  private var mirror: SharingTable
  /// What is left of the daily caps; `Int64.max` for none.
  private var left: [Int64]
  private let fullCaps: [Int64]

  init(_ sharing: Sharing) {
    self.sharing = sharing
    (table, mirror) = sharing.tables()
    fullCaps = sharing.caps.map { $0?.count ?? .max }
    left = fullCaps
    let zeros = [Int64](repeating: 0, count: sharing.participants.count)
    result = AllocatedInterval(generation: 0, uses: zeros, needs: zeros, shares: zeros, residuals: zeros, surplus: 0)
  }

  /// A local day begins: caps are full again.
  mutating func beginDay() {
    for place in left.indices { left[place] = fullCaps[place] }
  }

  /// Shares one interval into `result`. `uses` as in `Sharing.allocate`.
  mutating func allocate(
    _ generation: Int64, to uses: some RandomAccessCollection<Int64>, at quarter: QuarterHour
  ) throws(SharingError) {
    guard uses.count == result.uses.count else { throw .wrongCount(expected: result.uses.count, found: uses.count) }
    try load(generation, uses)
    table.turn = quarter.index
    mirror.turn = quarter.index
    table.clear()
    mirror.clear()
    sharing.rule.allocate(&table)
    take()
    let breach = sharing.breach(in: result) ?? sharing.differ(&table, &mirror, from: result.shares)
    if let breach { throw .violation(breach.invariant, at: quarter, detail: breach.detail) }
    for place in left.indices where left[place] != .max { left[place] -= result.shares[place] }
  }

  /// Puts an interval on both tables.
  private mutating func load(_ generation: Int64, _ uses: some RandomAccessCollection<Int64>) throws(SharingError) {
    var needed: Int64 = 0
    if generation < 0 { clamped += 1 }
    result.generation = max(0, generation)
    for (place, use) in uses.enumerated() {
      if use < 0 { clamped += 1 }
      let used = max(0, use)
      let need = min(used, left[place])
      let (sum, overflows) = needed.addingReportingOverflow(need)
      if overflows { throw .tooLarge }
      needed = sum
      result.uses[place] = used
      result.needs[place] = need
      table.needs[place] = need
      mirror.needs[left.count - 1 - place] = need
    }
    table.generation = result.generation
    table.needed = needed
    mirror.generation = result.generation
    mirror.needed = needed
  }

  /// Takes the shares off the table.
  private mutating func take() {
    var given: Int64 = 0
    for place in result.shares.indices {
      let share = table.shares[place]
      result.shares[place] = share
      result.residuals[place] = result.uses[place] &- share
      given &+= share
    }
    result.surplus = result.generation &- given
  }
}
