import Foundation
import Testing

@Suite("Installed programs")
struct InstallationTests {
  @Test("find devices, profiles and their library under a prefix whose path has blanks")
  func prefixWithBlanks() async throws {
    let prefix = try TemporaryFolder(suffix: " with blanks")
    for program in Program.allCases {
      try prefix.copy(Checkout.program(program), to: "bin/\(program.rawValue)")
    }
    for folder in ["devices", "profiles"] {
      try prefix.copy(Self.resolved("\(Checkout.folder)/\(folder)"), to: "share/energy-opt/\(folder)")
    }
    let library = "\(Checkout.folder)/.build-deps/highs/lib/libhighs.so"
    if FileManager.default.fileExists(atPath: library) { try prefix.copy(library, to: "lib/energy-opt/libhighs.so") }
    // A profile that only this prefix has tells that its folder is read, not the checkout's.
    try prefix.copy("\(Checkout.devices)/eastron/sdm630.yaml", to: "share/energy-opt/devices/prefix/marker.yaml")

    let collector = prefix.file("bin/energy-collector")
    let list = try await ChildProcess(collector, ["devices", "list"]).end()
    #expect(list.status == 0)
    #expect(list.output.contains("prefix/marker"))
    let community = prefix.file("share/energy-opt/profiles/communities/rural-district")
    let devices = try await ChildProcess(collector, ["check", "\(community)/collector.yaml"]).end()
    #expect(devices.status == 0)
    #expect(devices.output.contains("13 buses, 22 devices, 27 metering points: all right"))
    let check = try await ChildProcess(prefix.file("bin/energy-opt"), ["check", "-c", "\(community)/community.yaml"]).end()
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.output.contains("all right"))

    // A plan needs the standard profiles and the solver's library.
    let arguments = ["-c", "\(community)/community.yaml", "--from", "2016-06-28T00:00:00Z", "--hours", "6"]
    let plan = try await ChildProcess(prefix.file("bin/energy-opt"), ["plan"] + arguments).end()
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("standard profile 13"))
    let holidays = "share/energy-opt/profiles/holidays.csv"
    try FileManager.default.removeItem(atPath: prefix.file(holidays))
    let without = try await ChildProcess(prefix.file("bin/energy-opt"), ["plan"] + arguments).end()
    #expect(without.status != 0, "the plan does not come from the prefix's profiles")
  }

  @Test("look for the solver's library beside themselves")
  func runPath() throws {
    let program = try Data(contentsOf: URL(fileURLWithPath: Checkout.program(.energyOpt)), options: .alwaysMapped)
    #expect(program.range(of: Data("$ORIGIN/../lib/energy-opt".utf8)) != nil)
  }

  private static func resolved(_ path: String) -> String { (path as NSString).resolvingSymlinksInPath }
}
