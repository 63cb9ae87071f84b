import Collecting
import CommunityFiles
import Foundation
import Logging
import ServiceLifecycle
import ServiceSockets
import Synchronization
import UnixSignals

/// Reads the configuration anew on SIGHUP. A wrong one is refused whole, and the one in force goes on.
struct Reload: Service {
  let hangups: UnixSignalsSequence
  let options: CollectorOptions
  let collector: Collector
  let retention: RetentionInForce
  let inForce: ConfigurationInForce
  let notifier: ServiceNotifier?
  let logger: Logger

  /// A file is taken when it has not changed for so long: an editor may still be writing it.
  private static let settling: Duration = .milliseconds(500)
  private static let longestSettling = 20

  func run() async throws {
    let hadTerminal = isatty(STDIN_FILENO) == 1
    for await _ in hangups.cancelOnGracefulShutdown() {
      // The terminal has gone, and with it whoever started this by hand.
      if hadTerminal, isatty(STDIN_FILENO) == 0 {
        logger.notice("the terminal is gone", metadata: ["event": "stop"])
        raise(SIGTERM)
        continue
      }
      notifier?.tell(ServiceNotifier.reloading)
      await reload()
      notifier?.tell(.ready)
    }
  }

  private func reload() async {
    do {
      let (file, plan) = try await settledConfiguration()
      let change = await collector.change(to: plan)
      retention.change(to: file.retention)
      inForce.accepted()
      let words = [("goes on", change.kept), ("begun anew", change.begun), ("not read any more", change.ended)].filter {
        !$0.1.isEmpty
      }
      logger.notice(
        "\(options.file) was read again; buses: \(words.map { "\($0.0): \($0.1.joined(separator: ", "))" }.joined(separator: "; "))",
        metadata: ["event": "reload"])
    } catch {
      let problems = (error as? FileProblems)?.problems.map { "\($0)" } ?? ["\(error)"]
      for problem in problems { logger.error("\(problem)", metadata: ["event": "reload"]) }
      inForce.refused()
      logger.error("the new configuration was refused; the one in force goes on", metadata: ["event": "reload"])
    }
  }

  /// A file that nobody is writing any more, with its plan: the same before and behind.
  private func settledConfiguration() async throws -> (file: CollectorFile, plan: CollectionPlan) {
    var text = try Data(contentsOf: URL(fileURLWithPath: options.file))
    for _ in 0..<Self.longestSettling {
      try await Task.sleep(for: Self.settling)
      let later = try Data(contentsOf: URL(fileURLWithPath: options.file))
      if later == text {
        guard text.last == UInt8(ascii: "\n") else { throw Unfinished(file: options.file, isChanging: false) }
        let configuration = try options.read()
        if try Data(contentsOf: URL(fileURLWithPath: options.file)) == text { return configuration }
      }
      text = later
    }
    throw Unfinished(file: options.file, isChanging: true)
  }

  /// A file that seems to be half saved.
  private struct Unfinished: Error, CustomStringConvertible {
    let file: String
    let isChanging: Bool
    var description: String {
      isChanging
        ? "\(file): it keeps changing; reload when it is saved"
        : "\(file): its last line does not end, as if it were saved half; save it again, with a line end"
    }
  }
}

/// Which configuration is in force, for the status.
final class ConfigurationInForce: Sendable {
  private let state: Mutex<StatusReport.Configuration>

  /// The one read now from `file`.
  init(file: String) { state = Mutex(StatusReport.Configuration(file: file, loaded: Date())) }

  /// What the status says.
  var report: StatusReport.Configuration { state.withLock { $0 } }

  /// A new one was read.
  func accepted() { state.withLock { $0 = StatusReport.Configuration(file: $0.file, loaded: Date()) } }

  /// A new one was wrong.
  func refused() { state.withLock { $0.refused = Date() } }
}
