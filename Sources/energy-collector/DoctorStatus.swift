import ArgumentParser
import Diagnosing
import Foundation

/// What the running collector says of its buses, for the doctor: nobody else may ask the devices then.
struct DoctorStatus {
  private let buses: [StatusReport.Bus]

  /// Asks the collector that writes `store`; nil where it does not answer.
  init?(store: String) {
    guard let text = try? SocketOptions.parse(["--store", store]).ask(), let report = try? StatusReport(json: text) else {
      return nil
    }
    buses = report.buses
  }

  /// Each bus with its errors of the last hour, and each device that is not well, with the collector's own complaint.
  var remarks: [Remark] {
    buses.flatMap { bus in [remark(on: bus)] + bus.devices.filter { !$0.well }.map { remark(on: $0, bus) } }
  }

  private func remark(on bus: StatusReport.Bus) -> Remark {
    let hour = bus.lastHour
    let count = "\(hour.errors) of \(hour.requests) requests of the last hour failed"
    guard bus.advances else {
      return Remark(
        .buses, .problem, "bus_hangs", about: bus.id, "the collector waits for \(bus.link) and gets no further; \(count)",
        next: "restart the adapter or gateway, then the collector")
    }
    guard hour.errors > 0 else {
      return Remark(.buses, .ok, "bus", about: bus.id, "\(hour.requests) requests of the last hour to \(bus.link), none failed")
    }
    let cause = bus.mainCause.map { ", mostly \($0)" } ?? ""
    // A single lost answer in fifty is usual on a long line.
    let level: Remark.Level = hour.errors * 5 > hour.requests ? .problem : hour.errors * 50 > hour.requests ? .warning : .note
    return Remark(
      .buses, level, "bus_fails", about: bus.id, "\(count)\(cause)",
      next: "stop the collector and run `doctor --live 1min`: it asks each device alone and in pairs and names the one to blame")
  }

  private func remark(on device: StatusReport.Device, _ bus: StatusReport.Bus) -> Remark {
    Remark(
      .buses, .problem, "device_fails", about: "\(bus.id), device \(device.id)",
      "\(device.state), \(device.failedPolls) of \(device.polls) polls failed\(device.complaint.map { ": \($0)" } ?? "")",
      next: "stop the collector and run `doctor --live 1min`, or `energy-collector probe` with this device")
  }
}
