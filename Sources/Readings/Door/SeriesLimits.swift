/// What is known beforehand of the values of one series: where its plausibility ends and how its counter behaves.
public struct SeriesLimits: Hashable, Sendable {
  /// Values outside are impossible.
  public let range: PlausibleRange
  /// The rated power of what is measured, mW (mvar, mVA for those); nil where nobody knows.
  public let ratedPower: Int64?
  /// One step of the value as the device sends it, in the channel's unit; at least 1.
  public let resolution: Int64
  /// The counter starts again at zero here, in the channel's unit; nil when it does not.
  public let modulus: Int64?

  /// What is taken for the rated power where nobody knows: 10 MW, more than anything that a community's site has.
  static let ratedPowerIfUnknown: Int64 = 10_000_000_000

  /// Limits; `range` is the channel's own unless told.
  ///
  /// - Parameter ratedCurrent: of one phase, mA, at least 0; limits alternating currents to 1.5 times that, their sum to thrice as
  ///   much.
  public init(
    _ channel: Channel, range: PlausibleRange? = nil, ratedPower: Int64? = nil, ratedCurrent: Int64? = nil,
    resolution: Int64 = 1, modulus: Int64? = nil
  ) {
    let range = range ?? channel.plausibleRange
    let greatest = ((ratedPower ?? Self.ratedPowerIfUnknown) / 2).multipliedReportingOverflow(by: 3)
    if channel.isElectricPower, !greatest.overflow {
      self.range = PlausibleRange(
        least: max(range.least, -greatest.partialValue), greatest: min(range.greatest, greatest.partialValue))
    } else if let phases = channel.phasesInCurrent, let ratedCurrent {
      let greatest = Int64(clamping: Int128(ratedCurrent) * Int128(phases) * 3 / 2)
      self.range = PlausibleRange(least: max(range.least, -greatest), greatest: min(range.greatest, greatest))
    } else {
      self.range = range
    }
    // The rated power of a heat pump is electrical; what it makes of it, and volumes, it does not limit.
    self.ratedPower = channel.isElectric ? ratedPower : nil
    self.resolution = max(1, resolution)
    self.modulus = modulus.flatMap { $0 > 0 ? $0 : nil }
  }

  /// The most by which an energy counter can grow in `milliseconds`: 1.5 times the rated power, and two steps, one for each end.
  func greatestGrowth(in milliseconds: Int64) -> Int128 {
    growth(in: milliseconds, halves: 3)
  }

  /// By how much an energy counter grows in `milliseconds` at the rated power, and two steps, one for each end.
  func ratedGrowth(in milliseconds: Int64) -> Int128 { growth(in: milliseconds, halves: 2) }

  private func growth(in milliseconds: Int64, halves: Int128) -> Int128 {
    let power = Int128(ratedPower ?? Self.ratedPowerIfUnknown)
    return power * halves * Int128(max(0, milliseconds)) / (2 * 3_600_000) + 2 * Int128(resolution)
  }
}
