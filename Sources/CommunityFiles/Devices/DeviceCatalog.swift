public import DeviceProfiles
import Foundation

/// The device profiles in a folder: `<maker>/<model>.yaml`, named `maker/model` without the ending.
///
/// Profiles of further folders win over those of earlier ones, so that a site's own profile replaces a shipped one.
public struct DeviceCatalog: Sendable {
  private let paths: [String: String]
  private let models: [SunSpecModelDefinition]

  /// The profiles below `folders`; reads the SunSpec models in them, not the profiles.
  ///
  /// - Throws: `FileProblems` when a folder is not there or a SunSpec model's file is wrong.
  public init(folders: [String]) throws(FileProblems) {
    var paths: [String: String] = [:]
    var models: [Int: SunSpecModelDefinition] = [:]
    for folder in folders {
      guard let makers = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw FileProblems([FileProblem(file: folder, message: "no such folder of device profiles; name one with --devices")])
      }
      for maker in makers {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(maker)")) ?? []
        for file in files where file.hasSuffix(".yaml") && !file.hasSuffix(".samples.yaml") {
          paths["\(maker)/\(file.dropLast(5))"] = "\(folder)/\(maker)/\(file)"
        }
      }
      let modelFolder = "\(folder)/sunspec/models"
      for file in ((try? FileManager.default.contentsOfDirectory(atPath: modelFolder)) ?? []).sorted()
      where file.hasSuffix(".yaml") {
        let model = try SunSpecModelFile(path: "\(modelFolder)/\(file)").definition
        models[model.id] = model
      }
    }
    self.paths = paths
    self.models = models.values.sorted { $0.id < $1.id }
  }

  /// The names of all profiles, in alphabetical order.
  public var names: [String] { paths.keys.sorted() }

  /// The file of the profile `name`; nil when there is none.
  public func path(of name: String) -> String? { paths[name] }

  /// The profile `name`.
  ///
  /// - Throws: `FileProblems` when there is none, or its file is wrong.
  public func profile(_ name: String) throws(FileProblems) -> DeviceProfile {
    guard let path = paths[name] else {
      throw FileProblems([
        FileProblem(file: name, message: "there is no such device profile\(Spelling.hint(for: name, among: names))")
      ])
    }
    return try DeviceProfileFile(path: path, sunSpecModels: models).profile
  }

  /// The profile in the file at `path`, with the catalogue's SunSpec models.
  ///
  /// - Throws: `FileProblems` when the file is wrong.
  public func profile(atPath path: String) throws(FileProblems) -> DeviceProfile {
    try DeviceProfileFile(path: path, sunSpecModels: models).profile
  }
}
