import Foundation

/// Where the data that belongs to the programs lies: `devices/` and `profiles/`.
///
/// Looked for, in this order: where the command line or the environment says, beside the program, under its prefix
/// (`PREFIX/share/energy-opt`), in the checkout that the program was built in, and in the current folder.
public struct InstalledFolders: Sendable {
  private let programFolder: String
  private let environment: [String: String]

  /// Looks around the running program.
  public init() {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    self.init(programFolder: (program as NSString).deletingLastPathComponent, environment: ProcessInfo.processInfo.environment)
  }

  /// Looks around a program in `programFolder` with this environment.
  public init(programFolder: String, environment: [String: String]) {
    self.programFolder = programFolder
    self.environment = environment
  }

  /// The folder of device profiles; `named` is the command line's, and `ENERGY_OPT_DEVICES` the environment's.
  ///
  /// - Throws: `FileProblems` that lists the places looked at when there is none.
  public func devices(named: String? = nil) throws(FileProblems) -> String {
    try folder("devices", named: named, variable: "ENERGY_OPT_DEVICES", option: "--devices")
  }

  /// All folders of device profiles, those whose profiles win last: the shipped one, a folder `devices` beside the file of devices
  /// (without a file: in the current folder), then `further` ones as the command line names them.
  ///
  /// - Parameter file: the path of a `collector.yaml`; nil where a command names none.
  /// - Throws: `FileProblems` when the shipped folder is not found.
  public func allDevices(beside file: String? = nil, further: [String] = []) throws(FileProblems) -> [String] {
    let shipped = try devices()
    let parent = file.map { ($0 as NSString).deletingLastPathComponent } ?? ""
    let own = parent.isEmpty ? "devices" : (parent as NSString).appendingPathComponent("devices")
    let isOwn = isFolder(own) && real(own) != real(shipped)
    return [shipped] + (isOwn ? [own] : []) + further
  }

  /// The path without links, from the root.
  private func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }

  /// The folder of load, generation and price profiles; `named` is the command line's, and `ENERGY_OPT_PROFILES` the environment's.
  ///
  /// - Throws: `FileProblems` that lists the places looked at when there is none.
  public func profiles(named: String? = nil) throws(FileProblems) -> String {
    try folder("profiles", named: named, variable: "ENERGY_OPT_PROFILES", option: "--profiles")
  }

  private func folder(
    _ name: String, named: String?, variable: String, option: String
  ) throws(FileProblems) -> String {
    if let named {
      guard isFolder(named) else {
        throw FileProblems([FileProblem(file: named, message: "no such folder, given with \(option)")])
      }
      return named
    }
    if let told = environment[variable], !told.isEmpty {
      guard isFolder(told) else { throw FileProblems([FileProblem(file: told, message: "no such folder, given by \(variable)")]) }
      return told
    }
    let places = ["\(programFolder)/\(name)", "\(programFolder)/../share/energy-opt/\(name)"] + checkout(name) + [name]
    if let place = places.first(where: isFolder) { return place }
    throw FileProblems([
      FileProblem(
        file: name,
        message: "folder not found; looked at \(places.joined(separator: ", ")); name it with \(option) or \(variable)")
    ])
  }

  /// The folder of this name in the checkout around a build folder such as `.build/debug`.
  private func checkout(_ name: String) -> [String] {
    let parts = programFolder.split(separator: "/", omittingEmptySubsequences: false)
    guard let build = parts.lastIndex(where: { $0.hasPrefix(".build") }) else { return [] }
    return ["\(parts[..<build].joined(separator: "/"))/\(name)"]
  }

  private func isFolder(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
