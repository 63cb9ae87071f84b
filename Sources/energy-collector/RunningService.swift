import ArgumentParser
import Collecting
import Foundation
import Logging
import ServiceLifecycle
import ServiceSockets
import UnixSignals

/// The collector as it runs: with what it shows of itself, what it tells systemd, and what signals do.
struct RunningService {
  let collector: Collector
  let options: CollectorOptions
  /// The database's path.
  let store: String
  /// How long it is kept.
  let retention: RetentionInForce
  /// Where the status is asked; the usual place when nil.
  let socket: String?
  let metrics: MetricsOptions
  let logger: Logger

  /// Runs until it is stopped.
  ///
  /// - Throws: `ExitCode` 1 where the port for metrics cannot be had.
  func run() async throws {
    let inForce = ConfigurationInForce(file: options.file)
    let notifier = ServiceNotifier()
    // Before anybody is told that the service is ready: until then a hang-up would end it.
    let hangups = await UnixSignalsSequence(trapping: .sighup)
    let status = statusSocket(inForce)
    defer { status?.stop() }
    let page = try metricsPage()
    defer { page?.stop() }
    // The last one is stopped first.
    var services: [any Service] = [
      Reload(
        hangups: hangups, options: options, collector: collector, retention: retention, inForce: inForce, notifier: notifier,
        logger: logger),
      Watchdog(collector: collector, notifier: notifier, logger: logger),
    ]
    if let path = metrics.metricsFile { services.append(MetricsFile(path: path, collector: collector, logger: logger)) }
    services.append(SupervisedCollector(collector: collector, notifier: notifier))
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
        gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }

  /// The socket that `energy-collector status` asks. Without it the collector collects all the same.
  private func statusSocket(_ inForce: ConfigurationInForce) -> StatusSocket? {
    do {
      return try StatusSocket(at: SocketOptions.served(socket, store: store)) { [collector, store] in
        (try? StatusReport(collector.health, configuration: inForce.report, store: store).text) ?? ""
      }
    } catch {
      logger.warning("no status can be asked: \(error)", metadata: ["event": "status_socket"])
      return nil
    }
  }

  private func metricsPage() throws -> LoopbackPage? {
    guard let port = metrics.metricsPort else { return nil }
    do {
      let page = try LoopbackPage(port: port, path: "/metrics", type: MetricsText.contentType) { [collector] in
        MetricsText(collector.health).text
      }
      logger.notice("figures for Prometheus: http://127.0.0.1:\(page.port)/metrics")
      return page
    } catch {
      tell("--metrics-port: \(error)")
      throw ExitCode(1)
    }
  }
}
