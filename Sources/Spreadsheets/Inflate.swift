/// Bytes compressed by DEFLATE, made whole. RFC 1951.
struct Inflate {
  /// What is wrong with the bytes.
  enum Fault: Error {
    case endsEarly, badBlock, badCode, badDistance, tooLarge
  }

  private let input: ArraySlice<UInt8>
  private let limit: Int
  private var position: Int
  private var bits: UInt64 = 0
  private var count = 0
  private var output: [UInt8] = []

  private static let lengthBases = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
  private static let distanceBases = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193,
    12_289, 16_385, 24_577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]
  private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

  /// The bytes that `input` stands for, at most `limit`.
  static func bytes(of input: ArraySlice<UInt8>, atMost limit: Int) throws(Fault) -> [UInt8] {
    var inflate = Inflate(input: input, limit: limit, position: input.startIndex)
    while try !inflate.block() {}
    return inflate.output
  }

  private init(input: ArraySlice<UInt8>, limit: Int, position: Int) {
    self.input = input
    self.limit = limit
    self.position = position
  }

  /// One block; whether it was the last.
  private mutating func block() throws(Fault) -> Bool {
    let isLast = try take(1) == 1
    switch try take(2) {
    case 0: try stored()
    case 1: try compressed(Codes.fixedLiterals, Codes.fixedDistances)
    case 2:
      let (literals, distances) = try dynamicCodes()
      try compressed(literals, distances)
    default: throw .badBlock
    }
    return isLast
  }

  private mutating func stored() throws(Fault) {
    _ = try take(count % 8)
    let length = try take(16)
    guard try take(16) == length ^ 0xFFFF else { throw .badBlock }
    guard output.count + length <= limit else { throw .tooLarge }
    for _ in 0..<length { output.append(UInt8(try take(8))) }
  }

  private mutating func compressed(_ literals: Codes, _ distances: Codes) throws(Fault) {
    while true {
      let symbol = try next(literals)
      if symbol == 256 { return }
      guard output.count < limit else { throw .tooLarge }
      if symbol < 256 {
        output.append(UInt8(symbol))
        continue
      }
      guard symbol - 257 < Self.lengthBases.count else { throw .badCode }
      let length = Self.lengthBases[symbol - 257] + (try take(Self.lengthBits[symbol - 257]))
      let code = try next(distances)
      guard code < Self.distanceBases.count else { throw .badDistance }
      let distance = Self.distanceBases[code] + (try take(Self.distanceBits[code]))
      guard distance <= output.count else { throw .badDistance }
      guard output.count + length <= limit else { throw .tooLarge }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
  }

  private mutating func dynamicCodes() throws(Fault) -> (Codes, Codes) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    var lengths = [UInt8](repeating: 0, count: Self.lengthOrder.count)
    for place in 0..<(try take(4) + 4) { lengths[Self.lengthOrder[place]] = UInt8(try take(3)) }
    let codes = try Codes(lengths)
    var all: [UInt8] = []
    while all.count < literalCount + distanceCount {
      switch try next(codes) {
      case let symbol where symbol < 16: all.append(UInt8(symbol))
      case 16:
        guard let last = all.last else { throw .badCode }
        all += repeatElement(last, count: try take(2) + 3)
      case 17: all += repeatElement(0, count: try take(3) + 3)
      default: all += repeatElement(0, count: try take(7) + 11)
      }
    }
    guard all.count == literalCount + distanceCount else { throw .badCode }
    return (try Codes(Array(all[..<literalCount])), try Codes(Array(all[literalCount...])))
  }

  // MARK: - Bits

  /// The next `wanted` bits, the first being the lowest.
  private mutating func take(_ wanted: Int) throws(Fault) -> Int {
    while count < wanted {
      guard position < input.endIndex else { throw .endsEarly }
      bits |= UInt64(input[position]) << count
      position += 1
      count += 8
    }
    defer {
      bits >>= wanted
      count -= wanted
    }
    return Int(bits & (1 << wanted - 1))
  }

  /// The next symbol of `codes`, whose first bit is the highest.
  private mutating func next(_ codes: Codes) throws(Fault) -> Int {
    var (code, first, index) = (0, 0, 0)
    for length in 1...Codes.longest {
      code |= try take(1)
      let here = codes.counts[length]
      if code - here < first { return codes.symbols[index + code - first] }
      index += here
      first = (first + here) << 1
      code <<= 1
    }
    throw .badCode
  }

  /// Canonical Huffman codes: how many there are of each length, and their symbols in order.
  private struct Codes {
    static let longest = 15
    let counts: [Int]
    let symbols: [Int]

    static let fixedLiterals = Codes(
      checked: [(8, 144), (9, 112), (7, 24), (8, 8)].flatMap { (length: UInt8, count: Int) in
        [UInt8](repeating: length, count: count)
      })
    static let fixedDistances = Codes(checked: [UInt8](repeating: 5, count: 30))

    init(checked lengths: [UInt8]) {
      counts = lengths.reduce(into: Array(repeating: 0, count: Self.longest + 1)) { counts, length in
        if length > 0 { counts[Int(length)] += 1 }
      }
      symbols = lengths.indices.filter { lengths[$0] > 0 }.sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }

    /// - Throws: `badCode` for more codes than there is room for.
    init(_ lengths: [UInt8]) throws(Fault) {
      self.init(checked: lengths)
      var room = 1
      for length in 1...Self.longest {
        room = room << 1 - counts[length]
        if room < 0 { throw .badCode }
      }
    }
  }
}
