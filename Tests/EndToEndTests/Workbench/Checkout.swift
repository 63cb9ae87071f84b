import Foundation

/// Where the checkout's data and its built programs lie.
enum Checkout {
  /// The folder of `Package.swift`.
  static let folder = ancestor(3, of: (#filePath as NSString).deletingLastPathComponent)
  /// The device profiles.
  static let devices = folder + "/devices"
  /// The reference community.
  static let community = folder + "/profiles/communities/rural-district"
  /// Recorded registers beside the checkout; not everyone has them.
  static let dumps = ancestor(1, of: folder) + "/shared/devices/dumps"

  /// Whether the recorded registers lie beside the checkout.
  static var hasDumps: Bool { FileManager.default.fileExists(atPath: dumps) }

  /// The device profiles, such as `eastron/sdm630`; each has samples.
  static let profiles: [String] = {
    let makers = entries(of: devices).filter { isFolder("\(devices)/\($0)") }
    return makers.flatMap { maker in
      entries(of: "\(devices)/\(maker)").filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".samples.yaml") }.map {
        "\(maker)/\($0.dropLast(".yaml".count))"
      }
    }
  }()

  /// A script of `Support/`.
  static func script(_ name: String) -> String { folder + "/Tests/EndToEndTests/Support/" + name }

  /// The text of a file.
  static func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// The built program: in the folder that `ENERGY_OPT_BIN` names, else in the nearest folder above the running tests that has it.
  static func program(_ program: Program) throws -> String { try self.program(named: program.rawValue) }

  /// The built program called `name`, found in the same way.
  static func program(named name: String) throws -> String {
    if let folder = ProcessInfo.processInfo.environment["ENERGY_OPT_BIN"] { return "\(folder)/\(name)" }
    var folder = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") as NSString
    while folder.length > 1 {
      folder = folder.deletingLastPathComponent as NSString
      let path = folder.appendingPathComponent(name)
      if FileManager.default.isExecutableFile(atPath: path), !isFolder(path) { return path }
    }
    throw Missing(what: "the program \(name)", hint: "build it, or name its folder in ENERGY_OPT_BIN")
  }

  /// What the tests cannot do without.
  struct Missing: Error, CustomStringConvertible {
    let what: String
    let hint: String
    var description: String { "\(what) is not there; \(hint)" }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private static func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  private static func ancestor(_ levels: Int, of path: String) -> String {
    (0..<levels).reduce(path) { path, _ in (path as NSString).deletingLastPathComponent }
  }
}

/// The programs under test.
enum Program: String, CaseIterable {
  case collector = "energy-collector"
  case energyOpt = "energy-opt"
}
