/// One interval on the table: what there is, what each needs, what each gets. A rule fills the shares.
///
/// All energies are mWh (1e-6 kWh), none negative. The table is used again for the next interval, so that a year takes no memory but
/// its result.
public struct SharingTable: Sendable {
  /// G: what plants made.
  public internal(set) var generation: Int64 = 0
  /// c: what each uses, at most what it may still get of its daily cap; in the order of the participants.
  public internal(set) var needs: [Int64]
  /// sum c.
  public internal(set) var needed: Int64 = 0
  /// The interval's number, by which ties turn.
  public internal(set) var turn: Int64 = 0
  /// All places.
  public let everyone: Range<Int>
  /// a: what each gets.
  public package(set) var shares: [Int64]

  /// Of each place the position of its participant by name, by which ties are broken whatever the order of the places.
  private let ranks: [Int]
  /// Places that can still take something, while an amount is being divided.
  private var open: [Claim] = []

  /// One who can take something, and what it comes to.
  private struct Claim {
    let place: Int
    /// Position in this interval; the lowest wins a tie.
    let rank: Int
    var quotient: Int64 = 0
    var remainder: Int64 = 0
  }

  /// A table for as many as there are ranks.
  init(ranks: [Int]) {
    self.ranks = ranks
    everyone = ranks.indices
    needs = Array(repeating: 0, count: ranks.count)
    shares = needs
    open.reserveCapacity(ranks.count)
  }

  /// min(G, sum c): what can be shared at all.
  public var divisible: Int64 { min(generation, needed) }

  /// Takes all shares back.
  mutating func clear() {
    for place in everyone { shares[place] = 0 }
  }

  /// Gives `amount` to the one at `place`; at most what it still needs.
  public mutating func give(_ amount: Int64, to place: Int) {
    shares[place] += min(amount, needs[place] - shares[place])
  }

  /// Divides `amount` among `group` in proportion to `weights`, nobody getting more than it still needs; what one cannot use is offered
  /// to the others again. Whole units by largest remainder:
  ///
  /// | symbol | meaning |
  /// |---|---|
  /// | P | what is left to give |
  /// | w_i, W | weight; sum of weights of those still open |
  /// | n_i | what i still needs |
  ///
  ///     1. all with floor(P w_i / W) >= n_i get n_i and leave;  P -= sum n_i;  again, until nobody leaves
  ///     2. the others get q_i = floor(P w_i / W)
  ///     3. the P - sum q_i spare units go one each to the largest remainders; ties to the lower (rank_i - turn) mod number of participants
  ///
  /// Saturating first keeps a spare unit from breaking a cap. Source: largest remainder (Hamilton 1792); turning ties by the interval's
  /// number keeps one participant from winning them all. Same result as `lr` of `sharing_oracle.py`.
  ///
  /// - Parameters:
  ///   - group: places, each once, in any order.
  ///   - weights: one a place of the table, none negative, of the group together within 64 bits. Who has zero gets nothing.
  /// - Returns: what was given: `amount`, or all that those with a weight need if that is less.
  @discardableResult
  public mutating func divide(_ amount: Int64, among group: some Sequence<Int>, by weights: [Int64]) -> Int64 {
    open.removeAll(keepingCapacity: true)
    var whole: Int64 = 0
    let first = Int(turn.modulo(Int64(max(1, ranks.count))))
    for place in group where weights[place] > 0 && needs[place] > shares[place] {
      let rank = ranks[place] - first
      open.append(Claim(place: place, rank: rank < 0 ? rank + ranks.count : rank))
      whole += weights[place]
    }
    var left = amount
    while left > 0, !open.isEmpty {
      let (kept, keptWeight, given) = saturate(with: left, by: weights, whole: whole)
      left -= given
      if kept == open.count {
        giveQuotients(of: left)
        return amount
      }
      open.removeLast(open.count - kept)
      whole = keptWeight
    }
    return amount - left
  }

  /// Step 1 once: how many stay open, at the front of `open`, their weight, and what the others got.
  private mutating func saturate(
    with left: Int64, by weights: [Int64], whole: Int64
  ) -> (kept: Int, weight: Int64, given: Int64) {
    var (kept, keptWeight, given) = (0, Int64(0), Int64(0))
    for index in open.indices {
      var claim = open[index]
      let need = needs[claim.place] - shares[claim.place]
      (claim.quotient, claim.remainder) = product(left, weights[claim.place], over: whole)
      if claim.quotient >= need {
        shares[claim.place] += need
        given += need
      } else {
        open[kept] = claim
        kept += 1
        keptWeight += weights[claim.place]
      }
    }
    return (kept, keptWeight, given)
  }

  /// Steps 2 and 3.
  private mutating func giveQuotients(of left: Int64) {
    var spare = left
    for claim in open {
      shares[claim.place] += claim.quotient
      spare -= claim.quotient
    }
    let winners = Int(spare)
    open.withUnsafeMutableBufferPointer { open in
      open.moveToFront(winners) { first, second in
        first.remainder != second.remainder ? first.remainder > second.remainder : first.rank < second.rank
      }
    }
    for claim in open.prefix(winners) { shares[claim.place] += 1 }
  }
}

extension UnsafeMutableBufferPointer {
  /// Brings the `count` elements that come first to the front, in any order: quickselect (Hoare 1961), in time proportional to the number
  /// of elements and without memory. `precedes` orders all elements strictly.
  fileprivate func moveToFront(_ count: Int, by precedes: (Element, Element) -> Bool) {
    var (low, high) = (0, self.count)
    while count > low, count < high {
      swapAt(low + (high - low) / 2, high - 1)
      let pivot = self[high - 1]
      var store = low
      for index in low..<(high - 1) where precedes(self[index], pivot) {
        swapAt(index, store)
        store += 1
      }
      swapAt(store, high - 1)
      if count <= store { high = store } else { low = store + 1 }
    }
  }
}

extension Int64 {
  /// The remainder that is not negative. `divisor` > 0.
  fileprivate func modulo(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
