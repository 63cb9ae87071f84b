import ArgumentParser
import CommunityModel
import Console
import PlanPreparation
import Planning
import Quantities

/// What is there, too, as the command line names it: `pv:30kWp@SITE`, of sought size `battery:..200kWh:55EUR/kWh@SITE`, a candidate of the
/// community's file, exchange between sites `exchange:12ct/kWh`, hours of reserve `reserve:4h/30%@SITE`.
struct Addition {
  private enum Kind: String, CaseIterable {
    case pv
    case battery
    case heatPump = "heat-pump"
    case heatStore = "heat-store"
  }

  private static let exchangeName = "exchange"
  private static let reserveName = "reserve"

  private enum What {
    /// Exchange between sites at this charge.
    case exchange(EnergyPrice)
    /// A reserve, at the site or at all that hold one, of what the file says must be served unless told.
    case reserve(Duration, EmergencyReserve.CriticalLoad?, site: String?)
    /// A candidate of the community's file.
    case named(String)
    /// An asset of a kind with its size, and power of a battery; of one whose size is sought with the price a year of each unit.
    case asset(Kind, sizes: [String], yearlyPrice: String?, site: String)
  }

  private let text: String
  private let what: What

  /// - Throws: `ValidationError` that says what was expected.
  init(_ text: String) throws {
    self.text = text
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1 else {
      guard !text.isEmpty else { throw ValidationError("--with names nothing; expected such as \(Self.example(of: .battery))") }
      what = .named(text)
      return
    }
    switch parts[0] {
    case Self.exchangeName: what = try Self.exchange(parts.dropFirst().joined(separator: ":"), in: text)
    case Self.reserveName: what = try Self.reserve(parts.dropFirst().joined(separator: ":"), in: text)
    default: what = try Self.asset(parts, in: text)
    }
  }

  private static func exchange(_ charge: String, in text: String) throws -> What {
    guard let price = try? EnergyPrice(text: charge), price >= .zero, price.count <= 10_000_000 else {
      throw ValidationError(
        "--with is '\(text)', expected what a kWh exchanged between sites costs in network charges and levies, such as exchange:12ct/kWh"
      )
    }
    return .exchange(price)
  }

  private static func reserve(_ figures: String, in text: String) throws -> What {
    let ends = figures.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    let parts = ends[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let site = ends.count > 1 ? ends[1] : nil
    var critical: EmergencyReserve.CriticalLoad?
    if parts.count == 2 {
      if let share = try? Fraction(text: parts[1]), (.zero...Fraction.one).contains(share) { critical = .share(share) }
      if let power = try? Power(text: parts[1]), (.zero...Power(kilowatts: 1_000_000)).contains(power) {
        critical = .power(power)
      }
    }
    guard let duration = PlanOverrides.duration(parts[0]), parts.count == 1 || (parts.count == 2 && critical != nil),
      ends.count <= 2,
      site != ""
    else {
      throw ValidationError(
        "--with is '\(text)', expected a time from 15min to 7d, what must be served where the file does not say it, and a site: "
          + "reserve:4h, reserve:4h@SITE, reserve:4h/30%@SITE, reserve:4h/2kW@SITE")
    }
    return .reserve(duration, critical, site: site)
  }

  private static func asset(_ parts: [String], in text: String) throws -> What {
    guard let kind = Kind(rawValue: parts[0]) else {
      let known = Kind.allCases.map(\.rawValue) + [exchangeName, reserveName]
      throw ValidationError("--with knows no '\(parts[0])'\(Spelling.hint(for: parts[0], among: known))")
    }
    let rest = parts.dropFirst().joined(separator: ":").split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard rest.count == 2, !rest[1].isEmpty else {
      throw ValidationError("--with is '\(text)', expected a size and a site such as \(example(of: kind))")
    }
    let figures = rest[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let isSought = figures[0].hasPrefix("..")
    guard figures.count == (isSought ? 2 : 1) else {
      throw ValidationError(
        "--with is '\(text)', expected a size such as \(example(of: kind)), or the largest size and what a unit costs a year "
          + "such as \(soughtExample(of: kind))")
    }
    let sizes = figures[0].dropFirst(isSought ? 2 : 0).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...(kind == .battery ? 2 : 1)).contains(sizes.count) else {
      throw ValidationError("--with is '\(text)', expected one size such as \(example(of: kind))")
    }
    _ = try description(kind, sizes, network: "")
    if isSought { _ = try yearlyCost(kind, sizes, price: figures[1]) }
    return .asset(kind, sizes: sizes, yearlyPrice: isSought ? figures[1] : nil, site: rest[1])
  }

  private static func example(of kind: Kind) -> String {
    switch kind {
    case .pv: "pv:30kWp@SITE"
    case .battery: "battery:10kWh/5kW@SITE"
    case .heatPump: "heat-pump:5kW@SITE"
    case .heatStore: "heat-store:200kWh@SITE"
    }
  }

  private static func soughtExample(of kind: Kind) -> String {
    switch kind {
    case .pv: "pv:..30kWp:80EUR/kW@SITE"
    case .battery: "battery:..200kWh:55EUR/kWh@SITE"
    case .heatPump: "heat-pump:..20kW:120EUR/kW@SITE"
    case .heatStore: "heat-store:..500kWh:4EUR/kWh@SITE"
    }
  }

  /// What it is in `community`, the `number`th that is added; `candidates` are those of its file. A reserve of all sites is one a site.
  ///
  /// - Throws: `ValidationError` with the nearest name where there is no such candidate or site, no heat network there, nobody to exchange
  ///   with, or nothing said of what a reserve must serve.
  func additions(to community: Community, _ candidates: [AssetCandidate], number: Int) throws -> [PlanAddition] {
    switch what {
    case .exchange(let charge):
      guard community.sites.count > 1 else {
        throw ValidationError("--with \(text): there is one site, and nobody to exchange with")
      }
      return [.exchange(charge: charge)]
    case .reserve(let duration, let critical, let site): return try reserves(lasting: duration, critical, at: site, in: community)
    case .named(let name):
      if let known = candidates.first(where: { $0.asset.id.text == name }) { return [.candidate(known)] }
      throw ValidationError(
        "--with: the community's file has no candidate '\(name)'\(Spelling.hint(for: name, among: candidates.map(\.asset.id.text)))"
          + "; without one say its kind, size and site, such as \(Self.example(of: .battery))")
    case .asset(let kind, let sizes, let price, let site):
      // No asset of a file is called as something that is sought.
      let id = price == nil ? "added-\(number)" : text
      let asset = try asset(kind, sizes, at: site, in: community, called: AssetID(id))
      guard let price else { return [.asset(asset)] }
      return [.candidate(AssetCandidate(asset, yearlyCost: try Self.yearlyCost(kind, sizes, price: price)))]
    }
  }

  private static func site(_ name: String, of community: Community) throws -> Site {
    if let known = community.sites.first(where: { $0.id.text == name }) { return known }
    throw ValidationError(
      "--with: there is no site '\(name)'\(Spelling.hint(for: name, among: community.sites.map(\.id.text)))")
  }

  private func reserves(
    lasting duration: Duration, _ critical: EmergencyReserve.CriticalLoad?, at site: String?, in community: Community
  ) throws -> [PlanAddition] {
    let sites = try site.map { [try Self.site($0, of: community)] } ?? community.sites.filter { $0.reserve != nil }
    guard !sites.isEmpty else {
      throw ValidationError(
        "--with \(text): no site holds a reserve by the community's file; name one and what must be served, such as reserve:4h/30%@SITE"
      )
    }
    return try sites.map { site in
      let known = site.reserve
      guard let load = critical ?? known?.criticalLoad else {
        throw ValidationError(
          "--with \(text): site '\(site.id)' has no 'reserve' in the community's file; say what must be served, such as "
            + "reserve:4h/30%@\(site.id)")
      }
      let counted = known ?? EmergencyReserve(duration: duration, criticalLoad: load)
      return .reserve(
        site.id,
        EmergencyReserve(
          duration: duration, criticalLoad: load, assuredSun: counted.assuredSun, assuredWind: counted.assuredWind))
    }
  }

  /// The asset as the community's file would describe it.
  private func asset(
    _ kind: Kind, _ sizes: [String], at site: String, in community: Community, called id: AssetID
  ) throws -> AssetDescription {
    let place = try Self.site(site, of: community).id
    let network = community.heatNetworks.first { network in
      network.pipes.isEmpty ? network.sites.contains(place) : network.pipes.contains { $0.from == place || $0.to == place }
    }
    if kind == .heatPump || kind == .heatStore, network == nil {
      throw ValidationError("--with: no heat network reaches site '\(site)'")
    }
    return AssetDescription(
      id: id, site: place, kind: try Self.description(kind, sizes, network: network?.id ?? ""))
  }

  private static func description(
    _ kind: Kind, _ sizes: [String], network: HeatNetwork.ID
  ) throws -> AssetDescription.Kind {
    switch kind {
    case .pv: return .plant(PlantDescription(source: .pv, peakPower: try size(sizes[0], kind), isCurtailable: true))
    case .battery:
      let capacity: Energy = try size(sizes[0], kind)
      // Half of it in an hour.
      let power = sizes.count > 1 ? try size(sizes[1], kind) : Power(kilowatts: capacity.kilowattHours / 2)
      return .battery(
        Battery.Parameters(
          capacity: capacity, chargePower: power, dischargePower: power, chargeEfficiency: Fraction(0.95),
          dischargeEfficiency: Fraction(0.95)), stateOfCharge: .zero)
    case .heatPump:
      return .heatPump(network, HeatPumpDescription(power: try size(sizes[0], kind), source: .air, quality: Fraction(0.45)))
    case .heatStore: return .heatStore(network, HeatStoreDescription(capacity: try size(sizes[0], kind), charge: .zero))
    }
  }

  private static func size<Q: Quantity>(_ text: String, _ kind: Kind) throws -> Q {
    guard let size = try? Q(text: text), size > .zero, size.count <= 1_000_000_000_000_000 else {
      throw ValidationError("--with: '\(text)' is not \(Q.name) above zero, such as in \(example(of: kind))")
    }
    return size
  }

  /// What the largest size costs a year at `price` a unit.
  private static func yearlyCost(_ kind: Kind, _ sizes: [String], price: String) throws -> Money {
    switch kind {
    case .battery, .heatStore:
      let energy: Energy = try size(sizes[0], kind)
      let unit: EnergyPrice = try unitPrice(price, kind, upTo: 1_000_000_000)
      return energy * unit
    case .pv, .heatPump:
      let power: Power = try size(sizes[0], kind)
      // Of modules people say kWp.
      let unit: PowerPrice = try unitPrice(price.hasSuffix("/kWp") ? String(price.dropLast()) : price, kind, upTo: 1_000_000_000)
      return power * unit
    }
  }

  private static func unitPrice<Q: Quantity>(_ text: String, _ kind: Kind, upTo most: Int64) throws -> Q {
    guard let price = try? Q(text: text), price > .zero, price.count <= most else {
      throw ValidationError("--with: '\(text)' is not what a unit costs a year, such as in \(soughtExample(of: kind))")
    }
    return price
  }
}
