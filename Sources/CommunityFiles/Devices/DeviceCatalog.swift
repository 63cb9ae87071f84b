import Console
public import DeviceProfiles
import Foundation

/// The device profiles in a folder: `<maker>/<model>.yaml`, named `maker/model` without the ending.
///
/// Profiles of further folders win over those of earlier ones, so that a site's own profile replaces a shipped one.
public struct DeviceCatalog: Sendable {
  /// The folders, those whose profiles win last.
  public let folders: [String]
  /// The files of each name, the one that wins last.
  private let files: [String: [String]]
  private let models: [SunSpecModelDefinition]
  /// What is wrong with files of SunSpec models; told when a profile needs models.
  private let modelProblems: [FileProblem]

  /// The profiles below `folders`; reads the SunSpec models in them, not the profiles.
  ///
  /// - Throws: `FileProblems` when a folder is not there.
  public init(folders: [String]) throws(FileProblems) {
    var found: [String: [String]] = [:]
    var problems: [FileProblem] = []
    var models: [Int: SunSpecModelDefinition] = [:]
    for folder in folders {
      guard let makers = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw FileProblems([FileProblem(file: folder, message: "no such folder of device profiles; name one with --devices")])
      }
      for maker in makers {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(maker)")) ?? []
        for file in files where file.hasSuffix(".yaml") && !file.hasSuffix(".samples.yaml") {
          found["\(maker)/\(file.dropLast(5))", default: []].append("\(folder)/\(maker)/\(file)")
        }
      }
      let modelFolder = "\(folder)/sunspec/models"
      for file in ((try? FileManager.default.contentsOfDirectory(atPath: modelFolder)) ?? []).sorted()
      where file.hasSuffix(".yaml") {
        do {
          let model = try SunSpecModelFile(path: "\(modelFolder)/\(file)").definition
          models[model.id] = model
        } catch {
          problems += error.problems
        }
      }
    }
    self.folders = folders
    files = found
    modelProblems = problems
    self.models = models.values.sorted { $0.id < $1.id }
  }

  /// The names of all profiles, in alphabetical order.
  public var names: [String] { files.keys.sorted() }

  /// The file of the profile `name`; nil when there is none.
  public func path(of name: String) -> String? { files[name]?.last }

  /// The folder that the profile `name` is taken from; nil when there is none.
  public func folder(of name: String) -> String? {
    path(of: name).flatMap { path in folders.last { path == "\($0)/\(name).yaml" } }
  }

  /// Whether the profile `name` stands in place of one of the same name in an earlier folder.
  public func isReplacement(_ name: String) -> Bool { (files[name]?.count ?? 0) > 1 }

  /// The profile `name`.
  ///
  /// - Throws: `FileProblems` when there is none, or its file is wrong.
  public func profile(_ name: String) throws(FileProblems) -> DeviceProfile {
    guard let path = path(of: name) else {
      throw FileProblems([
        FileProblem(file: name, message: "there is no such device profile\(Spelling.hint(for: name, among: names))")
      ])
    }
    return try profile(at: path, named: name, extendedBy: [])
  }

  /// Every profile that can be read, by its name, and what is wrong with the others: one broken draft shall not stop a search.
  public func readable() -> (profiles: [(name: String, profile: DeviceProfile)], problems: [FileProblem]) {
    var profiles: [(name: String, profile: DeviceProfile)] = []
    var problems: [FileProblem] = []
    for name in names {
      do throws(FileProblems) {
        profiles.append((name, try profile(name)))
      } catch {
        problems += error.problems.filter { !problems.contains($0) }
      }
    }
    return (profiles, problems)
  }

  /// The profile in the file at `path`, with the catalogue's SunSpec models and the profiles that it extends, which may also lie in the
  /// file's own tree of folders.
  ///
  /// - Throws: `FileProblems` when the file is wrong.
  public func profile(atPath path: String) throws(FileProblems) -> DeviceProfile {
    let name = path.split(separator: "/").suffix(2).joined(separator: "/")
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent().deletingLastPathComponent().path
    return try profile(
      at: path, named: name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name, extendedBy: [], below: folder)
  }

  private struct Place {
    let name: String
    /// Absolute, so that two ways of writing it are one place.
    let path: String
  }

  /// The most profiles that one may stand on.
  private static let deepest = 4

  /// - Parameter folder: a folder of profiles beside those of the catalogue, which wins.
  private func profile(
    at path: String, named name: String, extendedBy above: [Place], below folder: String? = nil
  ) throws(FileProblems) -> DeviceProfile {
    let here = above + [Place(name: name, path: Self.absolute(path))]
    func base(_ name: String) throws(DeviceProfileFile.BaseFailure) -> DeviceProfile {
      // A site's own profile may extend the shipped one of the same name, on which it lies.
      let own = folder.map { "\($0)/\(name).yaml" }.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
      let candidates = (files[name] ?? []) + (own.map { [$0] } ?? [])
      guard let file = candidates.last(where: { file in !here.contains { $0.path == Self.absolute(file) } }) else {
        guard candidates.isEmpty else { throw .cycle(here.map(\.name) + [name]) }
        throw .unknown(hint: Spelling.hint(for: name, among: names))
      }
      guard here.count <= Self.deepest else { throw .tooDeep }
      do throws(FileProblems) {
        return try profile(at: file, named: name, extendedBy: here, below: folder)
      } catch {
        throw .wrong(error)
      }
    }
    let found = try DeviceProfileFile(path: path, sunSpecModels: models, base: base).profile
    if found.sunSpec != nil, !modelProblems.isEmpty { throw FileProblems(modelProblems) }
    return found
  }

  private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
