extension BitReader {
  /// A number in Rice's code with `low` low bits, at most `BlockHead.largestLow`.
  @inline(__always)
  mutating func rice(low: Int) -> UInt64 {
    let next = peek()
    let high = next.trailingZeroBitCount
    guard high < BlockHead.escape else {
      place &+= BlockHead.escape
      return readWhole()
    }
    place &+= high &+ 1 &+ low
    let mask: UInt64 = 1 &<< UInt64(truncatingIfNeeded: low) &- 1
    return UInt64(truncatingIfNeeded: high) &<< UInt64(truncatingIfNeeded: low)
      | (next &>> UInt64(truncatingIfNeeded: high &+ 1)) & mask
  }

  /// Reads the `count` numbers of a block, as written.
  ///
  /// - Returns: false where they reach beyond the block.
  mutating func readNumbers(_ head: BlockHead, into numbers: UnsafeMutablePointer<UInt64>, count: Int) -> Bool {
    // A copy, so that the place stays in a register.
    var bits = self
    defer { self = bits }
    switch head.form {
    case .packed:
      let width = head.packedWidth
      if width == 0 {
        numbers.update(repeating: 0, count: count)
      } else if width <= BitWriter.widest {
        for place in 0..<count { numbers[place] = bits.read(width: width) }
      } else {
        for place in 0..<count {
          let low = bits.read(width: 32)
          numbers[place] = low | bits.read(width: width - 32) &<< 32
        }
      }
    case .rice:
      let low = Int(head.parameter)
      for place in 0..<count { numbers[place] = bits.rice(low: low) }
    case .sparse:
      return bits.readSparse(head, into: numbers, count: count)
    }
    return true
  }

  private mutating func readSparse(_ head: BlockHead, into numbers: UnsafeMutablePointer<UInt64>, count: Int) -> Bool {
    let runs = read(width: BlockHead.runWidth)
    let (runLow, isRelative) = (Int(runs & 7), runs & 8 == 8)
    var before: UInt64 = 0
    numbers.update(repeating: 0, count: count)
    var place = 0
    while place < count {
      var run = rice(low: runLow)
      if isRelative { run = before &+ UInt64(bitPattern: Int64(zigzag: run)) }
      before = run
      guard run <= UInt64(count - place) else { return false }
      place += Int(run)
      guard place < count else { break }
      numbers[place] = head.parameter == BlockHead.onlyOnes ? 1 : rice(low: Int(head.parameter)) &+ 1
      place += 1
    }
    return true
  }
}

/// Reads a stream of values block by block.
struct StreamReader {
  private(set) var bits: BitReader
  private var track = Track()
  private var head: BlockHead?

  init(_ bits: BitReader) { self.bits = bits }

  /// Reads a block of `count` values, at most `Predictor.blockLength`, as many as were written there.
  ///
  /// - Returns: false where the bytes mean nothing; `values` then holds anything.
  mutating func readBlock(into values: UnsafeMutablePointer<Int64>, count: Int) -> Bool {
    if head == nil || bits.read(width: 1) == 0 { head = BlockHead(bits: bits.read(width: BlockHead.width)) }
    guard let head else { return false }
    let isRead = values.withMemoryRebound(to: UInt64.self, capacity: count) { numbers in
      bits.readNumbers(head, into: numbers, count: count)
    }
    guard isRead, !bits.isBeyondEnd else { return false }
    if !head.isPlain { for place in 0..<count { values[place] = Int64(zigzag: UInt64(bitPattern: values[place])) } }
    track.restore(head.predictor, in: values, count: count)
    return true
  }

  /// Reads `count` values.
  mutating func read(into values: UnsafeMutablePointer<Int64>, count: Int) -> Bool {
    for start in stride(from: 0, to: count, by: Predictor.blockLength) {
      guard readBlock(into: values + start, count: min(Predictor.blockLength, count - start)) else { return false }
    }
    return true
  }
}
