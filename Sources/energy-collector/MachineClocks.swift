import CTimex
import Collecting
import Console
import Foundation
import Glibc
import MarketTime

/// What the kernel says about the time.
enum MachineClocks {
  /// The clocks of this machine; the system's one also counts as synchronised while `synchronizedFile` exists.
  static func clocks(synchronizedFile: String?) -> SiteTime.Clocks {
    SiteTime.Clocks(
      boot: boot, hasBattery: hasBattery(at: SystemTime.now()),
      uptime: sinceBoot, system: SystemTime.now,
      isSynchronised: { isSynchronised() || synchronizedFile.map { access($0, F_OK) == 0 } ?? false })
  }

  /// What this run of the system is called: by the kernel, or by systemd where the service may not ask the kernel. One that nobody
  /// names has a new name each time.
  private static var boot: String {
    firstLine(of: "/proc/sys/kernel/random/boot_id") ?? dashed(Terminal.variable("BOOT_ID")) ?? UUID().uuidString
  }

  /// The 32 digits that systemd writes, as the kernel writes them.
  private static func dashed(_ digits: String?) -> String? {
    guard let digits, digits.count == 32, digits.allSatisfy(\.isHexDigit) else { return nil }
    var rest = Substring(digits)
    return [8, 4, 4, 4, 12].map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }

  /// Since the start of the system, suspension included.
  @Sendable private static func sinceBoot() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Whether somebody (NTP, PTP) keeps the kernel's clock in step; the kernel itself forgets it after some hours without news.
  private static func isSynchronised() -> Bool {
    var state = timex()
    let answer = adjtimex(&state)
    return answer >= 0 && answer != TIME_ERROR && state.status & STA_UNSYNC == 0
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
