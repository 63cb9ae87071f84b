import CommunityFiles
import CommunityModel
import DeviceProfiles
import Foundation
import Testing

/// A file of the folder `Broken`: `NUMBER-FORMAT-FAULT.yaml`, with the messages expected in `NUMBER-FORMAT-FAULT.expected`.
struct BrokenFile: CustomTestStringConvertible, Sendable {
  let name: String
  var testDescription: String { name }

  /// Every name in the folder, with or without its partner.
  static let all: [BrokenFile] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Folder.broken)) ?? []
    let names = files.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".expected") }.map { ($0 as NSString).deletingPathExtension }
    return Set(names).sorted().map { BrokenFile(name: $0) }
  }()

  private var path: String { "\(Folder.broken)/\(name).yaml" }

  /// The messages that the file must cause, one line each.
  func expected() throws -> String { try String(contentsOfFile: "\(Folder.broken)/\(name).expected", encoding: .utf8) }

  /// The messages that it causes.
  func messages() throws -> String {
    let bytes = Array(try #require(FileManager.default.contents(atPath: path), "\(name).expected has no \(name).yaml"))
    let format = name.split(separator: "-")[1]
    let lines = told {
      switch format {
      case "community": _ = try CommunityFile(bytes: bytes, file: "\(name).yaml")
      case "collector": _ = try CollectorFile(bytes: bytes, file: "\(name).yaml", in: Self.surroundings)
      case "profile": _ = try DeviceProfileFile(bytes: bytes, file: "\(name).yaml", sunSpecModels: [])
      case "samples": _ = try ProfileSamplesFile(path: path)
      case "model": _ = try SunSpecModelFile(path: path)
      default: Issue.record("\(name): no such format as '\(format)'")
      }
    }
    return lines.map { $0.replacingOccurrences(of: "\(Folder.broken)/", with: "") + "\n" }.joined()
  }

  /// Some device profiles; `community.yaml` has four metering points, any other community is a file of this folder.
  private static let surroundings = CollectorFile.Surroundings(profiles: Sample.profiles) { (path) throws(FileProblems) in
    if path == "community.yaml" { return ["B01-GRID", "B01-PV", "B01-BAT", "HEAT-01"] }
    return try CommunityFile(path: "\(Folder.broken)/\(path)").community.meteringPoints.map(\.id)
  }
}

@Suite("A broken file")
struct BrokenFilesTests {
  @Test("is told with every fault: file, line, column, what was expected", arguments: BrokenFile.all)
  func messages(of file: BrokenFile) throws {
    let expected = try file.expected()
    let messages = try file.messages()
    #expect(messages == expected)
  }

  @Test("is one of at least thirty, and of each format")
  func count() {
    #expect(BrokenFile.all.count >= 30)
    let formats = Set(BrokenFile.all.map { String($0.name.split(separator: "-")[1]) })
    #expect(formats == ["community", "collector", "profile", "samples", "model"])
  }

  @Test("is told with its name where it cannot even be opened")
  func unreadable() {
    #expect(told { _ = try CommunityFile(path: "/nowhere/community.yaml") } == ["/nowhere/community.yaml: no such file"])
    #expect(
      told { _ = try CommunityFile(path: Folder.broken) } == [
        "\(Folder.broken): cannot be read: it is a folder or the disk reports an error"
      ])
  }
}
