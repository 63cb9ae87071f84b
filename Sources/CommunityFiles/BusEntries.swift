import CommunityModel
import Yams

extension CollectorReader {
  /// A bus: where it is, and that no other bus is the same line.
  mutating func bus(_ fields: Fields) -> CollectorFile.Bus? {
    defer { fields.finish() }
    fields.reserve("rtu_over_tcp", "tls")
    let id: Identifier<CollectorFile.Bus>? = fields.identifier("id")
    if let id, fields.has("rtu") { serialBuses.insert(id) }
    guard let address = address(fields), let id else { return nil }
    let line = Self.line(of: address)
    if let other = busOfAddress[line] {
      problems.add(
        "bus '\(id)' is the same line as bus '\(other)'; one bus has one owner, so put the devices of both on one",
        at: fields.place(of: fields.has("tcp") ? "tcp" : "rtu"))
      return nil
    }
    busOfAddress[line] = id.text
    return CollectorFile.Bus(id: id, address: address)
  }

  private func address(_ fields: Fields) -> CollectorFile.Bus.Address? {
    switch (fields.has("tcp"), fields.has("rtu")) {
    case (true, false): return fields.text("tcp").flatMap { tcpAddress($0, at: fields.node("tcp")?.mark) }
    case (false, true): return fields.fields("rtu").flatMap { serialLine($0) }.map { .serial($0) }
    case (true, true):
      problems.add("\(fields.subject) has both 'tcp' and 'rtu'; keep one", at: fields.place(of: "rtu"))
      return nil
    case (false, false):
      if fields.isMapping {
        problems.add("\(fields.subject) needs `tcp: HOST:PORT` or `rtu: {device: /dev/...}`", at: fields.mark)
      }
      return nil
    }
  }

  /// What makes two addresses the same line: host and port, or the serial device whatever its settings.
  private static func line(of address: CollectorFile.Bus.Address) -> CollectorFile.Bus.Address {
    switch address {
    case .tcp(let host, let port): .tcp(host: host.lowercased(), port: port)
    case .serial(let settings): .serial(CollectorFile.SerialSettings(path: settings.path, baud: 0, parity: .none, stopBits: 0))
    }
  }

  // MARK: - Network

  private func tcpAddress(_ text: String, at place: Mark?) -> CollectorFile.Bus.Address? {
    if text.contains("/") { return refuse(text, at: place) }
    let host: Substring
    let port: Substring?
    if text.hasPrefix("["), let bracket = text.lastIndex(of: "]") {
      host = text[..<bracket].dropFirst()
      let rest = text[bracket...].dropFirst()
      guard rest.isEmpty || rest.hasPrefix(":"), Self.isAddress6(host) else { return refuse(text, at: place) }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      host = parts[0]
      port = parts.count > 1 ? parts[1] : nil
      if let port, port.contains(":"), Self.isAddress6(text[...]) {
        problems.add("'tcp' is '\(text)'; write an IPv6 address in brackets, such as [fd00::40]:502", at: place)
        return nil
      }
      guard Self.isHost(host) else { return refuse(text, at: place) }
    }
    guard let port else { return .tcp(host: String(host), port: 502) }
    guard let number = Int(port), (1...65_535).contains(number) else {
      problems.add("'tcp' is '\(text)'; the port must be a whole number from 1 to 65535", at: place)
      return nil
    }
    return .tcp(host: String(host), port: number)
  }

  private func refuse(_ text: String, at place: Mark?) -> CollectorFile.Bus.Address? {
    problems.add("'tcp' is '\(text)'; write only HOST:PORT, such as 192.168.1.40:502", at: place)
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
