public import Quantities

/// TLC: how much of all energy that a community uses, electricity, heat and cars, is local and renewable.
///
///     TLC = (own power used + renewable heat that is not electricity) / (L + heat that is not electricity)
///
/// Electricity counts once, as electricity: that of heat pumps and cars is within L, own power for them within own power used, and of a
/// pump's heat only what the environment gave is heat here. What is lost in pipes counts as used.
public struct LocalCoverage: Hashable, Sendable {
  /// Own power used, straight or from a battery: E_direct + Dis_green->load.
  public var ownPower: Energy
  /// L, heat pumps and cars included.
  public var power: Energy
  /// Heat of the sun, of wood and of the environment.
  public var renewableHeat: Energy
  /// Heat of everything but electricity.
  public var heat: Energy

  /// What is covered and used; see the properties.
  public init(ownPower: Energy, power: Energy, renewableHeat: Energy = .zero, heat: Energy = .zero) {
    self.ownPower = ownPower
    self.power = power
    self.renewableHeat = renewableHeat
    self.heat = heat
  }

  /// TLC. nil where nothing is used.
  public var share: Fraction? { Reporting.share((ownPower + renewableHeat).count, of: (power + heat).count) }
}
