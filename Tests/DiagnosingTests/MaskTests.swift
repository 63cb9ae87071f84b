import CommunityModel
import Diagnosing
import MarketTime
import Quantities
import Testing

@Suite("A mask")
struct MaskTests {
  private func mask() throws -> Mask {
    let calendar = try #require(MarketCalendar(timeZone: "Europe/Berlin"))
    let connection = GridConnection(importLimit: Power(kilowatts: 30), exportLimit: Power(kilowatts: 30))
    return Mask(
      community: Community(
        id: "birken", name: "Energie Birkenau eG", calendar: calendar, holidayRegion: HolidayRegion(country: "DE"),
        sites: [Site(id: "hof-1", name: "Hof Ziegler", gridConnection: connection)],
        members: [Member(id: "m1", name: "Familie Müller-Lüdenscheidt", site: "hof-1")],
        meteringPoints: [
          MeteringPoint(id: "DE00012345", site: "hof-1", member: "m1", measures: .grid),
          MeteringPoint(id: "SUN", site: "hof-1", measures: .generation),
        ]),
      others: ["erika"])
  }

  @Test("replaces members, places and metering points by words that stay the same, in whole words, whatever their case")
  func names() throws {
    let mask = try mask()
    #expect(mask.masked("DE00012345.active_power at hof-1") == "point-1.active_power at site-1")
    #expect(mask.masked("device mueller, MÜLLER-lüdenscheidt's meter") == "device mueller, member-1-member-1's meter")
    #expect(mask.masked("SUN, SUNNY, sun-meter") == "point-2, SUNNY, point-2-meter")
    #expect(mask.masked("Hof of Ziegler in Birkenau by erika") == "Hof of site-1 in community by user")
  }

  @Test(
    "takes out public addresses and hosts, mail addresses, serial numbers, folders and secrets; private ones stay",
    arguments: [
      ("203.0.113.7:502 unit 3", "public-address unit 3"), ("192.168.1.40:502 unit 3", "192.168.1.40:502 unit 3"),
      ("to 10.0.0.1, 172.20.1.1, 100.64.0.9", "to 10.0.0.1, 172.20.1.1, 100.64.0.9"),
      ("[2001:db8:1:2::40]:502", "[public-address]:502"), ("[fd00:1:2:3::40]:502", "[fd00:1:2:3::40]:502"),
      ("at 2026-06-28T10:00:00Z", "at 2026-06-28T10:00:00Z"),
      ("inverter.local, box.dyn.provider.net", "inverter.local, public-host"),
      ("write to a.b@c.org now", "write to mail-address now"), ("password: x y z", "password: masked"),
      ("API_KEY=abc", "API_KEY= masked"), ("/home/max/readings.sqlite", ".../readings.sqlite"),
      ("/dev/shm/max/readings.sqlite", ".../readings.sqlite"), ("/dev/ttyUSB0 (9600 8N1)", "/dev/ttyUSB0 (9600 8N1)"),
      ("/dev/serial/by-path/pci-0-usb-0:1", "/dev/serial/by-path/pci-0-usb-0:1"),
      (
        "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10KZ8XX-if00-port0 (9600 8N1)",
        "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_SERIAL-if00-port0 (9600 8N1)"
      ),
      ("eastron/sdm630, point.frequency, 3.40.1, collector.yaml", "eastron/sdm630, point.frequency, 3.40.1, collector.yaml"),
    ])
  func patterns(_ text: String, _ expected: String) throws {
    #expect(try mask().masked(text) == expected)
  }
}
