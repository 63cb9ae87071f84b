import CommunityModel
public import DeviceProfiles
public import ModbusIO
import Readings

/// One device read once, with everything behind each value: registers, words, age, and why a value is missing.
public struct DeviceProbe: Sendable {
  /// A quantity of the profile.
  public struct Quantity: Sendable {
    /// Part and channel.
    public let key: PartChannel
    /// The value, or why there is none.
    public let value: DecodedValue
    /// What the number of a state means; nil where it is none or nobody says.
    public let state: String?
    /// The registers that it comes from, a power of ten behind it; empty for a value worked out of others.
    public let places: [DeviceProfiles.RegisterBlock]
    /// What stood in them; nil for a register that was not read.
    public let words: [[UInt16]?]
    /// How long before the end of the probe its registers were read; nil for a value that was not read.
    public let age: Duration?
    /// Whether the value is one that no device of the profile can have: the word order, the type or the scale is wrong.
    public let isImpossible: Bool
  }

  /// Who the device says it is.
  public let identity: DeviceIdentity
  /// The quantities, in the order of the profile.
  public let quantities: [Quantity]
  /// The registers that the device refuses.
  public let refused: [DeviceProfiles.RegisterBlock]
  /// Why the device did not answer, or not to the end; nil when it did.
  public let failure: PollFailure?
  /// That the device answers, but refuses all that the profile asks for, and what to do; nil when it does not.
  public let refusal: String?
  /// How many requests were sent.
  public let requests: Int
  /// The time that they took together.
  public let busTime: Duration

  /// Reads `unit` with `profile`.
  ///
  /// - Parameters:
  ///   - pacing: how pauses between requests are waited for.
  ///   - uptime: a clock that only runs forward.
  public init(
    _ profile: DeviceProfile, unit: UInt8, on source: any RegisterSource, pacing: DevicePoller.Pacing,
    uptime: @escaping @Sendable () -> Duration
  ) async {
    let trace = TracedSource(source, uptime: uptime)
    // Every part is wanted; the metering points are of no account here.
    let points = Dictionary(uniqueKeysWithValues: profile.parts.map { ($0, MeteringPoint.ID($0.name)) })
    var poller = DevicePoller(
      DevicePlan(id: "probe", profile: profile, unit: unit, points: points, interval: .seconds(1)))
    let outcome = await poller.poll(trace, pacing: pacing)
    failure = outcome.failure
    refused = outcome.refused
    refusal = outcome.refusal
    let chain = profile.chain(in: trace.image(of: unit))
    if outcome.failure == nil {
      for block in RegisterPlan(identityOf: profile, chain: chain).requests {
        if profile.limits.pause > .zero { await pacing.pause(profile.limits.pause) }
        guard let request = try? block.request() else { continue }
        _ = try? await trace.read(request, unit: unit, deadline: profile.limits.timeout)
      }
    }
    let image = trace.image(of: unit)
    identity = profile.identity(in: image, chain: chain)
    let exchanges = trace.exchanges
    requests = exchanges.count
    busTime = exchanges.map(\.lasted).reduce(.zero, +)
    let places = profile.places(chain: chain)
    let now = uptime()
    quantities = outcome.fields.map { field in
      let blocks = places[field.key] ?? []
      let read = exchanges.last { exchange in
        guard (try? exchange.result.get()) != nil else { return false }
        return blocks.first.map(DeviceProfiles.RegisterBlock(exchange.block).holds) ?? false
      }
      return Quantity(
        key: field.key, value: field.value, state: profile.state(field), places: blocks,
        words: blocks.map { image.words(of: $0) },
        age: read.map { now - $0.ended }, isImpossible: profile.isImpossible(field))
    }
  }
}

extension DeviceProfiles.RegisterBlock {
  /// Whether all registers of `other` are among these.
  func holds(_ other: DeviceProfiles.RegisterBlock) -> Bool {
    table == other.table && address <= other.address && Int(other.address) + other.count <= Int(address) + count
  }
}

extension DeviceProfile {
  /// The SunSpec models that `image` shows; nil without.
  func chain(in image: RegisterImage) -> SunSpecChain? {
    guard let sunSpec else { return nil }
    var walk = SunSpecChainWalk(sunSpec, registersPerRequest: limits.registersPerRequest)
    while let request = walk.request {
      if let words = image.words(of: request) { walk.receive(words) } else { walk.fail() }
    }
    return walk.chain
  }
}
