import ArgumentParser
import Collecting
import Foundation
import Logging
import ServiceLifecycle
import ServiceSockets

/// Where `run` shows its figures to Prometheus; docs/formats/metrics.md has their names.
struct MetricsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write figures for Prometheus into this file every 15 s (node exporter: a name in .prom).", valueName: "file"))
  var metricsFile: String?

  @Option(
    help: ArgumentHelp("Serve figures for Prometheus at http://127.0.0.1:PORT/metrics, this machine only.", valueName: "port"))
  var metricsPort: Int?

  func validate() throws {
    if let metricsPort, !(0...65_535).contains(metricsPort) { throw ValidationError("--metrics-port takes 0 to 65535") }
  }
}

/// Writes the figures into a file, whole or not at all, and takes it away at the end: a stopped collector has no figures.
struct MetricsFile: Service {
  let path: String
  let collector: Collector
  let logger: Logger

  private static let period: Duration = .seconds(15)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var isFailing = false
      while !Task.isCancelled {
        do {
          try write(MetricsText(collector.health).text)
          isFailing = false
        } catch {
          if !isFailing { logger.warning("\(path): figures cannot be written: \(error.localizedDescription)") }
          isFailing = true
        }
        try? await Task.sleep(for: Self.period)
      }
    }
    unlink(path)
  }

  /// Readable for the node exporter whatever the process's umask is.
  private func write(_ text: String) throws {
    let draft = "\(path).\(getpid()).tmp"
    try Data(text.utf8).write(to: URL(fileURLWithPath: draft))
    chmod(draft, 0o644)
    guard rename(draft, path) == 0 else {
      let code = errno
      unlink(draft)
      throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
    }
  }
}
