import Collecting
import Console
import Foundation

/// `status` as a person reads it.
struct StatusText {
  private let report: StatusReport
  private let terminal: Terminal
  private let numbers = NumberStyle(decimals: 1)

  init(_ report: StatusReport, terminal: Terminal) {
    self.report = report
    self.terminal = terminal
  }

  /// The lines, none wider than the terminal where the names allow it.
  var lines: [String] {
    [head] + clock + [""] + busTable + [""] + deviceTable + complaints + [""] + storeLines
  }

  private var head: String {
    var troubles: [String] = []
    let unwell = report.totals.devices - report.totals.devicesWell
    if unwell > 0 { troubles.append("\(unwell) of \(report.totals.devices) devices in trouble") }
    if report.store.failure != nil { troubles.append("the store cannot write") }
    if report.store.warnings?.isEmpty == false { troubles.append("the store needs a look") }
    let well =
      report.allWell
      ? terminal.styled("all well", .green)
      : terminal.styled(troubles.isEmpty ? "a look is needed" : troubles.joined(separator: ", "), .red)
    let since = Duration.seconds(report.uptimeSeconds).spoken
    return "collecting for \(since), \(report.totals.devices) devices on \(report.buses.count) buses: \(well)"
  }

  private var clock: [String] {
    guard let clock = report.clock else { return [] }
    let words = [
      "synchronised": "synchronised", "held": "was synchronised, goes on from there",
      "battery": "by the clock's battery, not synchronised",
    ]
    guard clock.trusted, let state = words[clock.source] else {
      let line = "time: unknown; \(report.store.aside) readings wait aside until it is synchronised (docs/time.md)"
      return [terminal.styled(line, .red)]
    }
    var line = "time: \(state), since \(Self.clock(clock.since)) UTC"
    let ahead = clock.systemAheadSeconds
    if abs(ahead) >= 1 { line += "; the system's clock is \(numbers.text(abs(ahead))) s \(ahead > 0 ? "ahead" : "behind")" }
    return [line]
  }

  private var busTable: [String] {
    var table = TextTable(
      columns: [
        .init("bus"), .init("link"), .init("requests", .right), .init("errors 5 min", .right), .init("1 h", .right),
        .init("most often"),
      ], flexible: "link")
    for bus in report.buses {
      let trouble: TextStyle? = bus.advances ? nil : .red
      table.append([
        .init(bus.id, style: trouble), .init(bus.link), .init("\(bus.total.requests)"), rate(bus.lastFiveMinutes),
        rate(bus.lastHour),
        .init(bus.advances ? bus.mainCause.map(Self.words) ?? "" : "hangs", style: trouble),
      ])
    }
    return table.lines(width: terminal.width, styled: terminal.usesColours)
  }

  private var deviceTable: [String] {
    var table = TextTable(
      columns: [
        .init("device"), .init("bus"), .init("last good (UTC)"), .init("age", .right), .init("every", .right),
        .init("answers in", .right), .init("state"),
      ], flexible: "bus")
    for bus in report.buses {
      for device in bus.devices {
        table.append([
          .init(device.id), .init(bus.id), .init(device.lastGood.map(Self.clock) ?? "none yet"),
          .init(device.ageSeconds.map { Duration.seconds($0).spoken } ?? ""), pace(of: device),
          .init(device.meanLatencyMs.map { "\(Int($0.rounded())) ms" } ?? ""),
          .init(Self.state(of: device, at: report.time), style: device.well ? nil : .red),
        ])
      }
    }
    return table.lines(width: terminal.width, styled: terminal.usesColours)
  }

  private var complaints: [String] {
    let told = report.buses.compactMap { bus in bus.complaint.map { "\(bus.id): \($0)" } }
    return told.isEmpty ? [] : [""] + told
  }

  private var storeLines: [String] {
    let store = report.store
    var line = "store \(store.file): \(store.stored) readings stored"
    line += store.lastCommit.map { ", last at \(Self.clock($0)) UTC" } ?? ""
    line += ", \(store.waiting) waiting"
    if store.dropped > 0 { line += ", \(store.dropped) given up" }
    if let from = store.droppedFrom, let until = store.droppedUntil {
      line += " (taken \(Self.clock(from)) to \(Self.clock(until)) UTC)"
    }
    if store.conflicts > 0 { line += ", \(store.conflicts) contradicted stored ones" }
    if report.totals.quarantined > 0 { line += ", \(report.totals.quarantined) values put aside" }
    var lines = [line]
    if let failure = store.failure {
      lines.append(terminal.styled("store: \(failure)", .red))
      if let reach = store.memoryReachSeconds {
        lines.append("readings wait in memory, which holds those of \(Duration.seconds(reach).spoken)")
      }
    }
    for warning in store.warnings ?? [] { lines.append(terminal.styled("store: \(warning.message)", .red)) }
    if let refused = report.configuration.refused {
      lines.append("configuration: the one read at \(Self.clock(refused)) UTC was refused, see the log; an older one is in force")
    }
    return lines
  }

  private func rate(_ tally: StatusReport.Tally) -> TextTable.Cell {
    guard let rate = tally.errorRate else { return "" }
    return .init(numbers.percent(Int64(tally.errors), per: Int64(tally.requests)), style: rate > 0.05 ? .red : nil)
  }

  /// How often a device is read; where that is not as often as wanted, both.
  private func pace(of device: StatusReport.Device) -> TextTable.Cell {
    guard let wanted = device.intervalSeconds.map({ Duration.seconds($0).spokenInterval }) else { return "" }
    guard device.stretched == true, let achieved = device.achievedIntervalSeconds else { return .init(wanted) }
    return .init("\(Duration.seconds(achieved).spokenInterval), not \(wanted)", style: .red)
  }

  /// What a cause is called, as in "no answer".
  private static func words(_ cause: String) -> String { cause.replacing("_", with: " ") }

  private static func state(of device: StatusReport.Device, at time: Date) -> String {
    guard let since = device.offlineSince else { return device.state }
    return "\(device.state) for \(Duration.seconds(time.timeIntervalSince(since)).spoken)"
  }

  /// The time of day, with the date where it is not today's.
  private static func clock(_ time: Date) -> String {
    let text = time.formatted(.iso8601)
    let day = Date().formatted(.iso8601).prefix(10)
    return text.hasPrefix(day) ? String(text.dropFirst(11).prefix(8)) : "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
  }
}
