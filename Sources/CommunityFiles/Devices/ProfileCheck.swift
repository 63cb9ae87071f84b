public import DeviceProfiles
import Readings

/// Holds a profile against its samples: every recorded register must decode to the reading it is known to mean.
public struct ProfileCheck: Sendable {
  /// How many samples were decoded.
  public let sampleCount: Int
  /// How many values were compared.
  public let valueCount: Int
  /// Each difference, with its place in the file of samples, what was decoded and what was expected.
  public let mismatches: [String]

  /// Decodes the samples beside the profile's file at `path`.
  ///
  /// - Throws: `FileProblems` when the samples are not there or wrong.
  public init(profile: DeviceProfile, path: String) throws(FileProblems) {
    let samplesPath = Self.samplesPath(of: path)
    let samples = try ProfileSamplesFile(path: samplesPath).samples
    sampleCount = samples.count
    valueCount = samples.map(\.expected.count).reduce(0, +)
    let problems = samples.flatMap { Self.differences($0, profile: profile, file: samplesPath) }.sorted()
    mismatches = problems.map(\.description)
  }

  /// Where the samples of the profile at `path` stand.
  public static func samplesPath(of path: String) -> String {
    path.hasSuffix(".yaml") ? "\(path.dropLast(5)).samples.yaml" : "\(path).samples.yaml"
  }

  /// What the sample's registers say, by part and channel; nil for missing.
  public static func decode(_ sample: ProfileSamplesFile.Sample, by profile: DeviceProfile) -> [PartChannel: Int64?] {
    fields(of: sample.registers, by: profile).reduce(into: [:]) { values, field in
      values.updateValue(field.value.count, forKey: field.key)
    }
  }

  /// What recorded words say by `profile`, in its order.
  static func fields(of words: [RegisterWords], by profile: DeviceProfile) -> [DecodedField] {
    let image = RegisterImage(words)
    var chain: SunSpecChain?
    if let sunSpec = profile.sunSpec {
      var walk = SunSpecChainWalk(sunSpec, registersPerRequest: profile.limits.registersPerRequest)
      while let request = walk.request {
        if let words = image.words(of: request) { walk.receive(words) } else { walk.fail() }
      }
      chain = walk.chain
    }
    return profile.decode(image, chain: chain)
  }

  private static func differences(
    _ sample: ProfileSamplesFile.Sample, profile: DeviceProfile, file: String
  ) -> [FileProblem] {
    func problem(_ message: String, at place: ProfileSamplesFile.Place?) -> FileProblem {
      FileProblem(file: file, line: place?.line, column: place?.column, message: "\(message), in '\(sample.name)'")
    }
    let decoded = decode(sample, by: profile)
    var problems: [FileProblem] = []
    for (key, expected) in sample.expected {
      let found = decoded[key] ?? nil
      guard !sample.agrees(found, with: expected, of: key) else { continue }
      let words = wire(of: key, in: sample, profile: profile).map { " (\($0))" } ?? ""
      problems.append(
        problem(
          "\(key) decodes to \(Self.words(found, of: key)), expected \(Self.words(expected, of: key))\(words)",
          at: sample.places[key]))
    }
    for key in profile.registers.map(\.key) where sample.expected[key] == nil && !sample.absent.contains(key) {
      problems.append(problem("\(key) is in neither 'expect' nor 'absent'", at: sample.place))
    }
    for key in sample.absent where (decoded[key] ?? nil) != nil {
      problems.append(problem("\(key) is 'absent', but its registers are there", at: sample.places[key]))
    }
    return problems
  }

  private static func words(_ count: Int64?, of key: PartChannel) -> String {
    count.map { key.channel.exactText(of: $0) } ?? "missing"
  }

  /// "holding 23316-23317: FFFD B5F7", what a register map reads for `key`.
  private static func wire(of key: PartChannel, in sample: ProfileSamplesFile.Sample, profile: DeviceProfile) -> String? {
    guard let field = profile.registers.first(where: { $0.key == key }) else { return nil }
    let image = RegisterImage(sample.registers)
    let texts = field.summands.compactMap { summand -> String? in
      guard let words = image.words(of: summand.block) else { return nil }
      let digits = words.map(\.hexadecimal).joined(separator: " ")
      return "\(summand.block.short): \(digits)"
    }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }
}
