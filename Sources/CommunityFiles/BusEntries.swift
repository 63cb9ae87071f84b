import CommunityModel
import DeviceProfiles
import Yams

extension CollectorReader {
  /// A bus: where it is, and that no other bus is the same line.
  mutating func bus(_ fields: Fields) -> CollectorFile.Bus? {
    defer { fields.finish() }
    fields.reserve("tls")
    let id: Identifier<CollectorFile.Bus>? = fields.identifier("id")
    if let id, fields.has("rtu") || fields.has("rtu_over_tcp") { serialBuses.insert(id) }
    let closes = fields.flag("close_between_polls", default: false)
    let silence =
      fields.has("after_connect")
      ? fields.duration("after_connect", default: nil, in: .zero...(.seconds(10)), like: "1500 ms") : nil
    let proxy = fields.fields("proxy").flatMap { self.proxy($0, bus: id?.text ?? "?") }
    guard let address = address(fields), let id else { return nil }
    busMarks.updateValue(fields.mark, forKey: id)
    let line = Self.line(of: address)
    if let other = busOfAddress[line] {
      problems.add(
        "bus '\(id)' is the same line as bus '\(other)'; one bus has one owner, so put the devices of both on one",
        at: fields.place(of: Self.kinds.first(where: fields.has) ?? "id"))
      return nil
    }
    busOfAddress[line] = id.text
    return CollectorFile.Bus(id: id, address: address, closesBetweenPolls: closes, silenceAfterConnecting: silence, proxy: proxy)
  }

  /// The ways to reach a bus; an entry has one of them.
  private static let kinds = ["tcp", "rtu_over_tcp", "rtu"]

  private func address(_ fields: Fields) -> CollectorFile.Bus.Address? {
    let given = Self.kinds.filter(fields.has)
    guard let kind = given.first, given.count == 1 else {
      if given.count > 1 {
        let several = given.map { "'\($0)'" }.joined(separator: " and ")
        problems.add("\(fields.subject) has both \(several); keep one", at: fields.place(of: given[1]))
      } else if fields.isMapping {
        problems.add(
          "\(fields.subject) needs `tcp: HOST:PORT`, `rtu: {device: /dev/...}` or `rtu_over_tcp: HOST:PORT`", at: fields.mark)
      }
      return nil
    }
    if kind == "rtu" { return fields.fields("rtu").flatMap { serialLine($0) }.map { .serial($0) } }
    guard let text = fields.text(kind), let end = endpoint(text, of: kind, at: fields.node(kind)?.mark) else { return nil }
    if kind == "tcp" { return .tcp(host: end.host, port: end.port ?? 502) }
    guard let port = end.port else {
      problems.add("'rtu_over_tcp' is '\(text)'; give the gateway's port too, such as \(text):8899", at: fields.node(kind)?.mark)
      return nil
    }
    return .rtuOverTCP(host: end.host, port: port)
  }

  /// What makes two addresses the same line: host and port, or the serial device whatever its settings.
  private static func line(of address: CollectorFile.Bus.Address) -> CollectorFile.Bus.Address {
    switch address {
    case .tcp(let host, let port), .rtuOverTCP(let host, let port): .tcp(host: host.lowercased(), port: port)
    case .serial(let settings): .serial(CollectorFile.SerialSettings(path: settings.path, baud: 0, parity: .none, stopBits: 0))
    }
  }

  /// No bus has more to carry than fits its time. Only what cannot be avoided is counted: words on a serial line, and silences.
  func checkCapacity(of buses: [CollectorFile.Bus], _ devices: [CollectorFile.Device]) {
    for bus in buses {
      let onBus = devices.filter { $0.bus == bus.id }
      let share = onBus.map { leastTime(of: $0, on: bus) / $0.interval }.reduce(0, +)
      guard share > 1 else { continue }
      problems.add(
        "bus '\(bus.id)' cannot keep up: the words of its devices alone need \(Int((share * 100).rounded(.up))) % of the time; "
          + "read them less often ('every'), or set a higher speed", at: busMarks[bus.id] ?? nil)
    }
  }

  private func leastTime(of device: CollectorFile.Device, on bus: CollectorFile.Bus) -> Duration {
    guard let profile = surroundings.profiles[device.profile]?.profile else { return .zero }
    let parts = Set(device.measures.keys.map { DevicePart($0) })
    guard case .serial(let line) = bus.address else { return profile.leastRoundTime(of: parts, on: nil) }
    let parity: LinkDefaults.Parity =
      switch line.parity {
      case .none: .none
      case .even: .even
      case .odd: .odd
      }
    return profile.leastRoundTime(of: parts, on: .init(baud: line.baud, parity: parity, stopBits: line.stopBits))
  }

  // MARK: - Network

  /// The host and, where one is given, the port that `text` names.
  func endpoint(_ text: String, of key: String, at place: Mark?) -> (host: String, port: Int?)? {
    if text.contains("/") { return refuse(text, of: key, at: place) }
    let host: Substring
    let port: Substring?
    if text.hasPrefix("["), let bracket = text.lastIndex(of: "]") {
      host = text[..<bracket].dropFirst()
      let rest = text[bracket...].dropFirst()
      guard rest.isEmpty || rest.hasPrefix(":"), Self.isAddress6(host) else { return refuse(text, of: key, at: place) }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = parts[0]
      port = parts.count > 1 ? parts[1] : nil
      if let port, port.contains(":"), Self.isAddress6(text[...]) {
        problems.add("'\(key)' is '\(text)'; write an IPv6 address in brackets, such as [fd00::40]:502", at: place)
        return nil
      }
      guard Self.isHost(host) else { return refuse(text, of: key, at: place) }
    }
    guard let port else { return (String(host), nil) }
    guard let number = Int(port), (1...65_535).contains(number) else {
      problems.add("'\(key)' is '\(text)'; the port must be a whole number from 1 to 65535", at: place)
      return nil
    }
    return (String(host), number)
  }

  private func refuse(_ text: String, of key: String, at place: Mark?) -> (host: String, port: Int?)? {
    problems.add("'\(key)' is '\(text)'; write only HOST:PORT, such as 192.168.1.40:502", at: place)
    return nil
  }

  private static func isAddress6(_ text: Substring) -> Bool {
    text.contains(":") && text.allSatisfy { $0.isHexDigit || ":.%".contains($0) || ($0.isASCII && $0.isLetter) }
  }

  /// A name of letters, digits, `-`, `_` and `.`, or four numbers up to 255.
  private static func isHost(_ text: Substring) -> Bool {
    guard (1...253).contains(text.utf8.count),
      text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    else { return false }
    guard text.allSatisfy({ $0.isNumber || $0 == "." }) else { return true }
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && !numbers.contains(nil)
  }

  // MARK: - Serial line

  private func serialLine(_ fields: Fields) -> CollectorFile.SerialSettings? {
    defer { fields.finish() }
    let path = fields.text("device", expected: "the path of the serial adapter")
    if let path, !path.hasPrefix("/") {
      problems.add(
        "'device' is '\(path)', it must be a path such as /dev/serial/by-id/usb-FTDI_...-if00-port0",
        at: fields.node("device")?.mark)
    }
    let baud = SerialRates.read(fields, default: 9600)
    let parity: CollectorFile.SerialSettings.Parity? = fields.choice("parity", default: CollectorFile.SerialSettings.Parity.none)
    let stopBits = fields.integer("stop_bits", default: 1, in: 1...2)
    guard let path, let baud, let parity, let stopBits else { return nil }
    return CollectorFile.SerialSettings(path: path, baud: baud, parity: parity, stopBits: stopBits)
  }
}

/// The key `baud` of a serial line.
enum SerialRates {
  /// The rates that Modbus devices have.
  static let known = [1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200]

  /// The rate that `fields` names.
  static func read(_ fields: Fields, default fallback: Int? = nil) -> Int? {
    guard let rate = fields.integer("baud", default: fallback, in: 300...1_000_000) else { return nil }
    if known.contains(rate) { return rate }
    fields.problems.add(
      "'baud' is '\(rate)', it must be one of \(known.map { String($0) }.joined(separator: ", "))", at: fields.node("baud")?.mark)
    return nil
  }
}
