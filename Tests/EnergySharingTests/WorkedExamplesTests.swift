import CommunityModel
import EnergySharing
import Foundation
import MarketTime
import Quantities
import TestSupport
import Testing

/// `sharing_vectors.json`: the copy beside these tests, and the one that the oracle keeps where that is beside the checkout.
enum Vectors: String, CaseIterable, CustomTestStringConvertible {
  case copy = "Tests/EnergySharingTests/Vectors/sharing_vectors.json"
  case shared = "../shared/oracles/sharing_vectors.json"

  var testDescription: String { rawValue }
  var isThere: Bool { FileManager.default.fileExists(atPath: projectFile(rawValue).path) }

  private static let isSharedThere = Vectors.shared.isThere
  static let all: [Vectors] = isSharedThere ? allCases : [.copy]
  static let sharedIsMissing = !isSharedThere

  func value(_ key: String) throws -> Any {
    let data = try Data(contentsOf: projectFile(rawValue))
    return try #require((JSONSerialization.jsonObject(with: data) as? [String: Any])?[key])
  }

  /// Numbers, wherever they stand: a list, or an object's values by the order of `names`.
  func numbers(_ key: String, _ path: String...) throws -> [Double] {
    let value = try path.reduce(try value(key)) { value, step in try #require((value as? [String: Any])?[step]) }
    if let number = value as? Double { return [number] }
    if let object = value as? [String: Double] { return object.sorted { $0.key < $1.key }.map(\.value) }
    return try #require(value as? [Double])
  }
}

@Suite("The worked examples of sharing")
struct WorkedExamplesTests {
  private static let quarter = QuarterHour(index: 0)

  /// Shares `generation` Wh among `uses` Wh by `rule`, at a turn of zero; shares, residuals and surplus in Wh.
  private func share(
    _ generation: Int64, _ uses: [Int64], _ rule: any AllocationRule
  ) throws -> (shares: [Int64], residuals: [Int64], surplus: Int64) {
    // The examples are in whole Wh: one Wh stands for the smallest unit.
    let sharing = try Sharing(uses.indices.map { Participant(.init("m\($0)")) }, rule: rule)
    let result = try sharing.allocate(
      Energy(count: generation), to: uses.map { Energy(count: $0) }, at: Self.quarter)
    return (result.allocated.map(\.count), result.residual.map(\.count), result.surplus.count)
  }

  private func expect(
    _ result: (shares: [Int64], residuals: [Int64], surplus: Int64), _ key: String, in vectors: Vectors,
    location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(result.shares.map(Double.init) == (try vectors.numbers(key, "alloc")), sourceLocation: location)
    #expect(result.residuals.map(Double.init) == (try vectors.numbers(key, "residual")), sourceLocation: location)
    #expect([Double(result.surplus)] == (try vectors.numbers(key, "feedin")), sourceLocation: location)
  }

  @Test(
    "the vectors beside the oracle are read too",
    .enabled(if: !Vectors.sharedIsMissing, "../shared/oracles is not beside this checkout"))
  func sharedVectorsAreThere() { #expect(Vectors.all.contains(.shared)) }

  private static let uses: [Int64] = [300, 900, 1500]

  @Test("S1 and S2: keys, equal shares, use, water and investment", arguments: Vectors.all)
  func building(_ vectors: Vectors) throws {
    let uses = Self.uses
    try expect(share(2400, uses, StaticKeys([0.4, 0.3, 0.3].map { Fraction($0) })), "S1_static", in: vectors)
    try expect(share(2400, uses, EqualShares(among: 3)), "S1_equal", in: vectors)
    try expect(share(2400, uses, Dynamic()), "S1_dynamic", in: vectors)
    try expect(share(2400, uses, Investment([5, 3, 2])), "S1_investment_532", in: vectors)
    let halves = [0.5, 0.5].map { Fraction($0) }
    try expect(share(10_000, [1000, 3000], StaticKeys(halves)), "S2_static_base_generation", in: vectors)
    try expect(share(10_000, [1000, 3000], StaticKeys(halves, of: .divisible)), "S2_static_base_divisible", in: vectors)
    let listed: [(String, any AllocationRule)] = [
      ("S1_waterfill", try WaterFilling(among: 3)), ("S1_waterfill_w112", try WaterFilling(weights: [1, 1, 2])),
      ("S1_investment_532_reoffer", try Investment([5, 3, 2], reoffering: true)),
    ]
    for (key, rule) in listed {
      #expect(try share(2400, uses, rule).shares.map(Double.init) == vectors.numbers(key), "\(key)")
    }
  }

  @Test("S1 in the operator's arithmetic, to its last decimal", arguments: Vectors.all)
  func operatorArithmetic(_ vectors: Vectors) throws {
    let told = try #require(vectors.value("S1_bdew_dynamic_kWh") as? [Any])
    let exact = OperatorDynamic.exact(generation: 2_400_000, needs: Self.uses.map { $0 * 1000 })
    let kilowattHours = try #require(told[0] as? [Double]).map { Int128(($0 * 1e12).rounded()) }
    #expect(exact.shares == kilowattHours)
    #expect(exact.surplus == Int128((try #require(told[1] as? Double) * 1e12).rounded()))
    // Cut to mWh: 266,666.4 and 799,999.2; the rest is fed in.
    let shares = try share(2_400_000, Self.uses.map { $0 * 1000 }, OperatorDynamic())
    #expect(shares.shares == [266_666, 799_999, 1_333_332])
    #expect(shares.surplus == 3)
  }

  @Test("S3: class after class", arguments: Vectors.all)
  func cascade(_ vectors: Vectors) throws {
    let rule = try Cascade([[0, 1, 2], [3], [4]])
    for (key, generation) in [("S3_cascade_3000", Int64(3000)), ("S3_cascade_2000", 2000)] {
      let told = try #require(vectors.value(key) as? [Any])
      let expected = try #require(told[0] as? [String: Double]).sorted { $0.key < $1.key }.map(\.value)
      let result = try share(generation, Self.uses + [200, 2000], rule)
      #expect(result.shares.map(Double.init) == expected)
      #expect(Double(result.surplus) == told[1] as? Double)
    }
  }

  @Test("S4: a tenant house's summing meter, measured and virtual", arguments: Vectors.all)
  func summingMeter(_ vectors: Vectors) throws {
    for (key, generation, gridImport, gridExport) in [("S4_sum_noon", 5000, 0, 1500), ("S4_sum_evening", 500, 3000, 0)] {
      let meter = SummingMeter(
        generation: Energy(wattHours: generation), gridImport: Energy(wattHours: gridImport),
        gridExport: Energy(wattHours: gridExport), tenants: Energy(wattHours: 2600), thirdParty: Energy(wattHours: 900))
      let told = try #require(vectors.value(key) as? [String: Any])
      #expect(meter.residual == Energy(wattHours: try #require(told["Z"] as? Int)))
      #expect(meter.surplus == Energy(wattHours: try #require(told["E_account"] as? Int)))
      #expect(meter.toTenants == Energy(wattHours: try #require(told["M"] as? Int)))
      #expect(meter.isConsistent && meter.unexplained == .zero)
      #expect(
        SummingMeter(virtualWith: meter.generation, tenants: meter.tenants, thirdParty: meter.thirdParty) == meter)
    }
  }

  @Test("A1 to A3: the Austrian registers", arguments: Vectors.all)
  func austria(_ vectors: Vectors) throws {
    func point(_ name: String, _ kilowattHours: Double, _ factor: Int) -> AustrianRegisters.Point {
      .init(.init(name), Energy(kilowattHours: kilowattHours), factor: factor)
    }
    let plants = [point("P1", 10, 100), point("P2", 4, 50)]
    let short = [point("A", 3, 100), point("B", 6, 50), point("C", 8, 100)]
    let surplus = [point("A", 1, 100), point("B", 4, 50), point("C", 3, 100)]
    let cases: [(String, [AustrianRegisters.Point], AustrianRegisters.Key)] = [
      ("A1_at_dynamic_short", short, .dynamic), ("A2_at_dynamic_surplus", surplus, .dynamic),
      ("A3_at_static_surplus", surplus, .static([0.5, 0.3, 0.2].map { Fraction($0) })),
    ]
    for (key, consumers, rule) in cases {
      let registers = try AustrianRegisters(producers: plants, consumers: consumers, key: rule)
      func expected(_ name: String) throws -> [Energy] { try vectors.numbers(key, name).map { Energy(kilowattHours: $0) } }
      #expect(try registers.producers.map(\.participating) == expected("G01T_prod"))
      #expect(try registers.producers.map(\.surplus) == expected("P01T"))
      #expect(try registers.consumers.map(\.participating) == expected("G01T_cons"))
      #expect(try registers.consumers.map(\.offered) == expected("G02"))
      #expect(try registers.consumers.map(\.covered) == expected("G03"))
      #expect(try registers.consumers.map(\.residual) == expected("residual"))
    }
  }

  @Test("internal prices: half way, and by supply and demand", arguments: Vectors.all)
  func prices(_ vectors: Vectors) throws {
    let cases: [(String, InternalPrices.Method, Double, Double)] = [
      ("P_mmr_short", .midMarket, 6, 10), ("P_mmr_surplus", .midMarket, 10, 6), ("P_sdr_0.6", .supplyDemandRatio, 6, 10),
      ("P_sdr_surplus", .supplyDemandRatio, 10, 6), ("P_sdr_0", .supplyDemandRatio, 0, 10),
    ]
    let (retail, feedIn) = (EnergyPrice(eurosPerKilowattHour: 0.32), EnergyPrice(eurosPerKilowattHour: 0.08))
    for (key, method, surplus, demand) in cases {
      let (supply, need) = (Energy(kilowattHours: surplus), Energy(kilowattHours: demand))
      let prices = try InternalPrices(method, surplus: supply, demand: need, retail: retail, feedIn: feedIn)
      #expect(
        try [prices.buy, prices.sell] == vectors.numbers(key).map { EnergyPrice(eurosPerKilowattHour: $0 / 100) }, "\(key)")
      // At most half a micro-euro for each of the 16 kWh.
      let gap = prices.gap(surplus: supply, demand: need, retail: retail, feedIn: feedIn)
      #expect(gap.magnitude <= Money(count: 8), "\(key)")
    }
  }

  @Test("largest remainder, and the solidarity pot in cents", arguments: Vectors.all)
  func remainders(_ vectors: Vectors) throws {
    func split(_ sum: Int64, _ weights: [Int64]) throws -> [Double] {
      try MoneySplit(of: Money(count: sum * 10_000), by: weights).parts.map { Double($0.count) / 10_000 }
    }
    #expect(try split(100, [1, 1, 1]) == vectors.numbers("R_largest_remainder", "a"))
    #expect(try split(7, [5, 3, 1]) == vectors.numbers("R_largest_remainder", "b"))
    // 1500 kWh x 7.70 ct = 115.50 EUR, of which 10 %.
    let pot = try SolidarityPot(fraction: Fraction(0.1), weights: [1, 1, 2])
    let parts = try pot.split(Money(euros: 115.5))
    #expect(parts.parts.map { Double($0.count) / 10_000 } == (try vectors.numbers("R_largest_remainder", "pot_cents")))
    #expect(parts.left == .zero)
    // A turn of one: the next participant has the spare unit.
    let sharing = try Sharing(["a", "b", "c"].map { Participant(.init($0)) }, rule: WaterFilling(among: 3))
    let uses = [Energy](repeating: Energy(count: 1000), count: 3)
    let turned = try sharing.allocate(Energy(count: 100), to: uses, at: QuarterHour(index: 1))
    #expect(turned.allocated.map { Double($0.count) } == (try vectors.numbers("R_largest_remainder", "a_tie1")))
  }

  @Test("a late correction, shared again", arguments: Vectors.all)
  func correction(_ vectors: Vectors) throws {
    #expect(
      try share(2400, [300, 900, 1500], Dynamic()).shares.map(Double.init) == vectors.numbers("R_resettle_dynamic", "first"))
    #expect(
      try share(2400, [300, 700, 1500], Dynamic()).shares.map(Double.init) == vectors.numbers("R_resettle_dynamic", "corrected"))
  }

  @Test("M1 and M2: MiSpeL's monthly quota", arguments: Vectors.all)
  func mispel(_ vectors: Vectors) throws {
    let cases = [("M_mispel_pv_only", [60, 200], [0, 40]), ("M_mispel_arbitrage", [200, 300], [0, 120])]
    for (key, bought, sold) in cases {
      let month = zip(zip(bought, sold), zip([300, 0], [0, 255])).map { grid, battery in
        MispelQuota.Quarter(
          gridImport: Energy(kilowattHours: Double(grid.0)), gridExport: Energy(kilowattHours: Double(grid.1)),
          charged: Energy(kilowattHours: Double(battery.0)), discharged: Energy(kilowattHours: Double(battery.1)))
      }
      let quota = try MispelQuota(month)
      let figures: [(String, Energy)] = [
        ("f3", quota.gridImport), ("f5", quota.charged), ("f6", quota.discharged), ("f9", quota.chargedFromGrid),
        ("f10", quota.chargedFromPlant), ("f11", quota.dischargedToGrid), ("f13", quota.storageFeedIn), ("f15", quota.green),
        ("f16", quota.resold), ("f17", quota.losses), ("f19", quota.resaleLosses), ("f20", quota.exempt), ("f21", quota.levied),
        ("f28", quota.eligible),
      ]
      for (name, energy) in figures {
        // The vectors have three decimals.
        let told = try #require(try vectors.numbers(key, name).first)
        #expect(abs(energy.kilowattHours - told) <= 0.0005, "\(key) \(name)")
      }
    }
  }
}
