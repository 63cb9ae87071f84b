public import DeviceProfiles
public import ModbusIO

/// Reads ranges of registers of a device whose map nobody knows, and finds out which of them exist.
///
/// A range is read in requests as long as allowed, and refused ones are cut until the registers that do not exist stand alone
/// (`SweepPath`). A silent device is asked once more; after three silences in a row it is given up. Where the task is cancelled, what
/// has been read stays.
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
    /// The longest request that was answered.
    public internal(set) var longestAnswered = 0
    /// The longest request that the device takes, where longer ones were refused although all their registers exist; else nil.
    public internal(set) var limit: Int?
    /// Why the sweep ended early; nil when it did not.
    public internal(set) var failure: ModbusError?
    /// Whether somebody stopped it before the end.
    public internal(set) var wasStopped = false
  }

  /// Reads the ranges from `unit`; `progress` is told how many registers are done and how many there are.
  public func run(
    _ source: any RegisterSource, unit: UInt8, pacing: DevicePoller.Pacing, progress: (Int, Int) -> Void = { _, _ in }
  ) async -> Outcome {
    var outcome = Outcome()
    var found: [RegisterWords] = []
    var silences = 0
    let total = ranges.map(\.count).reduce(0, +)
    var path = SweepPath(ranges, registersPerRequest: registersPerRequest)
    while let block = path.block, outcome.failure == nil {
      guard !Task.isCancelled else {
        outcome.wasStopped = true
        break
      }
      await pacing.pause(pause)
      outcome.requests += 1
      do throws(ModbusError) {
        let words = try await source.read(try block.request(), unit: unit, deadline: timeout)
        if path.answered() { found.append(RegisterWords(table: block.table, address: block.address, words: words)) }
        silences = 0
      } catch {
        switch error {
        case .exception(_, let code) where Self.refusals.contains(code):
          path.refuse()
          silences = 0
        case .cancelled: continue
        default:
          silences += 1
          if silences == Self.patience { outcome.failure = error }
        }
      }
      progress(path.done, total)
    }
    outcome.words = found.joined()
    outcome.refused = path.refused
    outcome.longestAnswered = path.longestAnswered
    outcome.limit = path.limit
    return outcome
  }
}

extension [RegisterWords] {
  /// Neighbours put together, in the order of the registers; of a register in two ranges the first answer counts.
  fileprivate func joined() -> [RegisterWords] {
    sorted { $0.block < $1.block }.reduce(into: []) { runs, words in
      guard let last = runs.last, last.table == words.table, Int(last.address) + last.words.count >= Int(words.address) else {
        return runs.append(words)
      }
      let known = Int(last.address) + last.words.count - Int(words.address)
      runs[runs.count - 1] = RegisterWords(
        table: last.table, address: last.address, words: last.words + words.words.dropFirst(known))
    }
  }
}
