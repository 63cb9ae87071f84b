import Quantities
import Readings

/// How well the answers of an unknown device fit a profile: what speaks for it and against it, with the words that say so.
///
/// Proofs are values that cannot be mistaken for anything else: a mains voltage, a mains frequency, the maker's name. A profile whose
/// words decode to nonsense is told as well, so that nobody takes it for want of a better one.
public struct ProfileFit: Hashable, Sendable {
  /// One thing that speaks for the profile, or against it.
  public struct Evidence: Hashable, Sendable {
    /// Positive for, negative against it.
    public let weight: Int
    /// What was read where, and why it counts.
    public let text: String
  }

  /// What was found, the heaviest first.
  public let evidence: [Evidence]
  /// The sum of the weights.
  public var score: Int { evidence.map(\.weight).reduce(0, +) }
  /// Whether the device may be one of this profile: at least two weak proofs, or a strong one, outweigh what speaks against it.
  public var isPossible: Bool { score > 2 }

  /// Volts between a phase and neutral of a European low-voltage grid, in mV, wide enough for a bad one.
  static let phaseVoltage: ClosedRange<Int64> = 180_000...260_000
  /// The same between two phases.
  static let lineVoltage: ClosedRange<Int64> = 310_000...455_000
  /// Mains frequency, in mHz.
  static let frequency: ClosedRange<Int64> = 45_000...65_000

  /// Holds what was decoded of a device against what is physically sensible.
  ///
  /// - Parameters:
  ///   - profile: the profile under test.
  ///   - image: what the device answered to `requests(of:)`.
  ///   - chain: the SunSpec models found; nil where there are none.
  public init(_ profile: DeviceProfile, image: RegisterImage, chain: SunSpecChain? = nil) {
    let places = profile.places(chain: chain)
    var evidence: [Evidence] = []
    if profile.sunSpec != nil, let chain {
      let known = chain.models.filter { profile.sunSpec?.definition($0.id) != nil && $0.id != 1 }.map { String($0.id) }
      if !known.isEmpty { evidence.append(Evidence(weight: 4, text: "SunSpec models \(known.joined(separator: ", "))")) }
    }
    for field in profile.decode(image, chain: chain) {
      let place = (places[field.key] ?? []).map { "\($0): \(Self.hex(image.words(of: $0)))" }.joined(separator: ", ")
      guard let range = Self.tellingRange(of: field.channel) else {
        guard let count = field.value.count, profile.isImpossible(field) else { continue }
        evidence.append(
          Evidence(weight: -4, text: "\(field.key) \(field.channel.text(of: count)) is impossible: word order? (\(place))"))
        continue
      }
      switch field.value {
      case .value(let count) where range.allowed.contains(count):
        evidence.append(
          Evidence(weight: range.weight, text: "\(field.key) \(field.channel.text(of: count)) is sensible (\(place))"))
      case .value(0): break  // A phase that is not connected.
      case .value(let count):
        evidence.append(
          Evidence(weight: -4, text: "\(field.key) \(field.channel.text(of: count)) is not sensible (\(place))"))
      case .missing(.notRead): evidence.append(Evidence(weight: -3, text: "\(field.key) is refused"))
      case .missing: break
      }
    }
    evidence += Self.identityEvidence(profile, profile.identity(in: image, chain: chain))
    self.evidence = evidence.sorted { abs($0.weight) > abs($1.weight) }
  }

  private static func identityEvidence(_ profile: DeviceProfile, _ identity: DeviceIdentity) -> [Evidence] {
    var evidence: [Evidence] = []
    if let manufacturer = identity.manufacturer {
      let isMaker = manufacturer.lowercased().hasPrefix(profile.maker.lowercased().prefix { $0 != " " })
      if isMaker { evidence.append(Evidence(weight: 6, text: "it calls itself “\(manufacturer)”, the profile's maker")) }
    }
    if let model = identity.model, model.count > 3, profile.model.lowercased().contains(model.lowercased()) {
      evidence.append(Evidence(weight: 4, text: "it calls itself “\(model)”, the profile's model"))
    }
    return evidence
  }

  /// The requests that tell most about a device with the fewest registers: its identity, and values that prove or refute the map.
  /// Of a SunSpec profile the whole map; empty where a profile has nothing that would tell.
  public static func requests(of profile: DeviceProfile, chain: SunSpecChain? = nil) -> [RegisterBlock] {
    let identity = RegisterPlan(identityOf: profile, chain: chain).requests
    let places = profile.places(chain: chain)
    let telling = places.filter { tellingRange(of: $0.key.channel) != nil }.values.flatMap { $0 }
    let values = RegisterPlan(for: profile, chain: chain).requests.filter { request in
      telling.contains { request.contains($0) }
    }
    return values + identity.filter { request in !values.contains { $0.contains(request) } }
  }

  /// What a sensible value of the channel lies in and how much it proves; nil for channels that may show anything.
  private static func tellingRange(of channel: Channel) -> (allowed: ClosedRange<Int64>, weight: Int)? {
    switch channel {
    case .frequency: (frequency, 5)
    case .voltageL1: (phaseVoltage, 4)
    case .voltageL2, .voltageL3: (phaseVoltage, 2)
    case .voltageL1L2, .voltageL2L3, .voltageL3L1: (lineVoltage, 2)
    case .powerFactor: (-1_000_000...1_000_000, 1)
    case .stateOfCharge: (0...1_000_000, 1)
    case .flowTemperature, .returnTemperature: (1000...130_000, 2)
    default: nil
    }
  }

  private static func hex(_ words: [UInt16]?) -> String {
    words.map { $0.map(\.hexadecimal).joined(separator: " ") } ?? "no answer"
  }
}

extension DeviceProfile {
  /// Whether no device of this profile can have the value: it lies outside of what the channel, or the largest variant, allows.
  public func isImpossible(_ field: DecodedField) -> Bool {
    guard let count = field.value.count else { return false }
    let plate = field.part.hasThePlate ? nameplate : Nameplate()
    let limits = SeriesLimits(field.channel, ratedPower: plate.power, ratedCurrent: plate.current)
    return !limits.range.contains(count)
  }
}

extension UInt16 {
  /// Four hexadecimal digits, as in files of samples.
  public var hexadecimal: String {
    let digits = String(self, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
