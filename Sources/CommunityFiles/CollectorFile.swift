public import CommunityModel
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

  /// A line on which one request at a time can be under way.
  public struct Bus: Sendable, Equatable {
    /// How the bus is reached.
    public enum Address: Sendable, Hashable {
      /// A device or gateway in the network.
      case tcp(host: String, port: Int)
      /// A serial line.
      case serial(SerialSettings)
    }

    /// Its short name.
    public let id: Identifier<Bus>
    /// How it is reached.
    public let address: Address
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
  }

  /// What must be known from outside to check the file.
  public struct Surroundings: Sendable {
    /// The device profiles there are, each with the parts it measures.
    public var profiles: [String: Set<String>]
    /// Reads the metering points of a community's file named in this one; nil when files are not to be followed.
    public var meteringPoints: (@Sendable (_ path: String) throws(FileProblems) -> [MeteringPoint.ID])?

    /// Surroundings; see the properties.
    public init(
      profiles: [String: Set<String>],
      meteringPoints: (@Sendable (_ path: String) throws(FileProblems) -> [MeteringPoint.ID])? = nil
    ) {
      self.profiles = profiles
      self.meteringPoints = meteringPoints
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
    var reader = CollectorReader(
      root: Fields(root, subject: "the file", problems: problems), problems: problems, surroundings: surroundings)
    let result = try reader.read()
    try problems.throwIfAny()
    self = result
  }

  init(buses: [Bus], devices: [Device], community: String?) {
    self.buses = buses
    self.devices = devices
    self.community = community
  }
}

/// Walks through the sections of a collector's file.
private struct CollectorReader {
  let root: Fields
  let problems: ProblemList
  let surroundings: CollectorFile.Surroundings
  private var names = NameTable()
  private var knownPoints: [String]?
  private var measuredBy: [MeteringPoint.ID: String] = [:]
  private var serialBuses: Set<Identifier<CollectorFile.Bus>> = []
  private var busOfAddress: [CollectorFile.Bus.Address: String] = [:]

  init(root: Fields, problems: ProblemList, surroundings: CollectorFile.Surroundings) {
    self.root = root
    self.problems = problems
    self.surroundings = surroundings
  }

  mutating func read() throws(FileProblems) -> CollectorFile {
    FileVersion.check(root)
    let community = root.has("community") ? root.text("community") : nil
    if let community, let read = surroundings.meteringPoints { knownPoints = try read(community).map(\.text) }
    var buses: [CollectorFile.Bus] = []
    for node in root.list("buses") {
      if let bus = bus(entry(node, kind: "bus")) { buses.append(bus) }
    }
    var devices: [CollectorFile.Device] = []
    for node in root.list("devices") {
      if let device = device(entry(node, kind: "device")) { devices.append(device) }
    }
    if root.list("buses").isEmpty {
      problems.add(
        "the file lacks 'buses': at least one such as `{id: cellar, tcp: 192.168.1.40:502}`", at: root.place(of: "buses"))
    }
    if root.list("devices").isEmpty {
      problems.add("the file lacks 'devices': nothing would be read", at: root.place(of: "devices"))
    }
    root.finish()
    return CollectorFile(buses: buses, devices: devices, community: community)
  }

  private mutating func entry(_ node: Node, kind: String) -> Fields {
    let name = node.mapping?["id"]?.string
    let fields = Fields(node, subject: name.map { "\(kind) '\($0)'" } ?? kind, problems: problems)
    if let name { names.define(name, kind: kind, at: fields.place(of: "id"), problems: problems) }
    return fields
  }

  // MARK: - Buses

  private mutating func bus(_ fields: Fields) -> CollectorFile.Bus? {
    defer { fields.finish() }
    let id: Identifier<CollectorFile.Bus>? = fields.identifier("id")
    let tcp = fields.has("tcp") ? fields.text("tcp") : nil
    let rtu = fields.fields("rtu", subject: "rtu of \(fields.subject)")
    let address: CollectorFile.Bus.Address?
    switch (tcp, rtu) {
    case (let text?, nil): address = tcpAddress(text, fields)
    case (nil, let line?): address = serialLine(line).map { .serial($0) }
    case (_?, _?):
      problems.add("\(fields.subject) has both 'tcp' and 'rtu'; keep one", at: fields.place(of: "rtu"))
      return nil
    case (nil, nil):
      problems.add("\(fields.subject) needs `tcp: HOST:PORT` or `rtu: {device: /dev/...}`", at: fields.mark)
      return nil
    }
    guard let id, let address else { return nil }
    if case .serial = address { serialBuses.insert(id) }
    let line = Self.line(of: address)
    if let other = busOfAddress[line] {
      problems.add(
        "bus '\(id)' is the same line as bus '\(other)'; one bus has one owner, so put the devices of both on one",
        at: fields.place(of: tcp == nil ? "rtu" : "tcp"))
      return nil
    }
    busOfAddress[line] = id.text
    return CollectorFile.Bus(id: id, address: address)
  }

  /// What makes two addresses the same line: host and port, or the serial device whatever its settings.
  private static func line(of address: CollectorFile.Bus.Address) -> CollectorFile.Bus.Address {
    guard case .serial(let settings) = address else { return address }
    return .serial(CollectorFile.SerialSettings(path: settings.path, baud: 0, parity: .none, stopBits: 0))
  }

  private func tcpAddress(_ text: String, _ fields: Fields) -> CollectorFile.Bus.Address? {
    let place = fields.node("tcp")?.mark
    if text.contains("://") || text.contains(" ") || text.contains("/") {
      problems.add("'tcp' is '\(text)'; write only HOST:PORT, such as 192.168.1.40:502", at: place)
      return nil
    }
    var host = Substring(text)
    var port = 502
    if let colon = text.lastIndex(of: ":"), text.hasPrefix("[") ? text[..<colon].hasSuffix("]") : true {
      host = text[..<colon]
      guard let number = Int(text[text.index(after: colon)...]), (1...65_535).contains(number) else {
        problems.add("'tcp' is '\(text)'; the port must be a whole number from 1 to 65535", at: place)
        return nil
      }
      port = number
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else {
      problems.add("'tcp' is '\(text)'; a host is missing before the port", at: place)
      return nil
    }
    return .tcp(host: String(host), port: port)
  }

  private func serialLine(_ fields: Fields) -> CollectorFile.SerialSettings? {
    let path = fields.text("device")
    let baud = fields.integer("baud", default: 9600, in: 300...1_000_000)
    let parity: CollectorFile.SerialSettings.Parity? = fields.choice("parity", default: CollectorFile.SerialSettings.Parity.none)
    let stopBits = fields.integer("stop_bits", default: 1, in: 1...2)
    fields.finish()
    guard let path, let baud, let parity, let stopBits else { return nil }
    return CollectorFile.SerialSettings(path: path, baud: baud, parity: parity, stopBits: stopBits)
  }

  // MARK: - Devices

  private mutating func device(_ fields: Fields) -> CollectorFile.Device? {
    defer { fields.finish() }
    let id: Identifier<CollectorFile.Device>? = fields.identifier("id")
    let profile = fields.text("profile")
    let parts = profile.flatMap { surroundings.profiles[$0] }
    if let profile, parts == nil {
      problems.add(
        "there is no device profile '\(profile)'\(Spelling.hint(for: profile, among: surroundings.profiles.keys.sorted()))",
        at: fields.node("profile")?.mark)
    }
    let busName = fields.text("bus")
    if let busName { names.require(busName, kind: "bus", at: fields.node("bus")?.mark, problems: problems) }
    let unit = unit(fields, isSerial: busName.map { serialBuses.contains(Identifier($0)) } ?? false)
    let measures = measures(fields, parts: parts, device: id?.text ?? "?")
    let interval = fields.duration(
      "every", default: .seconds(10), in: .milliseconds(200)...(.seconds(3600)), like: "10 s")
    guard let id, let profile, let busName, let unit, let measures, let interval else { return nil }
    return CollectorFile.Device(
      id: id, profile: profile, bus: Identifier(busName), unit: unit, measures: measures, interval: interval)
  }

  /// 1 to 247 on a serial line; in the network also 0 and 255, which some devices use for themselves.
  private func unit(_ fields: Fields, isSerial: Bool) -> UInt8? {
    guard let unit = fields.integer("unit", default: 1, in: isSerial ? 1...247 : 0...255) else { return nil }
    guard (0...247).contains(unit) || unit == 255 else {
      problems.add("'unit' is '\(unit)', it must be 1 to 247 (in the network also 0 or 255)", at: fields.node("unit")?.mark)
      return nil
    }
    return UInt8(unit)
  }

  /// `measures: POINT`, or `measures: {battery: POINT, pv: POINT}` for devices with several parts.
  private mutating func measures(_ fields: Fields, parts: Set<String>?, device: String) -> [String: MeteringPoint.ID]? {
    guard let node = fields.required("measures", expected: "the metering point, or `{part: point}` for several") else {
      return nil
    }
    var points: [(part: String, point: String, mark: Mark?)] = []
    if let entries = node.mapping {
      points = entries.map { ($0.key.string ?? "", $0.value.string ?? "", $0.value.mark ?? $0.key.mark) }
    } else if let point = fields.scalar(node, key: "measures", expected: "the id of a metering point") {
      points = [("main", point, node.mark)]
    }
    var measures: [String: MeteringPoint.ID] = [:]
    for entry in points {
      if let parts, !parts.contains(entry.part) {
        problems.add(
          "\(fields.subject) has no part '\(entry.part)'\(Spelling.hint(for: entry.part, among: parts.sorted()))", at: entry.mark)
      }
      if let knownPoints, !knownPoints.contains(entry.point) {
        problems.add(
          "there is no metering point '\(entry.point)' in the community\(Spelling.hint(for: entry.point, among: knownPoints))",
          at: entry.mark)
      }
      let point = MeteringPoint.ID(entry.point)
      if let other = measuredBy[point] {
        problems.add("metering point '\(point)' is measured by device '\(other)' already; one device a point", at: entry.mark)
      }
      measuredBy[point] = device
      measures[entry.part] = point
    }
    return measures.isEmpty ? nil : measures
  }
}
