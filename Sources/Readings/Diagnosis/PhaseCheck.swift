import MarketTime

/// Finds current transformers of a three-phase meter that sit on the wrong conductor or the wrong way round.
///
/// A meter multiplies each conductor's voltage with the current that its transformer brings. On the wrong conductor, that current
/// stands 120 degrees beside its voltage: a load with power factor 1 shows half its power, with the wrong sign, and as reactive power
/// what is missing. So the complex power of each channel is turned back by every wiring there is. What cannot be then, per moment in
/// W squared, is
///
///     H = sum over phases of max(0, |Q| - 4/3 (|P| + F))^2 + max(0, -P - F)^2
///       + min(0, U)^2 + the part of var(U) that the other meters' movements explain
///
/// with F what plants and batteries feed into the phase and U = sum(P) - sum(other meters) what nobody meters. Of one plant the phase
/// is not known: the one that suits an assumption best is taken, or a third on each. A meter is wrong where H exceeds `leastPower`
/// squared and another wiring leaves a quarter of it at most. Of the wirings that one is told which leaves least of
///
///     S = H with Q^2 instead of the first term
///
/// and 3.5 times less than the meter as it stands; of those that are nearly equally good, the one with the fewest changes. Which way
/// round three transformers were moved on cannot be seen, as meters differ in the sign of reactive power: both are told, first the one
/// that fits inductive loads with positive reactive power.
public struct PhaseCheck: Sendable {
  /// What else is metered at the site.
  public struct Surroundings: Sendable {
    /// The active powers in mW, positive for consumption, of all meters behind this one.
    public let others: [[Sample]]
    /// Whether the meter stands at the connection, so that what the others show flows through it.
    public let isConnection: Bool

    /// Surroundings; nothing else there unless told.
    public init(others: [[Sample]] = [], isConnection: Bool = false) {
      self.others = others
      self.isConnection = isConnection
    }
  }

  /// What was found.
  public struct Finding: Hashable, Sendable {
    /// The wirings of which one is the meter's; several where the readings cannot tell which, the likeliest first.
    public let wirings: [PhaseWiring]
    /// How far, root of the mean square in W, the readings contradict the right wiring.
    public let contradiction: Int64
  }

  /// Readings further apart than this do not belong together.
  public let longestAge: Duration
  /// Contradictions below this many W are the noise of meters and of small capacitors.
  public let leastPower: Int64
  private static let leastMoments = 12

  /// A check that takes readings up to `longestAge` apart together (2 min unless told), blind to less than `leastPower` W (150).
  public init(longestAge: Duration = .seconds(120), leastPower: Int64 = 150) {
    self.longestAge = longestAge
    self.leastPower = leastPower
  }

  /// The wrong wiring of the meter; nil where its readings are possible as they stand, or are too few or too quiet to tell.
  ///
  /// All plants and batteries behind the meter must be among `surroundings`: a transformer that seems turned may else be one of
  /// them.
  public func finding(of meter: PhaseReadings, among surroundings: Surroundings = Surroundings()) -> Finding? {
    let table = PhaseTable(meter, among: surroundings, longestAge: longestAge, leastPower: leastPower)
    guard table.moments.count >= Self.leastMoments else { return nil }
    var assumptions: [PhaseAssumption] = []
    for sign in table.signs {
      let columns = (0..<3).map { channel in (0..<6).map { PhaseColumn(table, channel: channel, turn: $0, sign: sign) } }
      assumptions += PhaseWiring.all.compactMap { table.assumption(of: $0, sign: sign, columns) }
    }
    let standing = assumptions.filter { $0.wiring == .right }
    guard let asItStands = standing.map(\.soft).min(), let contradiction = standing.map(\.hard).min(),
      let best = assumptions.min(by: { $0.soft < $1.soft })
    else { return nil }
    let least = leastPower * leastPower
    guard contradiction - best.hard > least, contradiction > 4 * best.hard, 2 * asItStands > 7 * best.soft else { return nil }
    // A phase with next to no current has its transformer either way round.
    let good = assumptions.filter { $0.soft - best.soft <= max(best.soft / 10, least / 2) }
    guard let fewest = good.map(\.wiring.changes).min(), fewest > 0 else { return nil }
    let told = good.filter { $0.wiring.changes == fewest }.sorted { ($1.sign, $0.soft) < ($0.sign, $1.soft) }
    let wirings = told.reduce(into: [PhaseWiring]()) { if !$0.contains($1.wiring) { $0.append($1.wiring) } }
    return Finding(wirings: wirings, contradiction: root(contradiction))
  }
}

/// One wiring with one meaning of the reactive power's sign, and what it leaves unexplained, W squared.
private struct PhaseAssumption {
  let wiring: PhaseWiring
  let sign: Int64
  var hard: Int64
  var soft: Int64

  mutating func add(_ cost: (hard: Int64, soft: Int64)) {
    hard += cost.hard
    soft += cost.soft
  }
}

/// The readings that the assumptions are held against, moment by moment.
private struct PhaseTable {
  let moments: [PhaseReadings.Moment]
  /// What plants and batteries feed in at each moment, W.
  let feeding: [Int64]
  /// How much of that each phase may get (0 nothing, 1 a third, 2 all), one list for each way that it may hang.
  let places: [[Int]]
  /// The sum of the other meters at each moment, W; nil where they do not hang behind this one.
  let others: [Int64]?
  /// The changes of each other meter that moves.
  let movements: [[Int64]]
  let lag: Int
  /// What the sign of the reactive power may mean: as shown, the other way round; 0 where the meter shows none.
  let signs: [Int64]

  /// Sources that never feed in more than so many W are none.
  private static let leastFeeding: Int64 = 200

  init(_ meter: PhaseReadings, among surroundings: PhaseCheck.Surroundings, longestAge: Duration, leastPower: Int64) {
    let times = meter.moments.map(\.time)
    let values = surroundings.others.map { $0.values(at: times, longestAge: longestAge) }
    let known = times.indices.filter { index in values.allSatisfy { $0[index] != nil } }
    moments = known.map { meter.moments[$0] }
    let powers = values.map { other in known.map { (other[$0] ?? 0) / 1000 } }
    let sources = powers.filter { ($0.min() ?? 0) < -Self.leastFeeding }
    feeding = known.indices.map { index in sources.reduce(0) { $0 + max(0, -$1[index]) } }
    switch sources.count {
    case 0: places = [[0, 0, 0]]
    case 1: places = [[1, 1, 1], [2, 0, 0], [0, 2, 0], [0, 0, 2]]
    default: places = [[2, 2, 2]]
    }
    lag = CommonMovement.lag(of: moments.map(\.time))
    let isBehind = surroundings.isConnection && !powers.isEmpty
    others = isBehind ? known.indices.map { index in powers.reduce(0) { $0 + $1[index] } } : nil
    var movements: [[Int64]] = []
    if isBehind {
      let least = Int128(leastPower) * Int128(leastPower)
      for power in powers {
        let changes = CommonMovement.changes(of: power, lag: lag)
        if CommonMovement.product(changes, changes) > least { movements.append(changes) }
      }
    }
    self.movements = movements
    let reactive = moments.compactMap(\.signedReactive).flatMap { $0 }
    signs = reactive.contains { $0 < 0 } && reactive.contains { $0 > 0 } ? [1, -1] : [0]
  }

  /// What `wiring` leaves unexplained; nil where nobody can say, without reactive power.
  func assumption(of wiring: PhaseWiring, sign: Int64, _ columns: [[PhaseColumn]]) -> PhaseAssumption? {
    var chosen: [PhaseColumn] = []
    for channel in 0..<3 {
      let turn: Int = (wiring.conductors[channel] - channel + 3) % 3
      chosen.append(columns[channel][wiring.reversed[channel] ? turn + 3 : turn])
    }
    guard chosen.allSatisfy({ $0.power.count == moments.count }) else { return nil }
    let balance = balance(chosen)
    let all = places.map { place in
      var sum = PhaseAssumption(wiring: wiring, sign: sign, hard: balance, soft: balance)
      for channel in 0..<3 { sum.add(chosen[channel].costs[place[channel]]) }
      return sum
    }
    return all.min { $0.soft < $1.soft }
  }

  private func balance(_ chosen: [PhaseColumn]) -> Int64 {
    guard let others else { return 0 }
    let unmetered: [Int64] = moments.indices.map { index in
      chosen.reduce(-others[index]) { sum, column in sum + column.power[index] }
    }
    var squares: Int64 = 0
    for power in unmetered where power < 0 { squares += power * power }
    let changes = CommonMovement.changes(of: unmetered, lag: lag)
    let explained = movements.reduce(Int128(0)) { sum, movement in
      let own = CommonMovement.product(movement, movement)
      let common = CommonMovement.product(movement, changes)
      // Less than a third of a meter's movement in what nobody meters is chance.
      return abs(common) * 3 > own ? sum + common * common / own : sum
    }
    return squares / Int64(moments.count) + Int64(clamping: explained)
  }
}

/// A channel under one assumption: its power at each moment, and what of it cannot be.
private struct PhaseColumn {
  /// Active power, W; empty where nobody can say.
  private(set) var power: [Int64] = []
  /// With nothing fed into the phase, with a third, with all: the terms of H and of S, means in W squared.
  private(set) var costs: [(hard: Int64, soft: Int64)] = Array(repeating: (0, 0), count: 3)

  /// - Parameter turn: 0...2: turned back by so many times 120 degrees; 3...5: the transformer sits the wrong way round as well.
  init(_ table: PhaseTable, channel: Int, turn: Int, sign: Int64) {
    power.reserveCapacity(table.moments.count)
    for (index, moment) in table.moments.enumerated() {
      guard moment.reactive != nil || turn % 3 == 0 else {
        power = []
        return
      }
      let shown = sign == 0 ? moment.reactive?[channel] ?? 0 : sign * (moment.signedReactive?[channel] ?? 0)
      var phase = Self.turned(moment.power[channel], shown, by: turn)
      if sign == 0 {
        let other = Self.turned(moment.power[channel], -shown, by: turn)
        if abs(other.reactive) < abs(phase.reactive) { phase = other }
      }
      power.append(phase.power)
      let feeding = table.feeding[index]
      // Inverters are not quite even, and meters are not read at the same instant.
      for (level, part) in [0, feeding * 11 / 30, feeding * 11 / 10].enumerated() {
        let slack = feeding > 0 ? part + 50 : 0
        let back = max(0, -phase.power - slack)
        let excess = max(0, abs(phase.reactive) - (abs(phase.power) + slack) * 4 / 3)
        costs[level].hard += excess * excess + back * back
        costs[level].soft += phase.reactive * phase.reactive + back * back
      }
    }
    let count = Int64(max(1, table.moments.count))
    costs = costs.map { ($0.hard / count, $0.soft / count) }
  }

  /// The complex power turned back; 866025 millionths are half the root of 3.
  private static func turned(_ power: Int64, _ reactive: Int64, by turn: Int) -> (power: Int64, reactive: Int64) {
    let sign: Int64 = turn >= 3 ? -1 : 1
    switch turn % 3 {
    case 1:
      return (sign * (reactive * 866_025 / 1_000_000 - power / 2), sign * (-power * 866_025 / 1_000_000 - reactive / 2))
    case 2:
      return (sign * (-reactive * 866_025 / 1_000_000 - power / 2), sign * (power * 866_025 / 1_000_000 - reactive / 2))
    default: return (sign * power, sign * reactive)
    }
  }
}
