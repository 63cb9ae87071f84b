public import DeviceProfiles
public import ModbusIO

/// Reads ranges of registers of a device whose map nobody knows, and finds out which of them exist.
///
/// A range is read in requests as long as allowed; one that the device refuses is cut in halves until the refused registers stand
/// alone. A silent device is asked once more; after three silences in a row it is given up.
public struct RegisterSweep: Sendable {
  /// The ranges, each within its table.
  public let ranges: [DeviceProfiles.RegisterBlock]
  /// The longest request.
  public let registersPerRequest: Int
  /// How long an answer may take.
  public let timeout: Duration
  /// The silence before each request.
  public let pause: Duration

  private static let patience = 3
  private static let refusals: Set<ModbusException> = [.illegalFunction, .illegalDataAddress, .illegalDataValue]

  /// A sweep; see the properties.
  public init(
    _ ranges: [DeviceProfiles.RegisterBlock], registersPerRequest: Int = 60, timeout: Duration = .seconds(1),
    pause: Duration = .milliseconds(20)
  ) {
    self.ranges = ranges
    self.registersPerRequest = min(max(1, registersPerRequest), RequestLimits.protocolMaximum)
    self.timeout = timeout
    self.pause = pause
  }

  /// What a sweep brought.
  public struct Outcome: Sendable {
    /// The words found, runs of neighbours put together, in the order of the registers.
    public internal(set) var words: [RegisterWords] = []
    /// How many registers the device refused.
    public internal(set) var refused = 0
    /// How many requests it took.
    public internal(set) var requests = 0
    /// Why the sweep ended early; nil when it did not.
    public internal(set) var failure: ModbusError?
  }

  /// Reads the ranges from `unit`; `progress` is told how many registers are done and how many there are.
  public func run(
    _ source: any RegisterSource, unit: UInt8, pacing: DevicePoller.Pacing, progress: (Int, Int) -> Void = { _, _ in }
  ) async -> Outcome {
    var outcome = Outcome()
    var found: [RegisterWords] = []
    var done = 0
    var silences = 0
    let total = ranges.map(\.count).reduce(0, +)
    var open = Array(ranges.flatMap { $0.cut(to: registersPerRequest) }.reversed())
    while let block = open.popLast(), outcome.failure == nil {
      await pacing.pause(pause)
      outcome.requests += 1
      do throws(ModbusError) {
        let words = try await source.read(try block.request(), unit: unit, deadline: timeout)
        found.append(RegisterWords(table: block.table, address: block.address, words: words))
        done += block.count
        silences = 0
      } catch {
        switch error {
        case .exception(_, let code) where Self.refusals.contains(code) && block.count > 1:
          open += block.cut(to: (block.count + 1) / 2).reversed()
          silences = 0
        case .exception(_, let code) where Self.refusals.contains(code):
          outcome.refused += 1
          done += 1
          silences = 0
        default:
          silences += 1
          if silences < Self.patience { open.append(block) } else { outcome.failure = error }
        }
      }
      progress(done, total)
    }
    outcome.words = found.joined()
    return outcome
  }
}

extension DeviceProfiles.RegisterBlock {
  /// The same registers in pieces of at most `longest`.
  func cut(to longest: Int) -> [DeviceProfiles.RegisterBlock] {
    stride(from: 0, to: count, by: longest).map { offset in
      Self(table: table, address: address + UInt16(offset), count: min(longest, count - offset))
    }
  }
}

extension [RegisterWords] {
  /// Neighbours put together, in the order of the registers.
  fileprivate func joined() -> [RegisterWords] {
    sorted { $0.block < $1.block }.reduce(into: []) { runs, words in
      guard let last = runs.last, last.table == words.table, Int(last.address) + last.words.count == Int(words.address) else {
        return runs.append(words)
      }
      runs[runs.count - 1] = RegisterWords(table: last.table, address: last.address, words: last.words + words.words)
    }
  }
}
