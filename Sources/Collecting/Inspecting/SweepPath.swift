import DeviceProfiles

/// The way through registers that nobody knows: what to ask for next, and what each answer tells about the device.
///
/// Long requests first; one that is refused is halved until a register stands alone. After some refused registers in a row it is in a
/// hole and asks register by register; from the first that exists it reaches twice as far each time. A device that reads no single
/// registers, but pairs, is asked for pairs.
struct SweepPath {
  /// How many registers have been passed.
  private(set) var done = 0
  /// How many of them the device refused.
  private(set) var refused = 0
  /// The longest request that was answered.
  private(set) var longestAnswered = 0
  /// The longest request that the device takes, as far as one was refused whose registers all exist; nil where none was.
  private(set) var limit: Int?

  private var ranges: [RegisterBlock]
  private var next = 0
  private var end = 0
  private var table = RegisterTable.holding
  private var longest: Int
  /// How far to reach after the last answer.
  private var reach: Int
  /// Registers refused in a row.
  private var misses = 0
  /// The end of a block that begins at `next` and was refused as a whole.
  private var refusedEnd: Int?
  /// The longest block refused whose registers have all been answered since.
  private var doubted: Range<Int>?
  /// Whether the device reads registers one by one; nil while nobody knows.
  private var readsSingles: Bool?
  /// A register that exists, to find that out.
  private var sure: RegisterBlock?

  /// So many registers in a row are a hole.
  private static let hole = 3
  /// How far to reach behind a lone register that does not exist.
  private static let cautious = 8

  init(_ ranges: [RegisterBlock], registersPerRequest: Int) {
    self.ranges = ranges.reversed()
    longest = registersPerRequest
    reach = registersPerRequest
    begin()
  }

  private mutating func begin() {
    guard next >= end, let range = ranges.popLast() else { return }
    (table, next, end) = (range.table, Int(range.address), Int(range.address) + range.count)
    (reach, misses, refusedEnd, doubted) = (longest, 0, nil, nil)
  }

  /// Whether the next request only tries whether single registers are read.
  private var isTrial: Bool { misses >= Self.hole && readsSingles == nil && sure != nil }

  /// The next request; nil at the end.
  var block: RegisterBlock? {
    guard next < end else { return nil }
    if isTrial, let sure { return sure }
    let atOnce = min(wanted, end - next, longest)
    return RegisterBlock(table: table, address: UInt16(next), count: max(1, atOnce))
  }

  private var wanted: Int {
    if let refusedEnd { return half(of: refusedEnd - next) }
    guard misses >= Self.hole else { return reach }
    switch readsSingles {
    case true?: return 1
    case false?: return 2
    case nil: return next.isMultiple(of: 2) ? 2 : 1
    }
  }

  /// Even, so that values of two registers stay together as long as can be.
  private func half(of count: Int) -> Int {
    count <= 2 ? (readsSingles == false ? min(count, 2) : 1) : (count / 2 + 1) / 2 * 2
  }

  /// The device answered `block`.
  ///
  /// - Returns: whether its words are news; those of a trial are not.
  mutating func answered() -> Bool {
    guard !isTrial else {
      readsSingles = true
      return false
    }
    guard let block else { return false }
    if sure == nil { sure = RegisterBlock(table: block.table, address: block.address, count: 1) }
    if block.count == 1 { readsSingles = true }
    longestAnswered = max(longestAnswered, block.count)
    pass(block.count)
    misses = 0
    if let doubted, next >= doubted.upperBound {
      if doubted.count > longestAnswered {
        longest = longestAnswered
        limit = longest
      }
      self.doubted = nil
    }
    if refusedEnd.map({ $0 <= next }) ?? false { refusedEnd = nil }
    reach = min(longest, 2 * max(1, block.count))
    begin()
    return true
  }

  /// The device refused `block`.
  mutating func refuse() {
    guard !isTrial else { return readsSingles = false }
    guard let block else { return }
    if block.count > (readsSingles == false ? 2 : 1) {
      refusedEnd = next + block.count
      if doubted == nil { doubted = next..<(next + block.count) }
      return
    }
    refused += block.count
    pass(block.count)
    misses += 1
    (refusedEnd, doubted) = (nil, nil)
    reach = misses == 1 ? min(longest, Self.cautious) : min(longest, 2)
    begin()
  }

  private mutating func pass(_ count: Int) {
    next += count
    done += count
  }
}
