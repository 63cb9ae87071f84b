import DeviceProfiles
public import MarketTime
public import ModbusIO
import Readings

/// Polls one device, and remembers what it learnt about it: where its SunSpec models lie and which registers it refuses.
///
/// A block that the device refuses with "illegal function", "illegal address" or "illegal value" is cut in halves until the
/// refused registers stand alone; these are left out and asked again an hour later. A busy device is asked up to three times. Any
/// other failure ends the poll: the connection is in doubt, and the next poll begins afresh.
public struct DevicePoller: Sendable {
  /// The device.
  public let device: DevicePlan
  private var chain: SunSpecChain? {
    didSet { if chain != oldValue { way = nil } }
  }
  /// Nil where nobody has asked for it yet, and where the SunSpec models have moved.
  private var way: Way?
  private var isChainInDoubt = false
  /// Whether the walk broke off before the end mark, so that models behind may be missing.
  private var isChainCut = false
  private var refused: [DeviceProfiles.RegisterBlock: Timestamp] = [:]
  /// Whether another device may answer than the last time: at the start and after each failure.
  private var isIdentityDue = true

  /// What is asked for in each poll, and how the words become values.
  private final class Way: Sendable {
    let plan: RegisterPlan
    let decoding: DecodePlan

    init(for device: DevicePlan, chain: SunSpecChain?) {
      let parts = Set(device.points.keys)
      plan = RegisterPlan(for: device.profile, chain: chain, parts: parts)
      decoding = DecodePlan(for: device.profile, chain: chain, parts: parts)
    }
  }

  /// How long refused registers are left alone.
  private static let refusalPeriod: Duration = .seconds(3600)
  private static let refusals: Set<ModbusException> = [.illegalFunction, .illegalDataAddress, .illegalDataValue]
  private static let busyRetries = 3
  /// 7 is "negative acknowledge", which the standard has dropped and old devices still send.
  private static let busy: Set<ModbusException> = [.acknowledge, .deviceBusy, ModbusException(rawValue: 7)]

  /// How the poller tells the time and waits between requests.
  public struct Pacing: Sendable {
    let now: @Sendable () -> Timestamp
    let pause: @Sendable (Duration) async -> Void
    let uptime: @Sendable () -> Duration

    /// Reads the time with `now`, waits with `pause`, and measures spells with `uptime`, a clock that nobody sets; the time of day
    /// unless told, for worlds in which it is never set.
    public init(
      now: @escaping @Sendable () -> Timestamp, pause: @escaping @Sendable (Duration) async -> Void,
      uptime: (@Sendable () -> Duration)? = nil
    ) {
      self.now = now
      self.pause = pause
      self.uptime = uptime ?? { .milliseconds(now().milliseconds) }
    }

    /// The same with times that count on the clock that nobody sets.
    var onMonotonicClock: Pacing {
      let uptime = uptime
      return Pacing(now: { Timestamp(milliseconds: 0) + uptime() }, pause: pause, uptime: uptime)
    }
  }

  /// A poller that knows nothing about `device` yet.
  public init(_ device: DevicePlan) { self.device = device }

  /// Pollers of `devices`. Those that read the same registers in the same way share what tells how: a bus of a hundred equal meters
  /// has it once.
  public static func pollers(of devices: [DevicePlan]) -> [DevicePoller] {
    var pollers: [DevicePoller] = []
    for device in devices {
      var poller = DevicePoller(device)
      poller.way = pollers.first { $0.device.isRead(like: device) }?.way ?? Way(for: device, chain: nil)
      pollers.append(poller)
    }
    return pollers
  }

  /// Reads everything the device's metering points need.
  public mutating func poll(_ source: any RegisterSource, pacing: Pacing) async -> PollOutcome {
    var round = Round()
    var failure: PollFailure?
    var serial: String?
    do throws(PollFailure) {
      if device.profile.sunSpec != nil { try await findModels(source, pacing: pacing) }
      if isIdentityDue { serial = try await readSerial(source, pacing: pacing) }
      for request in knownWay().plan.requests { try await read(request, into: &round, source, pacing: pacing) }
    } catch {
      failure = error
      isChainInDoubt = true
      isIdentityDue = true
    }
    guard let time = round.answered else {
      return PollOutcome(
        time: pacing.now(), fields: DecodedRound([]), readings: [], refused: round.refused, failure: failure, serial: serial)
    }
    let fields = knownWay().decoding.decode(round.image)
    return PollOutcome(
      time: time, fields: fields, readings: fields.readings(at: time, measuring: device.points), refused: round.refused,
      failure: failure, serial: serial, image: round.image)
  }

  private mutating func knownWay() -> Way {
    if let way { return way }
    let new = Way(for: device, chain: chain)
    way = new
    return new
  }

  /// The serial number, which tells an exchanged device from the same one restarted; nil where the device tells none.
  private mutating func readSerial(_ source: any RegisterSource, pacing: Pacing) async throws(PollFailure) -> String? {
    guard device.profile.identity.contains(where: { $0.item == .serial }) else {
      isIdentityDue = false
      return nil
    }
    var image = RegisterImage()
    for request in RegisterPlan(identityOf: device.profile, chain: chain).requests {
      do throws(ModbusError) {
        image.add(try await words(of: request, source, pacing: pacing), of: request)
      } catch {
        guard case .exception = error else { throw .bus(error) }
      }
    }
    isIdentityDue = false
    let serial = device.profile.identity(in: image, chain: chain).serial
    return serial?.isEmpty == false ? serial : nil
  }

  /// What one poll has brought so far.
  private struct Round {
    var image = RegisterImage()
    /// When the device answered first.
    var answered: Timestamp?
    var refused: [DeviceProfiles.RegisterBlock] = []
  }

  /// Reads `block`, cut where the device refuses it.
  private mutating func read(
    _ block: DeviceProfiles.RegisterBlock, into round: inout Round, _ source: any RegisterSource, pacing: Pacing
  ) async throws(PollFailure) {
    if refused.isEmpty || !isLeftAlone(block, at: pacing.now()) {
      do throws(ModbusError) {
        let words = try await words(of: block, source, pacing: pacing)
        if round.answered == nil { round.answered = pacing.now() }
        return round.image.add(words, of: block)
      } catch {
        guard case .exception(_, let code) = error, Self.refusals.contains(code) else { throw .bus(error) }
        if round.answered == nil { round.answered = pacing.now() }
        refused[block] = pacing.now()
        // A map that has moved is refused as well.
        isChainInDoubt = true
      }
    }
    let halves = knownWay().plan.halves(of: block)
    if halves.isEmpty { round.refused.append(block) }
    for half in halves { try await read(half, into: &round, source, pacing: pacing) }
  }

  /// Whether the device refused `block` less than an hour ago; a clock that was set back does not make that longer.
  private mutating func isLeftAlone(_ block: DeviceProfiles.RegisterBlock, at now: Timestamp) -> Bool {
    guard let since = refused[block] else { return false }
    if (.zero..<Self.refusalPeriod).contains(now - since) { return true }
    refused[block] = nil
    return false
  }

  /// The words of one block; a device that says it is busy is asked again.
  private func words(
    of block: DeviceProfiles.RegisterBlock, _ source: any RegisterSource, pacing: Pacing
  ) async throws(ModbusError) -> [UInt16] {
    let limits = device.profile.limits
    let request = try block.request()
    var attempts = 0
    while true {
      if limits.pause > .zero { await pacing.pause(limits.pause) }
      do throws(ModbusError) {
        return try await source.read(request, unit: device.unit, deadline: limits.timeout)
      } catch {
        attempts += 1
        guard case .exception(_, let code) = error, Self.busy.contains(code), attempts < Self.busyRetries else {
          throw error
        }
        await pacing.pause(.milliseconds(100 * attempts))
      }
    }
  }

  /// Finds the SunSpec models of a SunSpec device, or holds the known ones against the device after a failure.
  private mutating func findModels(_ source: any RegisterSource, pacing: Pacing) async throws(PollFailure) {
    guard let sunSpec = device.profile.sunSpec else { return }
    if let known = chain {
      guard isChainInDoubt else { return }
      if !isChainCut, try await isConfirmed(known, source, pacing: pacing) {
        isChainInDoubt = false
        return
      }
    }
    var walk = SunSpecChainWalk(sunSpec, registersPerRequest: device.profile.limits.registersPerRequest)
    // Some devices are silent where they have no map; one that is silent everywhere is off.
    var silence: ModbusError?
    var hasAnswered = false
    while let request = walk.request {
      do throws(ModbusError) {
        walk.receive(try await words(of: request, source, pacing: pacing))
        hasAnswered = true
      } catch {
        switch error {
        case .exception: hasAnswered = true
        case .noAnswer: silence = error
        default: throw .bus(error)
        }
        walk.fail()
      }
    }
    if let silence, !hasAnswered { throw .bus(silence) }
    guard let found = walk.chain else {
      chain = nil
      throw .noSunSpecMap(bases: sunSpec.bases)
    }
    // A device that goes silent behind the marker is off; its map is not empty.
    if let silence, found.models.isEmpty { throw .bus(silence) }
    // A walk that broke off inside the chain is believed when the next one breaks off at the same place.
    if case .failed = found.ending { isChainCut = found != chain } else { isChainCut = false }
    if found != chain { refused = [:] }
    chain = found
    isChainInDoubt = isChainCut
  }

  private func isConfirmed(
    _ chain: SunSpecChain, _ source: any RegisterSource, pacing: Pacing
  ) async throws(PollFailure) -> Bool {
    var image = RegisterImage()
    for request in chain.headerRequests {
      do throws(ModbusError) {
        image.add(try await words(of: request, source, pacing: pacing), of: request)
      } catch {
        guard case .exception = error else { throw .bus(error) }
        return false
      }
    }
    return chain.isConfirmed(by: image)
  }
}

extension DevicePlan {
  /// Whether the same registers are read of `other`, and mean the same.
  fileprivate func isRead(like other: DevicePlan) -> Bool {
    profile == other.profile && points.keys == other.points.keys
  }
}
