import CommunityModel
import MarketTime
import Quantities
import RecordLedger
import Testing

@testable import Settlement

@Suite("A month's settlement")
struct SettlementTests {
  /// Shares, in mWh. 5 March: 2400 Wh for a 300 and c 900 (b is no member yet): each gets all, 1200 Wh are fed in.
  /// 15 March: 2400 for 300, 900, 1500: 266.666..., 800, 1333.333...; in mWh 266 666.67 / 800 000 / 1 333 333.33, the spare one to a.
  /// 29 March: 1000 for a 1000 and b 1000 (c has left): 500 each.
  ///
  ///     a: 0.3 x 24 = 7.2 ct -> 7, tax 1.33 -> 1;  0.266667 x 28 = 7.47 -> 7, 1;  0.5 x 26 = 13, 2.47 -> 2;  6.20 EUR, tax 1.178 -> 1.18
  ///     b: 0.8 x 28 = 22.4 -> 22, 4.18 -> 4;  0.5 x 26 = 13, 2;  6.20 x 20/31 = 4.00, 0.76
  ///     c: 0.9 x 24 = 21.6 -> 22, 4;  1.333333 x 28 = 37.33 -> 37, 7.03 -> 7;  6.20 x 19/31 = 3.80, 0.722 -> 0.72
  @Test("prices what each tenant got, by window and by the price of the day, and months by days of membership")
  func tenants() throws {
    let settlement = try Settlement(House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants))
    #expect(settlement.span.count == 2972)
    #expect(
      settlement.lines(of: "a") == [
        "shared sun-1 7 1", "shared sun-1 18:00-21:00 7 1", "shared sun-2 13 2", "base base 620 118",
      ])
    #expect(settlement.lines(of: "b") == ["shared sun-1 18:00-21:00 22 4", "shared sun-2 13 2", "base base 400 76"])
    #expect(settlement.lines(of: "c") == ["shared sun-1 22 4", "shared sun-1 18:00-21:00 37 7", "base base 380 72"])
    #expect(settlement.cents(of: "a") == [647, 122, 769])
    #expect(settlement.cents(of: "b") == [435, 82, 517])
    #expect(settlement.cents(of: "c") == [439, 83, 522])
    #expect([settlement.sums.net, settlement.sums.vat].map(\.count) == [15_210_000, 2_870_000])
    #expect(settlement.parts.map(\.shared.count) == [1_066_667, 1_300_000, 2_233_333])
    #expect(settlement.obstacles == [])
    let first = try #require(settlement.parts.first?.lines.first)
    #expect(
      first.basis
        == .energy(exact: Energy(count: 300_000), billed: Energy(count: 300_000), price: EnergyPrice(count: 240_000)))
    #expect(first.days == House.day("2026-03-01")..<House.day("2026-03-16"))
  }

  /// Tenants got 1.2 + 2.4 + 1.0 = 4.6 kWh, 1.2 kWh were fed in. 4.6 x 10 = 46 ct; 1.2 x 8 = 9.6 -> 10; 4.6 x 2.42 = 11.13 -> 11.
  @Test("pays the owner of the roof for what tenants got, for the rest, the surcharge and the lease")
  func owner() throws {
    let settlement = try Settlement(
      House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants + Agreed.owner))
    #expect(
      settlement.lines(of: "o") == [
        "producer plant -46 0", "feed_in grid -10 0", "tenant_power surcharge -11 0", "lease roof -2500 0",
      ])
    #expect((settlement.given.count, settlement.sold.count) == (5_800_000, 4_600_000))
  }

  /// A battery takes 600 Wh of 2400 and gives 500 back another time, when the roof makes 200: 1800 Wh and 200 Wh are used at once,
  /// but the tenant needs 1000 the first time. Surcharge for min(1000, 1800) + min(700, 200) = 1200 Wh of the 1700 Wh that the tenant got.
  @Test("pays no surcharge for what went through a battery")
  func battery() throws {
    let house = House(
      members: [House.member("a"), House.member("o")],
      moments: [
        .init(start: "2026-03-05T12:00:00+01:00", made: 2400, used: ["a": 1000], charged: 600),
        .init(start: "2026-03-05T19:00:00+01:00", made: 200, used: ["a": 900], discharged: 500),
      ], hasBattery: true)
    let settlement = try Settlement(house.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants + Agreed.owner))
    let surcharge = try #require(settlement.parts.flatMap(\.lines).first { $0.kind == .tenantPower })
    #expect(surcharge.energy == Energy(wattHours: 1200))
    #expect(settlement.parts.first { $0.member == "a" }?.shared == Energy(wattHours: 1700))
  }

  /// Net for shared energy: 27 + 35 + 59 = 121 ct; a tenth is 12.1 -> 12 ct; 1 : 2 gives 4 and 8.
  @Test("gives a part of the revenue to members who need it, without saying so to others")
  func pot() throws {
    let pot = PotTerm(id: "pot", share: Fraction(0.1), item: .shared, weights: ["a": 1, "b": 2])
    let settlement = try Settlement(
      House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants, pots: [pot]))
    #expect(settlement.lines(of: "a").last == "solidarity pot -4 0")
    #expect(settlement.lines(of: "b").last == "solidarity pot -8 0")
    #expect(settlement.lines(of: "c").count == 3)
  }

  /// 5 March at noon a curve says 10 ct, plus 3: 0.3 x 13 = 3.9 -> 4 ct. 15 March 18:30 it says -5, plus 3, in the evening 4 more:
  /// 0.266667 x 2 = 0.53 -> 1. 29 March it says 0: 0.5 x 3 = 1.5 -> 2.
  @Test("follows a price curve quarter hour by quarter hour, and refuses one that leaves a quarter hour out")
  func curve() throws {
    let account = try House.march.account("2026-03")
    var curve = TimeSeries<EnergyPrice?>(repeating: .zero, over: account.span)
    for (start, cents) in [("2026-03-05T11:00:00Z", 10), ("2026-03-15T17:30:00Z", -5)] {
      curve.values[account.span.lowerBound.distance(to: QuarterHour(containing: try #require(Timestamp(iso8601: start))))] =
        EnergyPrice(count: Int64(cents) * 10_000)
    }
    let term = Agreed.price(
      "spot", .shared, .energy(.dynamic(file: "spot.csv", plus: EnergyPrice(count: 30_000)), windows: [Agreed.evening]))
    let prices = AgreedPrices(terms: [term])
    let settlement = try Settlement(account, by: prices, curves: ["spot.csv": curve])
    // Outside the evening one zone: (0.3 x 13 + 0.5 x 3) = 5.4 -> 5 ct, on average 6.75.
    #expect(settlement.lines(of: "a") == ["shared spot 5 1", "shared spot 18:00-21:00 1 0"])
    #expect(
      settlement.parts[0].lines[0].basis
        == .dynamic(exact: Energy(wattHours: 800), billed: Energy(wattHours: 800), mean: EnergyPrice(count: 67_500)))
    curve.values[7] = nil
    #expect(throws: SettlementError.noPrice(term, curve: "spot.csv", quarter: account.span.lowerBound.advanced(by: 7))) {
      try Settlement(account, by: prices, curves: ["spot.csv": curve])
    }
  }

  /// sharing.md section 5: 123.456 kWh -> 123.46; at 12 ct 14.82 EUR; 20 % tax 2.96; gross 17.78.
  @Test("bills Austrian quantities with two decimals, the exact one beside it")
  func austrianQuantity() throws {
    let house = House(
      members: [House.member("a")],
      moments: [.init(start: "2026-03-05T12:00:00+01:00", made: 123_456, used: ["a": 123_456])])
    let settlement = try Settlement(
      house.account("2026-03"),
      by: AgreedPrices(terms: [Agreed.price("eeg", .shared, Agreed.cents(12), vat: 0.2)], quantityDecimals: 2))
    let line = try #require(settlement.parts[0].lines.first)
    #expect(
      line.basis
        == .energy(exact: Energy(wattHours: 123_456), billed: Energy(wattHours: 123_460), price: EnergyPrice(count: 120_000)))
    #expect([line.net, line.vat, line.gross].map(\.count) == [14_820_000, 2_960_000, 17_780_000])
  }

  /// 57 % of 5 ct are 2.85 ct: the operator charges 1.3 x 2.85 = 3.7 -> 4 ct less, on its own bill.
  @Test("shows what the network charges less, without adding it up")
  func network() throws {
    let term = PriceTerm(
      id: "grid", item: .network, price: .energy(.fixed(EnergyPrice(count: 28_500)), windows: []), isNote: true)
    let settlement = try Settlement(House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants + [term]))
    #expect(settlement.lines(of: "b").contains("network grid -4 0"))
    #expect(settlement.cents(of: "b") == [435, 82, 517])
  }

  @Test("is the same for members in another order, to the byte, and its input has the same fingerprint")
  func order() throws {
    let prices = AgreedPrices(terms: Agreed.tenants + Agreed.owner)
    var turned = House.march
    turned.members.reverse()
    let (one, other) = (try House.march.account("2026-03"), try turned.account("2026-03"))
    #expect(Fingerprint(of: one, prices) == Fingerprint(of: other, AgreedPrices(terms: prices.terms.reversed())))
    func records(_ account: MonthAccount, _ prices: AgreedPrices) throws -> [String] {
      let settlement = try Settlement(account, by: prices)
      return settlement.parts.map { MemberRecord($0, of: settlement, community: "hollow").text }
    }
    let texts = try records(one, prices)
    #expect(texts.count == 4)
    #expect(try records(other, AgreedPrices(terms: prices.terms.reversed())) == texts)
    var changed = House.march
    changed.moments[0] = .init(start: "2026-03-05T12:00:00+01:00", made: 2400, used: ["a": 301, "b": 500, "c": 900])
    #expect(Fingerprint(of: try changed.account("2026-03"), prices) != Fingerprint(of: one, prices))
  }

  @Test("says what keeps it from being final: held quarter hours, values that may not be billed")
  func obstacles() throws {
    var house = House.march
    house.silent = ("a", "2026-03-15T18:30:00+01:00")
    house.moments[0].quality = .estimated
    let settlement = try Settlement(house.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants))
    #expect(settlement.held == 1)
    #expect(
      settlement.obstacles == [
        "1 of 2972 quarter hours are held, because a value is missing",
        "1 quarter hour rests on values that are estimated, which may not be billed",
      ])
    // What is held counts for nobody.
    #expect(settlement.parts.map(\.shared.count) == [800_000, 500_000, 900_000])
  }
}
