import CaseFiles
import EnergySystems
import Foundation

/// Boilers, combined heat and power, tanks and heat networks.
enum HeatCases {
  /// Nine hours of a boiler, a plant for heat and power and a tank, with a price on CO2 (flixOpt).
  ///
  /// The tank's fixed cost is paid whatever is decided, and not part of the system.
  static func nineHours() throws -> EnergySystem {
    let figures = try Figures.ofCase("fx_simple")
    let heat = try figures.numbers("heat_demand_kw")
    var system = EnergySystem(heat.count, hours: try figures["step_h"], Bus("gas"), Bus("heat"), Bus("power"))
    system.supplies = [
      Supply(
        "gas", bus: "gas", price: .constant(try figures["gas_price_eur_kwh"]),
        emissions: .constant(try figures["gas_co2_kg_kwh"]))
    ]
    system.offtakes = [Offtake("feed-in", bus: "power", price: .constant(try figures["price_feed_in_eur_kwh"]))]
    system.demands = [Demand(bus: "heat", power: .steps(heat))]
    let (boiler, toPower) = (try figures["boiler", "eff"], try figures["chp", "eff_el"])
    system.converters = [
      .simple(
        "boiler", from: "gas", to: "heat", .constant(boiler), max: .constant(try figures["boiler", "heat_max_kw"] / boiler),
        commitment: Commitment(minInput: .constant(try figures["boiler", "heat_min_kw"] / boiler))),
      Converter(
        "chp", input: "gas",
        modes: [.init([.init("heat", .constant(try figures["chp", "eff_heat"])), .init("power", .constant(toPower))])],
        maxInput: .constant(try figures["chp", "el_max_kw"] / toPower),
        commitment: Commitment(minInput: .constant(try figures["chp", "el_min_kw"] / toPower))),
    ]
    // Its shares are of the content at the start of each step: here of that at the end of the step before.
    let full = try figures["tank", "kwh"]
    let atEnds = try figures.numbers("tank", "max_share_at_step_start").dropFirst() + [figures["tank", "max_share_at_end"]]
    system.stores = [
      Store(
        "tank", bus: "heat", capacity: .steps(atEnds.map { full * $0 }), charge: .constant(try figures["tank", "power_kw"]),
        discharge: .constant(try figures["tank", "power_kw"]), chargeEfficiency: try figures["tank", "eff_charge"],
        dischargeEfficiency: try figures["tank", "eff_discharge"], lossPerHour: try figures["tank", "loss_per_h"],
        opening: .content(try figures["tank", "start_kwh"]), exclusivity: .everywhere)
    ]
    system.carbonPrice = try figures["co2_price_eur_kg"]
    return system
  }

  /// Three days of a heat network with a coal plant, a gas boiler and a large tank, MW and MWh taken as kW and kWh (flixOpt).
  static func threeDays() throws -> EnergySystem {
    let figures = try Figures.ofCase("fx_heat_3d")
    let series = try Table("fx_heat_3d/series.csv")
    let prices = try series.numbers("price_el_eur_mwh")
    let (buying, selling) = (try figures["buy_adder_eur_mwh"], try figures["sell_deduction_eur_mwh"])
    var system = EnergySystem(
      series.count, hours: try figures["step_h"], Bus("gas"), Bus("coal"), Bus("heat"), Bus("power"))
    system.supplies = [
      Supply("gas", bus: "gas", price: try series.series("price_gas_eur_mwh")),
      Supply("coal", bus: "coal", price: .constant(try figures["coal_eur_mwh"])),
      Supply("purchase", bus: "power", price: .steps(prices.map { $0 + buying }), max: 1000),
    ]
    system.offtakes = [Offtake("sale", bus: "power", price: .steps(prices.map { $0 - selling }), max: 1000)]
    system.demands = [
      Demand(bus: "heat", power: try series.series("q_heat_mw")), Demand(bus: "power", power: try series.series("p_el_mw")),
    ]
    let commitment = { (unit: String) in
      Commitment(
        minInput: .constant(try figures[unit, "fuel_min_mw"]), startCost: try figures[unit, "start_cost_eur"], wasOn: false)
    }
    system.converters = [
      .simple(
        "boiler", from: "gas", to: "heat", .constant(try figures["boiler", "eff"]),
        max: .constant(try figures["boiler", "fuel_max_mw"]), commitment: try commitment("boiler")),
      Converter(
        "chp", input: "coal",
        modes: [
          .init([
            .init("heat", .constant(try figures["chp", "eff_heat"])), .init("power", .constant(try figures["chp", "eff_el"])),
          ])
        ], maxInput: .constant(try figures["chp", "fuel_max_mw"]), commitment: try commitment("chp")),
    ]
    system.stores = [
      Store(
        "tank", bus: "heat", capacity: .constant(try figures["tank", "mwh"]), charge: .constant(try figures["tank", "charge_mw"]),
        discharge: .constant(try figures["tank", "discharge_mw"]), lossPerHour: try figures["tank", "loss_per_h"],
        opening: .content(try figures["tank", "start_mwh"]), leastAtEnd: try figures["tank", "end_min_mwh"],
        mostAtEnd: try figures["tank", "end_max_mwh"], exclusivity: .everywhere)
    ]
    return system
  }

  /// A year of a district's heat from a boiler as large as its peak, MW taken as kW; `investment` in EUR a MW and year (oemof).
  ///
  /// The boiler buys 0.95 gas a unit of heat, as published.
  static func districtHeat(investment: Double) throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_district_heat")
    let series = try Table("oe_district_heat/series.csv")
    let perHeat = try figures["boiler", "gas_per_heat"]
    var system = EnergySystem(series.count, hours: try figures["step_h"], Bus("gas"), Bus("heat"))
    system.supplies = [Supply("gas", bus: "gas", price: try series.series("gas_eur_mwh"))]
    system.demands = [Demand(bus: "heat", power: try series.series("heat_mw"))]
    system.converters = [
      .simple(
        "boiler", from: "gas", to: "heat", .constant(1 / perHeat), max: .constant(perHeat),
        costPerInput: .constant(try figures["boiler", "var_eur_mwh"] / perHeat),
        size: Size(most: try figures["boiler", "max_mw"], price: investment))
    ]
    return system
  }

  /// Two weeks in January of two heat networks in a row: wood chips, biogas, oil, a heat pump, sun and a tank. Read from JSON.
  static func village() throws -> EnergySystem {
    let figures = try Figures.ofCase("village_heat")
    let series = try Table("village_heat/series.csv")
    let count = Int(try figures["winter", "steps"])
    guard let first = try series.texts("time").firstIndex(of: "2020-01-13 00:00:00") else {
      throw ReferenceFolder.Missing(description: "village_heat/series.csv has no 2020-01-13")
    }
    let column = { (name: String) in Array(try series.numbers(name)[first..<first + count]) }
    let spot = try column("spot_eur_kwh")
    let adder = try figures["grid", "import_adder"]
    let entries: [String: Any] = [
      "steps": count, "dt_h": try figures["step_h"], "co2_price": try figures["co2_price_eur_kg"],
      "buses": ["el", "plant", "a", "b", "wood", "gas", "biogas"],
      "imports": [
        ["id": "grid", "bus": "el", "price": spot.map { $0 + adder }, "co2": try figures["grid", "co2"]],
        ["id": "chips", "bus": "wood", "price": try figures["wood", "price"], "co2": try figures["wood", "co2"]],
        ["id": "oil", "bus": "gas", "price": try figures["peak", "price"], "co2": try figures["peak", "co2"]],
        ["id": "bio", "bus": "biogas", "price": try figures["chp", "price"], "co2": try figures["chp", "co2"]],
      ],
      "exports": [["id": "feed-in", "bus": "el", "price": spot.map { $0 - 0.003 }]],
      "demands": [
        ["bus": "a", "kw": try column("heat_a_kw")], ["bus": "b", "kw": try column("heat_b_kw")],
        ["bus": "el", "kw": try figures["plant_el_kw"]],
      ],
      "vres": [["id": "sun", "bus": "plant", "kw": try column("solar_kw")]],
      "converters": try villageUnits(figures, coefficientOfPerformance: try column("cop")),
      "links": [
        [
          "id": "to a", "from": "plant", "to": "a", "loss_fixed_kw": try column("loss_a_kw"),
          "pump_kwh_per_kwh": try column("pump_kwh_per_kwh"), "pump_bus": "el",
        ],
        [
          "id": "to b", "from": "a", "to": "b", "max": try figures["link_b", "max"],
          "loss_rel": try figures["link_b", "loss_rel"],
          "loss_fixed_kw": try column("loss_b_kw"),
        ],
      ],
      "storages": [
        [
          "id": "tank", "bus": "plant", "kwh": try figures["tank", "kwh"], "charge_kw": try figures["tank", "kw"],
          "discharge_kw": try figures["tank", "kw"], "loss_h": try figures["tank", "loss_h"],
          "start": try figures["tank", "start"], "end_min": try figures["tank", "end_min"],
        ]
      ],
    ]
    return try CaseFile([UInt8](JSONSerialization.data(withJSONObject: entries))).system
  }

  private static func villageUnits(_ figures: Figures, coefficientOfPerformance: [Double]) throws -> [[String: Any]] {
    let onOff = { (unit: String, more: [String: Double]) in
      [
        "min_up_h": try figures[unit, "min_up_h"], "min_down_h": try figures[unit, "min_down_h"],
        "start_cost": try figures[unit, "start_cost"],
      ].merging(more) { $1 }
    }
    return [
      [
        "id": "wood boiler", "in_bus": "wood", "out": ["plant": try figures["wood", "eff"]],
        "in_max": try figures["wood", "fuel_max"], "in_min": try figures["wood", "fuel_min"], "onoff": try onOff("wood", [:]),
      ],
      [
        "id": "oil boiler", "in_bus": "gas", "out": ["plant": try figures["peak", "eff"]],
        "in_max": try figures["peak", "fuel_max"],
      ],
      [
        "id": "chp", "in_bus": "biogas", "out": ["el": try figures["chp", "eff_el"], "plant": try figures["chp", "eff_heat"]],
        "in_max": try figures["chp", "fuel_max"], "in_min": try figures["chp", "fuel_min"],
        "onoff": try onOff("chp", ["no_load_cost_h": try figures["chp", "no_load_cost_h"]]),
      ],
      [
        "id": "heat pump", "in_bus": "el", "out": ["plant": coefficientOfPerformance],
        "in_max": try figures["heat_pump", "el_max"],
      ],
    ]
  }
}
