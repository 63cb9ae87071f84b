public import CommunityModel
import MarketTime

/// Finds meters of a site whose import and export are swapped, from the site's own balance (row V11 of the fault catalogue).
///
/// With G the power at the connection and X_j the powers of the meters behind it, all in `Channel`'s sign (positive: consumption),
/// what nobody meters is U = G - sum(X_j). It is never negative, and it does not know what sun and battery do. A swapped meter
/// breaks both: U falls below zero, or moves with twice the swapped power. So each "this meter is swapped" is tried, and the
/// assumption wins under which
///
///     var(U) + mean(min(0, U)^2) + sum over plants of mean(max(0, X_j)^2)
///
/// is less than half of what it is as the meters stand, by more than `leastPower` squared. Assumptions that explain the readings
/// nearly equally well are told together, so that nobody turns the wrong one.
public struct DirectionCheck: Sendable {
  /// A meter and what it showed.
  public struct Meter: Sendable {
    /// The metering point.
    public let point: MeteringPoint.ID
    /// What flows through it. Heat is left out of the balance.
    public let measures: MeteringPoint.Measures
    /// Its active power in mW, in order of time, positive for consumption.
    public let power: [Sample]

    /// A meter; see the properties.
    public init(_ point: MeteringPoint.ID, measures: MeteringPoint.Measures, power: [Sample]) {
      self.point = point
      self.measures = measures
      self.power = power
    }

    /// A meter that shows no power, by its counters in mWh: the mean power between two readings of both, at the later one.
    public init(_ point: MeteringPoint.ID, measures: MeteringPoint.Measures, import imported: [Sample], export exported: [Sample])
    {
      self.init(point, measures: measures, power: Self.meanPowers(imported, minus: exported))
    }

    private static func meanPowers(_ imported: [Sample], minus exported: [Sample]) -> [Sample] {
      let feeding = Dictionary(exported.map { ($0.time, $0.value) }) { first, _ in first }
      let counts = imported.compactMap { sample in
        // A meter without export counter counts import alone.
        (exported.isEmpty ? 0 : feeding[sample.time]).map { Sample(at: sample.time, value: sample.value - $0) }
      }
      return zip(counts, counts.dropFirst()).compactMap { earlier, later in
        let elapsed = later.time.milliseconds - earlier.time.milliseconds
        guard elapsed > 0 else { return nil }
        return Int64(exactly: Int128(later.value - earlier.value) * 3_600_000 / Int128(elapsed)).map {
          Sample(at: later.time, value: $0)
        }
      }
    }
  }

  /// What was found.
  public struct Finding: Hashable, Sendable {
    /// The metering points of which one is swapped; several where the readings cannot tell which.
    public let suspects: [MeteringPoint.ID]
    /// How far, root of the mean square in mW, the readings contradict the balance as they stand.
    public let contradiction: Int64
  }

  /// Readings further apart than this do not belong together.
  public let longestAge: Duration
  /// Contradictions below this many mW are the noise of meters.
  public let leastPower: Int64
  /// At least so many moments have to be known at all meters.
  private static let leastMoments = 12
  /// What the best assumption explains must be at least this many times better than none.
  private static let leastGain: Int128 = 2

  /// A check that takes readings up to `longestAge` apart together (2 min unless told), blind to less than `leastPower` mW (150 W).
  public init(longestAge: Duration = .seconds(120), leastPower: Int64 = 150_000) {
    self.longestAge = longestAge
    self.leastPower = leastPower
  }

  /// The swapped meter of one site; nil where the readings agree, or are too few or too quiet to tell.
  ///
  /// An hour is enough when the site uses power at night, or sun or battery move by about as much as the load does.
  ///
  /// - Parameter meters: all meters of the site that stand behind the connection or at it. Sub-meters of a metered load
  ///   would count twice and do not belong here. Several `grid` meters are added.
  /// - Complexity: linear in the samples times the meters.
  public func finding(of meters: [Meter]) -> Finding? {
    let electric = meters.filter { $0.measures != .heat }
    guard electric.contains(where: { $0.measures == .grid }), electric.count > 1 else { return nil }
    let table = moments(of: electric)
    guard table.count >= Self.leastMoments else { return nil }
    let standing = cost(of: electric, table, swapped: nil)
    let costs = electric.indices.map { cost(of: electric, table, swapped: $0) }
    guard let best = costs.min(), standing > best * Self.leastGain else { return nil }
    let contradiction = standing - best
    guard contradiction > Int128(leastPower) * Int128(leastPower) else { return nil }
    // Of the others, those that leave no more than a tenth of the contradiction unexplained are just as good.
    let suspects = electric.indices.filter { costs[$0] - best <= contradiction / 10 }.map { electric[$0].point }
    return Finding(suspects: suspects.sorted(), contradiction: Int64(clamping: root(contradiction)))
  }

  /// The powers of all meters at each moment at which all are known: those of the first meter.
  private func moments(of meters: [Meter]) -> [[Int64]] {
    guard let lead = meters.first else { return [] }
    var positions = [Int](repeating: 0, count: meters.count)
    return lead.power.compactMap { moment in
      var row: [Int64] = []
      for (index, meter) in meters.enumerated() {
        while positions[index] < meter.power.count, meter.power[positions[index]].time <= moment.time { positions[index] += 1 }
        guard positions[index] > 0 else { return nil }
        let sample = meter.power[positions[index] - 1]
        guard moment.time - sample.time <= longestAge else { return nil }
        row.append(sample.value)
      }
      return row
    }
  }

  /// How badly the powers contradict the balance, in mW squared, if the meter at `swapped` shows the opposite of what flows.
  private func cost(of meters: [Meter], _ table: [[Int64]], swapped: Int?) -> Int128 {
    var sum: Int128 = 0
    var squares: Int128 = 0
    var impossible: Int128 = 0
    for row in table {
      var unmetered: Int128 = 0
      for (index, meter) in meters.enumerated() {
        let power = index == swapped ? -Int128(row[index]) : Int128(row[index])
        unmetered += meter.measures == .grid ? power : -power
        if meter.measures == .generation, power > 0 { impossible += power * power }
      }
      sum += unmetered
      squares += unmetered * unmetered
      if unmetered < 0 { impossible += unmetered * unmetered }
    }
    let count = Int128(table.count)
    return (squares - sum * sum / count + impossible) / count
  }
}
