import CaseFiles
import EnergySystems
import Foundation

/// Houses, alone and together.
enum CommunityCases {
  /// A week of thirteen tenants with sun and a battery on their roof, at one tariff for all.
  static func pooledTenants() throws -> EnergySystem {
    let figures = try Figures.ofCase("tenant_house")
    let series = try Table("tenant_house/series.csv")
    let tenants = try loads(of: figures, series)
    let load = (0..<series.count).map { step in tenants.reduce(0) { $0 + $1.load[step] } }
    var system = try roof(figures, series, [Bus("house")])
    system.supplies = [Supply("rest", bus: "house", price: .constant(try figures["pool_tariff_eur_kwh"]))]
    system.demands = [Demand(bus: "house", power: .steps(load))]
    system.links = [Link("from the roof", from: "roof", to: "house", max: .steps(load))]
    return system
  }

  /// The same, where each tenant buys the rest at an own tariff, and what comes from the roof is theirs in proportion to their loads.
  static func proportionalTenants() throws -> EnergySystem {
    let figures = try Figures.ofCase("tenant_house")
    let series = try Table("tenant_house/series.csv")
    let tenants = try loads(of: figures, series)
    let load = (0..<series.count).map { step in tenants.reduce(0) { $0 + $1.load[step] } }
    var system = try roof(figures, series, tenants.map { Bus($0.name) })
    system.supplies = tenants.map { Supply("rest of \($0.name)", bus: $0.name, price: .constant($0.tariff)) }
    system.demands = tenants.map { Demand(bus: $0.name, power: .steps($0.load)) }
    let shares = tenants.map { tenant in Converter.Output(tenant.name, .steps(zip(tenant.load, load).map { $0 / $1 })) }
    system.converters = [Converter("from the roof", input: "roof", modes: [.init(shares)], maxInput: .steps(load))]
    return system
  }

  private static func loads(
    of figures: Figures, _ series: Table
  ) throws -> [(name: String, tariff: Double, load: [Double])] {
    try figures.members("tenants").sorted { $0.key < $1.key }.map {
      ($0, try $1["residual_tariff_eur_kwh"], try series.numbers($0))
    }
  }

  private static func roof(_ figures: Figures, _ series: Table, _ buses: [Bus]) throws -> EnergySystem {
    var system = EnergySystem(
      hours: [Double](repeating: try figures["step_h"], count: series.count), buses: [Bus("roof")] + buses)
    system.offtakes = [Offtake("feed-in", bus: "roof", price: .constant(try figures["feed_in_eur_kwh"]))]
    system.sources = [Source("sun", bus: "roof", available: try series.series("pv_kw"))]
    let wear = try figures["battery", "throughput_eur_kwh"] / 2
    system.stores = [
      Store(
        "battery", bus: "roof", capacity: .constant(try figures["battery", "kwh"]),
        charge: .constant(try figures["battery", "kw"]), discharge: .constant(try figures["battery", "kw"]),
        chargeEfficiency: try figures["battery", "eff_charge"], dischargeEfficiency: try figures["battery", "eff_discharge"],
        lossPerHour: try figures["battery", "loss_per_h"], opening: .content(try figures["battery", "start_kwh"]),
        leastAtEnd: try figures["battery", "end_min_kwh"], chargeCost: wear, dischargeCost: wear)
    ]
    return system
  }

  /// A year of real houses, each alone with its sun and battery, import at the tariff, export worth nothing (CityLearn).
  static func houses(_ members: Range<Int>) throws -> EnergySystem {
    let figures = try Figures.ofCase("citylearn_2022")
    let table = try Table("citylearn_2022/members.csv")
    let (loads, suns) = (try Table("citylearn_2022/load_kwh.csv"), try Table("citylearn_2022/pv_w_per_kw.csv"))
    let price = try Table("citylearn_2022/step.csv").series("price_usd_kwh")
    let names = Array(try table.texts("member")[members])
    let peaks = try table.numbers("pv_kw")[members]
    var system = EnergySystem(
      hours: [Double](repeating: try figures["step_h"], count: loads.count), buses: names.map { Bus($0) })
    for (name, peak) in zip(names, peaks) {
      system.supplies.append(Supply("import \(name)", bus: name, price: price))
      system.offtakes.append(Offtake("export \(name)", bus: name, price: .constant(try figures["export_price"])))
      system.demands.append(Demand(bus: name, power: try loads.series(name)))
      system.sources.append(
        Source("sun \(name)", bus: name, available: try suns.series(name, times: peak / 1000), isCurtailable: false))
      system.stores.append(try houseBattery("battery \(name)", bus: name, figures, count: 1))
    }
    return system
  }

  /// The same houses as one: what one of them exports another takes. Seventeen equal batteries are one of seventeen times the size.
  static func housesTogether() throws -> EnergySystem {
    let figures = try Figures.ofCase("citylearn_2022")
    let apart = try houses(0..<17)
    var system = EnergySystem(hours: apart.hours, buses: [Bus("community")])
    system.supplies = [Supply("import", bus: "community", price: apart.supplies[0].price)]
    system.offtakes = [Offtake("export", bus: "community", price: apart.offtakes[0].price)]
    system.demands = apart.demands.map { Demand(bus: "community", power: $0.power) }
    system.sources = apart.sources.map { source in
      Source(source.id, bus: "community", available: source.available, isCurtailable: false)
    }
    system.stores = [try houseBattery("batteries", bus: "community", figures, count: 17)]
    return system
  }

  private static func houseBattery(_ id: String, bus: String, _ figures: Figures, count: Double) throws -> Store {
    Store(
      id, bus: bus, capacity: .constant(6.4 * count), charge: .constant(5 * count), discharge: .constant(5 * count),
      chargeEfficiency: try figures["eff_charge"], dischargeEfficiency: try figures["eff_discharge"],
      opening: .content(try figures["start_kwh"]))
  }

  /// Four weeks of seven of these houses with their cars, that charge but give nothing back. Read from JSON.
  static func housesWithCars() throws -> EnergySystem {
    let figures = try Figures.ofCase("citylearn_ev")
    let count = Int(try figures["steps"])
    let table = try Table("citylearn_2022/members.csv")
    let peaks = Dictionary(uniqueKeysWithValues: zip(try table.texts("member"), try table.numbers("pv_kw")))
    let (loads, suns) = (try Table("citylearn_2022/load_kwh.csv"), try Table("citylearn_2022/pv_w_per_kw.csv"))
    let prices = Array(try Table("citylearn_2022/step.csv").numbers("price_usd_kwh").prefix(count))
    let houses = try figures.texts("members")
    let entries: [String: Any] = [
      "steps": count, "dt_h": try figures["step_h"], "buses": houses,
      "imports": houses.map { ["id": "import " + $0, "bus": $0, "price": prices] },
      "exports": try houses.map { ["id": "export " + $0, "bus": $0, "price": try figures["feed_in"]] },
      "demands": try houses.map { ["bus": $0, "kw": Array(try loads.numbers($0).prefix(count))] },
      "vres": try houses.map { house in
        let peak = peaks[house] ?? .nan
        return ["id": "sun " + house, "bus": house, "kw": try suns.numbers(house).prefix(count).map { $0 * peak / 1000 }]
      },
      "storages": try houses.map { house in
        [
          "id": "battery " + house, "bus": house, "kwh": try figures["battery", "kwh"],
          "charge_kw": try figures["battery", "kw"], "discharge_kw": try figures["battery", "kw"],
          "eff_c": try figures["battery", "eff_charge"], "eff_d": try figures["battery", "eff_discharge"],
          "start": try figures["battery", "start_kwh"],
        ]
      }, "evs": try cars(),
    ]
    return try CaseFile([UInt8](JSONSerialization.data(withJSONObject: entries))).system
  }

  private static func cars() throws -> [[String: Any]] {
    let stays = try Table("citylearn_ev/sessions_672h.csv")
    let houses = try stays.texts("member")
    let numbers = try ["t_arrive", "t_depart", "capacity_kwh", "arrive_kwh", "depart_kwh", "p_charge_kw", "eff"].map {
      try stays.numbers($0)
    }
    let chargers = try stays.texts("charger")
    let byCharger = Dictionary(grouping: houses.indices) { chargers[$0] }
    return byCharger.sorted { $0.key < $1.key }.map { charger, rows in
      [
        "id": charger, "bus": houses[rows[0]],
        "sessions": rows.map { row in
          [
            "arrive": Int(numbers[0][row]), "depart": Int(numbers[1][row]), "kwh": numbers[2][row],
            "arrive_kwh": numbers[3][row], "depart_kwh": numbers[4][row], "charge_kw": numbers[5][row], "eff_c": numbers[6][row],
          ] as [String: Any]
        },
      ]
    }
  }

  /// A year of quarter hours of buses of a village's low-voltage grid, each alone; some have a battery (SimBench).
  static func village(_ members: [String]) throws -> EnergySystem {
    let figures = try Figures.ofCase("simbench_rural1")
    let profiles = try Table("simbench_rural1/profiles.csv")
    let batteries = try figures.members("battery_of_member")
    let price = Series.constant(try figures["import_eur_kwh"])
    let feedIn = Series.constant(try figures["feed_in_eur_kwh"])
    var system = EnergySystem(
      hours: [Double](repeating: try figures["step_h"], count: profiles.count), buses: members.map { Bus($0) })
    for member in members {
      system.supplies.append(Supply("import \(member)", bus: member, price: price))
      system.offtakes.append(Offtake("export \(member)", bus: member, price: feedIn))
      let load = try sum(of: Table("simbench_rural1/loads.csv"), at: member, profiles)
      system.demands.append(Demand(bus: member, power: .steps(load)))
      let sun = try sum(of: Table("simbench_rural1/generators.csv"), at: member, profiles)
      if sun.contains(where: { $0 > 0 }) { system.sources.append(Source("sun \(member)", bus: member, available: .steps(sun))) }
      for battery in try batteries[member]?.list() ?? [] {
        let power = Series.constant(try battery["kw"])
        system.stores.append(
          Store(
            "battery \(member)", bus: member, capacity: .constant(try battery["kwh"]), charge: power, discharge: power,
            chargeEfficiency: try figures["battery", "eff_charge"],
            dischargeEfficiency: try figures["battery", "eff_discharge"],
            opening: .content(try figures["battery", "start_kwh"])))
      }
    }
    return system
  }

  /// kW of the loads or plants at `node`, which are MW and a profile each.
  private static func sum(of table: Table, at node: String, _ profiles: Table) throws -> [Double] {
    let (nodes, names, sizes) = (try table.texts("node"), try table.texts("profile"), try table.numbers("p_mw"))
    var sum = [Double](repeating: 0, count: profiles.count)
    for row in nodes.indices where nodes[row] == node {
      for (step, share) in try profiles.numbers(names[row]).enumerated() { sum[step] += 1000 * sizes[row] * share }
    }
    return sum
  }
}
