import CommunityFiles
import CommunityModel
import Foundation
import MarketTime
import Planning
import Quantities
import Testing

@Suite("A community's file")
struct CommunityFileTests {
  // MARK: - With every key

  /// The example of `docs/formats/community.md`, in which every key is set, decoded by hand.
  @Test("that sets every key decodes to what it says: community, sites, members, metering points, heat networks")
  func everyKey() throws {
    let community = try community(Documentation("community.md").example()).community
    #expect(community.id == "hollow")
    #expect(community.name == "Energy Cooperative Hollow")
    #expect(community.calendar.timeZone == "Europe/Berlin")
    #expect(community.holidayRegion == HolidayRegion(country: "DE", region: "RP"))
    #expect(
      community.sites == [
        Site(
          id: "farm", name: "Farm at the brook",
          gridConnection: GridConnection(importLimit: Power(watts: 60_000), exportLimit: Power(watts: 100_000)),
          tariff: "dynamic",
          rules: GridRules(limits: "limits.csv", feedInCap: Fraction(count: 600_000_000)),
          reserve: EmergencyReserve(
            duration: .seconds(14_400), criticalLoad: .share(Fraction(count: 300_000_000)),
            assuredSun: Fraction(count: 400_000_000), assuredWind: Fraction(count: 100_000_000))),
        Site(
          id: "mill", name: "Old mill",
          gridConnection: GridConnection(importLimit: Power(watts: 24_000), exportLimit: .zero), tariff: "fixed"),
      ])
    #expect(
      community.members == [
        Member(id: "m01", name: "Anna Beck", site: "farm"),
        Member(
          id: "m02", name: "Mill tenants", site: "mill", membership: Validity(from: LocalDay(year: 2025, month: 3, day: 12))),
        Member(
          id: "m03", name: "Earlier mill tenants", site: "mill",
          membership: Validity(
            from: LocalDay(year: 2023, month: 1, day: 1), until: LocalDay(year: 2025, month: 3, day: 12))),
      ])
    #expect(
      community.meteringPoints == [
        MeteringPoint(
          id: "FARM-GRID", site: "farm", member: "m01", measures: .grid,
          calibration: Validity(
            from: LocalDay(year: 2024, month: 5, day: 2), until: LocalDay(year: 2033, month: 1, day: 1))),
        MeteringPoint(id: "FARM-SUN", site: "farm", member: "m01", measures: .generation),
        MeteringPoint(id: "FARM-WIND", site: "farm", measures: .generation),
        MeteringPoint(id: "FARM-BATTERY", site: "farm", member: "m01", measures: .storage),
        MeteringPoint(
          id: "MILL-USE", site: "mill", members: ["m03", "m02"], measures: .consumption, capacity: Power(watts: 24_000)),
        MeteringPoint(id: "MILL-CARS", site: "mill", measures: .charging),
        MeteringPoint(id: "MILL-HEAT", site: "mill", measures: .heat),
      ])
    #expect(
      community.heatNetworks == [
        HeatNetwork(
          id: "village-heat", name: "Heat network of the village", sites: ["farm", "mill"],
          groundTemperature: Temperature(count: 9000), heatLoss: Power(watts: 2000), hasCooler: true,
          pipes: [
            .init(
              id: "road", from: "farm", to: "mill", length: Length(count: 220_000), lossFactor: PipeLossFactor(count: 250),
              capacity: Power(watts: 300_000), pumpShare: .zero, diameter: Length(count: 80))
          ], links: [.init(id: "exchanger", to: "yard-heat", site: "mill", capacity: Power(watts: 80_000))],
          heatingCurve: HeatingCurve([
            .init(outdoor: Temperature(count: -12_000), flow: Temperature(count: 80_000)),
            .init(outdoor: Temperature(count: 15_000), flow: Temperature(count: 65_000)),
          ]),
          returnCurve: HeatingCurve([
            .init(outdoor: Temperature(count: -12_000), flow: Temperature(count: 52_000)),
            .init(outdoor: Temperature(count: 15_000), flow: Temperature(count: 44_000)),
          ])),
        HeatNetwork(
          id: "yard-heat", name: "yard-heat", sites: [], flowTemperature: Temperature(count: 60_000),
          pipes: [
            .init(
              id: "lane", from: "mill", to: "farm", length: Length(count: 30_000), lossFactor: PipeLossFactor(count: 200),
              capacity: nil, pumpShare: Fraction(count: 8_000_000))
          ]), Self.coldNetwork,
      ])
  }

  @Test("that sets every key decodes to what it says: fuels")
  func everyKeyOfFuels() throws {
    // 3.4 ct = 34,000 micro-euros; 20 g = 20,000 mg.
    #expect(
      try community(Documentation("community.md").example()).fuels == [
        Fuel(
          id: "chips", price: EnergyPrice(count: 34_000), emissions: EmissionFactor(count: 20_000),
          stock: Energy(wattHours: 40_000_000)),
        Fuel(id: "biogas", price: EnergyPrice(count: 75_000), emissions: EmissionFactor(count: 90_000)),
        Fuel(id: "hydrogen", price: EnergyPrice(count: 300_000), salePrice: EnergyPrice(count: 150_000)),
      ])
  }

  @Test("that sets every key decodes to what it says: tariffs and sharing")
  func everyKeyOfMoney() throws {
    let community = try community(Documentation("community.md").example()).community
    // 18 ct = 180,000 micro-euros; 7.86 ct = 78,600; 8.20 EUR = 8,200,000; 31.2 ct = 312,000; 6 ct = 60,000; 80 % = 800,000,000 billionths.
    let evening = PriceWindow(
      from: try #require(LocalTime(minutes: 17 * 60)), until: try #require(LocalTime(minutes: 21 * 60)),
      days: [.monday, .tuesday, .wednesday, .thursday, .friday], plus: EnergyPrice(count: 60_000))
    #expect(
      community.tariffs == [
        Tariff(
          id: "dynamic", importPrice: .dynamic(file: "prices.csv", plus: EnergyPrice(count: 180_000)),
          feedInPrice: .fixed(EnergyPrice(count: 78_600)), peakPrice: PowerPrice(count: 8_200_000),
          peakLookback: PeakLookback(share: Fraction(count: 800_000_000), months: 12), importWindows: [evening],
          emissions: .dynamic(file: "co2.csv")),
        Tariff(
          id: "fixed", importPrice: .fixed(EnergyPrice(count: 312_000)), feedInPrice: .fixed(.zero),
          emissions: .fixed(EmissionFactor(count: 380_000))),
      ])
    // 60 EUR = 60,000,000 micro-euros.
    #expect(community.carbonPrice == CarbonPrice(count: 60_000_000))
    // 60 % = 600,000,000 billionths; 12 ct = 120,000 micro-euros.
    #expect(
      community.agreements == [
        SharingAgreement(validity: Validity(until: LocalDay(year: 2025, month: 7, day: 1)), rule: .dynamic),
        SharingAgreement(
          version: 2, validity: Validity(from: LocalDay(year: 2025, month: 7, day: 1)), rule: .static,
          keys: ["m01": Fraction(count: 600_000_000), "m02": Fraction(count: 400_000_000)],
          base: .divisible, dailyCaps: ["m02": Energy(wattHours: 20_000)],
          missing: .substitute, exchangeCharge: EnergyPrice(count: 120_000)),
      ])
  }

  @Test("that sets every key decodes to what it says: triggers; 60 % of import where it sets none")
  func everyKeyOfTriggers() throws {
    let share = try community(Documentation("community.md").example()).community.triggers.importShare
    #expect(share == Fraction(count: 550_000_000))
    #expect(try community(Sample.smallest).community.triggers.importShare == Fraction(count: 600_000_000))
  }

  @Test("that sets every key decodes to what it says: assets")
  func everyKeyOfAssets() throws {
    let assets = try community(Documentation("community.md").example()).assets
    let expected =
      try Self.expectedAssets + Self.flexibleAssets() + Self.heatAssets + Self.hydrogenAssets
      + Self.coolingAssets
    #expect(assets.map(\.id) == expected.map(\.id))
    for (asset, expected) in zip(assets, expected) { #expect(asset == expected) }
  }

  private static let expectedAssets = [
    AssetDescription(
      id: "farm-load", site: "farm",
      kind: .load(LoadDescription(annualConsumption: Energy(wattHours: 41_000_000), profile: "L25"))),
    AssetDescription(
      id: "mill-load", site: "mill", meteringPoint: "MILL-USE",
      kind: .load(LoadDescription(annualConsumption: Energy(wattHours: 4_200_000), profile: "H25"))),
    AssetDescription(
      id: "farm-roof", site: "farm", meteringPoint: "FARM-SUN",
      kind: .plant(PlantDescription(source: .pv, peakPower: Power(watts: 117_200), isCurtailable: true))),
    AssetDescription(
      id: "farm-turbine", site: "farm", meteringPoint: "FARM-WIND",
      kind: .plant(PlantDescription(source: .wind, peakPower: Power(watts: 30_000), isCurtailable: false))),
    AssetDescription(
      id: "farm-battery", site: "farm", meteringPoint: "FARM-BATTERY",
      kind: .battery(
        Battery.Parameters(
          capacity: Energy(wattHours: 146_700), chargePower: Power(watts: 73_400), dischargePower: Power(watts: 70_000),
          chargeEfficiency: Fraction(count: 960_000_000), dischargeEfficiency: Fraction(count: 940_000_000),
          // 0.12 % a day = 0.0012 / 24 = 50,000 billionths an hour; a tenth of 146.7 kWh; 2 ct = 20,000 micro-euros.
          selfDischarge: LossRate(count: 50_000), leastContent: Energy(wattHours: 14_670), wearCost: EnergyPrice(count: 20_000)),
        stateOfCharge: Fraction(count: 400_000_000)), isControllable: true),
  ]

  private static func flexibleAssets() throws -> [AssetDescription] {
    [
      AssetDescription(
        id: "mill-cars", site: "mill", meteringPoint: "MILL-CARS",
        kind: .chargingPoint(
          FlexibleUseDescription(
            power: Power(watts: 11_000), efficiency: Fraction(count: 900_000_000),
            windows: [
              try window(1080, 390, wattHours: 18_000, days: [.monday, .tuesday, .wednesday, .thursday, .friday]),
              try window(0, 1440, wattHours: 30_000, days: [.saturday]),
            ]))),
      // 20 % of 58 kWh; from 40 % to 80 % are 23.2 kWh; 5 ct = 50,000 micro-euros.
      AssetDescription(
        id: "farm-car", site: "farm",
        kind: .cars(
          CarDescription(
            parameters: .init(
              power: Power(watts: 11_000), givesBack: Power(watts: 10_000), capacity: Energy(wattHours: 58_000),
              leastContent: Energy(wattHours: 11_600), efficiency: Fraction(count: 930_000_000),
              wearCost: EnergyPrice(count: 50_000)),
            sessions: [
              .init(
                window: try window(1020, 420, wattHours: 23_200), arrivesWith: Fraction(count: 400_000_000),
                leavesWith: Fraction(count: 800_000_000))
            ])), isControllable: true),
      AssetDescription(
        id: "farm-laundry", site: "farm",
        kind: .shiftableLoad(
          FlexibleUseDescription(
            power: Power(watts: 6000), efficiency: .one, windows: [try window(540, 960, wattHours: 12_000)]))),
    ]
  }

  private static let heatAssets = [
    AssetDescription(
      id: "mill-heat", site: "mill", kind: .heatLoad("village-heat", annualConsumption: Energy(wattHours: 90_000_000))),
    AssetDescription(id: "collectors", site: "farm", kind: .solarThermal("village-heat", peakPower: Power(watts: 70_000))),
    AssetDescription(
      id: "brook-pump", site: "farm",
      kind: .heatPump(
        "village-heat",
        HeatPumpDescription(
          power: Power(watts: 20_000), source: .constant(Temperature(count: 8000)), quality: Fraction(count: 480_000_000),
          rules: OperatingRules(leastLoad: Fraction(count: 250_000_000))))),
    AssetDescription(
      id: "rod", site: "farm",
      kind: .electricBoiler("village-heat", power: Power(watts: 30_000), efficiency: Fraction(count: 990_000_000))),
    AssetDescription(
      id: "chip-boiler", site: "farm",
      kind: .boiler(
        "village-heat",
        BoilerDescription(
          fuel: "chips", heatPower: Power(watts: 200_000), efficiency: Fraction(count: 850_000_000),
          rules: OperatingRules(
            leastLoad: Fraction(count: 300_000_000), minUp: .seconds(21_600), minDown: .seconds(14_400),
            startCost: Money(count: 4_000_000), rampPerHour: Fraction(count: 500_000_000))))),
    AssetDescription(
      id: "engine", site: "farm",
      kind: .combinedHeatAndPower(
        "village-heat",
        EngineDescription(
          fuel: "biogas", power: Power(watts: 30_000), powerEfficiency: Fraction(count: 360_000_000),
          heatEfficiency: Fraction(count: 460_000_000), condensingEfficiency: Fraction(count: 380_000_000)))),
    AssetDescription(
      id: "buffer", site: "farm",
      kind: .heatStore(
        "village-heat",
        HeatStoreDescription(
          capacity: Energy(wattHours: 900_000), power: Power(watts: 300_000), loss: LossRate(count: 1_500_000),
          charge: Fraction(count: 600_000_000)))),
  ]

  /// A window between two minutes after midnight.
  private static func window(
    _ from: Int, _ until: Int, wattHours: Int, days: Set<Weekday> = Set(Weekday.allCases)
  ) throws -> DailyWindow {
    DailyWindow(
      from: try #require(LocalTime(minutes: from)), until: try #require(LocalTime(minutes: until)),
      energy: Energy(wattHours: wattHours), days: days)
  }

  // MARK: - With as little as possible

  @Test("needs no more than a version, the community and a site")
  func smallest() throws {
    let file = try community(Sample.smallest)
    #expect(file.community == (try Sample.smallestDecoded()))
    #expect(file.assets == [])
  }

  @Test("fills what it leaves out with the documented defaults")
  func defaults() throws {
    let file = try community(
      Sample.smallest + """
        members:
          - {id: m1, site: farm}
        heat_networks:
          - id: heat
        tariffs:
          - {id: t, import: {prices: day/prices.csv}}
        assets:
          - {id: house, kind: load, site: farm, annual_consumption: 3500 kWh}
          - {id: b1, kind: battery, site: farm, capacity: 10 kWh, charge_power: 5 kW, discharge_power: 0 kW}
          - {id: wash, kind: shiftable_load, site: farm, power: 2 kW, windows: [{from: "22:00", until: "06:00", energy: 0 kWh}]}
        sharing: {rule: equal}

        """)
    #expect(file.community.members == [Member(id: "m1", name: "m1", site: "farm")])
    #expect(file.community.heatNetworks == [HeatNetwork(id: "heat", name: "heat", sites: [])])
    #expect(
      file.community.tariffs == [
        Tariff(id: "t", importPrice: .dynamic(file: "day/prices.csv", plus: .zero), feedInPrice: .fixed(.zero), peakPrice: .zero)
      ])
    #expect(file.community.agreements == [SharingAgreement(rule: .equal)])
    #expect(
      file.assets.map(\.kind) == [
        .load(LoadDescription(annualConsumption: Energy(wattHours: 3_500_000), profile: "H25")),
        .battery(
          Battery.Parameters(
            capacity: Energy(wattHours: 10_000), chargePower: Power(watts: 5000), dischargePower: .zero,
            chargeEfficiency: Fraction(count: 950_000_000), dischargeEfficiency: Fraction(count: 950_000_000)),
          stateOfCharge: nil),
        .shiftableLoad(
          FlexibleUseDescription(
            power: Power(watts: 2000), efficiency: .one, windows: [try Self.window(1320, 360, wattHours: 0)])),
      ])
  }

  @Test("may say nothing behind a key, which then counts as left out")
  func emptyValues() throws {
    let text =
      Sample.smallest.replacing("  time_zone", with: "  region:\n  country: ~\n  time_zone") + "members:\nsharing: null\n"
    #expect(try community(text).community == (try Sample.smallestDecoded()))
  }

  @Test("may have its sections in any order")
  func order() throws {
    let sections = try Documentation("community.md").example().components(separatedBy: "\n\n")
    let original = try community(sections.joined(separator: "\n\n"))
    #expect(try community(sections.reversed().joined(separator: "\n\n")) == original)
  }

  @Test(
    "reads a quantity in each of its units as the same amount",
    arguments: ["30 kW", "30kW", "30000 W", "0.03 MW", "30 kWp", "30000000 mW", "+30.000 kW", "  30   kW  ", "\"30 kW\""])
  func units(text: String) throws {
    let file = try community(Sample.smallest.replacing("import: 30 kW", with: "import: \(text)"))
    #expect(file.community.sites[0].gridConnection.importLimit == Power(watts: 30_000))
  }

  @Test(
    "keeps every kind of heat asset's name for later and says so, instead of taking it for a misspelling",
    arguments: [
      "heat_exchanger"
    ])
  func reservedKinds(kind: String) throws {
    let text = Sample.smallest + "assets:\n  - {id: a, kind: \(kind), site: nowhere, flow_temperature: 75 degC}\n"
    #expect(
      faults(of: text) == [
        "community.yaml:10:19: the kind '\(kind)' is reserved and cannot be scheduled by this version; leave the asset out for now"
      ])
    #expect(try Documentation("community.md").text.contains("`\(kind)`"))
  }
}
