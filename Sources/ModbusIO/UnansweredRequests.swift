/// Requests on a line without transaction ids that were given up, and whose answers may still come.
///
/// A late answer can be told from the awaited one by unit, function code and length only. So where a request looks like one that was
/// given up, a short one of another length goes first: if a late answer is still under way, it comes instead of the short one's and
/// is seen to be wrong.
struct UnansweredRequests {
  private static let memory = 16

  /// What an answer shows of its request.
  private struct Look: Equatable {
    let unit: UInt8
    let functionCode: UInt8
    let byteCount: Int

    init(_ frame: ReadFrame) {
      unit = frame.unit
      functionCode = frame.block.table.functionCode
      byteCount = frame.block.byteCount
    }
  }

  private var looks: [Look] = []

  /// Remembers that `frame` was given up.
  mutating func add(_ frame: ReadFrame) {
    let look = Look(frame)
    guard !looks.contains(look) else { return }
    if looks.count == Self.memory { looks.removeFirst() }
    looks.append(look)
  }

  /// Forgets those to `unit`: it has answered since, in order.
  mutating func forget(_ unit: UInt8) {
    if !looks.isEmpty { looks.removeAll { $0.unit == unit } }
  }

  /// The request that must go before `frame`, nil if a late answer would look different from its answer anyway.
  func probe(before frame: ReadFrame) -> ReadFrame? {
    let wanted = Look(frame)
    guard looks.contains(wanted) else { return nil }
    let step = frame.block.table.holdsBits ? 8 : 1
    for count in stride(from: 1, through: RegisterBlock.maximumCount, by: step) {
      let start = UInt16(min(Int(frame.block.address), 0x1_0000 - count))
      guard let block = try? RegisterBlock(table: frame.block.table, address: start, count: count) else { continue }
      let probe = ReadFrame(unit: frame.unit, block: block, transaction: frame.transaction)
      let look = Look(probe)
      if look != wanted, !looks.contains(look) { return probe }
    }
    return nil
  }
}
