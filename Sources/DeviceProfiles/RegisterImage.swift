/// The words that one round of requests brought, by block.
///
/// A block that could not be read is simply not there. A value is only ever taken from the words of one block, because words of
/// two requests may belong to two moments.
public struct RegisterImage: Hashable, Sendable {
  /// What was read, in the order in which it was added.
  public private(set) var contents: [RegisterWords] = []

  /// An image of `contents`.
  public init(_ contents: [RegisterWords] = []) { self.contents = contents }

  /// Adds the answer to the request for `block`; an answer of another length than asked for is no answer and is left out.
  public mutating func add(_ words: [UInt16], of block: RegisterBlock) {
    guard words.count == block.count else { return }
    contents.append(RegisterWords(table: block.table, address: block.address, words: words))
  }

  /// An image of the latest answer that holds all of `block`, and nothing else; empty where there is none.
  func answer(holding block: RegisterBlock) -> RegisterImage {
    RegisterImage(contents.last { $0.block.contains(block) }.map { [$0] } ?? [])
  }

  /// The words of `block`, first register first; nil unless one answer holds all of them. The latest such answer counts.
  public func words(of block: RegisterBlock) -> [UInt16]? {
    guard block.count >= 1, let answer = contents.last(where: { $0.block.contains(block) }) else { return nil }
    let first = block.start - answer.block.start
    return Array(answer.words[first..<(first + block.count)])
  }
}

extension RegisterImage {
  /// The bits of the value in `block`, at most four registers of it; nil unless one answer holds all of them. The latest such answer
  /// counts.
  func bits(of block: RegisterBlock, _ order: WordOrder) -> UInt64? {
    var place = contents.count
    while place > 0 {
      place -= 1
      let first = block.start - Int(contents[place].address)
      if contents[place].table == block.table, first >= 0, first + block.count <= contents[place].words.count {
        return order.bits(of: contents[place].words, from: first, count: block.count)
      }
    }
    return nil
  }
}

/// Words and where they stand.
public struct RegisterWords: Hashable, Sendable {
  /// The table.
  public let table: RegisterTable
  /// The register of the first word, as it stands on the wire.
  public let address: UInt16
  /// The words, as they stand on the wire.
  public let words: [UInt16]

  /// `words` from `address` on.
  public init(table: RegisterTable, address: UInt16, words: [UInt16]) {
    self.table = table
    self.address = address
    self.words = words
  }

  /// The registers that the words fill.
  public var block: RegisterBlock { RegisterBlock(table: table, address: address, count: words.count) }
}
