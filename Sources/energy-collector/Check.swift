import ArgumentParser
import Collecting
import CommunityFiles
import DeviceProfiles
import Readings

/// `energy-collector check`
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks the file of devices and everything it names; reads no device.",
    discussion: """
      All problems are told at once, each with line and column.

      EXAMPLE
        energy-collector check profiles/communities/rural-district/collector.yaml

      EXIT STATUS
         0 all is right
         3 a file is wrong, each place named
        64 wrong use of the command
      """)

  @OptionGroup var options: CollectorOptions

  func run() throws {
    let (file, plan) = try options.load()
    let points = Set(file.devices.flatMap(\.measures.values)).count
    print(
      "\(options.file): \(plural(file.buses.count, "bus")), \(plural(file.devices.count, "device")), "
        + "\(plural(points, "metering point")): all right")
    if file.retention == .everything {
      say("note: all that is stored is kept for ever, since 'retention' is not set; docs/retention.md says what may be asked for")
    } else {
      say("stored: \(file.retention); what is older is dropped")
    }
    for bus in file.buses {
      guard let proxy = bus.proxy, proxy.isReachableFromOutside else { continue }
      say(
        "note: bus '\(bus.id)' is served at \(proxy.host) port \(proxy.port) to \(proxy.allowed.map(\.description).joined(separator: ", ")): "
          + "Modbus knows no passwords, whoever comes from there reads these devices")
    }
    for device in plan.buses.flatMap(\.devices) {
      for conflict in device.profile.conflicts { say("note: device '\(device.id)': \(conflict)") }
    }
    let unconfirmed = plan.buses.flatMap(\.devices).filter { $0.profile.status != .confirmed }
    for device in unconfirmed {
      guard case .unconfirmed(missing: let missing) = device.profile.status else { continue }
      say("note: device '\(device.id)': its profile is not confirmed by two sources: \(missing.joined(separator: "; "))")
    }
  }
}
