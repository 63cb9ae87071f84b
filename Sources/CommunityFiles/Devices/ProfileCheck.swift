public import DeviceProfiles
import Quantities
import Readings

/// Holds a profile against its samples: every recorded register must decode to the reading it is known to mean.
public struct ProfileCheck: Sendable {
  /// How many samples were decoded.
  public let sampleCount: Int
  /// How many values were compared.
  public let valueCount: Int
  /// Each difference, with sample, channel, decoded and expected value.
  public let mismatches: [String]

  /// Decodes the samples beside the profile's file at `path`.
  ///
  /// - Throws: `FileProblems` when the samples are not there or wrong.
  public init(profile: DeviceProfile, path: String) throws(FileProblems) {
    let samplesPath = path.hasSuffix(".yaml") ? "\(path.dropLast(5)).samples.yaml" : "\(path).samples.yaml"
    let samples = try ProfileSamplesFile(path: samplesPath).samples
    var valueCount = 0
    var mismatches: [String] = []
    for sample in samples {
      let decoded = Self.decode(sample, by: profile)
      for (key, expected) in sample.expected.sorted(by: { $0.key.description < $1.key.description }) {
        valueCount += 1
        let found = decoded[key] ?? nil
        guard found != expected else { continue }
        mismatches.append(
          "\(samplesPath): '\(sample.name)': \(key) decodes to \(Self.words(found, of: key)), "
            + "expected \(Self.words(expected, of: key))")
      }
    }
    sampleCount = samples.count
    self.valueCount = valueCount
    self.mismatches = mismatches
  }

  /// What the sample's registers say, by part and channel; nil for missing.
  public static func decode(_ sample: ProfileSamplesFile.Sample, by profile: DeviceProfile) -> [PartChannel: Int64?] {
    let image = RegisterImage(sample.registers)
    var chain: SunSpecChain?
    if let sunSpec = profile.sunSpec {
      var walk = SunSpecChainWalk(sunSpec, registersPerRequest: profile.limits.registersPerRequest)
      while let request = walk.request {
        if let words = image.words(of: request) { walk.receive(words) } else { walk.fail() }
      }
      chain = walk.chain
    }
    return profile.decode(image, chain: chain).reduce(into: [:]) { values, field in
      values.updateValue(field.value.count, forKey: field.key)
    }
  }

  private static func words(_ count: Int64?, of key: PartChannel) -> String {
    guard let count else { return "missing" }
    let unit = key.channel.unit.customary
    return "\(Double(count) * Double(unit.per) / Double(unit.count)) \(unit.symbol)"
  }
}
