import CommunityModel
import Console
import Planning
import Quantities
import Yams

/// Heat networks, fuels, and assets that have to do with heat.
extension CommunityReader {
  private static let powers = Power(count: 1)...Power(kilowatts: 1_000_000)
  static let temperatures = Temperature(count: -50_000)...Temperature(count: 200_000)
  private static let shares = Fraction.zero...Fraction.one
  private static let efficiencies = Fraction(count: 1)...Fraction.one

  mutating func heatNetwork(_ fields: Fields) -> HeatNetwork? { network(fields, carries: .heat) }

  /// A network of heat or cold.
  mutating func network(_ fields: Fields, carries carried: HeatNetwork.Carried) -> HeatNetwork? {
    fields.reserve("nodes")
    let id: HeatNetwork.ID? = fields.identifier("id")
    let name = fields.has("name") ? fields.text("name") : id?.text
    var sites: [Site.ID] = []
    for node in fields.list("sites") {
      guard let text = fields.scalar(node, key: "sites", expected: "the ids of sites") else { continue }
      refer(to: text, kind: "site", at: node.mark)
      if sites.contains(Identifier(text)) {
        problems.add("site '\(text)' stands twice in \(fields.subject); delete one of them", at: node.mark)
      } else {
        sites.append(Identifier(text))
      }
    }
    let temperatures = temperatures(fields, carried)
    let loss =
      fields.optionalQuantity(
        carried == .cold ? "cold_loss" : "heat_loss", in: Power.zero...Power(kilowatts: 1_000_000), like: "4 kW") ?? .zero
    let hasCooler = fields.flag("cooler", default: false)
    let pipes = fields.list("pipes").compactMap { pipe(Fields($0, subject: "'pipes' of \(fields.subject)", problems: problems)) }
    let links = fields.list("links").compactMap {
      link(Fields($0, subject: "'links' of \(fields.subject)", problems: problems), carried)
    }
    guard let id, let name else { return nil }
    checkDimensions(of: pipes, fields)
    return HeatNetwork(
      id: id, name: name, carries: carried, sites: sites, flowTemperature: temperatures.flow,
      returnTemperature: temperatures.back,
      groundTemperature: temperatures.ground, heatLoss: loss, hasCooler: hasCooler, pipes: pipes, links: links,
      heatingCurve: temperatures.flowCurve, returnCurve: temperatures.backCurve)
  }

  private mutating func pipe(_ fields: Fields) -> HeatNetwork.Pipe? {
    defer { fields.finish() }
    let id: HeatPipe.ID? = fields.identifier("id")
    let from: Site.ID? = reference("from", in: fields, kind: "site")
    let to: Site.ID? = reference("to", in: fields, kind: "site")
    let length = fields.quantity("length", in: Length(count: 1)...Length(count: 100_000_000), like: "220 m")
    let diameter = fields.optionalQuantity("diameter", in: Length(count: 1)...Length(count: 2000), like: "80 mm")
    let factor = fields.quantity("heat_loss", in: PipeLossFactor.zero...PipeLossFactor(count: 100_000), like: "0.25 W/(m K)")
    let capacity = fields.optionalQuantity("capacity", in: Self.powers, like: "300 kW")
    let pump = fields.optionalQuantity("pump_power", in: Self.shares, like: "1 %") ?? .zero
    if diameter != nil, pump > .zero {
      problems.add("'pump_power' follows from 'diameter'; delete one of them", at: fields.place(of: "pump_power"))
    }
    guard let id, let from, let to, let length, let factor else { return nil }
    guard from != to else {
      problems.add("pipe '\(id)' ends where it begins; 'from' and 'to' are two sites", at: fields.place(of: "to"))
      return nil
    }
    return HeatNetwork.Pipe(
      id: id.text, from: from, to: to, length: length, lossFactor: factor, capacity: capacity, pumpShare: pump,
      diameter: diameter)
  }

  private mutating func link(_ fields: Fields, _ carried: HeatNetwork.Carried) -> HeatNetwork.Link? {
    defer { fields.finish() }
    let id: HeatTransfer.ID? = fields.identifier("id")
    let to: HeatNetwork.ID? = reference("to", in: fields, kind: "\(carried.rawValue) network")
    let site: Site.ID? = reference("site", in: fields, kind: "site")
    let capacity = fields.quantity("capacity", in: Self.powers, like: "300 kW")
    guard let id, let to, let site, let capacity else { return nil }
    return HeatNetwork.Link(id: id.text, to: to, site: site, capacity: capacity)
  }

  mutating func fuel(_ fields: Fields) -> Fuel? {
    let id: Fuel.ID? = fields.identifier("id")
    let prices = EnergyPrice.zero...EnergyPrice(count: 10_000_000)
    let price = fields.optionalQuantity("price", in: prices, like: "3.5 ct/kWh")
    let sale = fields.optionalQuantity("sale_price", in: prices, like: "15 ct/kWh")
    let emissions = fields.optionalQuantity("co2", in: EmissionFactor.zero...EmissionFactor(count: 10_000_000), like: "20 g/kWh")
    let stock = fields.optionalQuantity("stock", in: Energy.zero...Energy(kilowattHours: 1_000_000_000), like: "40 MWh")
    let kind: Fuel.Kind? = fields.has("kind") ? fields.choice("kind") : nil
    if let price, let sale, sale > price {
      problems.add("'sale_price' is above 'price': buying and selling would have no end", at: fields.place(of: "sale_price"))
    }
    guard let id else { return nil }
    if !fields.has("price") { fuelMarks.updateValue(fields.place(of: "price"), forKey: id) }
    return Fuel(id: id, price: price, salePrice: sale, emissions: emissions, stock: stock, kind: kind)
  }

  /// What `kind` is with its heat network; nil where something is wrong.
  mutating func heatAsset(_ kind: AssetKindName, _ fields: Fields) -> AssetDescription.Kind? {
    let network: HeatNetwork.ID? = reference("heat_network", in: fields, kind: "heat network")
    switch kind {
    case .heatLoad:
      let annual = fields.quantity(
        "annual_consumption", in: Energy.zero...Energy(kilowattHours: 1_000_000_000), like: "18 MWh")
      return network.flatMap { network in annual.map { .heatLoad(network, annualConsumption: $0) } }
    case .solarThermal:
      let peak = fields.quantity("peak_power", in: Self.powers, like: "70 kW")
      return network.flatMap { network in peak.map { .solarThermal(network, peakPower: $0) } }
    case .heatPump: return heatPump(fields, network)
    case .electricBoiler:
      let power = fields.quantity("power", in: Self.powers, like: "20 kW")
      let efficiency = fields.optionalQuantity("efficiency", in: Self.efficiencies, like: "99 %") ?? .one
      return network.flatMap { network in power.map { .electricBoiler(network, power: $0, efficiency: efficiency) } }
    case .boiler:
      let fuel = fuelReference(fields)
      let heat = fields.quantity("heat_power", in: Self.powers, like: "200 kW")
      let efficiency = fields.optionalQuantity("efficiency", in: Fraction(count: 1)...Fraction(1.2), like: "85 %")
      let rules = rules(fields)
      guard let network, let fuel, let heat else { return nil }
      return .boiler(
        network, BoilerDescription(fuel: fuel, heatPower: heat, efficiency: efficiency ?? Fraction(0.85), rules: rules))
    case .chp: return engine(fields, network)
    case .heatStore:
      let store = tank(fields, loss: "heat_loss")
      return network.flatMap { network in store.map { .heatStore(network, $0) } }
    case .load, .pv, .wind, .battery, .chargingPoint, .shiftableLoad, .electrolyser, .hydrogenStore, .fuelCell, .coolingLoad,
      .chiller,
      .absorptionChiller, .coldStore:
      return nil
    }
  }

  /// Where a heat pump takes its heat.
  private enum SourceName: String, CaseIterable {
    case air
    case ground
    case water
  }

  private mutating func heatPump(_ fields: Fields, _ network: HeatNetwork.ID?) -> AssetDescription.Kind? {
    let power = fields.quantity("power", in: Self.powers, like: "20 kW")
    let source: SourceName? = fields.choice("source", default: .air)
    let temperature = fields.optionalQuantity("source_temperature", in: Self.temperatures, like: "8 degC")
    if source == .air, temperature != nil {
      problems.add(
        "'source_temperature' is for ground and water; that of the air follows the weather",
        at: fields.place(of: "source_temperature"))
    }
    let quality = fields.optionalQuantity("quality", in: Fraction(0.1)...Fraction(0.7), like: "45 %") ?? Fraction(0.45)
    let rules = rules(fields)
    guard let network, let power, let source else { return nil }
    let from: HeatPumpDescription.Source =
      source == .air ? .air : .constant(temperature ?? HeatNetwork.usualGround)
    return .heatPump(network, HeatPumpDescription(power: power, source: from, quality: quality, rules: rules))
  }

  private mutating func engine(_ fields: Fields, _ network: HeatNetwork.ID?) -> AssetDescription.Kind? {
    let fuel = fuelReference(fields)
    let power = fields.quantity("power", in: Self.powers, like: "50 kW")
    let electric = fields.quantity("power_efficiency", in: Self.efficiencies, like: "35 %")
    let thermal = fields.quantity("heat_efficiency", in: Self.efficiencies, like: "50 %")
    let condensing = fields.optionalQuantity("condensing_efficiency", in: Self.efficiencies, like: "45 %")
    let rules = rules(fields)
    guard let network, let fuel, let power, let electric, let thermal else { return nil }
    return .combinedHeatAndPower(
      network,
      EngineDescription(
        fuel: fuel, power: power, powerEfficiency: electric, heatEfficiency: thermal, condensingEfficiency: condensing,
        rules: rules))
  }

  func rules(_ fields: Fields) -> OperatingRules {
    let least = fields.optionalQuantity("least_load", in: Self.shares, like: "30 %") ?? .zero
    let times = Duration.zero...Duration.seconds(7 * 86_400)
    let up = fields.duration("min_up", default: .zero, in: times, like: "6 h")
    let down = fields.duration("min_down", default: .zero, in: times, like: "4 h")
    let start = fields.optionalQuantity("start_cost", in: Money.zero...Money(euros: 1_000_000), like: "4 EUR") ?? .zero
    let ramp = fields.optionalQuantity("ramp", in: Fraction(count: 1)...Fraction(60), like: "50 %")
    return OperatingRules(
      leastLoad: least, minUp: up ?? .zero, minDown: down ?? .zero, startCost: start, rampPerHour: ramp)
  }
}
