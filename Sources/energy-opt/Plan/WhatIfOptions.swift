import ArgumentParser
import CommunityModel
import Console
import MarketTime
import PlanPreparation
import Planning
import Quantities
import Reporting

/// Questions beside a plan: what if something fails, what if something is added.
struct WhatIfOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What if this is not there, or stands still? Repeatable. DEVICE@12:00..18:00: the next time. exchange, reserve: what is agreed of these.",
      valueName: "device"))
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "What if this is there, too? Repeatable; + joins several. pv:30kWp@SITE, battery:10kWh/5kW@SITE, heat-pump:5kW@SITE, heat-store:200kWh@SITE; how large it should be: battery:..200kWh:55EUR/kWh@SITE (largest, price a year), or a candidate of the community's file; exchange:12ct/kWh between sites at this charge; reserve:4h/30%@SITE of its loads without the grid.",
      valueName: "kind:size@site"))
  var with: [String] = []

  func validate() throws {
    for text in without { _ = try Outage(text) }
    for text in with { _ = try Self.parts(of: text) }
  }

  /// What fails, in the order of the command line.
  ///
  /// - Throws: `ValidationError` with the nearest name where there is no such device.
  func outages(among assets: [AssetDescription], of problem: PlanningProblem) throws -> [Outage] {
    try without.map { text in
      var outage = try Outage(text)
      let names = assets.map(\.id.text)
      guard names.contains(outage.device) else {
        if let agreed = PlanVariation.Agreed(rawValue: text) {
          guard problem.knows(agreed) else { throw ValidationError("--without: no \(text) is in the plan") }
          outage.agreed = agreed
          return outage
        }
        throw ValidationError(
          "--without: there is no device '\(outage.device)'\(Spelling.hint(for: outage.device, among: names))")
      }
      return outage
    }
  }

  /// What is added, in the order of the command line.
  ///
  /// - Throws: `ValidationError` with the nearest name where there is no such candidate or site, no heat network there, or where a size is
  ///   sought and the goal is not cost.
  func additions(
    to community: Community, candidates: [AssetCandidate], goals: PlanGoals
  ) throws -> [(text: String, additions: [PlanAddition])] {
    var number = 0
    return try with.map { text in
      let additions = try Self.parts(of: text).flatMap { part in
        number += 1
        return try part.additions(to: community, candidates, number: number)
      }
      let names = additions.compactMap { addition in
        if case .candidate(let candidate) = addition { candidate.asset.id.text } else { nil }
      }
      guard Set(names).count == names.count else { throw ValidationError("--with \(text) names a candidate twice") }
      guard names.isEmpty || goals == .cost else {
        throw ValidationError("--with \(text): what size pays is a question of cost; it goes with --goal cost")
      }
      return (text, additions)
    }
  }

  private static func parts(of text: String) throws -> [Addition] {
    try text.split(separator: "+", omittingEmptySubsequences: false).map { try Addition(String($0)) }
  }
}

/// A device that fails, as the command line names it: `DEVICE`, `DEVICE@12:00..18:00`.
struct Outage {
  let device: String
  /// What is agreed and left out, where that is no device.
  var agreed: PlanVariation.Agreed?
  private let window: DailyWindow?

  init(_ text: String) throws {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    device = parts[0]
    guard parts.count > 1 else {
      window = nil
      return
    }
    let times = parts[1].split(separator: ".", omittingEmptySubsequences: true).map { LocalTime(iso8601: String($0)) }
    guard times.count == 2, parts[1].contains(".."), let from = times[0], let until = times[1], from != until else {
      throw ValidationError("--without is '\(text)', expected times of day such as \(device)@12:00..18:00")
    }
    window = DailyWindow(from: from, until: until, energy: .zero)
  }

  /// When it stands still within `horizon`: the first such window that reaches into it. nil for a device that is not there at all.
  ///
  /// - Throws: `ValidationError` where the plan ends before.
  func span(in horizon: PlanningHorizon, calendar: MarketCalendar) throws -> Range<QuarterHour>? {
    guard let window else { return nil }
    guard let first = window.windows(touching: horizon.span, calendar: calendar).first else {
      throw ValidationError("--without: the plan has no time from \(window.from) to \(window.until)")
    }
    return first.span.clamped(to: horizon.span)
  }
}

extension PlanningProblem {
  /// Whether anything of it is there to be left out.
  fileprivate func knows(_ agreed: PlanVariation.Agreed) -> Bool {
    switch agreed {
    case .exchange: exchange != nil
    case .reserve: assets.contains { ($0 as? Battery)?.reserve != nil }
    }
  }

  /// The same problem without what is `agreed`.
  func without(_ agreed: PlanVariation.Agreed) -> PlanningProblem {
    switch agreed {
    case .exchange: with(exchange: nil)
    case .reserve: withoutReserves()
    }
  }
}
