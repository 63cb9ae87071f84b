import Charts
import CommunityModel
import Foundation
import HighsSolver
import MarketTime
import Planning
import Quantities
import Testing

@testable import Reporting

/// Four hours of one house, worked out by hand.
///
/// Load 2 kW; sun 6 kW in the second hour; an ideal battery of 4 kWh and 4 kW, empty; a car that needs 2 kWh at up to 2 kW at any time;
/// import 50 ct/kWh in the first hour and 30 ct after, feed-in 8 ct.
/// Used: 4 x 2 + 2 = 10 kWh; made: 6 kWh, all used; so 4 kWh come from the grid whatever the order: self-sufficiency 60 %.
/// Rule: the car charges in the first hour: 4 kWh at 50 ct = 2.00 EUR. Plan: 2 kWh at 50 ct (load) and 2 kWh at 30 ct later = 1.60 EUR.
@Suite("A plan's report")
struct PlanReportTests {
  private static let start = QuarterHour(containing: Timestamp(milliseconds: 1_767_265_200_000))  // 2026-01-01T11:00Z
  private let horizon = PlanningHorizon(start: start, count: 4, quarterHoursPerStep: 4)

  private func series<Value: Sendable>(_ hours: [Value]) -> TimeSeries<Value> {
    TimeSeries(start: Self.start, values: hours.flatMap { Array(repeating: $0, count: 4) })
  }

  private func community(importLimit: Power = Power(watts: 10_000), emissions: Int64? = nil) throws -> Community {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let site = Site(
      id: "haus", name: "Haus", gridConnection: GridConnection(importLimit: importLimit, exportLimit: Power(watts: 10_000)),
      tariff: "strom")
    return Community(
      id: "hof", name: "Hof", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"), sites: [site],
      tariffs: [Tariff(id: "strom", importPrice: .fixed(.zero), feedInPrice: .fixed(.zero))],
      carbonPrice: emissions == nil ? .zero : CarbonPrice(count: 50_000_000))
  }

  private func problem(importLimit: Power = Power(watts: 10_000), emissions: Int64? = nil) throws -> PlanningProblem {
    let community = try community(importLimit: importLimit, emissions: emissions)
    let price = [500_000, 300_000, 300_000, 300_000].map { EnergyPrice(count: $0) }
    let conditions = SiteConditions(
      site: "haus", connection: community.sites[0].gridConnection, importPrice: series(price),
      feedInPrice: series(Array(repeating: EnergyPrice(count: 80_000), count: 4)),
      emissions: emissions.map { TimeSeries(repeating: EmissionFactor(count: $0), over: horizon.span) })
    let battery = Battery.Parameters(
      capacity: Energy(wattHours: 4000), chargePower: Power(watts: 4000), dischargePower: Power(watts: 4000))
    return PlanningProblem(
      horizon: horizon, sites: [conditions],
      assets: [
        FixedLoad(id: "last", site: "haus", demand: series(Array(repeating: Power(watts: 2000), count: 4))),
        RenewablePlant(id: "dach", site: "haus", available: series([0, 6000, 0, 0].map { Power(watts: $0) })),
        Battery(id: "speicher", site: "haus", parameters: battery, opening: .content(.zero)),
        ChargingPoint(
          id: "auto", site: "haus", power: Power(watts: 2000),
          sessions: [EnergyWindow(span: horizon.span, energy: Energy(wattHours: 2000))]),
      ], carbonPrice: community.carbonPrice)
  }

  private func report(
    importLimit: Power = Power(watts: 10_000), emissions: Int64? = nil, goals: PlanGoals = .cost
  ) throws -> PlanReport {
    let problem = try problem(importLimit: importLimit, emissions: emissions)
    var inputs = PlanReport.Inputs()
    inputs.loads = [.history: 1]
    inputs.plants = [.standardProfile: 1]
    inputs.batteries = [.measured: 1]
    inputs.pricesKnown = 16
    return PlanReport(
      on: try community(importLimit: importLimit, emissions: emissions),
      plan: try Planner(solver: HighsSolver()).plan(problem, goals: goals), rule: try StandingRule.plan(problem), inputs: inputs,
      conditions: problem.sites, solver: "HiGHS")
  }

  /// `text` without its line breaks.
  private func flowing(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

  @Test("has the cost, shares and energies of the hand calculation, for the plan and for the rule")
  func figures() throws {
    let report = try report()
    #expect(report.figures.cost == Money(euros: 1.60))
    #expect(report.ruleFigures.cost == Money(euros: 2.00))
    for figures in [report.figures, report.ruleFigures] {
      #expect(figures.key.flows.consumption == Energy(wattHours: 10_000))
      #expect(figures.key.flows.generation == Energy(wattHours: 6000))
      #expect(figures.key.flows.gridImport == Energy(wattHours: 4000))
      #expect(figures.key.flows.gridExport == .zero)
      #expect(figures.key.selfSufficiency == percent(60))
      #expect(figures.key.selfConsumption == percent(100))
      #expect(figures.curtailed == .zero)
    }
    // The rule takes load and car in the first hour.
    #expect(report.ruleFigures.jointPeak?.power == Power(watts: 4000))
    #expect(report.ruleFigures.jointPeak?.quarterHour == Self.start)
  }

  @Test("says in each language what is proven, what inputs were used, and what the plan saves", arguments: Language.allCases)
  func text(_ language: Language) throws {
    let text = try report().text(language, width: 80)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    switch language {
    case .english:
      #expect(text.contains("proven optimal"))
      #expect(flowing(text).contains("loads: from history 1 · plants: standard profile 1 · batteries: measured 1"))
      #expect(text.contains(/cost +1\.60 EUR +2\.00 EUR +−0\.40/))
      #expect(text.contains(/self-sufficiency +60\.0 % +60\.0 % +0\.0/))
      #expect(text.contains("Thu 12:00–13:00"))
      #expect(text.contains("DO      nothing to decide"))
    case .german:
      #expect(text.contains("nachweislich optimal"))
      #expect(text.contains("Verbrauch: aus Messwerten 1"))
      #expect(text.contains(/Kosten +1,60 EUR +2,00 EUR +−0,40/))
      #expect(text.contains("Do 12:00–13:00"))
      #expect(text.contains("TUN     nichts zu entscheiden"))
    }
    #expect(try report().line(.english).hasPrefix("1.60 EUR (−0.40), 60.0 %, peak "))
  }

  @Test("is drawn: what sun, battery and grid give comes to what is used, and the price stands beside it")
  func chart() throws {
    let chart = try report().chart(.english)
    #expect(chart.slots == 16)
    let given = (0..<16).map { slot in chart.parts.reduce(0) { $0 + ($1.values[slot] ?? 0) } }
    #expect((given.reduce(0, +) / 4 - 10).magnitude < 1e-6)
    #expect(given.allSatisfy { $0 > 2 - 1e-6 })
    #expect(chart.lines.first?.values == Array(repeating: 50, count: 4) + Array(repeating: 30, count: 12))
    #expect(
      chart.alternative
        == "10.00 kWh are used; sun and wind give 6.00 kWh, 4.00 kWh come from the grid, 0.00 kWh go into it.")
  }

  @Test("names a limit that is broken, with place, time and size")
  func breach() throws {
    // At most 1 kW from the grid: the first hour's load of 2 kW cannot be met, 1 kWh is beyond the limit; the car waits for the sun.
    let report = try report(importLimit: Power(watts: 1000))
    let breach = try #require(report.plan.breaches.first)
    #expect(report.plan.breaches.count == 1)
    #expect(breach.kind == .importBeyondLimit)
    #expect(breach.subject == "haus")
    #expect(breach.span == horizon.steps[0])
    #expect(abs(breach.kilowattHours - 1) < 1e-4)
    #expect(
      flowing(report.text(.english)).contains("haus: import beyond its connection, Thu 1 Jan 12:00 – Thu 1 Jan 13:00, 1.00 kWh"))
    #expect(report.line(.english).contains("1 limit broken"))
  }

  @Test("adds up row by row in CSV: in each step the assets' powers are the grid's, and the costs are the plan's")
  func csv() throws {
    let rows = try report().csv().split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      rows[0].joined(separator: ",")
        == "start,minutes,site,asset,role,power_kw,energy_kwh,content_kwh,price_eur_per_kwh,cost_eur,heat_kw,fuel_kw,co2_kg"
    )
    #expect(rows.count == 1 + 4 * 5)
    var assets: [Substring: Decimal] = [:]
    var grid: [Substring: Decimal] = [:]
    var cost = Decimal(0)
    for row in rows.dropFirst() {
      let power = try #require(Decimal(string: String(row[5])))
      if row[4] == "grid" {
        grid[row[0]] = power
        cost += try #require(Decimal(string: String(row[9])))
      } else {
        assets[row[0], default: 0] += power
      }
    }
    #expect(assets == grid)
    #expect(cost == Decimal(string: "1.6"))
  }

  @Test("is the same in JSON, with a schema version")
  func json() throws {
    let data = try #require(report().json().data(using: .utf8))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(root["schema_version"] as? Int == 1)
    #expect((root["status"] as? [String: Any])?["proven_optimal"] as? Bool == true)
    #expect((root["plan"] as? [String: Any])?["cost_eur"] as? Double == 1.6)
    #expect((root["standing_rule"] as? [String: Any])?["cost_eur"] as? Double == 2)
    #expect((root["plan"] as? [String: Any])?["self_sufficiency_percent"] as? Double == 60)
    let sites = try #require(root["sites"] as? [[String: Any]])
    #expect((sites[0]["grid_kw"] as? [Double])?.count == 4)
    #expect(
      (sites[0]["assets"] as? [[String: Any]])?.map { $0["role"] as? String } == ["load", "generation", "battery", "charging"])
    // One kWh more in the first hour is bought at 50 ct, in the dearest of the others at 30 ct; while the sun fills the battery a kWh
    // spared saves one bought later.
    #expect(sites[0]["marginal_price_eur_per_kwh"] as? [Double] == [0.5, 0.3, 0.3, 0.3])
    #expect((root["heat_networks"] as? [Any])?.isEmpty == true)
    #expect((root["step_minutes"] as? [Int]) == [60, 60, 60, 60])
  }

  /// Without the sun 10 kWh come from the grid: two in the first hour at 50 ct, eight later at 30 ct, 3.40 EUR: 1.80 EUR more.
  @Test("says of each variation what it costs more and what is not served", arguments: Language.allCases)
  func variations(_ language: Language) throws {
    var report = try report()
    let problem = try problem()
    func plan(_ problem: PlanningProblem) throws -> Plan { try Planner(solver: HighsSolver()).plan(problem) }
    report.variations = [
      PlanVariation(.without, "dach", outcome: .solved(try plan(problem.without("dach")))),
      PlanVariation(.with, "pv:9kWp@haus", outcome: .failed("no forecast")),
      PlanVariation(
        .fails, "speicher", in: horizon.span, outcome: .solved(try plan(problem.without("speicher", in: horizon.span)))),
      PlanVariation(.fails, "dach", in: horizon.span, outcome: .solved(try plan(problem.without("dach", in: horizon.span)))),
      PlanVariation(.fails, "kessel", in: horizon.span, outcome: .skipped),
    ]
    let text = flowing(report.text(language))
    switch language {
    case .english:
      #expect(
        text.contains("WITHOUT dach +1.80 EUR · self-sufficiency 0.0 % · load served WITH pv:9kWp@haus no forecast IF speicher"))
      #expect(text.contains("dach fails from Thu 1 Jan 12:00 +1.80 EUR · self-sufficiency 0.0 % · load served ← weakest point"))
      #expect(text.contains("not solved: time was up (--max-time)"))
    case .german:
      #expect(
        text.contains("OHNE dach +1,80 EUR · Autarkiegrad 0,0 % · Verbrauch gedeckt MIT pv:9kWp@haus no forecast FALLS speicher"))
      #expect(
        text.contains("dach ab Do 01.01. 12:00 ausfällt +1,80 EUR · Autarkiegrad 0,0 % · Verbrauch gedeckt ← schwächste Stelle"))
    }
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let asked = try #require(root["what_if"] as? [[String: Any]])
    #expect(asked.map { $0["change"] as? String } == ["without", "with", "fails", "fails", "fails"])
    #expect(asked[0]["cost_change_eur"] as? Double == 1.8)
    #expect(asked[1]["solved"] as? Bool == false)
  }

  /// At most 1 kW from the grid: without the sun all 10 kWh but 4 x 1 are beyond it, with the sun 1 kWh of the first hour.
  @Test("names what a variation leaves unserved, with place, time and size, and not what was so before")
  func unserved() throws {
    var report = try report(importLimit: Power(watts: 1000))
    let problem = try problem(importLimit: Power(watts: 1000))
    report.variations = [
      PlanVariation(.without, "dach", outcome: .solved(try Planner(solver: HighsSolver()).plan(problem.without("dach")))),
      PlanVariation(.without, "speicher", outcome: .solved(report.plan)),
    ]
    #expect(flowing(report.text(.english)).contains("WITHOUT dach"))
    #expect(
      flowing(report.text(.english)).contains(/haus: import beyond its connection, Thu 1 Jan 12:00 – Thu 1 Jan 16:00, 6\.00 kWh/))
    #expect(flowing(report.text(.english)).contains("WITHOUT speicher 0.00 EUR · self-sufficiency 60.0 % · load served"))
  }

  /// 4 kWh from the grid at 400 g/kWh are 1.6 kg, which cost 0.08 EUR at 50 EUR/t.
  @Test("tells the CO2 of plan and rule with its cost, and in CSV row by row")
  func carbon() throws {
    let report = try report(emissions: 400_000)
    #expect(report.text(.english).contains(/CO2 +1\.6 kg +1\.6 kg +0\.0/))
    #expect(report.text(.english).contains(/price of CO2 +0\.08 EUR +0\.08 EUR +0\.00/))
    #expect(report.text(.german).contains(/CO2-Preis +0,08 EUR +0,08 EUR/))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let plan = try #require(root["plan"] as? [String: Any])
    #expect(plan["co2_kg"] as? Double == 1.6)
    #expect(plan["co2_cost_eur"] as? Double == 0.08)
    #expect(plan["cost_eur"] as? Double == 1.6)
    let rows = report.csv().split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(rows.allSatisfy { $0.count == 13 })
    #expect(rows.compactMap { Decimal(string: String($0[12])) }.reduce(0, +) == Decimal(string: "1.6"))
  }

  @Test("names the tariff whose CO2 nobody says, and counts none as zero", arguments: Language.allCases)
  func unknownCarbon(_ language: Language) throws {
    let report = try report()
    let text = flowing(report.text(language))
    #expect(
      text.contains(
        language.pick(
          "CO2: nicht bekannt für Tarif strom; dort `co2` angeben", "CO2: not known of tariff strom; give `co2` there")))
    #expect(text.contains("CO2 – – –"))
    #expect(report.json().contains(/"co2_unknown": \[\s*"tariff strom"\s*\]/))
    #expect(report.json().contains("\"co2_kg\": null"))
  }

  /// 10 kWh less 6 of the sun are 4 from the grid, at best 1 kW throughout: the sun's surplus of 4 kWh and more lies in the battery.
  @Test("says which goals were met and what is proven", arguments: Language.allCases)
  func goals(_ language: Language) throws {
    let text = flowing(try report(goals: PlanGoals([.autonomy])).text(language))
    #expect(
      text.contains(
        language.pick(
          "ZIEL aus dem Netz 4,0 kWh (nachgewiesen), dann Kosten 1,60 EUR (nachgewiesen)",
          "GOAL from the grid 4.0 kWh (proven), then cost 1.60 EUR (proven)")))
    #expect(!flowing(try report().text(language)).contains(language.pick("ZIEL", "GOAL")))
    let weighed = try report(emissions: 400_000, goals: PlanGoals(weighing: [.cost: 1, .co2: 0.1]))
    #expect(
      flowing(weighed.text(language)).contains(
        language.pick(
          "ZIEL Kosten 1,60 EUR x 1,000 + CO2 1,6 kg zu 0,100 EUR/kg (nachgewiesen)",
          "GOAL cost 1.60 EUR x 1.000 + CO2 1.6 kg at 0.100 EUR/kg (proven)")))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(weighed.json().utf8)) as? [String: Any])
    let level = try #require((root["goals"] as? [[String: Any]])?.first)
    #expect(level["solved"] as? Bool == true)
    #expect((level["goals"] as? [[String: Any]])?.map { $0["result"] as? Double } == [1.6, 1.6])
  }

  @Test("tells steps of different lengths as they come")
  func steps() throws {
    let horizon = PlanningHorizon(start: Self.start, stepLengths: [1, 1, 4, 4, 1])
    #expect(Language.english.steps(of: horizon) == "3 steps of 15 min, 2 of 60 min")
    #expect(Language.german.steps(of: horizon) == "3 Schritte zu 15 min, 2 zu 60 min")
    #expect(
      Language.english.steps(of: PlanningHorizon(start: Self.start, count: 1, quarterHoursPerStep: 4)) == "1 step of 60 min")
  }

  /// The plan before began an hour earlier and ended an hour earlier: three hours are common. It had 5 instead of 6 kWh of sun in the second
  /// hour of this one, the load as now, a car that is gone, and the battery at rest.
  @Test("says what is otherwise than in the plan before, in the hours that both cover", arguments: Language.allCases)
  func since(_ language: Language) throws {
    var report = try report()
    let span = Self.start.advanced(by: -4)..<Self.start.advanced(by: 12)
    func before(_ hours: [Int]) -> TimeSeries<Power> {
      TimeSeries(start: span.lowerBound, values: hours.flatMap { Array(repeating: Power(watts: $0), count: 4) })
    }
    report.earlier = EarlierPlan(
      span: span,
      powers: [
        "last": before([2000, 2000, 2000, 2000]), "dach": before([0, 0, -5000, 0]), "speicher": before([0, 0, 0, 0]),
        "wallbox": before([0, 0, 0, 0]),
      ])
    let battery = try #require(report.plan.sites[0].assets.first { $0.id == "speicher" })
    let moved = battery.power.prefix(3).reduce(0) { $0 + abs($1.kilowatts) }
    let text = flowing(report.text(language))
    #expect(
      text.contains(
        language.pick(
          "SEITHER Do 01.01. 12:00 – Do 01.01. 15:00 · Sonne, Wind 5,0 → 6,0 kWh · speicher",
          "SINCE Thu 1 Jan 12:00 – Thu 1 Jan 15:00 · sun, wind 5.0 → 6.0 kWh · speicher")))
    #expect(text.contains(language.pick("neu: auto · nicht mehr: wallbox", "new: auto · gone: wallbox")))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
    let assets = try #require((root["since"] as? [String: Any])?["assets"] as? [[String: Any]])
    #expect(assets.map { $0["asset_id"] as? String } == ["last", "dach", "speicher"])
    #expect(assets[1]["moved_kwh"] as? Double == 1)
    #expect(assets[1]["from"] as? String == "2026-01-01T12:00:00Z")
    #expect(abs(try #require(assets[2]["moved_kwh"] as? Double) - moved) < 1e-4)
    report.earlier = EarlierPlan(span: span.lowerBound..<Self.start, powers: [:])
    #expect(flowing(report.text(.english)).contains("no hour in common"))
  }
}
