import DeviceProfiles
import MarketTime
import ModbusIO

/// What one bus's loop writes into the ledger.
struct BusMeter: Sendable {
  private let bus: String
  private let ledger: HealthLedger
  private let uptime: @Sendable () -> Duration

  /// What a request may take beyond its deadline: looking up a name, waiting for a late answer, the silence after connecting.
  private static let slack: Duration = .seconds(15)
  /// What a loop may take to begin: the store's last readings are looked up.
  private static let start: Duration = .seconds(60)

  /// A meter of `bus`, with the ledger's clock.
  init(_ bus: String, _ ledger: HealthLedger, uptime: @escaping @Sendable () -> Duration) {
    self.bus = bus
    self.ledger = ledger
    self.uptime = uptime
  }

  /// The loop begins.
  func begins() { ledger.comesRound(bus, within: Self.start) }

  /// The loop has ended.
  func ends() { ledger.ends(bus) }

  /// The loop is about to wait.
  func waits(_ pause: Duration) { ledger.comesRound(bus, within: max(pause, .zero) + Self.slack) }

  /// A poll of `device` has ended.
  func polled(_ device: String, _ outcome: PollOutcome, at time: Timestamp, backoff: Duration?, pace: Pace) {
    ledger.polled(bus, device, failure: outcome.failure, at: time, backoff: backoff, pace: pace)
  }

  /// `source`, every request through which is counted for `device`.
  func metered(_ source: any RegisterSource, for device: DevicePlan) -> any RegisterSource {
    waits(device.profile.limits.pause)
    return MeteredSource(inner: source, device: device.id, pause: device.profile.limits.pause, meter: self)
  }

  private struct MeteredSource: RegisterSource {
    let inner: any RegisterSource
    let device: String
    /// Silence before the device's next request.
    let pause: Duration
    let meter: BusMeter

    var isolation: (any Actor)? { inner.isolation }

    func read(_ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration) async throws(ModbusError) -> [UInt16] {
      let start = meter.uptime()
      meter.waits(deadline)
      do throws(ModbusError) {
        let words = try await inner.read(block, unit: unit, deadline: deadline)
        ended(start, nil)
        return words
      } catch {
        if let cause = FailureCause(error) { ended(start, cause) }
        throw error
      }
    }

    private func ended(_ start: Duration, _ cause: FailureCause?) {
      meter.waits(pause)
      meter.ledger.ended(meter.bus, device, after: meter.uptime() - start, cause: cause)
    }

    func close() async { await inner.close() }
    func rest(afterConnecting silence: Duration) async { await inner.rest(afterConnecting: silence) }
  }
}
