import EnergySystems

/// One household, one car.
enum HomeCases {
  private static func home(_ figures: Figures, _ series: Table, _ buses: Bus...) throws -> EnergySystem {
    var system = EnergySystem(
      hours: [Double](repeating: try figures["step_h"], count: series.count), buses: [Bus("home")] + buses)
    system.supplies = [Supply("import", bus: "home", price: .constant(try figures["import_eur_kwh"]))]
    // The case writes what an exported kWh costs.
    system.offtakes = [Offtake("export", bus: "home", price: .constant(-(try figures["export_eur_kwh"])))]
    system.demands = [Demand(bus: "home", power: try series.series("load_kw"))]
    return system
  }

  /// A year of a home that chooses how much sun it builds (oemof tutorial, step 3).
  static func withSun() throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_home_pv")
    let series = try Table("oe_home_pv/series.csv")
    var system = try home(figures, series)
    system.sources = [
      Source(
        "sun", bus: "home", available: try series.series("pv_kw_per_kw"),
        size: Size(most: try figures["v3", "pv_max"], price: try figures["v3", "pv_annuity"]))
    ]
    return system
  }

  /// A year of a home that chooses sun, inverter and battery (oemof tutorial, step 5).
  static func withSunAndBattery() throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_home_pv")
    let series = try Table("oe_home_pv/series.csv")
    var system = try home(figures, series, Bus("roof"))
    system.sources = [
      Source(
        "sun", bus: "roof", available: try series.series("pv_kw_per_kw", times: figures["v5", "dc_factor"]),
        size: Size(most: try figures["v5", "pv_max"], price: try figures["v5", "pv_annuity"]))
    ]
    system.converters = [
      .simple(
        "inverter", from: "roof", to: "home", .constant(try figures["v5", "inverter_eff"]), max: 1,
        size: Size(price: try figures["v5", "inverter_annuity"]))
    ]
    system.stores = [
      Store(
        "battery", bus: "home", capacity: 1, chargeEfficiency: try figures["v5", "eff_in"],
        lossPerHour: try figures["v5", "loss_per_h"], opening: .cyclic, size: Size(price: try figures["v5", "battery_annuity"]))
    ]
    return system
  }

  /// A day of a car in steps of five minutes, charged at home and at work, that may also give back at home (oemof tutorial, step 4).
  static func car() throws -> EnergySystem {
    let figures = try Figures.ofCase("oe_ev_v2g")
    let series = try Table("oe_ev_v2g/series.csv")
    let price = Series.constant(0.30)
    var system = EnergySystem(series.count, hours: try figures["step_h"], Bus("car"))
    system.supplies = [
      Supply("home", bus: "car", price: price, max: try series.series("at_home", times: figures["home_charger_kw"])),
      Supply(
        "work", bus: "car", price: .constant(try figures["work_price"]),
        max: try series.series("at_work", times: figures["work_charger_kw"])),
    ]
    system.offtakes = [
      Offtake("back home", bus: "car", price: price, max: try series.series("at_home", times: figures["home_discharger_kw"]))
    ]
    system.demands = [Demand(bus: "car", power: try series.series("driving_kw"))]
    let full = try figures["battery", "kwh"]
    system.stores = [
      Store(
        "battery", bus: "car", capacity: .constant(full), leastContent: .constant(try figures["battery", "min_share"] * full),
        chargeEfficiency: try figures["battery", "eff_in"], dischargeEfficiency: try figures["battery", "eff_out"],
        lossPerHour: try figures["battery", "loss_per_h"], opening: .cyclic,
        chargeCost: try figures["battery", "cost_in_eur_kwh"])
    ]
    return system
  }

  /// A day of a car that drives on sun alone, and of how much sun that takes (PyPSA).
  static func carOnSun() throws -> EnergySystem {
    let figures = try Figures.ofCase("pypsa_uc").member("bev")
    let driving = try figures.numbers("driving_kw")
    let most = try figures["charger_kw"]
    var system = EnergySystem(driving.count, Bus("roof"), Bus("car"))
    system.sources = [
      Source(
        "sun", bus: "roof", available: .steps(try figures.numbers("pv_pu")), size: Size(price: try figures["pv_cost_per_kw"]))
    ]
    system.links = [
      Link(
        "charger", from: "roof", to: "car", max: .steps(try figures.numbers("charger_available").map { most * $0 }),
        relativeLoss: .constant(1 - (try figures["eff"])))
    ]
    system.demands = [Demand(bus: "car", power: .steps(driving))]
    system.stores = [
      Store("battery", bus: "car", capacity: .constant(try figures["battery_kwh"]), opening: .cyclic)
    ]
    return system
  }

  /// Nine months of a battery of 200 kWh that trades day-ahead (dayahead_de_2020); `wear` in EUR a kWh in and out again.
  ///
  /// `isExclusive`: it never charges and discharges in the same step. Whole numbers are needed only where the price is below zero. In any
  /// other step a schedule that does both can charge one kWh less and discharge 0.92 * 0.92 kWh less: the content stays the same, it buys
  /// less, and that at a price of zero or more never costs more. So the least cost is the same as with a whole number in every step.
  static func market(wear: Double = 0, isExclusive: Bool = false) throws -> EnergySystem {
    let figures = try Figures.ofCase("dayahead_de_2020")
    let prices = try Table("dayahead_de_2020/price.csv").numbers("price_eur_mwh").map { $0 / 1000 }
    let most = try figures["battery", "kw"]
    var system = EnergySystem(prices.count, hours: try figures["step_h"], Bus("market"))
    system.supplies = [Supply("purchase", bus: "market", price: .steps(prices), max: .constant(most))]
    system.offtakes = [Offtake("sale", bus: "market", price: .steps(prices), max: .constant(most))]
    system.stores = [
      Store(
        "battery", bus: "market", capacity: .constant(try figures["battery", "kwh"]), charge: .constant(most),
        discharge: .constant(most), chargeEfficiency: try figures["battery", "eff_charge"],
        dischargeEfficiency: try figures["battery", "eff_discharge"], opening: .content(try figures["battery", "start_kwh"]),
        leastAtEnd: try figures["battery", "end_min_kwh"], chargeCost: wear / 2, dischargeCost: wear / 2,
        exclusivity: isExclusive ? .steps(prices.map { $0 < 0 }) : .nowhere)
    ]
    return system
  }
}
