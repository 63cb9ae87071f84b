import CommunityModel
import Console
import MarketTime
import Planning
import Quantities

extension PlanReport {
  /// What a page can tell in more detail.
  public enum Detail: CaseIterable, Sendable {
    /// Who gets how much of the community's own power.
    case members
    /// What each asset does and costs.
    case devices
    /// A row a step instead of a block.
    case slots
    /// What each heat network gets, delivers, stores and loses.
    case heat
  }
}

/// What an asset does over a plan.
struct DeviceFigures {
  /// What it takes or gives: of a source of heat its heat, of stores what goes in.
  let energy: Energy
  /// How long anything flows.
  let running: Duration
  /// How often it begins to.
  let runs: Int
  /// The most that flows in a step.
  let peak: Power
  /// Fuel, wear and starts.
  let cost: Money

  init(_ asset: AssetSchedule, fuels: [Fuel], over horizon: PlanningHorizon) {
    let flow = asset.mainFlow
    let isStore = asset.content != nil
    let rest = Power(watts: 1)
    let isOn = flow.map { $0.magnitude > rest }
    energy = flow.enumerated().reduce(.zero) { sum, step in
      let power = isStore ? max(.zero, step.element) : step.element.magnitude
      return sum + power.energy(over: horizon.duration(of: step.offset))
    }
    running = isOn.enumerated().reduce(.zero) { $0 + ($1.element ? horizon.duration(of: $1.offset) : .zero) }
    runs = isOn.indices.count { isOn[$0] && ($0 == 0 || !isOn[$0 - 1]) }
    peak = flow.map(\.magnitude).max() ?? .zero
    let fuel = fuels.first { $0.id == asset.fuel?.fuel }?.price ?? .zero
    let burnt = (asset.keepsHydrogen ? [] : asset.fuel?.power ?? []).enumerated().reduce(Money.zero) { sum, step in
      sum + step.element.energy(over: horizon.duration(of: step.offset)) * fuel
    }
    cost = burnt + asset.ownCost
  }
}

/// What a heat network does over a plan.
struct HeatFigures: Equatable {
  /// What its sources give.
  var produced = Energy.zero
  /// What its loads take.
  var delivered = Energy.zero
  /// What its tanks hold more at the end than at the start.
  var stored = Energy.zero

  /// What is lost in pipes and tanks, got rid of or passed on to other networks: the rest.
  var lost: Energy { produced - delivered - stored }

  init(of network: HeatNetwork.ID, in plan: Plan) {
    for asset in plan.sites.flatMap(\.assets) {
      func energy(_ flow: HeatFlow) -> Energy {
        flow.power.enumerated().reduce(Energy.zero) { sum, step in
          sum + step.element.energy(over: plan.horizon.duration(of: step.offset))
        }
      }
      // Heat that drives a chiller is delivered.
      if let driving = asset.drivingHeat, driving.network == network { delivered += energy(driving) }
      guard let flow = asset.heat, flow.network == network else { continue }
      switch asset.role {
      case .heatLoad, .coolingLoad: delivered += energy(flow)
      case .heatStore, .coldStore: stored += (asset.content?.last ?? .zero) - (asset.openingContent ?? .zero)
      default: produced = produced - energy(flow)
      }
    }
  }
}

extension PlanPage {
  /// The tables that were asked for.
  func detailTables() -> [[String]] {
    var blocks: [[String]] = []
    if report.details.contains(.devices) { blocks.append(devices()) }
    if report.details.contains(.heat) { blocks.append(heatNetworks()) }
    if report.details.contains(.members) { blocks.append(members()) }
    return blocks
  }

  private func devices() -> [String] {
    var table = TextTable(
      columns: [.init(language.deviceWord), .init(language.kindWord)]
        + ["kWh", language.hoursWord, language.runsWord, language.peakColumn, "EUR"].map { .init($0, .right) },
      flexible: language.deviceWord, indent: 2)
    let one = language.numbers(decimals: 1)
    for asset in report.plan.sites.flatMap(\.assets) {
      let figures = DeviceFigures(asset, fuels: report.fuels, over: report.plan.horizon)
      let minutes = Int64(figures.running / .seconds(60))
      table.append([
        .init(asset.id.text), .init(language.heatColumn(asset.role)), .init(one.text(figures.energy.count, per: 1_000_000)),
        .init(one.text(minutes, per: 60)), .init("\(figures.runs)"), .init(one.text(figures.peak.count, per: 1_000_000)),
        .init(language.numbers(decimals: 2).text(figures.cost.count, per: 1_000_000)),
      ])
    }
    return render(table) + footnote(language.devicesMean)
  }

  private func heatNetworks() -> [String] {
    var found: [HeatNetwork.ID] = []
    for network in report.plan.sites.flatMap(\.assets).compactMap({ $0.heat?.network }) where !found.contains(network) {
      found.append(network)
    }
    guard !found.isEmpty else { return section(language.networkWord, language.noNetworks) }
    var table = TextTable(
      columns: [.init(language.networkWord)]
        + [language.producedWord, language.deliveredWord, language.storedWord, language.lostWord].map { .init($0, .right) },
      flexible: language.networkWord, indent: 2)
    let one = language.numbers(decimals: 1)
    for network in found {
      let figures = HeatFigures(of: network, in: report.plan)
      table.append(
        [.init(network.text)]
          + [figures.produced, figures.delivered, figures.stored, figures.lost].map { .init(one.text($0.count, per: 1_000_000)) })
    }
    return render(table) + footnote(language.networksMean)
  }
}

extension Language {
  var deviceWord: String { pick("GERÄT", "DEVICE") }
  var kindWord: String { pick("Art", "kind") }
  var hoursWord: String { pick("h in Betrieb", "hours on") }
  var runsWord: String { pick("Läufe", "runs") }
  var devicesMean: String {
    pick(
      "kWh: was es nimmt oder gibt, bei Wärmequellen Wärme, bei Speichern was hineingeht; EUR: Brennstoff, Verschleiß und Starts",
      "kWh: what it takes or gives, of sources of heat their heat, of stores what goes in; EUR: fuel, wear and starts")
  }
  var networkWord: String { pick("WÄRMENETZ", "HEAT") }
  var noNetworks: String { pick("kein Wärmenetz", "no heat network") }
  var producedWord: String { pick("erzeugt", "produced") }
  var deliveredWord: String { pick("geliefert", "delivered") }
  var lostWord: String { pick("verloren", "lost") }
  var networksMean: String {
    pick(
      "kWh; Inhalt: mehr in den Speichern als am Anfang; verloren: in Leitungen, Speichern und Kühlern, oder weitergegeben an andere Netze",
      "kWh; stored: more in tanks than at the start; lost: in pipes, tanks and coolers, or passed on to other networks")
  }
}
