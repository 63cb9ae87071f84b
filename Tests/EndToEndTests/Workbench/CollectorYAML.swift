/// A `collector.yaml` in the making.
struct CollectorYAML {
  /// A device.
  struct Device {
    /// Its short name; its bus is named after the first device there, and its metering points `NAME-PART`.
    let name: String
    /// Such as `eastron/sdm630`.
    let profile: String
    /// `127.0.0.1:PORT`, or the path of a serial line.
    let address: String
    var unit = 1
    var parts = ["main"]
    var every = "1 s"
    var baud = 9600
  }

  /// The devices.
  var devices: [Device]

  /// The file. Devices of one address share a bus.
  var text: String {
    var lines = ["version: 1", "buses:"]
    var buses: [String: String] = [:]
    for device in devices where buses[device.address] == nil {
      let link =
        device.address.hasPrefix("/") ? "rtu: {device: \(device.address), baud: \(device.baud)}" : "tcp: \"\(device.address)\""
      lines.append("  - {id: bus-\(device.name), \(link)}")
      buses[device.address] = device.name
    }
    lines.append("devices:")
    for device in devices {
      let measures = device.parts.map { "\($0): \(device.name)-\($0)" }.joined(separator: ", ")
      lines.append(
        "  - {id: \(device.name), profile: \(device.profile), bus: bus-\(buses[device.address] ?? ""), unit: \(device.unit), "
          + "measures: {\(measures)}, every: \(device.every)}")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
