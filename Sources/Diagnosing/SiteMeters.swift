public import CommunityModel
public import DeviceProfiles
public import Readings

/// A metering point with the device that measures it and what it showed in the span looked at.
public struct SiteMeter: Sendable {
  /// The metering point.
  public let point: MeteringPoint.ID
  /// What flows through it.
  public let measures: MeteringPoint.Measures
  /// The device's short name.
  public let device: String
  /// Its profile's name, `maker/model`.
  public let profileName: String
  /// What its registers mean.
  public let profile: DeviceProfile
  /// The part of it that measures the point.
  public let part: DevicePart
  /// What it showed, in order of time.
  public let samples: [Channel: [Sample]]

  /// A meter; see the properties.
  public init(
    _ point: MeteringPoint.ID, measures: MeteringPoint.Measures, device: String, profileName: String, profile: DeviceProfile,
    part: DevicePart, samples: [Channel: [Sample]]
  ) {
    self.point = point
    self.measures = measures
    self.device = device
    self.profileName = profileName
    self.profile = profile
    self.part = part
    self.samples = samples
  }

  func samples(_ channel: Channel) -> [Sample] { samples[channel] ?? [] }

  /// Its power; by its counters where it shows none.
  var forBalance: DirectionCheck.Meter {
    let power = samples(.activePower)
    guard power.isEmpty else { return DirectionCheck.Meter(point, measures: measures, power: power) }
    return DirectionCheck.Meter(
      point, measures: measures, import: samples(.energyImport), export: samples(.energyExport))
  }

  /// As people find it: the point and the device that measures it.
  var name: String { "\(point) (device \(device))" }
}

/// A site and its meters that are read.
public struct SiteMeters: Sendable {
  /// The site.
  public let site: Site.ID
  /// Its meters that have readings, in the order of the community's file.
  public let meters: [SiteMeter]
  /// Its metering points without readings.
  public let missing: [MeteringPoint]

  /// A site; see the properties.
  public init(_ site: Site.ID, meters: [SiteMeter], missing: [MeteringPoint] = []) {
    self.site = site
    self.meters = meters
    self.missing = missing
  }

  /// Those of electricity.
  var electric: [SiteMeter] { meters.filter { $0.measures != .heat } }
  /// Whether every plant and battery is among the meters.
  var knowsAllSources: Bool { !missing.contains { $0.measures == .generation || $0.measures == .storage } }

  /// Where the current transformers of `meter` sit, if not where they should; nil for a meter without phases.
  func wiring(of meter: SiteMeter) -> PhaseCheck.Finding? {
    guard let readings = PhaseReadings(meter.samples) else { return nil }
    switch meter.measures {
    case .grid:
      let others = electric.filter { $0.point != meter.point }
      guard knowsAllSources, others.allSatisfy({ $0.measures != .grid }) else { return nil }
      let surroundings = PhaseCheck.Surroundings(others: others.map(\.forBalance.power), isConnection: true)
      return PhaseCheck().finding(of: readings, among: surroundings)
    case .consumption, .charging:
      return PhaseCheck().finding(of: readings)
    case .generation, .storage, .heat:
      // What an inverter or a battery shows may have either sign by right.
      return nil
    }
  }
}
