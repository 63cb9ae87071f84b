import CommunityModel
import Console
import MarketTime
import Planning
import Quantities
import Yams

/// The kinds of asset that a file may name.
enum AssetKindName: String, CaseIterable {
  case load
  case pv
  case wind
  case battery
  case chargingPoint = "charging_point"
  case shiftableLoad = "shiftable_load"
  case heatLoad = "heat_load"
  case solarThermal = "solar_thermal"
  case heatPump = "heat_pump"
  case electricBoiler = "electric_boiler"
  case boiler
  case chp
  case heatStore = "heat_store"
  case coolingLoad = "cooling_load"
  case chiller
  case absorptionChiller = "absorption_chiller"
  case coldStore = "cold_store"
  case electrolyser
  case hydrogenStore = "hydrogen_store"
  case fuelCell = "fuel_cell"
}

/// Kinds that the format keeps names for and this version cannot schedule.
private let reservedKinds: Set = ["heat_exchanger"]

/// What people call kinds elsewhere.
private let otherNames: [String: AssetKindName] = ["cooling": .coolingLoad]

extension CommunityReader {
  /// An asset: what can be scheduled, or what must be reckoned with.
  mutating func asset(_ fields: Fields) -> AssetDescription? {
    fields.reserve("hydrogen_network")
    let id: AssetID? = fields.identifier("id")
    if let name = fields.node("kind")?.string, reservedKinds.contains(name) {
      problems.add(
        "the kind '\(name)' is reserved and cannot be scheduled by this version; leave the asset out for now",
        at: fields.node("kind")?.mark)
      _ = fields.all()
      return nil
    }
    let kindName: AssetKindName? = fields.choice("kind", others: otherNames)
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    let point: MeteringPoint.ID? = reference("metering_point", in: fields, kind: "metering point", isOptional: true)
    guard let kindName else {
      _ = fields.all()
      return nil
    }
    if let id, let point {
      pointUses.append(PointUse(asset: id, kind: kindName, point: point, mark: fields.node("metering_point")?.mark))
    }
    let kind: AssetDescription.Kind?
    switch kindName {
    case .load: kind = load(fields)
    case .pv: kind = plant(fields, source: .pv)
    case .wind: kind = plant(fields, source: .wind)
    case .battery: kind = battery(fields)
    case .chargingPoint where Self.carKeys.contains(where: fields.has): kind = cars(fields)
    case .chargingPoint: kind = flexibleUse(fields, windows: "sessions").map { .chargingPoint($0) }
    case .shiftableLoad: kind = flexibleUse(fields, windows: "windows").map { .shiftableLoad($0) }
    case .heatLoad, .solarThermal, .heatPump, .electricBoiler, .boiler, .chp, .heatStore: kind = heatAsset(kindName, fields)
    case .coolingLoad, .chiller, .absorptionChiller, .coldStore: kind = coolingAsset(kindName, fields)
    case .electrolyser, .hydrogenStore, .fuelCell: kind = hydrogenAsset(kindName, fields)
    }
    let isControllable = kindName.canBeControlled && fields.flag("controllable", default: false)
    guard let id, let site, let kind else { return nil }
    return AssetDescription(id: id, site: site, meteringPoint: point, kind: kind, isControllable: isControllable)
  }

  private static let powers = Power(count: 1)...Power(kilowatts: 1_000_000)
  private static let powersOrNone = Power.zero...Power(kilowatts: 1_000_000)
  private static let energies = Energy(count: 1)...Energy(kilowattHours: 1_000_000_000)
  private static let efficiencies = Fraction(count: 1)...Fraction.one

  private func load(_ fields: Fields) -> AssetDescription.Kind? {
    let consumption = fields.quantity(
      "annual_consumption", in: Energy.zero...Energy(kilowattHours: 1_000_000_000), like: "3500 kWh")
    let profile = fields.text("profile", default: "H25")
    guard let consumption, let profile else { return nil }
    guard LoadDescription.standardProfiles.contains(profile) else {
      problems.add(
        "there is no standard load profile '\(profile)'"
          + Spelling.hint(for: profile, among: LoadDescription.standardProfiles), at: fields.node("profile")?.mark)
      return nil
    }
    return .load(LoadDescription(annualConsumption: consumption, profile: profile))
  }

  private func plant(_ fields: Fields, source: PlantDescription.Source) -> AssetDescription.Kind? {
    let peak = fields.quantity("peak_power", in: Self.powers, like: "9.9 kWp")
    let isCurtailable = fields.flag("curtailable", default: true)
    return peak.map { .plant(PlantDescription(source: source, peakPower: $0, isCurtailable: isCurtailable)) }
  }

  private func battery(_ fields: Fields) -> AssetDescription.Kind? {
    let capacity = fields.quantity("capacity", in: Self.energies, like: "10 kWh")
    let charge = fields.quantity("charge_power", in: Self.powersOrNone, like: "5 kW")
    let discharge = fields.quantity("discharge_power", in: Self.powersOrNone, like: "5 kW")
    let inward = fields.optionalQuantity("charge_efficiency", in: Self.efficiencies, like: "95 %")
    let outward = fields.optionalQuantity("discharge_efficiency", in: Self.efficiencies, like: "95 %")
    let loss = fields.optionalQuantity(
      "self_discharge", in: LossRate.zero...LossRate(perHour: 0.5), like: "0.1 %/d")
    let least = fields.optionalQuantity("minimum_charge", in: Fraction.zero...Fraction.one, like: "10 %")
    let wear = fields.optionalQuantity("wear_cost", in: EnergyPrice.zero...EnergyPrice(count: 10_000_000), like: "2 ct/kWh")
    let state = fields.optionalQuantity("state_of_charge", in: Fraction.zero...Fraction.one, like: "50 %")
    guard let capacity, let charge, let discharge else { return nil }
    let parameters = Battery.Parameters(
      capacity: capacity, chargePower: charge, dischargePower: discharge, chargeEfficiency: inward ?? Fraction(0.95),
      dischargeEfficiency: outward ?? Fraction(0.95), selfDischarge: loss ?? .zero,
      leastContent: capacity * (least ?? .zero), wearCost: wear ?? .zero)
    return .battery(parameters, stateOfCharge: state)
  }

  private func flexibleUse(_ fields: Fields, windows key: String) -> FlexibleUseDescription? {
    let power = fields.quantity("power", in: Self.powers, like: "11 kW")
    let efficiency = fields.optionalQuantity("efficiency", in: Self.efficiencies, like: "90 %")
    let example = "at least one such as `{from: \"18:00\", until: \"06:30\", energy: 12 kWh}`"
    let windows = fields.items(key, expected: example).compactMap { node in
      window(Fields(node, subject: "'\(key)' of \(fields.subject)", problems: problems))
    }
    return power.map { FlexibleUseDescription(power: $0, efficiency: efficiency ?? .one, windows: windows) }
  }

  /// A daily window; its energy stands in the file unless it is given.
  func window(_ fields: Fields, energy given: Energy? = nil) -> DailyWindow? {
    let from = fields.time("from")
    let until = fields.time("until")
    let energy = given ?? fields.quantity("energy", in: Energy.zero...Energy(kilowattHours: 100_000), like: "12 kWh")
    let days = fields.weekdays()
    fields.finish()
    if let from, from == until {
      problems.add(
        "'until' is the same time as 'from'; a window of a whole day is from \"00:00\" until \"24:00\"",
        at: fields.node("until")?.mark)
      return nil
    }
    guard let from, let until, let energy else { return nil }
    return DailyWindow(from: from, until: until, energy: energy, days: days)
  }
}

extension Fields {
  /// The days of the week that are listed; every day where the file says nothing.
  func weekdays() -> Set<Weekday> {
    guard has("days") else { return Set(Weekday.allCases) }
    let names = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    var days: Set<Weekday> = []
    for node in items("days", expected: "days such as mo, tu; without 'days' it is every day") {
      guard let text = scalar(node, key: "days", expected: "days such as mo, tu") else { continue }
      if let day = names.firstIndex(of: text).flatMap({ Weekday(rawValue: $0) }) {
        days.insert(day)
      } else {
        problems.add("'\(text)' is not a day; known are \(names.joined(separator: ", "))", at: node.mark)
      }
    }
    return days
  }
}
