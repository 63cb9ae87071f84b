import Foundation
import Testing

@Suite("Simulated devices, in a process of their own")
struct SimulatedDevicesTests {
  private static let noon = "2016-06-28T12:00:00Z"

  @Test("show the collector the values of the file at the chosen time; a device that is off is named, the others are read")
  func readAtNoon() async throws {
    let folder = try TemporaryFolder()
    // The community's devices at addresses that are not of this machine: the simulator serves them at free ports. One on a serial line.
    let shipped = try Checkout.text("\(Checkout.community)/collector.yaml")
    var elsewhere = shipped.replacingOccurrences(of: "tcp: 127.0.0.1:", with: "tcp: 192.0.2.1:")
    elsewhere = elsewhere.replacingOccurrences(of: "tcp: 192.0.2.1:15013", with: "rtu: {device: /dev/ttyUSB9}")
    let simulator = try ChildProcess(
      .collector, "simulate", try folder.write(elsewhere, to: "elsewhere.yaml"), "--from", "\(Checkout.community)/readings.csv",
      "--at", Self.noon)
    try await simulator.says("serving")

    let off = try await ModbusBench.closed()
    let here = try Self.yaml(elsewhere, at: simulator.output, and: off.recordings[0].address)
    let read = try await ChildProcess.run(.collector, "read", try folder.write(here, to: "here.yaml"))
    #expect(read.status == 2)
    let complaints = read.errors.split(separator: "\n")
    #expect(complaints.count == 1)
    #expect(complaints.first?.hasPrefix("off: ") == true)

    let shown = try Self.values(of: read.output)
    let table = try CSVTable(Checkout.text("\(Checkout.community)/readings.csv"))
    let row = try #require(table.rows.first { $0[0] == Self.noon })
    var exact = 0
    var coarse = 0
    for (name, cell) in zip(table.header, row).dropFirst() {
      let series = name.prefix { $0 != " " }
      guard let value = shown[String(series)] else { continue }
      // The table shows kW and kWh with three decimals, the file has W and Wh.
      let expected = try #require(decimal(cell, digits: 3).map { name.hasSuffix("W]") || name.hasSuffix("Wh]") ? $0 / 1000 : $0 })
      let step = registerStep(of: name) / (name.hasSuffix("[%]") ? 10 : 1000)
      #expect(abs(value - expected) <= step / 2, "\(series) is \(value), the file says \(expected)")
      if step <= 1 { exact += 1 } else { coarse += 1 }
    }
    let grids = Set(shown.keys.filter { $0.hasSuffix("-GRID.active_power") })
    #expect(grids.count == 13, "every building's meter is shown")
    // Eastron, Fronius, SunSpec and heat meter, and all powers, to the last digit; ABB's and GoodWe's counters to their registers' step.
    #expect(exact >= 44)
    #expect(coarse >= 30)
    _ = try await simulator.stop()
  }

  @Test("play the file on, so many times as fast as it was recorded")
  func play() async throws {
    let folder = try TemporaryFolder()
    let yaml = CollectorYAML(devices: [.init(name: "m", profile: "eastron/sdm630", address: "192.0.2.1:502")])
    let csv = "time,m-main.energy_import [Wh]\n2016-06-28T00:00:00Z,1000\n2016-06-28T12:00:00Z,44200\n"
    let simulator = try ChildProcess(
      .collector, "simulate", try folder.write(yaml.text, to: "elsewhere.yaml"), "--from", try folder.write(csv, to: "r.csv"),
      "--speed", "60")
    try await simulator.says("serving")
    let here = try folder.write(Self.yaml(yaml.text, at: simulator.output), to: "here.yaml")
    func counter() async throws -> Int64 {
      let read = try await ChildProcess.run(.collector, "read", here)
      #expect(read.status == 0)
      return try #require(Self.values(of: read.output)["m-main.energy_import"])
    }
    let begin = ContinuousClock.now
    let first = try await counter()
    #expect(first >= 1000)
    var later = first
    while later == first, ContinuousClock.now - begin < ChildProcess.patience { later = try await counter() }
    // 43.2 kWh in twelve hours are 60 Wh a minute, so 60 a second at this speed.
    #expect(later > first)
    #expect(later - first <= 60 * ((ContinuousClock.now - begin).components.seconds + 3))
  }

  /// `text` with each bus at the address that the simulator printed; `off` adds a device there.
  private static func yaml(_ text: String, at printed: String, and off: String? = nil) throws -> String {
    var addresses: [String: String] = [:]
    for line in printed.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":"), let comma = line.firstIndex(of: ",") else { continue }
      addresses[String(line[..<colon])] = line[line.index(after: colon)..<comma].trimmingCharacters(in: .whitespaces)
    }
    var lines: [String] = []
    var bus = ""
    for line in text.components(separatedBy: "\n") {
      if line.contains("- {id: bus-") || line.contains("  - id: bus-") {
        bus = String(line.split { " ,{}".contains($0) }.first { $0.hasPrefix("bus-") } ?? "")
      }
      guard let address = addresses[bus], let key = line.range(of: "tcp: ") ?? line.range(of: "rtu: ") else {
        lines.append(line)
        continue
      }
      let link = address.hasPrefix("/") ? "rtu: {device: \(address)}" : "tcp: \"\(address)\""
      lines.append(line[..<key.lowerBound] + link + (line.hasSuffix("}") && !line.contains("rtu") ? "}" : ""))
      bus = ""
    }
    guard let off else { return lines.joined(separator: "\n") }
    let head = try #require(lines.firstIndex(of: "devices:"))
    lines.insert("  - {id: bus-off, tcp: \"\(off)\"}", at: head)
    return lines.joined(separator: "\n") + "\n  - {id: off, profile: eastron/sdm630, bus: bus-off, unit: 1, measures: OFF}\n"
  }

  /// Thousandths of kW, kWh and of other shown units by `POINT.CHANNEL`, from the table that `read` prints.
  private static func values(of table: String) throws -> [String: Int64] {
    var values: [String: Int64] = [:]
    for line in table.split(separator: "\n").dropFirst() {
      // A device's name stands in its first line only. Powers and energies below a thousand stand in W and Wh.
      let cells = line.split(separator: " ")
      guard let unitless = cells.lastIndex(where: { $0.first?.isNumber == true || $0.hasPrefix("-") }), unitless >= 2 else {
        continue
      }
      let isBare = ["W", "Wh"].contains(cells.last)
      values["\(cells[unitless - 2]).\(cells[unitless - 1])"] = decimal(String(cells[unitless]), digits: 3).map {
        isBare ? $0 / 1000 : $0
      }
    }
    return values
  }
}
