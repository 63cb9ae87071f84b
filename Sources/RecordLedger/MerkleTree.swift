/// A hash tree over records in their order, as certificate transparency has it: RFC 6962, section 2.1.
///
/// | symbol | meaning |
/// |---|---|
/// | D[n] | n records d(0) to d(n-1) |
/// | k | the largest power of two below n |
///
///     MTH({})   = SHA-256()
///     MTH({d})  = SHA-256(0x00 || d)
///     MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n]))
///
/// The first byte keeps a record from being taken for two hashes. Whoever knows the root cannot be shown another record in any place.
public struct MerkleTree: Sendable {
  private let leaves: [Fingerprint]

  /// A tree over `records` in their order.
  public init(_ records: [[UInt8]]) { leaves = records.map(Self.leaf) }

  /// How many records it has.
  public var count: Int { leaves.count }
  /// MTH of all.
  public var root: Fingerprint { root(of: leaves.indices) }

  /// The hashes beside the way from the record at `index` up to the root, the lowest first: PATH of RFC 6962, section 2.1.1.
  ///
  /// - Precondition: there is a record at `index`.
  public func path(from index: Int) -> [Fingerprint] { path(from: index, in: leaves.indices) }

  private func root(of range: Range<Int>) -> Fingerprint {
    switch range.count {
    case 0: return Fingerprint(of: [])
    case 1: return leaves[range.lowerBound]
    default:
      let middle = range.lowerBound + Self.split(range.count)
      return Self.node(root(of: range.lowerBound..<middle), root(of: middle..<range.upperBound))
    }
  }

  private func path(from index: Int, in range: Range<Int>) -> [Fingerprint] {
    guard range.count > 1 else { return [] }
    let middle = range.lowerBound + Self.split(range.count)
    let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
    return index < middle ? path(from: index, in: left) + [root(of: right)] : path(from: index, in: right) + [root(of: left)]
  }

  /// The root that a tree of `count` records has, when `record` stands at `index` and `path` is beside its way; nil where no such tree
  /// has a path of that length.
  public static func root(of record: [UInt8], at index: Int, of count: Int, path: [Fingerprint]) -> Fingerprint? {
    guard index >= 0, index < count else { return nil }
    return climb(leaf(record), index, count, path[...])
  }

  private static func climb(
    _ leaf: Fingerprint, _ index: Int, _ count: Int, _ path: ArraySlice<Fingerprint>
  ) -> Fingerprint? {
    guard count > 1 else { return path.isEmpty ? leaf : nil }
    guard let beside = path.last else { return nil }
    let middle = split(count)
    return index < middle
      ? climb(leaf, index, middle, path.dropLast()).map { node($0, beside) }
      : climb(leaf, index - middle, count - middle, path.dropLast()).map { node(beside, $0) }
  }

  private static func leaf(_ record: [UInt8]) -> Fingerprint { Fingerprint(of: [0x00] + record) }
  private static func node(_ left: Fingerprint, _ right: Fingerprint) -> Fingerprint {
    Fingerprint(of: [0x01] + left.bytes + right.bytes)
  }

  /// k of `count` records, which are at least two.
  private static func split(_ count: Int) -> Int { 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount) }
}
