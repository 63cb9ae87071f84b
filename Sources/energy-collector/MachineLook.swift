import ArgumentParser
import CTimex
import Collecting
import Diagnosing
import Foundation
import Glibc
import MarketTime
import ModbusIO
import SQLiteStore

/// Looks at the machine: reads `/proc`, `/sys`, `/dev` and the store's folder. Writes one small file there for a moment, to see how
/// long a synced write takes.
struct MachineLook {
  let files: [String]
  let store: String?
  let plan: CollectionPlan

  /// What there is to see now; `lastReading` comes from the store.
  func facts(lastReading: Timestamp?) -> MachineFacts {
    var facts = MachineFacts()
    facts.sqlite = SQLiteLibrary.version
    facts.versions = [
      ("energy-collector", EnergyCollector.configuration.version), ("libmodbus", ModbusLibrary.version),
      ("SQLite", SQLiteLibrary.version), ("Linux", Self.kernel), ("system", Self.system),
    ]
    facts.clock = clock(lastReading: lastReading)
    facts.store = store.map(storeFacts)
    facts.files = files.compactMap { path in Self.mode(of: path).map { MachineFacts.File(path: path, mode: $0) } }
    facts.adapters = Self.entries(of: "/dev/serial/by-id").map { name in
      let path = "/dev/serial/by-id/\(name)"
      return MachineFacts.Adapter(path: path, isOpenable: access(path, R_OK | W_OK) == 0)
    }
    facts.lines = plan.buses.compactMap { bus in
      guard case .serial(let line) = bus.link else { return nil }
      return MachineFacts.Line(
        bus: bus.id, path: line.path, exists: access(line.path, F_OK) == 0, isOpenable: access(line.path, R_OK | W_OK) == 0)
    }
    return facts
  }

  // MARK: - Clock

  private func clock(lastReading: Timestamp?) -> MachineFacts.Clock {
    var clock = MachineFacts.Clock(now: SystemTime.now())
    clock.lastReading = lastReading
    var state = timex()
    let answer = adjtimex(&state)
    if answer >= 0 {
      clock.isSynchronised = answer != TIME_ERROR && state.status & STA_UNSYNC == 0
      clock.greatestError = .microseconds(Int64(state.maxerror))
    }
    let known = ["chronyd", "ntpd", "ntpsec", "systemd-timesyn", "openntpd", "ptp4l", "gpsd"]
    let running = Set(Self.processes.compactMap { Self.text("/proc/\($0)/comm") })
    clock.keepers = known.filter(running.contains).map { $0 == "systemd-timesyn" ? "systemd-timesyncd" : $0 }
    if let seconds = Self.text("/sys/class/rtc/rtc0/since_epoch").flatMap({ Int64($0) }) {
      let ahead = seconds * 1000 - SystemTime.now().milliseconds
      // It shows whole seconds.
      clock.batteryClockAhead = .milliseconds(abs(ahead) < 1000 ? 0 : ahead)
    }
    return clock
  }

  // MARK: - Store

  private func storeFacts(_ path: String) -> MachineFacts.Store {
    var facts = MachineFacts.Store(path: path)
    facts.exists = access(path, F_OK) == 0
    facts.writer = Self.writer(of: path)
    facts.mode = facts.exists ? Self.mode(of: path) : nil
    let folder = (path as NSString).deletingLastPathComponent
    let place = folder.isEmpty ? "." : folder
    var system = statvfs()
    if statvfs(place, &system) == 0 { facts.free = Int64(clamping: UInt64(system.f_bavail) * UInt64(system.f_frsize)) }
    facts.syncs = Self.syncs(in: place)
    return facts
  }

  /// The process that holds the store's lock, as the kernel lists it; nothing is locked to find out.
  static func writer(of store: String) -> Int? {
    var facts = stat()
    let lock = (store as NSString).resolvingSymlinksInPath + ".lock"
    guard stat(lock, &facts) == 0, let locks = text("/proc/locks") else { return nil }
    for line in locks.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 5, words[1] == "FLOCK", words[3] == "WRITE",
        words[5].split(separator: ":").last == "\(facts.st_ino)"
      else { continue }
      return Int(words[4])
    }
    return nil
  }

  /// How long eight writes of 4 KiB with `fdatasync` take in `folder`; empty where this user may not write there.
  private static func syncs(in folder: String) -> [Duration] {
    let path = "\(folder)/.doctor-\(getpid())"
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return [] }
    defer {
      close(file)
      unlink(path)
    }
    let page = [UInt8](repeating: 0x5A, count: 4096)
    return (0..<8).compactMap { _ in
      let begin = SystemTime.uptime()
      guard write(file, page, page.count) == page.count, fdatasync(file) == 0 else { return nil }
      return SystemTime.uptime() - begin
    }
  }

  // MARK: - The system

  private static var kernel: String { systemName(\.release) }

  /// What this machine is called.
  static var hostName: String { systemName(\.nodename) }

  private static func systemName<Name>(_ part: KeyPath<utsname, Name>) -> String {
    var names = utsname()
    guard uname(&names) == 0 else { return "unknown" }
    return withUnsafeBytes(of: names[keyPath: part]) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private static var system: String {
    let lines = (text("/etc/os-release") ?? "").split(separator: "\n")
    let name = lines.first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst("PRETTY_NAME=".count)
    return name.map { String($0.filter { $0 != "\"" }) } ?? "unknown"
  }

  private static func mode(of path: String) -> UInt32? {
    var facts = stat()
    return stat(path, &facts) == 0 ? facts.st_mode & 0o7777 : nil
  }

  private static func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static var processes: [String] { entries(of: "/proc").filter { $0.allSatisfy(\.isNumber) } }

  private static func text(_ path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
