import CommunityFiles
import Foundation
import Testing

@Suite("The folders of devices and profiles")
struct InstalledFoldersTests {
  /// A folder with these folders in it.
  private func temporary(_ names: String...) throws -> String {
    let root = (NSTemporaryDirectory() as NSString).appendingPathComponent("installed-\(UUID().uuidString)")
    for name in names { try FileManager.default.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true) }
    return root
  }

  private func delete(_ folder: String) { try? FileManager.default.removeItem(atPath: folder) }

  @Test("are the command line's, else the environment's, else those beside the program")
  func order() throws {
    let root = try temporary("bin/devices", "env", "line")
    defer { delete(root) }
    let folders = InstalledFolders(programFolder: "\(root)/bin", environment: ["ENERGY_OPT_DEVICES": "\(root)/env"])
    #expect(try folders.devices(named: "\(root)/line") == "\(root)/line")
    #expect(try folders.devices() == "\(root)/env")
    let plain = InstalledFolders(programFolder: "\(root)/bin", environment: ["ENERGY_OPT_DEVICES": ""])
    #expect(try plain.devices() == "\(root)/bin/devices")
  }

  @Test("are found under the program's prefix and in the checkout that it was built in")
  func places() throws {
    let root = try temporary("bin", "share/energy-opt/profiles", "checkout/profiles", "checkout/.build/debug")
    defer { delete(root) }
    let installed = InstalledFolders(programFolder: "\(root)/bin", environment: [:])
    #expect(try installed.profiles() == "\(root)/bin/../share/energy-opt/profiles")
    let built = InstalledFolders(programFolder: "\(root)/checkout/.build/debug", environment: [:])
    #expect(try built.profiles() == "\(root)/checkout/profiles")
  }

  @Test("of devices are the shipped one, the one beside the file of devices, and those of the command line, in this order")
  func own() throws {
    let root = try temporary("bin/devices", "site/devices", "more", "empty")
    defer { delete(root) }
    let folders = InstalledFolders(programFolder: "\(root)/bin", environment: [:])
    #expect(
      try folders.allDevices(beside: "\(root)/site/collector.yaml", further: ["\(root)/more"]) == [
        "\(root)/bin/devices", "\(root)/site/devices", "\(root)/more",
      ])
    #expect(try folders.allDevices(beside: "\(root)/empty/collector.yaml") == ["\(root)/bin/devices"])
    // The shipped folder is not told twice, however it is written.
    #expect(try folders.allDevices(beside: "\(root)/site/../bin/collector.yaml") == ["\(root)/bin/devices"])
  }

  @Test("that were named and are not there are not looked for elsewhere")
  func missing() throws {
    let root = try temporary("bin/devices")
    defer { delete(root) }
    let folders = InstalledFolders(programFolder: "\(root)/bin", environment: ["ENERGY_OPT_DEVICES": "/nowhere"])
    #expect(told { _ = try folders.devices() } == ["/nowhere: no such folder, given by ENERGY_OPT_DEVICES"])
    #expect(told { _ = try folders.devices(named: "/else") } == ["/else: no such folder, given with --devices"])
  }
}
