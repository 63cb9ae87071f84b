import CommunityModel
import Foundation
import MarketTime
import Quantities
import RecordLedger
import TestSupport
import Testing

@testable import Settlement

@Suite("What was agreed to be paid")
struct PriceRulesTests {
  /// sharing.md section 3: 30 kWp, commissioned in March 2026: (10 x 2.54 + 20 x 2.36) / 30 = 2.42 ct.
  @Test("weights the steps of a plant's power")
  func steps() {
    let steps = [(10.0, 25_400), (40, 23_600), (1000, 15_900)].map {
      CapacitySteps.Step(upTo: Power(kilowatts: $0.0), rate: EnergyPrice(count: Int64($0.1)))
    }
    #expect(CapacitySteps.price(of: Power(kilowatts: 30), by: steps) == EnergyPrice(count: 24_200))
    #expect(CapacitySteps.price(of: Power(kilowatts: 10), by: steps) == EnergyPrice(count: 25_400))
    // (10 x 2.54 + 30 x 2.36 + 20 x 1.59) / 60 = 128 / 60 = 2.13333 ct.
    #expect(CapacitySteps.price(of: Power(kilowatts: 60), by: steps) == EnergyPrice(count: 21_333))
    #expect(CapacitySteps.price(of: Power(kilowatts: 2000), by: steps) == nil)
    // A year's 18 000 kWh: 435.60 EUR.
    #expect(Energy(wattHours: 18_000_000) * EnergyPrice(count: 24_200) == Money(count: 435_600_000))
  }

  /// The basic supply costs 12.50 EUR a month and 38 ct, tax included; the offer is net, tax 19 %.
  ///
  /// 200 kWh: cap 0.9 x (12.50 + 76.00) = 79.65. Offer 8 EUR + 30 ct: net 8.00 + 60.00, tax 1.52 + 11.40, gross 80.92; 1.27 above it, in
  /// which 1.27 / 1.19 = 1.0672 -> 1.07 net and 0.20 tax.
  /// 20 kWh: cap 0.9 x (12.50 + 7.60) = 18.09. Offer 8.00 + 6.00, tax 1.52 + 1.14, gross 16.66: nothing to take off.
  /// 20 kWh at 12 EUR a month: 12.00 + 6.00, tax 2.28 + 1.14, gross 21.42: 3.33 above, 2.7983 -> 2.80 net, 0.53 tax.
  @Test(
    "caps a tenant's whole bill at 90 % of the basic supply, which a high base price breaks for who uses little",
    arguments: [(200_000, 8.0, [107, 20]), (20_000, 8.0, []), (20_000, 12.0, [280, 53])])
  func cap(used: Int, monthly: Double, above: [Int64]) throws {
    let settlement = try Self.supplied(used: used, monthly: monthly, caps: [Self.cap()])
    let line = settlement.parts[0].lines.first { $0.kind == .cap }
    #expect((line.map { [-$0.net.count / 10_000, -$0.vat.count / 10_000] } ?? []) == above)
  }

  /// From the 16th the basic supply is 10 EUR and 30 ct; all 20 kWh are used on the 5th, when it is 12.50 EUR and 38 ct:
  /// 0.9 x (12.50 x 15/31 + 10 x 16/31 + 7.60) = 0.9 x (6.048387 + 5.161290 + 7.60) = 16.9287... -> 16.92 down to the cent;
  /// 21.42 - 16.92 = 4.50.
  @Test("computes a cap with the basic supply's prices of each day")
  func capChanges() throws {
    let caps = [
      Self.cap(until: "2026-03-16"),
      PriceCap(
        id: "later", validity: Validity(from: House.day("2026-03-16")), share: Fraction(0.9), monthly: Money(count: 10_000_000),
        price: EnergyPrice(count: 300_000), vat: Fraction(0.19)),
    ]
    let settlement = try Self.supplied(used: 20_000, monthly: 12, caps: caps)
    #expect(settlement.parts[0].lines.first { $0.kind == .cap }?.gross == Money(count: -4_500_000))
  }

  private static func cap(until: String? = nil) -> PriceCap {
    PriceCap(
      id: "basic", validity: Validity(until: until.map(House.day)), share: Fraction(0.9), monthly: Money(count: 12_500_000),
      price: EnergyPrice(count: 380_000), vat: Fraction(0.19))
  }

  /// One tenant, supplied whole: half from the roof, half not, at 30 ct each.
  private static func supplied(used: Int, monthly: Double, caps: [PriceCap]) throws -> Settlement {
    let house = House(
      members: [House.member("a")],
      moments: [.init(start: "2026-03-05T12:00:00+01:00", made: used / 2, used: ["a": used])])
    let terms = [
      Agreed.price("roof", .shared, Agreed.cents(30)), Agreed.price("rest", .residual, Agreed.cents(30)),
      Agreed.price("base", .base, .monthly(Money(euros: monthly))),
    ]
    return try Settlement(house.account("2026-03"), by: AgreedPrices(terms: terms, caps: caps))
  }

  @Test("a day without a price is refused, with the entries and lines beside it")
  func gap() throws {
    let account = try House.march.account("2026-03")
    func entry(_ id: String, _ from: String?, _ until: String?, line: Int) -> PriceTerm {
      PriceTerm(
        id: .init(id), item: .shared, validity: Validity(from: from.map(House.day), until: until.map(House.day)),
        price: Agreed.cents(24), line: line)
    }
    func refusal(_ terms: PriceTerm...) -> String? {
      do {
        _ = try Settlement(account, by: AgreedPrices(terms: terms))
        return nil
      } catch { return "\(error)" }
    }
    #expect(
      refusal(entry("old", nil, "2026-03-16", line: 4), entry("new", "2026-03-18", nil, line: 5))
        == "there is no price of 'shared' for 'a' on 2026-03-16; 'old' in line 4 ends before; 'new' in line 5 begins on 2026-03-18; "
        + "write an entry that holds then, of 0 if nothing is due")
    #expect(
      refusal() == "there is no price of 'shared' for 'a' on 2026-03-01; write an entry that holds then, of 0 if nothing is due")
    #expect(refusal(entry("all", nil, nil, line: 4)) == nil)
    // Who has left needs none for the days after.
    var only = entry("old", nil, "2026-03-20", line: 4)
    #expect(refusal(only)?.contains("for 'a' on 2026-03-20") == true)
    only = PriceTerm(
      id: "c", item: .base, validity: Validity(until: House.day("2026-03-20")), price: .monthly(.zero), members: ["c"])
    #expect(refusal(entry("all", nil, nil, line: 4), only) == nil)
    // A plant that was paid once needs a price too; a lease may end.
    let plant = Agreed.price("plant", .producer, Agreed.cents(10), until: "2026-03-10", to: "o")
    #expect(refusal(entry("all", nil, nil, line: 4), plant)?.contains("'producer' for 'o' on 2026-03-10") == true)
    let lease = Agreed.price("roof", .lease, .monthly(Money(count: 31_000_000)), until: "2026-03-10", vat: 0, to: "o")
    #expect(refusal(entry("all", nil, nil, line: 4), lease) == nil)
  }
}

@Suite("A correction")
struct CorrectionTests {
  /// c's 900 Wh of 5 March turn out to be 800: 0.8 x 24 = 19.2 -> 19 ct for 22, tax 3.61 -> 4 for 4. Nobody else's share changes, since
  /// there was enough for all; 100 Wh more are fed in: 1.3 x 8 = 10.4 -> 10 ct as before, 4.5 kWh x 10 = 45 ct for 46, surcharge 10.89 -> 11.
  @Test("holds what a final month would come to now, less what it came to")
  func delta() throws {
    let prices = AgreedPrices(terms: Agreed.tenants + Agreed.owner)
    let before = try Settlement(House.march.account("2026-03"), by: prices)
    var changed = House.march
    changed.moments[0] = .init(start: "2026-03-05T12:00:00+01:00", made: 2400, used: ["a": 300, "b": 500, "c": 800])
    let now = try Settlement(changed.account("2026-03"), by: prices)
    let former = Dictionary(uniqueKeysWithValues: before.parts.map { ($0.member, $0.lines) })
    let correction = MonthCorrection(of: House.month("2026-03"), from: former, to: now)
    #expect(Set(correction.lines.keys) == ["c", "o"])
    let line = try #require(correction.lines["c"]?.first)
    #expect(
      line.basis == .difference(energy: Energy(wattHours: -100), before: Money(count: 220_000), now: Money(count: 190_000)))
    #expect((line.net, line.vat, line.corrects) == (Money(count: -30_000), .zero, House.month("2026-03")))
    #expect(correction.lines["o"]?.map { $0.net.count } == [10_000, 0, 0])

    // In April's run: the owner's 31 EUR-cents less, beside its own lines; members keep theirs.
    let april = try Settlement(House.march.account("2026-04"), by: prices).correcting(correction.lines)
    #expect(april.lines(of: "c") == ["shared sun-1 -3 0 corrects 2026-03"])
    #expect(april.lines(of: "o").first == "lease roof -2500 0")
    // Nothing is corrected twice.
    let after = former.merging(correction.lines) { $0 + $1 }
    #expect(MonthCorrection(of: House.month("2026-03"), from: after, to: now).lines == [:])
  }
}

@Suite("A record of a settlement")
struct RecordTests {
  /// The blocks of `docs/formats/settlement-ledger.md` in this language.
  private func shown(_ language: String) throws -> String {
    let text = try String(contentsOf: projectFile("docs/formats/settlement-ledger.md"), encoding: .utf8)
    return try #require(text.components(separatedBy: "```\(language)\n").dropFirst().first?.components(separatedBy: "```").first)
  }

  /// Shares and amounts are those of `SettlementTests.tenants`; 12 to 31 March are 20 days, one of them with 92 quarter hours: 1916.
  @Test("is as its description shows it")
  func description() throws {
    let settlement = try Settlement(House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants))
    let registers = MemberRecord.Registers(
      point: "P-b", direction: .import, first: Energy(wattHours: 1_200_000), last: Energy(wattHours: 1_202_100))
    let part = try #require(settlement.parts.first { $0.member == "b" })
    #expect(MemberRecord(part, of: settlement, community: "hollow", registers: [registers]).text == (try shown("record")))
    #expect(try RunRecord(text: shown("run")).approvals == ["Anna Beck", "Karl Roth"])
    #expect(try LedgerEntry(text: shown("entry"))?.records == 5)
  }

  @Test("is read as it was written, and not in any other spelling")
  func roundTrip() throws {
    let prices = AgreedPrices(terms: Agreed.tenants + Agreed.owner)
    var settlement = try Settlement(House.march.account("2026-03"), by: prices)
    let line = SettlementLine(
      kind: .shared, term: "old", days: House.day("2026-02-01")..<House.day("2026-03-01"),
      basis: .difference(energy: Energy(count: -5), before: Money(count: 10_000), now: .zero), net: Money(count: -10_000),
      vatRate: Fraction(0.19), vat: .zero, isNote: true, corrects: House.month("2026-02"))
    settlement = settlement.correcting(["a": [line]])
    for part in settlement.parts {
      let record = MemberRecord(
        part, of: settlement, community: "hollow",
        registers: [.init(point: "P-a", direction: .import, first: Energy(count: 7), last: nil)])
      #expect(try MemberRecord(text: record.text) == record)
      let lines = record.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(!lines.dropLast().contains(""))
      for place in lines.indices.dropLast() {
        var other = lines
        other[place] += " "
        #expect(throws: SettlementError.self) { try MemberRecord(text: other.joined(separator: "\n")) }
        other.remove(at: place)
        #expect(throws: SettlementError.self, "\(lines[place])") {
          let read = try MemberRecord(text: other.joined(separator: "\n"))
          // A record without one of its meters, keys, qualities or notes is another record, but a record.
          let isOptional = ["key", "registers", "energy"].contains(where: lines[place].hasPrefix)
          if isOptional || lines[place].contains(" note "), read != record {
            throw SettlementError.badRecord("")
          }
        }
      }
    }
  }

  @Test("of a run is read as it was written")
  func run() throws {
    let settlement = try Settlement(House.march.account("2026-03"), by: AgreedPrices(terms: Agreed.tenants))
    let run = RunRecord(
      of: settlement, community: "hollow", version: 3, state: .final, input: .init(of: [1]), settings: .init(of: [2]),
      corrections: [.init(month: House.month("2026-02"), input: .init(of: [3]))], author: "Anna\nBeck",
      approvals: ["K. Roth", "E. Ahn"],
      created: Timestamp(milliseconds: 1_775_000_000_000), software: "0.1.0")
    #expect(run.author == "Anna Beck")
    #expect(try RunRecord(text: run.text) == run)
    #expect(throws: SettlementError.self) { try RunRecord(text: run.text + "more\n") }
    #expect(throws: SettlementError.self) { try RunRecord(text: run.text.replacing("version 3", with: "version 03")) }
  }

  @Test("becomes final only as a whole month that is over, as the preview that two persons approved, and once")
  func checks() {
    let month = House.month("2026-03")
    func refusal(
      _ state: RunState = .final, final: Int? = nil, preview: [UInt8]? = [1], approvals: [String] = ["Anna", "Karl"],
      obstacles: [String] = [], isOver: Bool = true
    ) -> SettlementError? {
      do throws(SettlementError) {
        try RunChecks.check(
          state, of: month, final: final, preview: preview.map { .init(of: $0) }, input: .init(of: [1]), approvals: approvals,
          obstacles: obstacles, isOver: isOver)
        return nil
      } catch { return error }
    }
    #expect(refusal() == nil)
    #expect(refusal(final: 2) == .isFinal(month, version: 2))
    #expect(refusal(.provisional, final: 2) == .isFinal(month, version: 2))
    #expect(refusal(.preview, preview: nil, approvals: [], obstacles: ["held"], isOver: false) == nil)
    #expect(refusal(obstacles: ["held"], isOver: false) == .notComplete(month, ["it is not over yet", "held"]))
    #expect(refusal(preview: nil) == .noPreview(month, changed: false))
    #expect(refusal(preview: [2]) == .noPreview(month, changed: true))
    for names in [[], ["Anna"], ["Anna", "anna"], ["Anna", ""], ["A", "B", "C"]] {
      #expect(refusal(approvals: names) == .approvals(names))
    }
  }
}
