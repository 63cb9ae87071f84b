import Collecting
import Foundation
import Logging
import ServiceLifecycle
import ServiceSockets

/// The collector with what systemd wants to be told about its beginning and end.
struct SupervisedCollector: Service {
  let collector: Collector
  let notifier: ServiceNotifier?

  /// A stop that takes longer is cut off; what is stored survives that as it survives a power cut.
  static let longestStop = 9

  func run() async throws {
    await withGracefulShutdownHandler {
      await collector.run(whenBegun: {
        notifier?.tell(.ready, .status(collector.health.summary))
      })
    } onGracefulShutdown: {
      notifier?.tell(.stopping, .status("stopping"))
      Self.limitStop(of: collector)
    }
  }

  /// Ends the process when it has not ended by itself: a thread of its own, which nothing that hangs can keep waiting.
  private static func limitStop(of collector: Collector) {
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: TimeInterval(longestStop))
      let waiting = collector.health.store.totals.waiting
      tell("the stop was cut off after \(longestStop) s: the store does not let go, \(waiting) readings are not stored")
      _exit(1)
    }
  }
}

/// Feeds systemd's watchdog as long as the service advances, keeps the line in `systemctl status` up to date, and logs what hangs.
struct Watchdog: Service {
  let collector: Collector
  let notifier: ServiceNotifier?
  let logger: Logger

  /// Between two looks where there is no watchdog.
  private static let usualPeriod: Duration = .seconds(15)

  func run() async throws {
    let period = min((notifier?.watchdogPeriod).map { $0 / 3 } ?? Self.usualPeriod, Self.usualPeriod)
    await cancelWhenGracefulShutdown {
      var wasStuck = false
      while !Task.isCancelled {
        let health = collector.health
        if health.advances {
          notifier?.tell(.watchdog, .status(health.summary))
        } else {
          notifier?.tell(.status(health.summary))
        }
        if wasStuck != !health.advances {
          wasStuck.toggle()
          if wasStuck {
            logger.critical("\(health.summary); the watchdog is not fed until this goes on", metadata: ["event": "watchdog"])
          } else {
            logger.notice("all buses and commits come round again", metadata: ["event": "watchdog"])
          }
        }
        try? await Task.sleep(for: period)
      }
    }
  }
}

extension ServiceHealth {
  /// The line for `systemctl status`.
  var summary: String {
    let stuck = buses.filter { !$0.advances }.map(\.id)
    if !stuck.isEmpty { return "hangs: bus \(stuck.joined(separator: ", "))" }
    if !commitsAdvance { return "hangs: a commit does not come back" }
    let well = devices.count { $0.condition.isWell }
    var line = "\(well) of \(devices.count) devices well, \(store.totals.kept) readings stored, \(store.totals.waiting) waiting"
    if let failure = store.failure { line += "; the store does not write: \(failure)" }
    return line
  }
}
