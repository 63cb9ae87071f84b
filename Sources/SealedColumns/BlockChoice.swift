/// Finds the cheapest head for the numbers of a block.
struct BlockChoice {
  /// The numbers, as they would be written.
  let numbers: UnsafePointer<UInt64>
  let count: Int
  /// Their sum, each at most 2^48.
  let sum: UInt64
  /// The bits that any of them has.
  let union: UInt64
  var parts: SparseParts

  /// The form with its parameter that takes the fewest bits behind the head, and these bits.
  mutating func cheapest() -> (form: BlockHead.Form, parameter: UInt8, bits: Int) {
    let width = 64 - union.leadingZeroBitCount
    let parameter = BlockHead.packedParameter(width: width)
    var best = (form: BlockHead.Form.packed, parameter: parameter, bits: count * (parameter == 63 ? 64 : width))
    guard best.bits > 0 else { return best }
    let rice = Self.rice(numbers, count: count, sum: sum, union: union)
    if rice.bits < best.bits { best = (.rice, UInt8(rice.low), rice.bits) }
    var zeros = 0
    for place in 0..<count { zeros &+= numbers[place] == 0 ? 1 : 0 }
    if zeros * 2 > count {
      let sparse = sparse()
      if sparse.bits < best.bits { best = (.sparse, sparse.parameter, sparse.bits) }
    }
    return best
  }

  /// The bits behind `head`; nil if it cannot hold the numbers, or is not worth a look.
  func bits(as head: BlockHead) -> Int? {
    switch head.form {
    case .packed: 64 - union.leadingZeroBitCount <= head.packedWidth ? count * head.packedWidth : nil
    case .rice: Self.riceBits(numbers, count: count, low: Int(head.parameter), union: union)
    case .sparse: nil
    }
  }

  /// The bits of `numbers` in Rice's code with `low` low bits.
  static func riceBits(_ numbers: UnsafePointer<UInt64>, count: Int, low: Int, union: UInt64) -> Int {
    let shift = UInt64(truncatingIfNeeded: low)
    var bits = count &* (low &+ 1)
    if union &>> shift < UInt64(BlockHead.escape) {
      for place in 0..<count { bits &+= Int(truncatingIfNeeded: numbers[place] &>> shift) }
    } else {
      for place in 0..<count {
        let high = numbers[place] &>> shift
        bits &+= high < UInt64(BlockHead.escape) ? Int(truncatingIfNeeded: high) : BlockHead.escapeWidth &- 1 &- low
      }
    }
    return bits
  }

  /// The cheapest number of low bits: the one that the mean says, or one near it.
  static func rice(
    _ numbers: UnsafePointer<UInt64>, count: Int, sum: UInt64, union: UInt64
  ) -> (low: Int, bits: Int) {
    let mean = sum / UInt64(max(1, count))
    let middle = mean == 0 ? 0 : min(63 - mean.leadingZeroBitCount, BlockHead.largestLow)
    var best = (low: middle, bits: riceBits(numbers, count: count, low: middle, union: union))
    for step in [-1, 1] {
      var low = middle + step
      while low >= 0, low <= BlockHead.largestLow {
        let bits = riceBits(numbers, count: count, low: low, union: union)
        guard bits < best.bits else { break }
        best = (low, bits)
        low += step
      }
      if best.low < middle { break }
    }
    return best
  }

  /// What a sparse block would take.
  private mutating func sparse() -> (parameter: UInt8, bits: Int) {
    parts.split(numbers, count: count)
    let bits = BlockHead.runWidth + parts.runBits
    guard parts.otherSum > 0 else { return (BlockHead.onlyOnes, bits) }
    let other = Self.rice(parts.others, count: parts.otherCount, sum: parts.otherSum, union: .max)
    return (UInt8(other.low), bits + other.bits)
  }
}

/// The numbers of a block as runs of zeros with another number behind each, but maybe not behind the last.
struct SparseParts {
  /// How long each run is, or by how much longer than the one before, as zigzag; room for one more than a block has numbers.
  private(set) var runs: UnsafeMutablePointer<UInt64>
  private var otherRuns: UnsafeMutablePointer<UInt64>
  /// The other numbers, less one; room for a block.
  let others: UnsafeMutablePointer<UInt64>
  private(set) var runCount = 0
  private(set) var otherCount = 0
  /// Of `others`, each at most 2^48.
  private(set) var otherSum: UInt64 = 0
  /// The cheapest number of low bits for the runs, at most `largestLow`.
  private(set) var runLow = 0
  /// What the runs take.
  private(set) var runBits = 0
  /// Whether a run is written by how much longer it is than the one before: good for a counter at steady power.
  private(set) var isRelative = false

  /// Runs of a block are never worth more low bits.
  private static let largestLow = 7
  /// The numbers that `memory` must have room for.
  static let room = 3 * Predictor.blockLength + 2

  init(memory: UnsafeMutablePointer<UInt64>) {
    others = memory
    runs = memory + Predictor.blockLength
    otherRuns = runs + Predictor.blockLength + 1
  }

  mutating func split(_ numbers: UnsafePointer<UInt64>, count: Int) {
    (runCount, otherCount, otherSum) = (0, 0, 0)
    var run: UInt64 = 0
    for place in 0..<count {
      guard numbers[place] != 0 else {
        run &+= 1
        continue
      }
      runs[runCount] = run
      others[otherCount] = numbers[place] &- 1
      otherSum &+= min(numbers[place] &- 1, 1 << 48)
      runCount &+= 1
      otherCount &+= 1
      run = 0
    }
    if run > 0 {
      runs[runCount] = run
      runCount &+= 1
    }
    chooseRuns(sum: UInt64(truncatingIfNeeded: count &- otherCount))
  }

  private mutating func chooseRuns(sum: UInt64) {
    var before: UInt64 = 0
    var relativeSum: UInt64 = 0
    for place in 0..<runCount {
      otherRuns[place] = Int64(truncatingIfNeeded: runs[place] &- before).zigzag
      relativeSum &+= otherRuns[place]
      before = runs[place]
    }
    let whole = BlockChoice.rice(runs, count: runCount, sum: sum, union: .max)
    let relative = BlockChoice.rice(otherRuns, count: runCount, sum: relativeSum, union: .max)
    isRelative = relative.bits < whole.bits && relative.low <= Self.largestLow
    runBits = isRelative ? relative.bits : whole.bits
    runLow = isRelative ? relative.low : min(whole.low, Self.largestLow)
    if isRelative { swap(&runs, &otherRuns) }
  }
}
