/// The words that one round of requests brought, by block.
///
/// A block that could not be read is simply not there. A value is only ever taken from the words of one block, because words of
/// two requests may belong to two moments.
public struct RegisterImage: Hashable, Sendable {
  private var answers: [Answer] = []
  /// Those of all answers, one behind the other.
  private var words: [UInt16] = []

  /// Where an answer's words stand: in the device, and here.
  private struct Answer: Hashable, Sendable {
    let block: RegisterBlock
    let place: Int
  }

  /// An image of `contents`.
  public init(_ contents: [RegisterWords] = []) {
    for answer in contents { add(answer.words, of: answer.block) }
  }

  /// Adds the answer to the request for `block`; an answer of another length than asked for is no answer and is left out.
  public mutating func add(_ words: [UInt16], of block: RegisterBlock) {
    guard words.count == block.count else { return }
    answers.append(Answer(block: block, place: self.words.count))
    self.words += words
  }

  /// What was read, in the order in which it was added.
  public var contents: [RegisterWords] {
    answers.map {
      RegisterWords(
        table: $0.block.table, address: $0.block.address, words: Array(words[$0.place..<($0.place + $0.block.count)]))
    }
  }

  /// An image of the latest answer that holds all of `block`, and nothing else; empty where there is none.
  func answer(holding block: RegisterBlock) -> RegisterImage {
    RegisterImage(contents.last { $0.block.contains(block) }.map { [$0] } ?? [])
  }

  /// The words of `block`, first register first; nil unless one answer holds all of them. The latest such answer counts.
  public func words(of block: RegisterBlock) -> [UInt16]? {
    guard block.count >= 1, let place = place(of: block) else { return nil }
    return Array(words[place..<(place + block.count)])
  }

  /// The bits of the value in `block`, at most four registers of it; nil unless one answer holds all of them. The latest such answer
  /// counts.
  func bits(of block: RegisterBlock, _ order: WordOrder) -> UInt64? {
    place(of: block).map { order.bits(of: words, from: $0, count: block.count) }
  }

  /// Where the words of `block` begin here.
  private func place(of block: RegisterBlock) -> Int? {
    guard let index = answers.lastIndex(where: { $0.block.contains(block) }) else { return nil }
    return answers[index].place + block.start - answers[index].block.start
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
