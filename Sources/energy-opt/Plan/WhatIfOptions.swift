import ArgumentParser
import CommunityModel
import Console
import MarketTime
import PlanPreparation
import Planning
import Quantities

/// Questions beside a plan: what if something fails, what if something is added.
struct WhatIfOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What if this is not there, or stands still? Repeatable. DEVICE@12:00..18:00: the next time.", valueName: "device"))
  var without: [String] = []

  @Option(
    help: ArgumentHelp(
      "What if this is there, too? Repeatable; + joins several. pv:30kWp@SITE, battery:10kWh/5kW@SITE, heat-pump:5kW@SITE, heat-store:200kWh@SITE; how large it should be: battery:..200kWh:55EUR/kWh@SITE (largest, price a year), or a candidate of the community's file.",
      valueName: "kind:size@site"))
  var with: [String] = []

  func validate() throws {
    for text in without { _ = try Outage(text) }
    for text in with { _ = try Self.parts(of: text) }
  }

  /// What fails, in the order of the command line.
  ///
  /// - Throws: `ValidationError` with the nearest name where there is no such device.
  func outages(among assets: [AssetDescription]) throws -> [Outage] {
    try without.map { text in
      let outage = try Outage(text)
      let names = assets.map(\.id.text)
      guard names.contains(outage.device) else {
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
      let additions = try Self.parts(of: text).map { part in
        number += 1
        return try part.addition(to: community, candidates, number: number)
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
