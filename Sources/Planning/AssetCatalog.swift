public import CommunityModel
public import Quantities

/// An asset as a community's file describes it, before forecasts and measured states make a schedulable `Asset` of it.
public struct AssetDescription: Sendable, Equatable {
  /// What it is, with its parameters: one line a kind.
  public enum Kind: Sendable, Equatable {
    case load(LoadDescription)
    case plant(PlantDescription)
    case battery(Battery.Parameters, stateOfCharge: Fraction?)
    case chargingPoint(FlexibleUseDescription)
    case cars(CarDescription)
    case shiftableLoad(FlexibleUseDescription)
    case heatLoad(HeatNetwork.ID, annualConsumption: Energy)
    case solarThermal(HeatNetwork.ID, peakPower: Power)
    case heatPump(HeatNetwork.ID, HeatPumpDescription)
    case electricBoiler(HeatNetwork.ID, power: Power, efficiency: Fraction)
    case boiler(HeatNetwork.ID, BoilerDescription)
    case combinedHeatAndPower(HeatNetwork.ID, EngineDescription)
    case heatStore(HeatNetwork.ID, HeatStoreDescription)
    case coolingLoad(HeatNetwork.ID, CoolingLoadDescription)
    case chiller(HeatNetwork.ID, ChillerDescription)
    case absorptionChiller(HeatNetwork.ID, AbsorptionChiller.Parameters)
    case coldStore(HeatNetwork.ID, HeatStoreDescription)
    case electrolyser(ElectrolyserDescription)
    case hydrogenStore(HydrogenStoreDescription)
    case fuelCell(FuelCellDescription)
  }

  /// Its short name.
  public let id: AssetID
  /// Where it is.
  public let site: Site.ID
  /// Where its energy is measured; nil where no meter of its own does.
  public let meteringPoint: MeteringPoint.ID?
  /// What it is.
  public let kind: Kind
  /// Whether the grid's operator may turn it down.
  public let isControllable: Bool

  /// A description; see the properties.
  public init(
    id: AssetID, site: Site.ID, meteringPoint: MeteringPoint.ID? = nil, kind: Kind, isControllable: Bool = false
  ) {
    self.id = id
    self.site = site
    self.meteringPoint = meteringPoint
    self.kind = kind
    self.isControllable = isControllable
  }
}
