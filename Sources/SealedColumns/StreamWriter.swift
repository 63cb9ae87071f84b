/// Writes streams of values block by block. Owns its memory, to be used for many streams.
struct StreamWriter: ~Copyable {
  private static let block = Predictor.blockLength
  private static let predictors = Predictor.allCases.count
  /// The second best predictor is looked at closely if its differences are larger by no more than this part.
  private static let closeness: UInt64 = 16

  /// Every so many blocks all predictors that follow a level are tried.
  private static let thoroughly = 4

  private(set) var bits = BitWriter()
  /// In how many blocks of the stream predictors that follow a level were tried, and which two were best at the last thorough look.
  private var followed = 0
  private var usual = (Predictor.level, Predictor.slow)
  /// The values of the block in hand, in steps.
  private let steps = UnsafeMutablePointer<Int64>.allocate(capacity: block)
  /// A row of differences for each predictor.
  private let differences = UnsafeMutablePointer<Int64>.allocate(capacity: predictors * block)
  /// What each predictor knows after the block in hand.
  private let tracks = UnsafeMutablePointer<Track>.allocate(capacity: predictors)
  /// The numbers of the block in hand, and those of the best choice so far.
  private let numbers = UnsafeMutablePointer<UInt64>.allocate(capacity: block)
  private let chosen = UnsafeMutablePointer<UInt64>.allocate(capacity: block)
  private let partMemory = UnsafeMutablePointer<UInt64>.allocate(capacity: SparseParts.room)

  init() {}

  deinit {
    steps.deallocate()
    differences.deallocate()
    tracks.deallocate()
    numbers.deallocate()
    chosen.deallocate()
    partMemory.deallocate()
  }

  /// A predictor tried on a block: where it leaves off, how large its differences are.
  private struct Trial {
    var predictor = Predictor.same
    var track = Track()
    /// The sum of the numbers that the differences become, each at most 2^48.
    var sum = UInt64.max
    /// The bits that any of the numbers has.
    var union: UInt64 = 0
    var isPlain = false
  }

  /// A head for the block in hand and what it costs with its numbers.
  private struct Candidate {
    var head = BlockHead(predictor: .same, form: .packed, isPlain: false, parameter: 0)
    var cost = Int.max
    var track = Track()
  }

  /// Appends what was written to `bytes`.
  ///
  /// - Returns: how many bytes.
  mutating func move(to bytes: inout [UInt8]) -> Int { bits.move(to: &bytes) }

  /// Writes a stream of `count` values, each as how many times `unit` lies between it and `first`.
  mutating func write(
    _ values: UnsafePointer<Int64>, count: Int, from first: Int64 = 0, by unit: CommonDivisor = CommonDivisor(1)
  ) {
    var track = Track()
    var previous: BlockHead?
    followed = 0
    for start in stride(from: 0, to: count, by: Self.block) {
      let length = min(Self.block, count - start)
      for place in 0..<length { steps[place] = unit.quotient(values[start &+ place] &- first) }
      let best = choose(steps, count: length, track: track, previous: previous)
      bits.reserve(bits: BlockHead.largestBlock)
      write(best.head, previous: previous, count: length)
      (track, previous) = (best.track, best.head)
    }
  }

  /// Finds the cheapest way to write a block and leaves its numbers in `chosen`.
  private mutating func choose(
    _ values: UnsafePointer<Int64>, count: Int, track: Track, previous: BlockHead?
  ) -> Candidate {
    var first = Trial()
    var second = Trial()
    for predictor in Predictor.whole {
      let row = differences + Int(predictor.rawValue) * Self.block
      let after = track.differences(predictor, of: values, count: count, into: row)
      Self.keep(attempt(predictor, after, count: count), first: &first, second: &second)
    }
    if first.sum > 0 { follow(values, count: count, track: track, first: &first, second: &second) }
    var best = Candidate()
    weigh(first, count: count, previous: previous, best: &best)
    if second.sum < first.sum + first.sum / Self.closeness { weigh(second, count: count, previous: previous, best: &best) }
    return best
  }

  /// Tries the predictors that follow a level: all of them now and then, in between the two that were best then.
  private mutating func follow(
    _ values: UnsafePointer<Int64>, count: Int, track: Track, first: inout Trial, second: inout Trial
  ) {
    if followed % Self.thoroughly == 0 {
      track.differences(following: values, count: count, rowLength: Self.block, into: differences, tracks: tracks)
      var (best, next) = (Trial(), Trial())
      for predictor in Predictor.following {
        let trial = attempt(predictor, tracks[Int(predictor.rawValue)], count: count)
        Self.keep(trial, first: &best, second: &next)
        Self.keep(trial, first: &first, second: &second)
      }
      usual = (best.predictor, next.predictor)
    } else {
      track.differences(
        following: values, by: usual, count: count, rowLength: Self.block, into: differences, tracks: tracks)
      for predictor in [usual.0, usual.1] {
        let trial = attempt(predictor, tracks[Int(predictor.rawValue)], count: count)
        Self.keep(trial, first: &first, second: &second)
      }
    }
    followed += 1
  }

  /// Keeps the two trials with the smallest differences.
  private static func keep(_ trial: Trial, first: inout Trial, second: inout Trial) {
    if trial.sum < first.sum {
      (first, second) = (trial, first)
    } else if trial.sum < second.sum {
      second = trial
    }
  }

  /// Looks at the row of a predictor.
  private func attempt(_ predictor: Predictor, _ track: Track, count: Int) -> Trial {
    let row = differences + Int(predictor.rawValue) * Self.block
    var sum: UInt64 = 0
    var union: UInt64 = 0
    for place in 0..<count {
      let number = row[place].zigzag
      sum &+= number
      union |= number
    }
    if union >> 48 > 0 { sum = (0..<count).reduce(0) { $0 &+ min(row[$1].zigzag, 1 << 48) } }
    // Negative differences become odd numbers.
    let isPlain = union & 1 == 0
    return Trial(
      predictor: predictor, track: track, sum: isPlain ? sum >> 1 : sum, union: isPlain ? union >> 1 : union, isPlain: isPlain)
  }

  /// Makes the trial's best form the choice if it is cheaper than `best`.
  private mutating func weigh(_ trial: Trial, count: Int, previous: BlockHead?, best: inout Candidate) {
    let row = differences + Int(trial.predictor.rawValue) * Self.block
    if trial.isPlain {
      for place in 0..<count { numbers[place] = UInt64(bitPattern: row[place]) }
    } else {
      for place in 0..<count { numbers[place] = row[place].zigzag }
    }
    var choice = BlockChoice(
      numbers: numbers, count: count, sum: trial.sum, union: trial.union, parts: SparseParts(memory: partMemory))
    let (form, parameter, body) = choice.cheapest()
    var head = BlockHead(predictor: trial.predictor, form: form, isPlain: trial.isPlain, parameter: parameter)
    var cost = body + (previous == nil ? BlockHead.width : head == previous ? 1 : 1 + BlockHead.width)
    if let previous, head != previous, previous.predictor == trial.predictor, previous.isPlain == trial.isPlain,
      let again = choice.bits(as: previous), again + 1 <= cost
    {
      (head, cost) = (previous, again + 1)
    }
    guard cost < best.cost else { return }
    best = Candidate(head: head, cost: cost, track: trial.track)
    chosen.update(from: numbers, count: count)
  }

  /// Writes the numbers in `chosen`.
  private mutating func write(_ head: BlockHead, previous: BlockHead?, count: Int) {
    if let previous { bits.write(head == previous ? 1 : 0, width: 1) }
    if head != previous { bits.write(head.bits, width: BlockHead.width) }
    switch head.form {
    case .packed:
      let width = head.packedWidth
      guard width > 0 else { return }
      if width <= BitWriter.widest {
        for place in 0..<count { bits.write(chosen[place], width: width) }
      } else {
        for place in 0..<count {
          bits.write(chosen[place] & 0xFFFF_FFFF, width: 32)
          bits.write(chosen[place] &>> 32, width: width - 32)
        }
      }
    case .rice:
      for place in 0..<count { bits.writeRice(chosen[place], low: Int(head.parameter)) }
    case .sparse:
      var parts = SparseParts(memory: partMemory)
      parts.split(chosen, count: count)
      bits.write(UInt64(parts.runLow) | (parts.isRelative ? 8 : 0), width: BlockHead.runWidth)
      for place in 0..<parts.runCount {
        bits.writeRice(parts.runs[place], low: parts.runLow)
        if place < parts.otherCount, head.parameter != BlockHead.onlyOnes {
          bits.writeRice(parts.others[place], low: Int(head.parameter))
        }
      }
    }
  }
}

extension BitWriter {
  /// A number in Rice's code with `low` low bits.
  @inline(__always)
  mutating func writeRice(_ number: UInt64, low: Int) {
    let shift = UInt64(truncatingIfNeeded: low)
    let high = number &>> shift
    guard high < UInt64(BlockHead.escape) else {
      write(0, width: BlockHead.escape)
      writeWhole(number)
      return
    }
    let rest = number & (1 &<< shift &- 1)
    write((rest &<< 1 | 1) &<< high, width: Int(truncatingIfNeeded: high &+ 1 &+ shift))
  }
}
