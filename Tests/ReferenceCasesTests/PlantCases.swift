import EnergySystems

/// Power plants: which of them run when, and with how much heat.
enum PlantCases {
  /// Five days of wind, sun, four plants, combined heat and power and a heat pump, MW taken as kW (oemof).
  static func dispatch() throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_dispatch_120h")
    let series = try Table("oe_dispatch_120h/series.csv")
    var system = EnergySystem(series.count, hours: try figures["step_h"], Bus("power", canDump: true), Bus("heat"))
    system.supplies = try figures.members("plants").sorted { $0.key < $1.key }.map { name, plant in
      Supply(
        name, bus: "power", price: .constant(try plant["cost_per_mwh_el"]), max: .constant(try plant["p_max"]), isGrid: false)
    }
    system.demands = [
      Demand(bus: "power", power: try series.series("demand_el", times: figures["demand_el_mw"])),
      Demand(bus: "heat", power: try series.series("demand_th", times: figures["demand_heat_mw"])),
    ]
    // What is too much of them is got rid of at the bus.
    system.sources = [
      Source("wind", bus: "power", available: try series.series("wind", times: figures["wind_mw"]), isCurtailable: false),
      Source("sun", bus: "power", available: try series.series("pv", times: figures["pv_mw"]), isCurtailable: false),
    ]
    let (toPower, toHeat) = (try figures["chp", "eff_el"], try figures["chp", "eff_heat"])
    let ratio = try figures["heat_pump", "cop"]
    system.converters = [
      Converter(
        "chp", input: nil, modes: [.init([.init("power", .constant(toPower)), .init("heat", .constant(toHeat))])],
        maxInput: .constant(min(try figures["chp", "p_el_max"] / toPower, try figures["chp", "q_max"] / toHeat)),
        costPerInput: .constant(try figures["chp", "cost_per_mwh_el"] * toPower)),
      .simple(
        "heat pump", from: "power", to: "heat", .constant(ratio), max: .constant(try figures["heat_pump", "q_max"] / ratio)),
    ]
    return system
  }

  /// Five hours of two sites with heat and power: one with an extraction turbine, one with a fixed ratio (oemof).
  ///
  /// The turbine is a mixture of two modes: all steam to the condenser, and as much heat as there can be.
  static func extractionTurbine() throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_variable_chp")
    let series = try Table("oe_variable_chp/series.csv")
    let buses = ["power 1", "heat 1", "power 2", "heat 2"].map { Bus($0, canDump: true) } + [Bus("gas 1"), Bus("gas 2")]
    var system = EnergySystem(hours: [Double](repeating: try figures["step_h"], count: series.count), buses: buses)
    let power = try series.series("demand_el")
    let heat = try series.series("demand_th", times: figures["heat_peak"])
    for site in 1...2 {
      system.supplies.append(Supply("gas \(site)", bus: "gas \(site)", price: .constant(try figures["gas_cost"])))
      system.demands += [Demand(bus: "power \(site)", power: power), Demand(bus: "heat \(site)", power: heat)]
    }
    let condensing = try figures["extraction_chp", "eff_el_condensation"]
    system.converters = [
      Converter(
        "turbine", input: "gas 1",
        modes: [
          .init([.init("power 1", .constant(condensing))]),
          .init([
            .init("power 1", .constant(try figures["extraction_chp", "eff_el"])),
            .init("heat 1", .constant(try figures["extraction_chp", "eff_heat"])),
          ]),
        ], maxInput: .constant(.infinity)),
      Converter(
        "chp", input: "gas 2",
        modes: [
          .init([
            .init("power 2", .constant(try figures["fixed_chp", "eff_el"])),
            .init("heat 2", .constant(try figures["fixed_chp", "eff_heat"])),
          ])
        ], maxInput: .constant(.infinity)),
    ]
    return system
  }

  /// Four hours of a coal and a gas plant with a least power and least times (PyPSA).
  static func unitCommitment(_ example: String) throws -> EnergySystem {
    let figures = try Figures.ofCase("pypsa_uc").member(example)
    let load = try figures.numbers("load")
    var system = EnergySystem(load.count, Bus("power"))
    system.demands = [Demand(bus: "power", power: .steps(load))]
    system.converters = try figures.members("units").sorted { $0.key < $1.key }.map { name, unit in
      let most = try unit["p_nom"]
      // How long a unit had been on stands there where it is not one hour, which is PyPSA's default.
      let onBefore = unit.has("up_time_before") ? try unit["up_time_before"] : try figures["default_up_time_before"]
      let offBefore = unit.has("down_time_before") ? try unit["down_time_before"] : nil
      return .simple(
        name, to: "power", 1, max: .constant(most), costPerInput: .constant(try unit["marginal_cost"]),
        commitment: Commitment(
          minInput: .constant(try unit["p_min_pu"] * most),
          noLoadCostPerHour: unit.has("stand_by_cost") ? try unit["stand_by_cost"] : 0,
          minUpHours: unit.has("min_up_time") ? try unit["min_up_time"] : 0,
          minDownHours: unit.has("min_down_time") ? try unit["min_down_time"] : 0, wasOn: onBefore > 0,
          hoursBefore: onBefore > 0 ? onBefore : offBefore))
    }
    return system
  }
}
