public import CommunityModel
public import DeviceProfiles
public import Quantities
public import Readings
import Yams

/// What a collector reads, as `collector.yaml` says: buses, the devices on them, and the metering points that these measure.
///
/// The format is specified in `docs/formats/collector.md`.
public struct CollectorFile: Sendable, Equatable {
  /// The buses, in the order of the file.
  public let buses: [Bus]
  /// The devices, in the order of the file.
  public let devices: [Device]
  /// The community's file that `measures` was held against, relative to this file; nil where none is named.
  public let community: String?
  /// How long what is stored is kept; for ever where the file does not say.
  public let retention: Retention

  /// A line on which one request at a time can be under way.
  public struct Bus: Sendable, Equatable {
    /// How the bus is reached.
    public enum Address: Sendable, Hashable {
      /// A device or gateway in the network.
      case tcp(host: String, port: Int)
      /// A gateway in the network that carries serial frames unchanged.
      case rtuOverTCP(host: String, port: Int)
      /// A serial line.
      case serial(SerialSettings)
    }

    /// Its short name.
    public let id: Identifier<Bus>
    /// How it is reached.
    public let address: Address
    /// Whether the connection is closed whenever nothing is due.
    public let closesBetweenPolls: Bool
    /// Silence between connecting and the first request; nil where the file leaves it to the devices' profiles.
    public let silenceAfterConnecting: Duration?
    /// How the bus is served to others; nil for not at all.
    public let proxy: Proxy?

    init(
      id: Identifier<Bus>, address: Address, closesBetweenPolls: Bool = false, silenceAfterConnecting: Duration? = nil,
      proxy: Proxy? = nil
    ) {
      self.id = id
      self.address = address
      self.closesBetweenPolls = closesBetweenPolls
      self.silenceAfterConnecting = silenceAfterConnecting
      self.proxy = proxy
    }
  }

  /// How a bus is served to others, for reading only.
  public struct Proxy: Sendable, Equatable {
    /// The IPv4 or IPv6 address of this machine to listen at.
    public let host: String
    /// The port to listen on.
    public let port: Int
    /// How old an answer may be that is given again.
    public let maximumAge: Duration
    /// Who may connect besides this machine itself.
    public let allowed: [NetworkRange]
    /// Units that may be asked besides those of the bus's devices.
    public let units: [UInt8]

    /// Whether other machines than this one reach it.
    public var isReachableFromOutside: Bool { !NetworkRange.isLoopback(host) }
  }

  /// A serial line's settings.
  public struct SerialSettings: Sendable, Hashable {
    /// How a character is checked.
    public enum Parity: String, CaseIterable, Sendable {
      case none, even, odd
    }

    /// The line's device, best a stable path below `/dev/serial/by-id`.
    public let path: String
    /// Bits per second.
    public let baud: Int
    /// How a character is checked.
    public let parity: Parity
    /// 1 or 2.
    public let stopBits: Int
  }

  /// A meter, inverter, heat meter on a bus.
  public struct Device: Sendable, Equatable {
    /// Its short name.
    public let id: Identifier<Device>
    /// The profile's name: `eastron/sdm630`.
    public let profile: String
    /// The bus it hangs on.
    public let bus: Identifier<Bus>
    /// Its address on the bus.
    public let unit: UInt8
    /// Which metering point each part of the device measures; `main` for devices with one.
    public let measures: [String: MeteringPoint.ID]
    /// How often it is read.
    public let interval: Duration
    /// The electrical power that stands on its plate; nil where the file does not say.
    public let ratedPower: Power?
  }

  /// What must be known from outside to check the file.
  public struct Surroundings: Sendable {
    /// The device profiles there are, by name.
    public var profiles: [String: KnownProfile]
    /// Reads the metering points of a community's file named in this one; nil when files are not to be followed.
    public var meteringPoints: (@Sendable (_ path: String) throws(FileProblems) -> [MeteringPoint.ID])?

    /// Surroundings; see the properties.
    public init(
      profiles: [String: KnownProfile],
      meteringPoints: (@Sendable (_ path: String) throws(FileProblems) -> [MeteringPoint.ID])? = nil
    ) {
      self.profiles = profiles
      self.meteringPoints = meteringPoints
    }
  }

  /// What a device's entry is held against.
  public struct KnownProfile: Sendable {
    /// The parts that it measures.
    public let parts: Set<String>
    /// The profile; nil where its file is wrong, which is told when it is used.
    public let profile: DeviceProfile?

    /// A profile that can be read.
    public init(_ profile: DeviceProfile) {
      parts = Set(profile.parts.map(\.name))
      self.profile = profile
    }

    /// A profile of which no more is known than its parts.
    public init(parts: Set<String>) {
      self.parts = parts
      profile = nil
    }
  }

  /// Reads and checks the file at `path`.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(path: String, in surroundings: Surroundings) throws(FileProblems) {
    try self.init(bytes: YAMLText.bytes(of: path), file: path, in: surroundings)
  }

  /// Reads and checks `bytes`; `file` names them in messages.
  ///
  /// - Throws: `FileProblems` with everything that is wrong, each with its place.
  public init(bytes: [UInt8], file: String, in surroundings: Surroundings) throws(FileProblems) {
    let root = try YAMLText.parse(bytes, file: file)
    let problems = ProblemList(file: file)
    let fields = Fields(root, subject: "the file", problems: problems)
    try FileVersion.check(fields)
    var reader = CollectorReader(root: fields, problems: problems, surroundings: surroundings)
    let result = reader.read()
    try problems.throwIfAny()
    self = result
  }

  init(buses: [Bus], devices: [Device], community: String?, retention: Retention = .everything) {
    self.buses = buses
    self.devices = devices
    self.community = community
    self.retention = retention
  }
}

/// Walks through the sections of a collector's file.
struct CollectorReader {
  let root: Fields
  let problems: ProblemList
  let surroundings: CollectorFile.Surroundings
  var names = NameTable()
  var serialBuses: Set<Identifier<CollectorFile.Bus>> = []
  var busOfAddress: [CollectorFile.Bus.Address: String] = [:]
  var busOfProxy: [(host: String, port: Int, bus: String)] = []
  var deviceOfUnit: [UnitOnBus: String] = [:]
  var measuredBy: [MeteringPoint.ID: String] = [:]
  var knownPoints: [String]?
  var busMarks: [Identifier<CollectorFile.Bus>: Mark?] = [:]

  init(root: Fields, problems: ProblemList, surroundings: CollectorFile.Surroundings) {
    self.root = root
    self.problems = problems
    self.surroundings = surroundings
  }

  mutating func read() -> CollectorFile {
    let community = root.optionalText("community")
    if let community { knownPoints = meteringPoints(of: community) }
    let buses = root.items("buses", expected: "at least one such as `{id: cellar, tcp: 192.168.1.40:502}`").compactMap { node in
      bus(names.entry(node, kind: "bus", problems: problems))
    }
    let devices = root.items("devices", expected: "at least one, else nothing would be read").compactMap { node in
      device(names.entry(node, kind: "device", problems: problems))
    }
    let retention = root.fields("retention").map { self.retention($0) } ?? .everything
    root.finish()
    checkCapacity(of: buses, devices)
    return CollectorFile(buses: buses, devices: devices, community: community, retention: retention)
  }

  /// The metering points of the community's file at `path`; nil when it is not to be read, or is itself wrong.
  private func meteringPoints(of path: String) -> [String]? {
    do {
      return try surroundings.meteringPoints?(path).map(\.text)
    } catch {
      problems.add(
        "the community's file '\(path)' cannot be used; its problems are told with these", at: root.node("community")?.mark)
      problems.add(error)
      return nil
    }
  }
}
