/// The values of a group of consecutive samples, added up.
public struct GroupSum: Hashable, Sendable {
  /// The sum, in the values' unit; 0 for none.
  public var sum: Int128 = 0
  /// How many samples of the group have a value.
  public var count = 0

  /// No values.
  public init() {}
}

extension SealedChunk {
  /// The values of the column at `place`, counted from 0, added up by groups of consecutive samples, such as quarter hours.
  ///
  /// - Parameter ends: before which sample each group ends and the next begins, from 0 to `sampleCount`, none smaller than the
  ///   one before; larger ones count as `sampleCount`. The first group begins with the first sample; samples behind the last
  ///   end are left out.
  /// - Returns: a sum for each of `ends`.
  /// - Throws: `SealedColumnError` if there is no such column or it is damaged.
  public func sums(of place: Int, endingBefore ends: [Int]) throws(SealedColumnError) -> [GroupSum] {
    var sums = [GroupSum](repeating: GroupSum(), count: ends.count)
    let gaps = try gaps(of: place)
    let ranks = gaps.isEmpty ? ends : Self.ranks(of: ends, gaps: gaps, sampleCount: sampleCount)
    try sums.withUnsafeMutableBufferPointer { sums throws(SealedColumnError) in
      var group = 0
      _ = try forEachBlock(of: place, into: nil) { values, before in
        var next = 0
        while next < values.count, group < ranks.count {
          let end = min(values.count, ranks[group] - before)
          if end > next {
            var sum: Int128 = 0
            for place in next..<end { sum &+= Int128(values[place]) }
            sums[group].sum &+= sum
            sums[group].count += end - next
            next = end
          }
          if ranks[group] - before <= next { group += 1 }
        }
      }
    }
    return sums
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
