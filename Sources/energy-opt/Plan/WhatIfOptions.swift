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
      "What if this is there, too? Repeatable. pv:30kWp@SITE, battery:10kWh@SITE, battery:10kWh/5kW@SITE, heat-pump:5kW@SITE, heat-store:200kWh@SITE.",
      valueName: "kind:size@site"))
  var with: [String] = []

  func validate() throws {
    for text in without { _ = try Outage(text) }
    for text in with { _ = try Addition(text) }
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
  /// - Throws: `ValidationError` with the nearest name where there is no such site, or no heat network there.
  func additions(to community: Community) throws -> [(text: String, asset: AssetDescription)] {
    try with.enumerated().map { number, text in (text, try Addition(text).asset(in: community, number: number + 1)) }
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

/// A device that is added, as the command line names it: `pv:30kWp@SITE`.
struct Addition {
  private enum Kind: String, CaseIterable {
    case pv
    case battery
    case heatPump = "heat-pump"
    case heatStore = "heat-store"
  }

  private let kind: Kind
  private let sizes: [String]
  private let site: String

  init(_ text: String) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let kind = Kind(rawValue: parts[0]) else {
      throw ValidationError("--with knows no '\(parts[0])'\(Spelling.hint(for: parts[0], among: Kind.allCases.map(\.rawValue)))")
    }
    let rest = (parts.count > 1 ? parts[1] : "").split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard rest.count == 2, !rest[1].isEmpty else {
      throw ValidationError("--with is '\(text)', expected a size and a site such as \(Self.example(of: kind))")
    }
    self.kind = kind
    sizes = rest[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    site = rest[1]
    guard (1...(kind == .battery ? 2 : 1)).contains(sizes.count) else {
      throw ValidationError("--with is '\(text)', expected one size such as \(Self.example(of: kind))")
    }
    _ = try description(network: "")
  }

  private static func example(of kind: Kind) -> String {
    switch kind {
    case .pv: "pv:30kWp@SITE"
    case .battery: "battery:10kWh/5kW@SITE"
    case .heatPump: "heat-pump:5kW@SITE"
    case .heatStore: "heat-store:200kWh@SITE"
    }
  }

  /// The asset as the community's file would describe it; the `number`th that is added.
  func asset(in community: Community, number: Int) throws -> AssetDescription {
    let names = community.sites.map(\.id.text)
    guard names.contains(site) else {
      throw ValidationError("--with: there is no site '\(site)'\(Spelling.hint(for: site, among: names))")
    }
    let place = Site.ID(site)
    let network = community.heatNetworks.first { network in
      network.pipes.isEmpty ? network.sites.contains(place) : network.pipes.contains { $0.from == place || $0.to == place }
    }
    if kind == .heatPump || kind == .heatStore, network == nil {
      throw ValidationError("--with: no heat network reaches site '\(site)'")
    }
    return AssetDescription(
      id: AssetID("added-\(number)"), site: place, kind: try description(network: network?.id ?? ""))
  }

  private func description(network: HeatNetwork.ID) throws -> AssetDescription.Kind {
    switch kind {
    case .pv: return .plant(PlantDescription(source: .pv, peakPower: try size(0), isCurtailable: true))
    case .battery:
      let capacity: Energy = try size(0)
      // Half of it in an hour.
      let power = sizes.count > 1 ? try size(1) : Power(kilowatts: capacity.kilowattHours / 2)
      return .battery(
        Battery.Parameters(
          capacity: capacity, chargePower: power, dischargePower: power, chargeEfficiency: Fraction(0.95),
          dischargeEfficiency: Fraction(0.95)), stateOfCharge: .zero)
    case .heatPump: return .heatPump(network, HeatPumpDescription(power: try size(0), source: .air, quality: Fraction(0.45)))
    case .heatStore: return .heatStore(network, HeatStoreDescription(capacity: try size(0), charge: .zero))
    }
  }

  private func size<Q: Quantity>(_ number: Int) throws -> Q {
    guard let size = try? Q(text: sizes[number]), size > .zero, size.count <= 1_000_000_000_000_000 else {
      throw ValidationError(
        "--with: '\(sizes[number])' is not \(Q.name) above zero, such as in \(Self.example(of: kind))")
    }
    return size
  }
}
