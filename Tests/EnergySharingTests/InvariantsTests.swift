import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import Synchronization
import Testing

/// A rule with a fault, and what it promises.
private struct Faulty: AllocationRule {
  let promise: AllocationPromise
  let fault: @Sendable (inout SharingTable) -> Void

  var count: Int? { nil }
  func allocate(_ table: inout SharingTable) { fault(&table) }
  func reordered(_ places: [Int]) -> Faulty { self }
}

@Suite("A wrong allocation stops the run, with the invariant and the quarter hour named")
struct InvariantsTests {
  private static let quarter = QuarterHour(index: 1_632_000)

  /// What is broken when a and b, using 100 and 300 of 200, are shared with by `fault`.
  private func breach(
    _ promise: AllocationPromise = .everything(entitled: nil), uses: [Int64] = [100, 300],
    _ fault: @escaping @Sendable (inout SharingTable) -> Void
  ) throws -> AllocationInvariant? {
    let sharing = try Sharing([Participant("a"), Participant("b")], rule: Faulty(promise: promise, fault: fault))
    do throws(SharingError) {
      _ = try sharing.allocate(Energy(count: 200), to: uses.map { Energy(count: $0) }, at: Self.quarter)
      return nil
    } catch {
      guard case .violation(let invariant, let quarter, _) = error else { throw error }
      #expect(quarter == Self.quarter)
      #expect("\(error)".contains("2016-07-18T00:00:00Z") && "\(error)".contains(invariant.name))
      return invariant
    }
  }

  @Test("a right one passes")
  func right() throws {
    #expect(try breach { $0.divide($0.divisible, among: $0.everyone, by: $0.needs) } == nil)
  }

  @Test("I1: more than used")
  func moreThanUsed() throws {
    #expect(try breach { $0.shares = [101, 99] } == .noMoreThanUsed)
    #expect(try breach { $0.shares = [-1, 201] } == .noMoreThanUsed)
  }

  @Test("I1: more than a daily cap leaves, though less than used")
  func moreThanCap() {
    let passed = AllocatedInterval(
      generation: 200, uses: [100, 300], needs: [100, 50], shares: [100, 60], residuals: [0, 240], surplus: 40)
    #expect(passed.breach(of: .noMore)?.invariant == .noMoreThanUsed)
  }

  @Test("I2: more than there is")
  func moreThanThereIs() throws { #expect(try breach { $0.shares = [100, 101] } == .nothingLost) }

  @Test("I4: something left that could be used")
  func leftOver() throws {
    #expect(try breach { $0.shares = [50, 149] } == .allThatCanBeUsed)
    // Only the first is entitled, and gets too little.
    #expect(try breach(.everything(entitled: [true, false])) { $0.shares = [99, 0] } == .allThatCanBeUsed)
  }

  @Test("I5: a fixed key's share that follows what others use")
  func keysOfOthers() throws {
    // Halves are 100 and 100; the second gets what the first left.
    let halves = FixedParts(weights: [1, 1], whole: 2, base: .generation)
    #expect(try breach(.fixed(halves)) { $0.shares = [100, 100] } == nil)
    #expect(try breach(.fixed(halves), uses: [60, 300]) { $0.shares = [60, 140] } == .keysAlone)
  }

  @Test("I6: something for who uses nothing")
  func nothingUsed() throws { #expect(try breach(uses: [0, 300]) { $0.shares = [1, 199] } == .nothingForNothing) }

  @Test("I7: the first in the list first")
  func firstServed() throws {
    #expect(
      try breach { table in
        var left = table.divisible
        for place in table.everyone {
          table.give(left, to: place)
          left -= table.shares[place]
        }
      } == .orderIsNoMatter)
  }

  @Test("I8: another result the second time")
  func otherwise() throws {
    let turns = Atomic(0)
    #expect(
      try breach { table in
        let turn = Int64(turns.add(1, ordering: .relaxed).newValue)
        table.shares = [turn, 200 - turn]
      } == .sameAgain)
  }

  @Test("I2 and I3: figures that do not add up, whatever the rule")
  func sums() {
    let right = AllocatedInterval(
      generation: 250, uses: [100, 100], needs: [100, 100], shares: [100, 100], residuals: [0, 0], surplus: 50)
    func breach(_ change: (inout AllocatedInterval) -> Void) -> AllocationInvariant? {
      var wrong = right
      change(&wrong)
      return wrong.breach(of: .everything(entitled: nil))?.invariant
    }
    #expect(breach { _ in } == nil)
    #expect(breach { $0.surplus += 1 } == .nothingLost)
    #expect(breach { $0.generation += 1 } == .nothingLost)
    #expect(breach { $0.residuals[1] = 1 } == .restIsBought)
  }

  @Test("every unit more or less is found, whoever gets it, under every rule", arguments: 0..<3)
  func everyUnit(_ place: Int) throws {
    let uses: [Int64] = [300, 900, 1500]
    let rules: [any AllocationRule] = [
      Dynamic(), try EqualShares(among: 3), try WaterFilling(among: 3), try Investment([5, 3, 2], reoffering: true),
      try Cascade([[0, 1], [2]]),
    ]
    for rule in rules {
      let sharing = try Sharing(["a", "b", "c"].map { Participant(.init($0)) }, rule: rule)
      let given = try sharing.allocate(Energy(count: 2400), to: uses.map { Energy(count: $0) }, at: Self.quarter)
      for change in [Int64(-1), 1] {
        var shares = given.allocated.map(\.count)
        shares[place] += change
        let wrong = AllocatedInterval(
          generation: 2400, uses: uses, needs: uses, shares: shares, residuals: zip(uses, shares).map { $0 - $1 },
          surplus: 2400 - shares.reduce(0, +))
        #expect(wrong.breach(of: rule.promise) != nil, "\(rule), \(shares)")
      }
    }
  }
}
