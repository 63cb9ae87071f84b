import CommunityModel
import Quantities
import Readings
import Testing

@testable import CommunityFiles

@Suite("A collector's file")
struct CollectorFileTests {
  private func bus(_ tcp: String) throws -> CollectorFile.Bus.Address {
    try collector(
      """
      version: 1
      buses:
        - {id: a, tcp: "\(tcp)"}
      devices:
        - {id: meter, profile: abb/b23, bus: a, measures: GRID}
      """
    ).buses[0].address
  }

  /// The example of `docs/formats/collector.md`, in which every key is set, decoded by hand.
  @Test("that sets every key decodes to what it says")
  func everyKey() throws {
    let points: [MeteringPoint.ID] = ["FARM-GRID", "FARM-SUN", "FARM-BATTERY", "MILL-HEAT"]
    let file = try CollectorFile(
      bytes: Array(Documentation("collector.md").example().utf8), file: "collector.yaml",
      in: CollectorFile.Surroundings(profiles: Sample.profiles) { (path) throws(FileProblems) in
        if path == "community.yaml" { return points }
        throw FileProblems([FileProblem(file: path, message: "not the file named")])
      })
    #expect(file.community == "community.yaml")
    #expect(file.retention == Retention(readings: .days(90), quarterHours: .byLaw, events: .byLaw))
    #expect(
      file.buses == [
        CollectorFile.Bus(id: "gateway", address: .tcp(host: "192.168.1.40", port: 502)),
        CollectorFile.Bus(
          id: "roof", address: .tcp(host: "inverter.local", port: 502),
          proxy: CollectorFile.Proxy(
            host: "127.0.0.1", port: 1502, maximumAge: .seconds(2), allowed: [try #require(NetworkRange("192.168.1.0/24"))],
            units: [3])),
        CollectorFile.Bus(
          id: "cellar",
          address: .serial(
            CollectorFile.SerialSettings(
              path: "/dev/serial/by-id/usb-FTDI_FT232R-if00-port0", baud: 19_200, parity: .even, stopBits: 1))),
        CollectorFile.Bus(
          id: "barn", address: .rtuOverTCP(host: "192.168.1.41", port: 8899), closesBetweenPolls: true,
          silenceAfterConnecting: .milliseconds(1500)),
      ])
    #expect(
      file.devices == [
        CollectorFile.Device(
          id: "farm-meter", profile: "abb/b23", bus: "gateway", unit: 1, measures: ["main": "FARM-GRID"], interval: .seconds(10),
          ratedPower: nil),
        CollectorFile.Device(
          id: "farm-inverter", profile: "goodwe/et", bus: "roof", unit: 247,
          measures: ["pv": "FARM-SUN", "battery": "FARM-BATTERY"], interval: .seconds(10),
          ratedPower: Power(kilowatts: 10)),
        CollectorFile.Device(
          id: "mill-heat", profile: "diehl/sharky-775", bus: "cellar", unit: 17, measures: ["main": "MILL-HEAT"],
          interval: .seconds(900), ratedPower: nil),
      ])
  }

  @Test("serves a bus to this machine only unless others are named")
  func proxy() throws {
    func proxy(_ entries: String) throws -> CollectorFile.Proxy? {
      try collector(
        """
        version: 1
        buses:
          - {id: a, tcp: 192.168.1.40, proxy: {\(entries)}}
        devices:
          - {id: meter, profile: abb/b23, bus: a, measures: GRID}
        """
      ).buses[0].proxy
    }
    let own = CollectorFile.Proxy(host: "127.0.0.1", port: 1502, maximumAge: .seconds(2), allowed: [], units: [])
    #expect(try proxy("listen: 127.0.0.1:1502") == own)
    #expect(try proxy("listen: localhost:1502") == own)
    #expect(try proxy("listen: \"[::1]:1502\"")?.isReachableFromOutside == false)
    let open = try proxy("listen: 0.0.0.0:1502, allow: [10.0.0.0/8, \"fd00::/8\", 192.168.1.9]")
    #expect(open?.isReachableFromOutside == true)
    #expect(open?.allowed.map(\.prefix) == [8, 8, 32])
    #expect(open?.allowed.map(\.bytes.first) == [10, 0xFD, 192])
    #expect(throws: FileProblems.self) { try proxy("listen: 0.0.0.0:1502") }
  }

  @Test("fills what it leaves out with the documented defaults")
  func defaults() throws {
    let file = try collector(
      """
      version: 1
      buses:
        - {id: cellar, rtu: {device: /dev/ttyUSB0}}
      devices:
        - {id: meter, profile: abb/b23, bus: cellar, measures: GRID}
      """)
    #expect(file.community == nil)
    #expect(file.retention == .everything)
    #expect(
      file.buses[0].address
        == .serial(CollectorFile.SerialSettings(path: "/dev/ttyUSB0", baud: 9600, parity: .none, stopBits: 1)))
    #expect(file.devices[0].unit == 1)
    #expect(file.devices[0].interval == .seconds(10))
  }

  @Test(
    "takes names and addresses of both versions, with and without port",
    arguments: [
      ("gateway", "gateway", 502), ("gateway.local:1502", "gateway.local", 1502), ("192.168.1.40", "192.168.1.40", 502),
      ("127.0.0.1:15001", "127.0.0.1", 15_001), ("[::1]", "::1", 502), ("[fd00::40]:65535", "fd00::40", 65_535),
      ("[fe80::1%eth0]:1", "fe80::1%eth0", 1), ("1.example:502", "1.example", 502), ("my_box-2:502", "my_box-2", 502),
    ])
  func addresses(text: String, host: String, port: Int) throws {
    #expect(try bus(text) == .tcp(host: host, port: port))
  }

  @Test(
    "takes intervals from 200 ms to 1 h in each unit",
    arguments: [
      ("200 ms", 200), ("1 s", 1000), ("0.5 s", 500), ("1 min", 60_000), ("1 h", 3_600_000), ("3600 s", 3_600_000),
    ])
  func intervals(text: String, milliseconds: Int) throws {
    let file = try collector(
      """
      version: 1
      buses:
        - {id: a, tcp: gateway}
      devices:
        - {id: meter, profile: abb/b23, bus: a, measures: GRID, every: \(text)}
      """)
    #expect(file.devices[0].interval == .milliseconds(milliseconds))
  }

  @Test("lets different profiles read one unit, and one profile the same unit number on two buses")
  func units() throws {
    let file = try collector(
      """
      version: 1
      buses:
        - {id: a, tcp: gateway:502}
        - {id: b, tcp: gateway:503}
      devices:
        - {id: meter, profile: abb/b23, bus: a, unit: 5, measures: GRID}
        - {id: other, profile: goodwe/et, bus: a, unit: 5, measures: {battery: BATTERY}}
        - {id: third, profile: abb/b23, bus: b, unit: 5, measures: MILL}
      """)
    #expect(file.devices.map(\.unit) == [5, 5, 5])
  }
}
