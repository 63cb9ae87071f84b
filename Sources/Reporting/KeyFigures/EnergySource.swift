import CommunityModel
import Planning

/// Where energy comes from, in the classes that shares by source and their diversity are told in.
///
/// The classes are fixed, since another division is another index: `docs/formats/report-json.md`. The public grid counts as one source.
public enum EnergySource: String, CaseIterable, Comparable, Sendable {
  case pv
  case wind
  case hydro
  case biomass
  case solarThermal = "solar_thermal"
  case woodChips = "wood_chips"
  case heatPump = "heat_pump"
  case grid
  case gas
  case oil
  /// A meter that no asset describes, or a fuel of which nobody says what it is.
  case other

  /// In the order above.
  public static func < (left: EnergySource, right: EnergySource) -> Bool { left.position < right.position }

  private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// What a fuel is a source of.
  init(_ fuel: Fuel?) {
    switch fuel?.kind {
    case .woodChips: self = .woodChips
    case .biomass, .biogas: self = .biomass
    case .gas: self = .gas
    case .oil: self = .oil
    case nil: self = .other
    }
  }

  /// Whether heat of it is renewable by WPG section 3: of a heat pump only in part, of what nobody describes not known.
  var isRenewableHeat: Bool? {
    switch self {
    case .solarThermal, .woodChips, .biomass, .pv, .wind, .hydro: true
    case .gas, .oil: false
    case .heatPump, .grid, .other: nil
    }
  }
}

extension AssetDescription {
  /// What the electricity that it makes comes from; nil where it makes none.
  func powerSource(_ fuels: [Fuel]) -> EnergySource? {
    switch kind {
    case .plant(let plant): plant.source == .pv ? .pv : .wind
    case .combinedHeatAndPower(_, let engine): EnergySource(fuels.first { $0.id == engine.fuel })
    case .fuelCell: .other
    case .load, .battery, .chargingPoint, .cars, .shiftableLoad, .heatLoad, .solarThermal, .heatPump, .electricBoiler, .boiler,
      .heatStore, .coolingLoad, .chiller, .absorptionChiller, .coldStore, .electrolyser, .hydrogenStore:
      nil
    }
  }
}
