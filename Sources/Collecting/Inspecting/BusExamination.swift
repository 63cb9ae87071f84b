import DeviceProfiles
public import ModbusIO

/// Finds out which device breaks a bus: each one alone, then all in turn, then in pairs where that went wrong.
///
/// Only reads, one request at a time, over one connection. Each device is asked for the first thing its profile needs. Takes some
/// seconds a device where all is well; a silent one costs its timeout each time.
public struct BusExamination: Sendable {
  private let bus: BusPlan
  private let rounds: Int
  private let otherUnits: [UInt8]

  /// What a device answered in a number of requests.
  public struct Tally: Equatable, Sendable {
    /// Requests.
    public internal(set) var asked = 0
    /// Answers and refusals: the device is there.
    public internal(set) var answered = 0
    /// Requests that met silence, or a gateway that met it.
    public internal(set) var silent = 0
    /// Answers with a wrong checksum.
    public internal(set) var checksum = 0
    /// Answers of another unit.
    public internal(set) var otherUnit = 0
    /// Other broken answers, lost connections.
    public internal(set) var other = 0
    /// The last error.
    public internal(set) var lastError: ModbusError?

    /// Requests without a proper answer.
    public var failed: Int { asked - answered }
    /// Answers that were none.
    public var broken: Int { checksum + otherUnit + other }
  }

  /// What is wrong.
  public enum Finding: Equatable, Sendable {
    /// The line cannot be opened, or no connection comes about.
    case unreachable(ModbusError)
    /// Nobody answers.
    case allSilent
    /// Something answers, from every device, but never whole.
    case allBroken
    /// One device is silent while others answer, or is alone on the bus; `answering` are units that nobody has told of and that answer.
    case silent(device: String, answering: [UInt8])
    /// Answers of this unit number alone are garbled.
    case garbled(device: String, Tally)
    /// Another unit answers for this one.
    case otherUnit(device: String, Tally)
    /// Some requests fail, also when nobody else is asked.
    case unreliable(device: String, Tally)
    /// The victims fail after the culprit was asked, and not after others; a longer silence does not help.
    case disturbs(culprit: String, victims: [String])
    /// The device fails when asked right after another one; after so long a silence it answers.
    case needsPause(device: String, Duration)
  }

  /// What was found.
  public struct Outcome: Sendable {
    /// What each device did when asked alone.
    public internal(set) var alone: [String: Tally] = [:]
    /// What each device did when all were asked in turn.
    public internal(set) var inTurn: [String: Tally] = [:]
    /// What is wrong; nothing where all is well.
    public internal(set) var findings: [Finding] = []
  }

  /// An examination of `bus`, with `rounds` requests a device and step.
  ///
  /// - Parameter otherUnits: where a silent device is looked for.
  public init(_ bus: BusPlan, rounds: Int = 6, otherUnits: [UInt8] = Array(1...10) + [247]) {
    self.bus = bus
    self.rounds = max(2, rounds)
    self.otherUnits = otherUnits
  }

  /// Examines; `progress` is told in words what is being done.
  public func run(
    _ source: any RegisterSource, pacing: DevicePoller.Pacing, progress: @Sendable (String) -> Void = { _ in }
  ) async -> Outcome {
    var outcome = Outcome()
    await source.rest(afterConnecting: bus.silenceAfterConnecting)
    for device in bus.devices {
      progress("\(bus.id): \(device.id) alone")
      await pacing.pause(Self.patience)
      // The first answer may suffer from whoever was asked before.
      _ = await ask(device, times: 1, source, pacing: pacing)
      outcome.alone[device.id] = await ask(device, times: rounds, pause: Self.gap, source, pacing: pacing)
    }
    if let whole = whole(outcome) {
      outcome.findings = [whole]
    } else {
      for device in bus.devices {
        guard let tally = outcome.alone[device.id], let finding = await alone(device, tally, source, pacing: pacing) else {
          continue
        }
        outcome.findings.append(finding)
      }
      await together(&outcome, source, pacing: pacing, progress: progress)
    }
    await source.close()
    return outcome
  }

  private static let patience: Duration = .milliseconds(300)
  private static let gap: Duration = .milliseconds(100)
  private static let longerPauses: [Duration] = [.milliseconds(50), .milliseconds(150), .milliseconds(400)]

  // MARK: - Asking

  private func ask(
    _ device: DevicePlan, times: Int, pause: Duration? = nil, _ source: any RegisterSource, pacing: DevicePoller.Pacing
  ) async -> Tally {
    var tally = Tally()
    guard let request = device.firstRequest, let block = try? request.request() else { return tally }
    for _ in 0..<times {
      let silence = max(pause ?? .zero, device.profile.limits.pause)
      if silence > .zero { await pacing.pause(silence) }
      tally.asked += 1
      do throws(ModbusError) {
        _ = try await source.read(block, unit: device.unit, deadline: device.profile.limits.timeout)
        tally.answered += 1
      } catch {
        tally.note(error)
      }
    }
    return tally
  }

  // MARK: - Judging

  /// What is wrong with the bus as a whole.
  private func whole(_ outcome: Outcome) -> Finding? {
    let tallies = bus.devices.compactMap { outcome.alone[$0.id] }
    guard !tallies.isEmpty, tallies.allSatisfy({ $0.answered == 0 }) else { return nil }
    let errors = tallies.compactMap(\.lastError)
    if let error = errors.first, errors.allSatisfy(\.isOfLink) { return .unreachable(error) }
    guard tallies.count > 1 else { return nil }
    return tallies.contains { $0.broken > 0 } ? .allBroken : .allSilent
  }

  private func alone(
    _ device: DevicePlan, _ tally: Tally, _ source: any RegisterSource, pacing: DevicePoller.Pacing
  ) async -> Finding? {
    guard tally.failed > 0 else { return nil }
    if tally.silent == tally.asked {
      return .silent(device: device.id, answering: await strangers(source, pacing: pacing))
    }
    if tally.otherUnit * 2 >= tally.asked { return .otherUnit(device: device.id, tally) }
    if tally.broken * 2 >= tally.asked { return .garbled(device: device.id, tally) }
    return .unreliable(device: device.id, tally)
  }

  /// Units that answer although no device of the bus has their number.
  private func strangers(_ source: any RegisterSource, pacing: DevicePoller.Pacing) async -> [UInt8] {
    let known = Set(bus.devices.map(\.unit))
    var answering: [UInt8] = []
    let candidates = otherUnits + bus.devices.compactMap(\.profile.link.unit)
    for unit in Set(candidates).subtracting(known).sorted() {
      await pacing.pause(Self.gap)
      do throws(ModbusError) {
        _ = try await source.read(
          DeviceProfiles.RegisterBlock(table: .holding, address: 0, count: 1).request(), unit: unit,
          deadline: .milliseconds(400))
        answering.append(unit)
      } catch {
        if case .exception(_, let code) = error, !ModbusError.isOfGateway(code) { answering.append(unit) }
      }
    }
    return answering
  }

  /// Asks all in turn, and looks for the one after whom others fail.
  private func together(
    _ outcome: inout Outcome, _ source: any RegisterSource, pacing: DevicePoller.Pacing, progress: (String) -> Void
  ) async {
    let sound = bus.devices.filter { outcome.alone[$0.id]?.failed == 0 }
    guard bus.devices.count > 1, !sound.isEmpty else { return }
    progress("\(bus.id): all in turn")
    for _ in 0..<rounds {
      for device in bus.devices {
        let tally = await ask(device, times: 1, source, pacing: pacing)
        outcome.inTurn[device.id, default: Tally()].add(tally)
      }
    }
    var victims: [String: [String]] = [:]
    for victim in sound where (outcome.inTurn[victim.id]?.failed ?? 0) * 5 >= rounds {
      progress("\(bus.id): who disturbs \(victim.id)?")
      let rates = await rates(of: victim, source, pacing: pacing)
      guard let worst = rates.max(by: { $0.failed < $1.failed }), worst.failed * 2 >= rounds else { continue }
      if let pause = await curingPause(for: victim, after: worst.device, source, pacing: pacing) {
        outcome.findings.append(.needsPause(device: victim.id, pause))
      } else {
        victims[worst.device.id, default: []].append(victim.id)
      }
    }
    for (culprit, victims) in victims.sorted(by: { $0.key < $1.key }) {
      outcome.findings.append(.disturbs(culprit: culprit, victims: victims))
    }
  }

  /// How often `victim` fails right after each other device.
  private func rates(
    of victim: DevicePlan, _ source: any RegisterSource, pacing: DevicePoller.Pacing
  ) async -> [(device: DevicePlan, failed: Int)] {
    var rates: [(device: DevicePlan, failed: Int)] = []
    for other in bus.devices where other.id != victim.id {
      await pacing.pause(Self.patience)
      rates.append((other, await pair(other, victim, pause: nil, source, pacing: pacing)))
    }
    return rates
  }

  private func pair(
    _ first: DevicePlan, _ victim: DevicePlan, pause: Duration?, _ source: any RegisterSource, pacing: DevicePoller.Pacing
  ) async -> Int {
    var failed = 0
    for _ in 0..<rounds {
      _ = await ask(first, times: 1, source, pacing: pacing)
      failed += await ask(victim, times: 1, pause: pause, source, pacing: pacing).failed
    }
    return failed
  }

  private func curingPause(
    for victim: DevicePlan, after other: DevicePlan, _ source: any RegisterSource, pacing: DevicePoller.Pacing
  ) async -> Duration? {
    for pause in Self.longerPauses where pause > victim.profile.limits.pause {
      if await pair(other, victim, pause: pause, source, pacing: pacing) == 0 { return pause }
    }
    return nil
  }
}

extension BusExamination.Tally {
  mutating func note(_ error: ModbusError) {
    lastError = error
    switch error {
    case .exception(_, let code): if ModbusError.isOfGateway(code) { silent += 1 } else { answered += 1 }
    case .noAnswer: silent += 1
    case .brokenReply:
      switch error.brokenReply {
      case .checksum: checksum += 1
      case .otherUnit: otherUnit += 1
      case .other, nil: other += 1
      }
    case .connectionLost, .connectionRefused, .unreachable, .cancelled, .invalidRequest, .invalidLink, .invalidBlock,
      .simulatorFailed, .serverFailed:
      other += 1
    }
  }

  mutating func add(_ tally: BusExamination.Tally) {
    asked += tally.asked
    answered += tally.answered
    silent += tally.silent
    checksum += tally.checksum
    otherUnit += tally.otherUnit
    other += tally.other
    lastError = tally.lastError ?? lastError
  }
}

extension ModbusError {
  /// Whether a gateway says that nobody is behind it.
  static func isOfGateway(_ code: ModbusException) -> Bool { code == .gatewayPathUnavailable || code == .gatewayTargetNoAnswer }

  /// Whether no request was ever on the wire.
  fileprivate var isOfLink: Bool {
    switch self {
    case .connectionRefused, .unreachable, .invalidLink: true
    case .connectionLost, .noAnswer, .exception, .brokenReply, .cancelled, .invalidRequest, .invalidBlock, .simulatorFailed,
      .serverFailed:
      false
    }
  }
}

extension DevicePlan {
  /// The first registers that the profile needs; where its SunSpec map may begin.
  fileprivate var firstRequest: DeviceProfiles.RegisterBlock? {
    if let request = RegisterPlan(for: profile, chain: nil, parts: Set(points.keys)).requests.first { return request }
    return profile.sunSpec?.bases.first.map { DeviceProfiles.RegisterBlock(table: .holding, address: $0, count: 2) }
  }
}
