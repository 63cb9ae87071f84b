import Yams

extension CollectorReader {
  /// How a bus is served to others. Whoever reaches it needs no password, so that other machines must be named.
  mutating func proxy(_ fields: Fields, bus: String) -> CollectorFile.Proxy? {
    defer { fields.finish() }
    let age = fields.duration("max_age", default: .seconds(2), in: .zero...(.seconds(3600)), like: "2 s")
    let allowed = fields.list("allow").compactMap { range($0, of: fields) }
    let units = fields.list("units").compactMap { fields.integer($0, key: "units", in: 0...255) }
    guard
      let text = fields.text("listen", expected: "an address of this machine and a port, such as 127.0.0.1:1502"),
      let end = endpoint(text, of: "listen", at: fields.node("listen")?.mark)
    else { return nil }
    let place = fields.node("listen")?.mark
    let host = end.host == "localhost" ? "127.0.0.1" : end.host
    guard let port = end.port, NetworkRange.bytes(of: host) != nil else {
      problems.add(
        "'listen' is '\(text)'; write an address of this machine, no name, and a port, such as 127.0.0.1:1502", at: place)
      return nil
    }
    if !NetworkRange.isLoopback(host), !fields.has("allow") {
      problems.add(
        "'listen' is '\(text)', which other machines reach, and Modbus knows no passwords; say who may read with "
          + "`allow: [192.168.1.0/24]`, or listen at 127.0.0.1", at: place)
    }
    let wildcards = ["0.0.0.0", "::"]
    if let other = busOfProxy.first(where: { other in
      other.port == port && (other.host == host || wildcards.contains(other.host) || wildcards.contains(host))
    }) {
      problems.add("'listen' is '\(text)', where bus '\(other.bus)' is served; give each its own port", at: place)
    }
    busOfProxy.append((host, port, bus))
    guard let age else { return nil }
    return CollectorFile.Proxy(host: host, port: port, maximumAge: age, allowed: allowed, units: units.map { UInt8($0) })
  }

  private func range(_ node: Node, of fields: Fields) -> NetworkRange? {
    let expected = "an address or a network such as 192.168.1.0/24"
    guard let text = fields.scalar(node, key: "allow", expected: expected) else { return nil }
    if let range = NetworkRange(text) { return range }
    problems.add("'allow' is '\(text)', it must be \(expected), with zeros behind the prefix", at: node.mark)
    return nil
  }
}
