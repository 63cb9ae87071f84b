public import CommunityModel
public import Planning
public import Quantities

/// The heat of a network over a period, and the shares made of it.
///
/// Shares by source are of what was fed in (WPG counts there), never of what arrived. Worked example K7: solar 180, wood chips 1150, oil
/// 70 MWh are 95 % renewable and 12.9 % solar; of 18 % losses 1148 MWh arrive.
public struct HeatBalance: Sendable, Equatable {
  /// What each source fed in, net; sources that the network has and that gave nothing with zero.
  public var fed: [EnergySource: Energy] = [:]
  /// What heat pumps and electric boilers gave and took.
  public var pumps: [AssetID: HeatPumpUse] = [:]
  /// Of the quarter hours in which what arrives is known, too: what was fed in, what arrived.
  public var fedWhereDelivered = Energy.zero
  /// What customers' meters counted; zero where none do.
  public var delivered = Energy.zero
  /// What tanks held more at the end than at the beginning; zero where nobody measures them.
  public var stockChange = Energy.zero
  /// CO2 of what was burnt, estimated by efficiency; nil where a factor is missing.
  public var fuelCarbon: Mass? = .zero
  /// Energy of what was burnt, estimated: heat over efficiency, lower heating value.
  public var burnt: [EnergySource: Energy] = [:]

  /// Nothing yet.
  public init() {}

  /// All that was fed in.
  public var total: Energy { fed.values.reduce(.zero, +) }

  /// RHS = (Q_solar + Q_wood + Q_hp,ren + ...) / sum of net heat fed in. WPG section 3: what a tank gives inherits its source; of a heat
  /// pump the heat from the environment counts whole, its electricity as far as it is the site's own, and power from the grid with the
  /// country's renewable share of the year before (no. 15 h). Sections 29 and 30: 30 % from 2030, 80 % from 2040, new networks 65 %.
  /// nil where nothing was fed in or a source is not known.
  ///
  /// - Parameter gridShare: the renewable share of power from the grid; nil for not known, which only matters where some was used.
  public func renewableShare(gridShare: Fraction?) -> Fraction? {
    var renewable = Energy.zero
    for (source, heat) in fed where heat > .zero {
      if source == .heatPump {
        guard let part = renewableHeatOfPumps(gridShare: gridShare) else { return nil }
        renewable += part
      } else {
        guard let isRenewable = source.isRenewableHeat else { return nil }
        if isRenewable { renewable += heat }
      }
    }
    return share(renewable.count, of: total.count)
  }

  /// Q_hp,ren; nil where it depends on what nobody says.
  private func renewableHeatOfPumps(gridShare: Fraction?) -> Energy? {
    var sum = Energy.zero
    for pump in pumps.values {
      let bought = pump.power - pump.ownPower
      guard bought <= .zero || gridShare != nil else { return nil }
      let electric = min(pump.heat, pump.ownPower + max(.zero, bought) * (gridShare ?? .zero))
      sum += min(pump.heat, pump.environment + electric)
    }
    return sum
  }

  /// Solar fraction: Q_solar / sum of heat fed in. nil where nothing was fed in.
  public var solarFraction: Fraction? { share((fed[.solarThermal] ?? .zero).count, of: total.count) }

  /// Losses: (fed in - stock change - delivered) / fed in, over the quarter hours in which both are known. nil where nothing was fed in.
  ///
  /// The change of the tanks' content is dQ = m c dT / 3600, here capacity times the change of temperature over that from return to flow.
  public var lossShare: Fraction? {
    share((fedWhereDelivered - stockChange - delivered).count, of: fedWhereDelivered.count)
  }

  /// Environment's heat of all pumps.
  var environment: Energy { pumps.values.reduce(.zero) { $0 + $1.environment } }

  /// Part by part; a missing factor stays missing.
  public static func + (left: HeatBalance, right: HeatBalance) -> HeatBalance {
    var sum = left
    sum.fed.merge(right.fed, uniquingKeysWith: +)
    sum.burnt.merge(right.burnt, uniquingKeysWith: +)
    sum.pumps.merge(right.pumps, uniquingKeysWith: +)
    sum.fedWhereDelivered += right.fedWhereDelivered
    sum.delivered += right.delivered
    sum.stockChange += right.stockChange
    sum.fuelCarbon = left.fuelCarbon.flatMap { first in right.fuelCarbon.map { first + $0 } }
    return sum
  }
}

/// What a heat pump or electric boiler gave and took over a period.
public struct HeatPumpUse: Hashable, Sendable {
  /// Q: heat given.
  public var heat = Energy.zero
  /// E_el: power taken.
  public var power = Energy.zero
  /// Of it, what the site's own plants gave in the same quarter hour, straight or by way of the battery.
  public var ownPower = Energy.zero

  /// A use; see the properties.
  public init(heat: Energy = .zero, power: Energy = .zero, ownPower: Energy = .zero) {
    self.heat = heat
    self.power = power
    self.ownPower = ownPower
  }

  /// SPF = Q / E_el, the seasonal performance factor. nil where no power was taken.
  public var performance: Fraction? { share(heat.count, of: power.count) }
  /// The share of own power in what it took, by interval match. nil where none was taken.
  public var ownShare: Fraction? { share(ownPower.count, of: power.count) }
  /// Heat that is not electricity: Q - E_el, at least zero.
  public var environment: Energy { max(.zero, heat - power) }

  /// Part by part.
  public static func + (left: HeatPumpUse, right: HeatPumpUse) -> HeatPumpUse {
    HeatPumpUse(heat: left.heat + right.heat, power: left.power + right.power, ownPower: left.ownPower + right.ownPower)
  }
}
