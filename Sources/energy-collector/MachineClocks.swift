import CTimex
import Collecting
import Console
import Foundation
import Glibc
import MarketTime

/// What the kernel says about the time.
enum MachineClocks {
  /// The clocks of this machine in the run of the system called `boot`, asked for where that is nil; the system's clock also counts as
  /// synchronised while `synchronizedFile` exists.
  static func clocks(boot: String?, synchronizedFile: String?) -> SiteTime.Clocks {
    let boot = boot ?? firstLine(of: "/proc/sys/kernel/random/boot_id")
    return SiteTime.Clocks(
      boot: boot.map { $0.filter { $0 != "-" } } ?? nameForThisLife, hasBattery: hasBattery(at: SystemTime.now()),
      uptime: sinceBoot, system: SystemTime.now,
      isSynchronised: { isSynchronised() || synchronizedFile.map { access($0, F_OK) == 0 } ?? false })
  }

  /// Where the kernel's name for this run of the system is hidden, every life of the program counts as a run of its own: what waits for
  /// the time of an earlier life is then placed by estimate, never wrongly.
  private static var nameForThisLife: String { "life-" + String(UInt64.random(in: 0...UInt64.max), radix: 16) }

  /// Since the start of the system, suspension included.
  @Sendable private static func sinceBoot() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Whether somebody (NTP, PTP) keeps the kernel's clock in step; the kernel itself forgets it after some hours without news. Where a
  /// sandbox forbids to ask the kernel, what systemd-timesyncd has said counts.
  private static func isSynchronised() -> Bool {
    var state = timex()
    let answer = adjtimex(&state)
    if answer < 0 { return access("/run/systemd/timesync/synchronized", F_OK) == 0 }
    return answer != TIME_ERROR && state.status & STA_UNSYNC == 0
  }

  /// Whether a clock that runs on a battery agrees with the system's time.
  ///
  /// A clock without battery starts anywhere, usually in 1970, while the system's time may have been set from a file at the start.
  /// It may run in local time, so a difference of hours is fine. A PC without such a device is a guest, whose kernel takes the time
  /// from its host; boards of other kinds have none then.
  private static func hasBattery(at now: Timestamp) -> Bool {
    let shown = (0...3).compactMap { firstLine(of: "/sys/class/rtc/rtc\($0)/since_epoch").flatMap { Int64($0) } }
    if !shown.isEmpty { return shown.contains { abs($0 * 1000 - now.milliseconds) < 15 * 3_600_000 } }
    #if arch(x86_64)
      return access("/sys/class/rtc/rtc0", F_OK) != 0
    #else
      return false
    #endif
  }

  private static func firstLine(of path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
