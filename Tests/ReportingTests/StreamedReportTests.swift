import CommunityModel
import Console
import MarketTime
import Quantities
import TestSupport
import Testing

@testable import Reporting

/// A community of random but lawful houses over days that hold a clock change, with holes if wanted.
private struct RandomCommunity {
  let community: Community
  let energies: MeteredEnergies
  let days: Range<LocalDay>

  init(seed: UInt64, around text: String, gaps: Bool) throws {
    var generator = SeededGenerator(seed: seed)
    let day = try #require(LocalDay(iso8601: text))
    days = day.advanced(by: -2)..<day.advanced(by: 3)
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let span = calendar.quarterHours(of: days)
    var houses: [House] = []
    for number in 0..<3 {
      var (imports, exports, suns) = ([IntervalEnergy](), [IntervalEnergy](), [IntervalEnergy]())
      for _ in span {
        let (load, sun) = (Int64.random(in: 0...900_000, using: &generator), Int64.random(in: 0...900_000, using: &generator))
        let isGap = gaps && Int.random(in: 0..<40, using: &generator) == 0
        imports.append(isGap ? .missing : .measured(Energy(count: max(0, load - sun))))
        exports.append(.measured(Energy(count: max(0, sun - load))))
        suns.append(.measured(Energy(count: sun)))
      }
      var house = House(id: Site.ID("h\(number)"))
      house.points = [
        (.grid, TimeSeries(start: span.lowerBound, values: imports), TimeSeries(start: span.lowerBound, values: exports)),
        (.generation, nil, TimeSeries(start: span.lowerBound, values: suns)),
      ]
      houses.append(house)
    }
    (community, energies) = try Community.of(houses)
  }

  /// The report made of `parts`.
  func report(of parts: [Range<LocalDay>]) -> EnergyReport {
    var account = EnergyReportAccount(on: community, period: ReportPeriod(.days, days))
    for part in parts {
      account.add(ReportEnergies(electricity: energies.over(community.calendar.quarterHours(of: part))), of: part)
    }
    return account.report()
  }
}

@Suite("A report made part by part")
struct StreamedReportTests {
  @Test(
    "is the same as in one piece, on days of 92 and 100 quarter hours, with gaps and without", arguments: 1...6,
    ["2026-03-29", "2026-10-25"])
  func parts(seed: UInt64, text: String) throws {
    for gaps in [false, true] {
      let random = try RandomCommunity(seed: seed, around: text, gaps: gaps)
      let whole = random.report(of: [random.days])
      let parts = random.report(of: random.days.map { $0..<$0.advanced(by: 1) })
      #expect(whole.scopes == parts.scopes, "seed \(seed)")
      #expect(whole.groups == parts.groups, "seed \(seed)")
      #expect(whole.curve.steps == parts.curve.steps)
      #expect(whole.span.count == 4 * 24 * 4 + (text == "2026-03-29" ? 92 : 100))
    }
  }

  @Test("rows add up: days to the period, covers to consumption, links to what meters counted", arguments: 1...6)
  func sums(seed: UInt64) throws {
    let random = try RandomCommunity(seed: seed, around: "2026-03-29", gaps: seed % 2 == 0)
    let whole = random.report(of: [random.days])
    let days = random.days.map { day in
      EnergyReport(on: random.community, days: day..<day.advanced(by: 1), energies: random.energies)
    }
    for method in CommunityBalance.Method.allCases {
      let figures = try #require(whole.figures(of: .community(method)))
      let each = days.compactMap { $0.figures(of: .community(method)) }
      #expect(figures.flows == each.reduce(EnergyFlows()) { $0 + $1.flows })
      #expect(figures.selfSupply.quarterHours == each.reduce(0) { $0 + $1.selfSupply.quarterHours })
      #expect(figures.quality.valid == each.reduce(0) { $0 + $1.quality.valid })
      let flows = figures.flows
      let use = figures.use
      #expect(use.direct + use.generationExport == flows.generation)
      #expect(flows.residual == .zero)
    }
    for step in whole.curve.steps {
      #expect(step.cover.reduce(.zero) { $0 + $1.energy } == step.flows.consumption)
      #expect(step.generation.values.reduce(.zero, +) == step.flows.generation)
    }
  }

  @Test("every figure says how much is known of it, and shares of too little are hidden")
  func basis() throws {
    let random = try RandomCommunity(seed: 7, around: "2026-10-25", gaps: true)
    let half = random.days.lowerBound..<random.days.lowerBound.advanced(by: 2)
    let report = random.report(of: [half, half.upperBound..<random.days.upperBound].map { $0 })
    let known = try #require(report.group(.community(.virtualSum)))
    for figure in known.figures where figure.name != .regionalValue {
      #expect(figure.basis.coverage != nil, "\(figure.name)")
      #expect(figure.basis.isProvisional)
      #expect(figure.value != nil || figure.absence != nil)
    }
    // Three of a hundred missing at each of three sites: a share is hidden below 90 % only.
    let coverage = try #require(known.figure(.selfSufficiency)?.basis.coverage)
    #expect((known.figure(.selfSufficiency)?.absence == .tooLittleKnown) == (coverage < DataQuality.leastCoverage))
    #expect(known.figure(.consumption)?.value != nil)
  }

  @Test("what the files do not tell has no value and says how to make it known")
  func unknown() throws {
    let random = try RandomCommunity(seed: 3, around: "2026-03-29", gaps: false)
    let report = random.report(of: [random.days])
    let community = try #require(report.group(.community(.virtualSum)))
    for name in [Figure.Name.curtailed, .carbon, .carbonAvoided, .shifted] {
      let figure = try #require(community.figure(name))
      #expect(figure.value == nil)
      guard case .unknown = figure.absence else {
        Issue.record("\(name) has no hint")
        continue
      }
    }
    #expect(report.text(.english).contains("grid_co2"))
    #expect(report.group(.totalEnergy)?.figure(.regionalValue)?.value == nil)
  }

  @Test("another period stands beside it where something is known of it")
  func comparison() throws {
    let random = try RandomCommunity(seed: 5, around: "2026-03-29", gaps: false)
    let days = Array(random.days)
    func report(_ day: LocalDay) -> EnergyReport {
      EnergyReport(on: random.community, days: day..<day.advanced(by: 1), energies: random.energies)
    }
    let unknown = report(days[0].advanced(by: -364))
    let beside = report(days[1]).beside(report(days[0]), yearBefore: unknown)
    #expect(!unknown.isKnown)
    #expect(beside.comparisons.map(\.relation) == [.previous])
    let figure = try #require(beside.group(.community(.virtualSum))?.figure(.selfSufficiency))
    let before = beside.figure(figure, of: .community(.virtualSum), in: .previous)
    #expect(before == report(days[0]).group(.community(.virtualSum))?.figure(.selfSufficiency))
    #expect(beside.text(.german).contains("am Tag davor"))
    for language in Language.allCases {
      for line in beside.text(language).split(separator: "\n") { #expect(line.displayWidth <= 80, "\(line)") }
      #expect(beside.markdown(language).contains("| "))
    }
  }
}
