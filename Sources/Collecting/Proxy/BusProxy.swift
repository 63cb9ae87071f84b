import Logging
import ModbusIO

/// Serves a lent bus until its task is cancelled. A port that is taken is told once and tried again; collecting goes on meanwhile.
struct BusProxy {
  let bus: BusPlan
  let plan: ProxyPlan
  let lent: LentBus
  let logger: Logger
  let pause: @Sendable (Duration) async -> Void

  private static let retryPeriod: Duration = .seconds(30)

  func run() async {
    var complaint: String?
    while !Task.isCancelled {
      do throws(ModbusError) {
        let server = try start()
        logger.notice("bus '\(bus.id)' is served at \(plan.host) port \(server.port), for reading only", metadata: metadata)
        await untilCancelled()
        server.stop()
      } catch {
        if complaint != "\(error)" { logger.error("bus '\(bus.id)' is not served to others: \(error)", metadata: metadata) }
        complaint = "\(error)"
        await pause(Self.retryPeriod)
      }
    }
  }

  /// A server of the bus that answers from now on.
  func start() throws(ModbusError) -> ModbusReadServer {
    let (logger, metadata, id, lent) = (logger, metadata, bus.id, lent)
    return try ModbusReadServer(host: plan.host, port: plan.port, allowing: plan.allowed) { event in
      logger.warning("\(Self.text(event, bus: id))", metadata: metadata)
    } answering: { block, unit in
      await lent.answer(block, unit: unit)
    }
  }

  private var metadata: Logger.Metadata { ["bus": "\(bus.id)"] }

  /// Returns when the task is cancelled.
  private func untilCancelled() async {
    let (stream, end) = AsyncStream.makeStream(of: Void.self)
    await withTaskCancellationHandler {
      for await _ in stream {}
    } onCancel: {
      end.finish()
    }
  }

  /// What the log says of `event`.
  static func text(_ event: ModbusReadServer.Event, bus: String) -> String {
    switch event {
    case .refused(let client, let function, let unit):
      "\(client) sent function code \(function) for unit \(unit) to the proxy of bus '\(bus)': refused, the proxy only reads and nothing was "
        + "passed on; further ones are refused without a line"
    case .turnedAway(let client):
      "\(client) may not use the proxy of bus '\(bus)': it is not among those that 'allow' names"
    case .full(let client):
      "\(client) was not let in to the proxy of bus '\(bus)': all its connections are in use; close some of the readers"
    }
  }
}
