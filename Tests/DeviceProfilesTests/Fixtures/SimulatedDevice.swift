import DeviceProfiles

/// A device in memory: answers requests for registers that it has, refuses all others.
struct SimulatedDevice {
  private var registers: [RegisterTable: [Int: UInt16]] = [:]
  /// The most registers it answers at once.
  var longestRequest = 125

  init(_ contents: [RegisterWords] = []) {
    for content in contents { set(content.words, at: content.address, in: content.table) }
  }

  /// Registers written as in a dump: `5375 6E53`.
  init(_ hexadecimal: String, at address: UInt16, in table: RegisterTable = .holding) {
    set(Self.words(hexadecimal), at: address, in: table)
  }

  static func words(_ hexadecimal: String) -> [UInt16] {
    hexadecimal.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0, radix: 16) }
  }

  mutating func set(_ words: [UInt16], at address: UInt16, in table: RegisterTable = .holding) {
    for (offset, word) in words.enumerated() { registers[table, default: [:]][Int(address) + offset] = word }
  }

  func answer(_ block: RegisterBlock) -> [UInt16]? {
    guard block.count <= longestRequest else { return nil }
    let words = (0..<block.count).compactMap { registers[block.table]?[Int(block.address) + $0] }
    return words.count == block.count ? words : nil
  }

  /// One round of `plan`.
  func read(_ plan: RegisterPlan) -> RegisterImage {
    var image = RegisterImage()
    for request in plan.requests {
      if let words = answer(request) { image.add(words, of: request) }
    }
    return image
  }

  /// Walks its SunSpec chain to the end.
  func walk(_ mapping: SunSpecMapping) -> SunSpecChainWalk {
    var walk = SunSpecChainWalk(mapping)
    while let request = walk.request {
      if let words = answer(request) { walk.receive(words) } else { walk.fail() }
    }
    return walk
  }

  /// Finds the chain, reads one round of everything and decodes it.
  func decode(with profile: DeviceProfile) -> [PartChannel: DecodedValue] {
    let chain = profile.sunSpec.flatMap { walk($0).chain }
    let image = read(RegisterPlan(for: profile, chain: chain))
    return Dictionary(profile.decode(image, chain: chain).map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
