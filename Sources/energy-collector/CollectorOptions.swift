import ArgumentParser
import Collecting
import CommunityFiles
import CommunityModel
import Console
import DeviceProfiles
import Glibc
import ModbusIO
import Quantities

/// The file of devices and the folder of profiles, which every command needs.
struct CollectorOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The file that lists buses and devices.", valueName: "collector.yaml"))
  var file: String

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  /// Filled by the command line.
  init() {}

  /// The same, of other options.
  init(file: String, devices: [String]) {
    self.init()
    self.file = file
    self.devices = devices
  }

  /// The checked file, with its profiles.
  ///
  /// - Throws: `ExitCode` 3 after telling what is wrong.
  func load() throws -> (file: CollectorFile, plan: CollectionPlan) {
    try reportingProblems { try read() }
  }

  /// The checked file, with its profiles.
  ///
  /// - Throws: `FileProblems`.
  func read() throws -> (file: CollectorFile, plan: CollectionPlan) {
    let catalog = try catalog()
    let file = try CollectorFile(path: file, in: surroundings(catalog))
    return (file, try plan(of: file, catalog: catalog))
  }

  func catalog() throws -> DeviceCatalog {
    try DeviceCatalog(folders: InstalledFolders().allDevices(beside: file, further: devices))
  }

  private func surroundings(_ catalog: DeviceCatalog) -> CollectorFile.Surroundings {
    let profiles = catalog.names.reduce(into: [String: CollectorFile.KnownProfile]()) { known, name in
      // A profile that is itself wrong is told when a device uses it.
      known[name] = (try? catalog.profile(name)).map { .init($0) } ?? .init(parts: Set(DevicePart.known))
    }
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    return CollectorFile.Surroundings(profiles: profiles) { (path) throws(FileProblems) in
      let community = try CommunityFile(path: folder.isEmpty ? path : "\(folder)/\(path)").community
      return community.meteringPoints.map(\.id)
    }
  }

  private func plan(of file: CollectorFile, catalog: DeviceCatalog) throws -> CollectionPlan {
    CollectionPlan(
      buses: try file.buses.map { bus in
        let devices = try file.devices.filter { $0.bus == bus.id }.map { device in
          DevicePlan(
            id: device.id.text, profile: try catalog.profile(device.profile), unit: device.unit,
            points: device.measures.reduce(into: [:]) { $0[DevicePart($1.key)] = $1.value }, interval: device.interval,
            ratedPower: device.ratedPower?.count)
        }
        return BusPlan(
          id: bus.id.text, link: ModbusLink(bus.address), devices: devices, closesBetweenPolls: bus.closesBetweenPolls,
          silenceAfterConnecting: bus.silenceAfterConnecting
            ?? devices.map(\.profile.limits.silenceAfterConnecting).max() ?? .zero,
          proxy: bus.proxy.map { ProxyPlan($0) })
      })
  }
}

extension ProxyPlan {
  /// What a bus's `proxy` in a file says.
  init(_ proxy: CollectorFile.Proxy) {
    self.init(
      host: proxy.host, port: proxy.port, maximumAge: proxy.maximumAge,
      allowed: proxy.allowed.map { AddressRange(bytes: $0.bytes, prefix: $0.prefix) }, units: Set(proxy.units))
  }
}

extension ModbusLink {
  /// Whether serial frames are carried over TCP unchanged.
  var isRTUOverTCP: Bool {
    if case .rtuOverTCP = self { true } else { false }
  }

  /// The link that a bus's address in a file names.
  init(_ address: CollectorFile.Bus.Address) {
    switch address {
    case .tcp(let host, let port):
      self = .tcp(host: host, port: port)
    case .rtuOverTCP(let host, let port):
      self = .rtuOverTCP(host: host, port: port)
    case .serial(let settings):
      let parity: SerialLine.Parity =
        switch settings.parity {
        case .none: .none
        case .even: .even
        case .odd: .odd
        }
      self = .serial(SerialLine(path: settings.path, baud: settings.baud, parity: parity, stopBits: settings.stopBits))
    }
  }
}

/// Runs `body`; a wrong file is told line by line on standard error and ends the program with 3.
func reportingProblems<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let problems as FileProblems {
    for problem in problems.problems { tell("\(problem)") }
    tell("\(plural(problems.problems.count, "problem")) found")
    throw ExitCode(3)
  }
}
