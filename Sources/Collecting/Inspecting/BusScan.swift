public import DeviceProfiles
public import ModbusIO

/// Looks at one bus: which units answer, what they are, which profile fits.
///
/// Everything goes over one connection, one request at a time, and only reads. No request is sent twice: what one profile asked for,
/// the next one finds in memory.
public struct BusScan: Sendable {
  /// The unit numbers to try.
  public let units: [UInt8]
  /// The profiles to hold against each device, by name.
  public let profiles: [(name: String, profile: DeviceProfile)]
  /// Whether units that are silent at the first registers are also asked where SunSpec maps begin. On a serial line each silence
  /// costs twice the time, so it is left out there.
  public let isPatient: Bool
  /// How long a unit may take to answer at all.
  public let timeout: Duration
  /// How long one device may be looked at.
  public let limit: Duration

  /// A scan; see the properties.
  public init(
    units: [UInt8], profiles: [(name: String, profile: DeviceProfile)], timeout: Duration = .milliseconds(500),
    isPatient: Bool = true,
    limit: Duration = .seconds(60)
  ) {
    self.units = units
    self.profiles = profiles
    self.timeout = timeout
    self.isPatient = isPatient
    self.limit = limit
  }

  /// A unit that answers.
  public struct Found: Sendable {
    /// Its number.
    public let unit: UInt8
    /// How long its fastest answer took.
    public internal(set) var answerTime: Duration
    /// Where its SunSpec map begins and the models in it; nil without a map.
    public internal(set) var chain: SunSpecChain?
    /// Who it says it is, in its SunSpec map or as the best profile reads it.
    public internal(set) var identity = DeviceIdentity()
    /// The profiles that may fit, the best first.
    public internal(set) var fits: [(name: String, fit: ProfileFit)] = []
    /// How many profiles were held against it; fewer than there are when the time was up.
    public internal(set) var profilesTried = 0
    /// The unit that gives word for word the same answers, found before; nil for none.
    public internal(set) var twin: UInt8?
  }

  /// What a scan brought.
  public struct Outcome: Sendable {
    /// The units that answer.
    public internal(set) var found: [Found] = []
    /// Why the bus could not be opened; nil when it could.
    public internal(set) var failure: ModbusError?
    /// How many answers came that were no proper ones: another speed or parity, or two devices with one number.
    public internal(set) var broken = 0
  }

  /// Scans; `progress` is told in words what is being done.
  ///
  /// - Parameter uptime: a clock that only runs forward.
  public func run(
    _ bus: any RegisterSource, uptime: @escaping @Sendable () -> Duration, progress: @Sendable (String) -> Void = { _ in }
  ) async -> Outcome {
    let source = TracedSource(bus, remembers: true, uptime: uptime)
    var outcome = Outcome()
    for (number, unit) in units.enumerated() {
      progress("unit \(unit) (\(number + 1) of \(units.count)), \(outcome.found.count) found")
      switch await presence(of: unit, on: source) {
      case .there(let time): outcome.found.append(Found(unit: unit, answerTime: time))
      case .silent: continue
      case .broken: outcome.broken += 1
      case .unreachable(let error):
        outcome.failure = error
        return outcome
      }
    }
    for index in outcome.found.indices {
      await examine(&outcome.found[index], source, uptime: uptime, progress: progress)
      let unit = outcome.found[index].unit
      let image = source.image(of: unit)
      // The first answer waited for what a silent unit before might still have said; a refusal is an answer, too.
      let answers = source.exchanges.filter { $0.unit == unit && $0.isAnswer }
      outcome.found[index].answerTime = answers.map(\.lasted).min() ?? outcome.found[index].answerTime
      outcome.found[index].twin =
        outcome.found[..<index].first { !image.contents.isEmpty && source.image(of: $0.unit) == image }?.unit
    }
    return outcome
  }

  private enum Presence {
    case there(Duration)
    case silent
    case broken
    case unreachable(ModbusError)
  }

  /// Asks for the first register of each table, and where SunSpec maps begin: a device that refuses is there, too.
  private func presence(of unit: UInt8, on source: TracedSource) async -> Presence {
    var result = Presence.silent
    let places = [
      DeviceProfiles.RegisterBlock(table: .holding, address: 0, count: 1),
      DeviceProfiles.RegisterBlock(table: .input, address: 0, count: 1),
      DeviceProfiles.RegisterBlock(table: .holding, address: 40000, count: 2),
    ]
    for block in isPatient ? places : Array(places.prefix(2)) {
      do throws(ModbusError) {
        _ = try await source.read(try block.request(), unit: unit, deadline: timeout)
      } catch {
        switch error {
        case .exception(_, .gatewayPathUnavailable), .exception(_, .gatewayTargetNoAnswer): return .silent
        case .exception: break
        case .connectionRefused, .unreachable, .invalidLink, .cancelled, .invalidRequest, .invalidBlock, .simulatorFailed,
          .serverFailed:
          return .unreachable(error)
        case .brokenReply:
          result = .broken
          continue
        case .noAnswer, .connectionLost: continue
        }
      }
      return .there(source.exchanges.last?.lasted ?? .zero)
    }
    return result
  }

  /// Holds every profile against the device while there is time.
  private func examine(
    _ found: inout Found, _ source: TracedSource, uptime: @Sendable () -> Duration, progress: @Sendable (String) -> Void
  ) async {
    let begin = uptime()
    let walkers = profiles.filter { $0.profile.sunSpec != nil }
    for (_, profile) in walkers where found.chain == nil {
      found.chain = await chain(of: profile, unit: found.unit, source)
      if let chain = found.chain { found.identity = profile.identity(in: source.image(of: found.unit), chain: chain) }
    }
    for (name, profile) in profiles {
      guard uptime() - begin < limit else { break }
      found.profilesTried += 1
      let chain = profile.sunSpec == nil ? nil : found.chain
      if profile.sunSpec != nil, profile.registers.isEmpty, chain == nil { continue }
      progress("unit \(found.unit): \(name) (\(found.profilesTried) of \(profiles.count))")
      let requests = ProfileFit.requests(of: profile, chain: chain)
      guard await fetch(requests, of: profile, chain: chain, unit: found.unit, source) else { continue }
      let fit = ProfileFit(profile, image: source.image(of: found.unit), chain: chain)
      if fit.isPossible { found.fits.append((name, fit)) }
    }
    found.fits.sort { ($1.fit.score, $0.name) < ($0.fit.score, $1.name) }
    if found.identity == DeviceIdentity(), let best = found.fits.first,
      let profile = profiles.first(where: { $0.name == best.name })?.profile
    {
      found.identity = profile.identity(in: source.image(of: found.unit))
    }
  }

  private func chain(of profile: DeviceProfile, unit: UInt8, _ source: TracedSource) async -> SunSpecChain? {
    guard let mapping = profile.sunSpec else { return nil }
    var walk = SunSpecChainWalk(mapping, registersPerRequest: profile.limits.registersPerRequest)
    while let request = walk.request {
      if let block = try? request.request(), let words = try? await source.read(block, unit: unit, deadline: timeout) {
        walk.receive(words)
      } else {
        walk.fail()
      }
    }
    return walk.chain
  }

  /// So many refusals without an answer are enough to give a profile up.
  private static let enoughRefusals = 4

  /// Reads what would tell whether the profile fits; false as soon as the device refuses or is silent at most of it.
  ///
  /// A refused request is cut as `DevicePoller` does, for it may run over registers that only other variants have.
  private func fetch(
    _ requests: [DeviceProfiles.RegisterBlock], of profile: DeviceProfile, chain: SunSpecChain?, unit: UInt8,
    _ source: TracedSource
  ) async -> Bool {
    let plan = RegisterPlan(for: profile, chain: chain)
    var answered = 0
    var (refused, silent) = (0, 0)
    var open = Array(requests.reversed())
    while let request = open.popLast() {
      guard let block = try? request.request() else { continue }
      do throws(ModbusError) {
        _ = try await source.read(block, unit: unit, deadline: timeout)
        answered += 1
      } catch {
        if case .exception = error {
          refused += 1
          open += plan.halves(of: request).reversed()
        } else {
          silent += 1
        }
      }
      if answered == 0, silent >= 2 || refused >= Self.enoughRefusals { return false }
    }
    return answered > 0
  }
}
