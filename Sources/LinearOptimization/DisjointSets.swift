/// Groups of the numbers `0 ..< count` that are merged pair by pair (union-find with path halving; Tarjan and van Leeuwen 1984).
struct DisjointSets {
  private var parents: [Int32]

  /// `count` groups of one number each.
  init(count: Int) {
    parents = (0..<Int32(count)).map { $0 }
  }

  /// The least number of the group of `member`: its name.
  mutating func representative(of member: Int32) -> Int32 {
    var member = member
    while parents[Int(member)] != member {
      parents[Int(member)] = parents[Int(parents[Int(member)])]
      member = parents[Int(member)]
    }
    return member
  }

  /// Makes the groups of both members one.
  mutating func merge(_ first: Int32, _ second: Int32) {
    let first = representative(of: first)
    let second = representative(of: second)
    // The lesser number leads, so that names do not depend on the order of merging.
    if first < second {
      parents[Int(second)] = first
    } else {
      parents[Int(first)] = second
    }
  }
}
