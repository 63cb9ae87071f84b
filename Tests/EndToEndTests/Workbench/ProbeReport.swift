import Foundation

/// What these tests read of `energy-collector probe --json`.
struct ProbeReport: Decodable {
  let identity: [String: String]
  let quantities: [Quantity]
  let refused: [Registers]

  struct Quantity: Decodable {
    let part: String
    let channel: String
    let value: Int64?
    let missing: String?
  }

  struct Registers: Decodable {
    let table: String
    let address: Int
  }

  /// Probes a served device with the profiles of the checkout and of `folder`.
  init(of recording: ModbusBench.Recording, devices folder: String) async throws {
    let probe = try await ChildProcess.run(
      .collector, "probe", "--tcp", recording.address, "--unit", "\(recording.unit)", "--profile", recording.profile, "--json",
      "--devices", folder)
    guard probe.status == 0 else { throw Checkout.Missing(what: "an answer of \(recording.title)", hint: probe.errors) }
    self = try JSONDecoder().decode(ProbeReport.self, from: Data(probe.output.utf8))
  }

  /// Every quantity that is not what the other decoder reads, and each of its parts that one of both alone has.
  func differences(from recording: ModbusBench.Recording) -> [String] {
    var differences: [String] = []
    var read: Set<String> = []
    for quantity in quantities where recording.parts.contains(quantity.part) {
      let key = "\(quantity.part).\(quantity.channel)"
      read.insert(key)
      let value = quantity.value.map(String.init) ?? quantity.missing ?? "missing"
      let name = recording.labels?[key] ?? key
      guard let other = recording.second[key] else {
        differences.append("\(name) is \(value), nobody expects it")
        continue
      }
      if quantity.value != other { differences.append("\(name) is \(value), expected \(other.map(String.init) ?? "nothing")") }
    }
    differences += recording.second.keys.filter { !read.contains($0) }.map { "\(recording.labels?[$0] ?? $0) is not read" }
    if let identity = recording.identity, identity != self.identity {
      differences.append("it says that it is \(self.identity), expected \(identity)")
    }
    return differences.sorted()
  }
}
