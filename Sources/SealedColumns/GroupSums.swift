extension SealedChunk {
  /// Adds the values of the column at `place`, counted from 0, up by groups of consecutive samples, such as quarter hours.
  ///
  /// - Parameters:
  ///   - ends: before which sample each group ends and the next begins, from 0 to `sampleCount`, none smaller than the one before;
  ///     larger ones count as `sampleCount`. The first group begins with the first sample; samples behind the last end are left
  ///     out.
  ///   - body: is given which group, counted from 0, the sum of some of its values in their unit, and how many they are, at least
  ///     one: groups without values are passed over, and long ones come in several parts, one after the other.
  /// - Throws: `SealedColumnError` if there is no such column or it is damaged; damage behind the checksum may be found after some
  ///   sums have been handed out.
  public func addUp(
    _ place: Int, endingBefore ends: [Int], _ body: (_ group: Int, _ sum: Int128, _ count: Int) -> Void
  ) throws(SealedColumnError) {
    let gaps = try gaps(of: place)
    let ranks = gaps.isEmpty ? ends : Self.ranks(of: ends, gaps: gaps, sampleCount: sampleCount)
    var group = 0
    _ = try forEachBlock(of: place, into: nil) { values, before in
      var next = 0
      while next < values.count, group < ranks.count {
        let end = min(values.count, ranks[group] - before)
        if end > next {
          var sum: Int128 = 0
          for place in next..<end { sum &+= Int128(values[place]) }
          body(group, sum, end - next)
          next = end
        }
        if ranks[group] - before <= next { group += 1 }
      }
    }
  }

  /// How many values stand before each of `ends`.
  private static func ranks(of ends: [Int], gaps: [Range<Int>], sampleCount: Int) -> [Int] {
    var ranks: [Int] = []
    ranks.reserveCapacity(ends.count)
    var (next, absent) = (0, 0)
    for end in ends {
      let end = min(max(0, end), sampleCount)
      while next < gaps.count, gaps[next].upperBound <= end {
        absent += gaps[next].count
        next += 1
      }
      let partly = next < gaps.count && gaps[next].lowerBound < end ? end - gaps[next].lowerBound : 0
      ranks.append(end - absent - partly)
    }
    return ranks
  }
}
