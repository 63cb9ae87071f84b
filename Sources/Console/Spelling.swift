/// Finds what a misspelt word was meant to be.
public enum Spelling {
  /// More words than this help nobody.
  private static let longestList = 20
  /// No name of ours is longer; the distance of very long words would cost seconds.
  private static let longestWord = 64

  /// The word of `known` nearest to `word`, when it is near enough to be meant: one letter differs, or it is `word` and more (`voltage`,
  /// `voltage_l1`), or at most a third of its letters differ.
  public static func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let known = known.filter { $0.utf8.count <= longestWord }
    guard word.utf8.count <= longestWord else { return nil }
    let lowered = word.lowercased()
    let ranked = known.map { (word: $0, distance: distance(lowered, $0.lowercased())) }
      .sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }
    if let best = ranked.first, best.distance > 1, word.count > 2,
      let longer = known.first(where: { $0.hasPrefix(lowered + "_") }) ?? known.first(where: { $0.hasSuffix("_" + lowered) })
    {
      return longer
    }
    guard let best = ranked.first, best.distance <= max(1, max(word.count, best.word.count) / 3) else { return nil }
    return best.word
  }

  /// `, did you mean 'x'?`, or the list of what is known when nothing is near.
  public static func hint(for word: String, among known: [String]) -> String {
    if let nearest = nearest(to: word, among: known) { return ", did you mean '\(nearest)'?" }
    if known.isEmpty || known.count > longestList { return "" }
    return "; known are \(known.joined(separator: ", "))"
  }

  /// How many letters must be added, dropped, changed or swapped with their neighbour to make `left` into `right`
  /// (optimal string alignment distance).
  public static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], beforeLast[j - 2] + 1) }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
