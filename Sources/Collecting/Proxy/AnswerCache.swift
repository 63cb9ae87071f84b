import ModbusIO

/// The latest answers of the units of a bus, to be given again while they are young.
///
/// A block is only ever served from one answer: words of two requests may belong to two moments, and a value of 32 bits must not be
/// made of both.
struct AnswerCache {
  /// Answers kept of each table of a unit; the oldest go first.
  private static let memory = 64

  private struct Place: Hashable {
    let unit: UInt8
    let table: RegisterTable
  }

  private struct Answer {
    let block: RegisterBlock
    let words: [UInt16]
    /// When the request left, or earlier: the values are not older than that.
    let time: Duration
  }

  private var answers: [Place: [Answer]] = [:]

  /// Keeps the words of `block`, asked for at `time`; those of its blocks that it replaces go.
  mutating func keep(_ words: [UInt16], of block: RegisterBlock, unit: UInt8, at time: Duration) {
    guard words.count == block.count else { return }
    var kept = answers[Place(unit: unit, table: block.table), default: []].filter { !block.contains($0.block) }
    if kept.count >= Self.memory { kept.removeFirst() }
    kept.append(Answer(block: block, words: words, time: time))
    answers[Place(unit: unit, table: block.table)] = kept
  }

  /// The words of `block`, none of them asked for before `time`; nil where no answer has all of them.
  func words(_ block: RegisterBlock, unit: UInt8, since time: Duration) -> [UInt16]? {
    let fit = answers[Place(unit: unit, table: block.table)]?.last { $0.time > time && $0.block.contains(block) }
    return fit.map { answer in
      let first = Int(block.address) - Int(answer.block.address)
      return Array(answer.words[first..<(first + block.count)])
    }
  }
}

extension RegisterBlock {
  /// Whether every register of `other`, which is of the same table, is one of this block's.
  fileprivate func contains(_ other: RegisterBlock) -> Bool {
    addresses.lowerBound <= other.addresses.lowerBound && other.addresses.upperBound <= addresses.upperBound
  }
}
