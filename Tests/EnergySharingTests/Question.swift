import CommunityModel
import EnergySharing
import MarketTime
import Quantities
import TestSupport

/// A random question that can be put to the oracle as a line of numbers, and to us.
struct Question {
  /// The oracle's words for an interval's shares.
  static let rules = [
    "static", "static-divisible", "equal", "equal-divisible", "dynamic", "operator", "water", "investment",
    "investment-reoffered", "cascade", "capped",
  ]

  let word: String
  let turn: Int64
  let generation: Int64
  let needs: [Int64]
  let keys: [Int64]

  var line: String {
    ([word, "\(turn)", "\(generation)", "\(needs.count)"] + (needs + keys).map { "\($0)" }).joined(separator: " ")
  }

  /// A random interval of 1 to 50 participants, more often few, for the rule `word`.
  init(_ word: String, using random: inout SeededGenerator) {
    self.word = word
    turn = Int64.random(in: 0..<3_000_000, using: &random)
    let count = Int.random(in: 1...random.pick([3, 8, 8, 50]), using: &random)
    // Small numbers have ties, large ones need 128 bits.
    let most = random.pick([3, 20, 1000, 1_000_000, 1_000_000_000] as [Int64])
    needs = (0..<count).map { _ in
      Bool.random(using: &random) ? Int64.random(in: 0...most, using: &random) : random.pick([0, 1, most])
    }
    let needed = needs.reduce(0, +)
    generation = random.pick([
      0, 1, needed, Int64.random(in: 0...max(1, needed), using: &random), Int64.random(in: 0...most, using: &random), 3 * most,
    ])
    switch word {
    case "static", "static-divisible":
      // Cut points of the whole; some keys are zero, and sometimes a part belongs to nobody.
      let cuts = (0..<count).map { _ in Int64.random(in: 0...1_000_000_000, using: &random) }.sorted()
      keys = zip([0] + cuts, cuts).map { $1 - $0 }
    case "water": keys = needs.map { _ in random.pick([1, 1, 2, Int64.random(in: 1...1000, using: &random)]) }
    case "investment", "investment-reoffered":
      keys = [5] + needs.dropFirst().map { _ in random.pick([0, 5, Int64.random(in: 0...100_000, using: &random)]) }
    case "cascade":
      // Every class down to the first has somebody.
      let classes = Int64.random(in: 1...4, using: &random)
      keys = needs.indices.map { Int64($0) % min(classes, Int64(count)) }.shuffled(using: &random)
    case "capped": keys = needs.map { _ in random.pick([0, most / 3, most]) }
    default: keys = []
    }
  }

  /// Names whose order is that of the places.
  var participants: [Participant] { needs.indices.map { Participant(.init("m" + String(1000 + $0))) } }

  func rule() throws -> any AllocationRule {
    switch word {
    case "static": try StaticKeys(fractions)
    case "static-divisible": try StaticKeys(fractions, of: .divisible)
    case "equal": try EqualShares(among: needs.count)
    case "equal-divisible": try EqualShares(among: needs.count, of: .divisible)
    case "operator": OperatorDynamic()
    case "water": try WaterFilling(weights: keys)
    case "investment": try Investment(keys)
    case "investment-reoffered": try Investment(keys, reoffering: true)
    case "cascade": try Cascade((0...(keys.max() ?? 0)).map { group in keys.indices.filter { keys[$0] == group } })
    default: Dynamic()
    }
  }

  private var fractions: [Fraction] { keys.map { Fraction(count: $0) } }

  /// The agreement, with participants in the order of `places`.
  func sharing(_ places: [Int]? = nil) throws -> Sharing {
    let rule = try rule()
    let places = places ?? Array(needs.indices)
    let caps = word == "capped" ? zip(participants, keys).map { ($0.id, Energy(count: $1)) } : []
    return try Sharing(
      places.map { participants[$0] }, rule: rule.reordered(places), dailyCaps: Dictionary(uniqueKeysWithValues: caps))
  }

  /// What we answer.
  func allocation(_ places: [Int]? = nil) throws -> Allocation {
    try sharing(places).allocate(
      Energy(count: generation), to: needs.map { Energy(count: $0) }, at: QuarterHour(index: turn))
  }
}
