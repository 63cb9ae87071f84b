import CommunityModel
public import DeviceProfiles
public import ModbusIO

/// All that a profile reads of a device, as words for a file of samples.
public struct DeviceRecording: Sendable {
  /// The words, without overlaps, in the order of the registers.
  public let words: [RegisterWords]
  /// Where serial numbers stand.
  public let serialNumbers: [DeviceProfiles.RegisterBlock]
  /// Why the device did not answer to the end; nil when it did.
  public let failure: PollFailure?

  /// Reads everything of `profile` from `unit`, its identity too.
  ///
  /// - Parameter uptime: a clock that only runs forward.
  public init(
    _ profile: DeviceProfile, unit: UInt8, on source: any RegisterSource, pacing: DevicePoller.Pacing,
    uptime: @escaping @Sendable () -> Duration
  ) async {
    let trace = TracedSource(source, uptime: uptime)
    let probe = await DeviceProbe(profile, unit: unit, on: trace, pacing: pacing, uptime: uptime)
    failure = probe.failure
    let image = trace.image(of: unit)
    words = image.separated
    let chain = profile.chain(in: image)
    serialNumbers = profile.identity.filter { $0.item == .serial }.map(\.block) + profile.serialBlocks(of: chain)
  }
}

extension RegisterImage {
  /// The words as runs that do not overlap; where two answers hold a register, the later one counts.
  fileprivate var separated: [RegisterWords] {
    var registers: [DeviceProfiles.RegisterTable: [UInt16: UInt16]] = [:]
    for answer in contents {
      for (offset, word) in answer.words.enumerated() {
        registers[answer.table, default: [:]][answer.address + UInt16(offset)] = word
      }
    }
    return DeviceProfiles.RegisterTable.allCases.flatMap { table in
      (registers[table] ?? [:]).sorted { $0.key < $1.key }.reduce(into: [RegisterWords]()) { runs, register in
        if let last = runs.last, Int(last.address) + last.words.count == Int(register.key) {
          runs[runs.count - 1] = RegisterWords(table: table, address: last.address, words: last.words + [register.value])
        } else {
          runs.append(RegisterWords(table: table, address: register.key, words: [register.value]))
        }
      }
    }
  }
}
