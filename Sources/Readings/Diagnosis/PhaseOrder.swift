import MarketTime

/// Tells on which phase of a three-phase meter something behind it hangs: the phase that moves when it moves.
///
/// Its changes over about a minute are held against those of each phase: the part of a change that a phase shows is
/// cov(X, P) / var(X), one for the phase of a single-phase device, a third for each phase of a three-phase one.
public struct PhaseOrder: Sendable {
  /// Where a device hangs.
  public enum Place: Hashable, Sendable {
    /// On one phase, 0 for L1.
    case phase(Int)
    /// On one phase whose current transformer sits the wrong way round.
    case reversed(Int)
    /// On all three, about evenly.
    case allPhases
  }

  /// What was found of one device.
  public struct Finding: Hashable, Sendable {
    /// Where it hangs.
    public let place: Place
    /// The part of its movement that each phase shows, in millionths.
    public let parts: [Int64]
  }

  private let moments: [PhaseReadings.Moment]
  private let longestAge: Duration
  private static let leastMoments = 24
  /// Devices that move by less than so many W cannot be told from the load.
  private static let leastMovement: Int128 = 200

  /// Holds devices against `meter`, whose readings are at most `longestAge` younger than theirs.
  public init(_ meter: PhaseReadings, longestAge: Duration = .seconds(120)) {
    moments = meter.moments
    self.longestAge = longestAge
  }

  /// Where the device with `power` (mW, positive for consumption) hangs; nil where it moves too little, or no phase moves with it.
  public func finding(of power: [Sample]) -> Finding? {
    let values = power.values(at: moments.map(\.time), longestAge: longestAge)
    let known = moments.indices.filter { values[$0] != nil }
    guard known.count >= Self.leastMoments else { return nil }
    let lag = CommonMovement.lag(of: known.map { moments[$0].time })
    let own = CommonMovement.changes(of: known.map { (values[$0] ?? 0) / 1000 }, lag: lag)
    let variance = CommonMovement.product(own, own)
    guard variance > Self.leastMovement * Self.leastMovement else { return nil }
    let parts = (0..<3).map { phase in
      let changes = CommonMovement.changes(of: known.map { moments[$0].power[phase] }, lag: lag)
      return Int64(clamping: CommonMovement.product(own, changes) * 1_000_000 / variance)
    }
    return Self.place(of: parts).map { Finding(place: $0, parts: parts) }
  }

  private static func place(of parts: [Int64]) -> Place? {
    for phase in 0..<3 {
      let rest = (0..<3).filter { $0 != phase }.map { abs(parts[$0]) }.max() ?? 0
      guard rest < 250_000 else { continue }
      if (600_000...1_400_000).contains(parts[phase]) { return .phase(phase) }
      if (600_000...1_400_000).contains(-parts[phase]) { return .reversed(phase) }
    }
    return parts.allSatisfy { (180_000...500_000).contains($0) } ? .allPhases : nil
  }
}
