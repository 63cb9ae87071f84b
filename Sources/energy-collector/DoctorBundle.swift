import Collecting
import CommunityFiles
import CommunityModel
import Console
import DeviceProfiles
import Diagnosing
import Foundation
import MarketTime
import ModbusIO
import Readings

/// A report for somebody else, as plain text: what the doctor found, what is read and how, what happened last.
///
/// Nothing is copied from the files: only what the programs understand is written, without comments and unknown keys, and the whole
/// text goes through a mask. docs/doctor.md says what stays and what goes.
struct DoctorBundle {
  let report: DoctorReport
  let plan: CollectionPlan
  let entries: CollectorFile
  let community: Community?
  let readings: DoctorReadings?

  /// How many events, values put aside and errors are told.
  private static let most = 200

  /// The text.
  var text: String {
    let remarks = RemarkText(report.remarks).lines(for: Terminal(isTerminal: false))
    let sections: [(String, [String])] = [
      ("Found", remarks), ("Buses", buses), ("Devices", devices), ("Metering points", points), ("Series", series),
      ("Last events", events), ("Values put aside, with their registers", quarantined), ("Errors of buses", errors),
    ]
    let head = [
      "energy-collector doctor, report of \(report.time)", "names, places, serial numbers, public addresses: masked", "",
    ]
    let body = sections.flatMap { title, lines in ["== \(title)"] + (lines.isEmpty ? ["none"] : lines) + [""] }
    return mask.masked((head + body).joined(separator: "\n"))
  }

  private var mask: Mask {
    let others = [NSUserName(), MachineLook.hostName].filter { $0.count > 2 && !["root", "localhost"].contains($0) }
    return Mask(community: community, others: others)
  }

  private var buses: [String] {
    entries.buses.map { bus in
      "\(bus.id): \(ModbusLink(bus.address)), close_between_polls \(bus.closesBetweenPolls), after_connect "
        + "\(bus.silenceAfterConnecting.map { "\($0.wholeMilliseconds) ms" } ?? "as the profiles say")"
    }
  }

  private var devices: [String] {
    entries.devices.map { device in
      let measures = device.measures.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      let last = readings?.devices(of: plan).first { $0.device == device.id.text }?.last.map { "\($0)" } ?? "never"
      return "\(device.id): \(device.profile) on \(device.bus) unit \(device.unit), {\(measures)}, every "
        + "\(device.interval.wholeMilliseconds) ms, last reading \(last)"
    }
  }

  private var points: [String] {
    (community?.meteringPoints ?? []).map { "\($0.id): \($0.measures.rawValue), site \($0.site)" }
  }

  private var series: [String] {
    (readings?.samples ?? [:]).sorted { $0.key < $1.key }.map { key, samples in
      let values = samples.map(\.value)
      return
        "\(key): \(samples.count) readings, least \(values.min() ?? 0), greatest \(values.max() ?? 0), last \(values.last ?? 0) "
        + key.channel.unit.storedSymbol
    }
  }

  private var events: [String] {
    (readings?.events ?? []).suffix(Self.most).map { event in
      let series = event.series.map { " \($0)" } ?? ""
      let values = [event.before, event.after].map { $0.map { "\($0)" } ?? "-" }.joined(separator: " -> ")
      return "\(event.time) \(event.device)\(series): \(event.kind.name), \(values)"
    }
  }

  private var quarantined: [String] {
    (readings?.quarantined ?? []).suffix(Self.most).map { value in
      let words = value.registers.map(\.hexadecimal).joined(separator: " ")
      return "\(value.time) \(value.series): \(value.reason.rawValue), \(value.value.map { "\($0)" } ?? "too large"), "
        + "registers \(words.isEmpty ? "unknown" : words)"
    }
  }

  private var errors: [String] {
    plan.buses.flatMap { bus -> [String] in
      var counts: [String: Int] = [:]
      for exchange in readings?.exchanges[bus.id] ?? [] {
        if case .failure(let error) = exchange.result { counts["\(error)", default: 0] += 1 }
      }
      return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.most).map {
        "\(bus.id), \($0.value) times: \($0.key)"
      }
    }
  }
}
