import ArgumentParser
import CommunityFiles
import Console
import DeviceProfiles
import Readings

/// `energy-collector devices`
struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists, shows, checks and records devices.",
    subcommands: [List.self, ShowProfile.self, CheckProfile.self, Capture.self])

  /// `energy-collector devices list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the device profiles there are.",
      discussion: "EXAMPLE\n  energy-collector devices list")

    @Option(help: ArgumentHelp("Folder of device profiles.", valueName: "folder"))
    var devices: [String] = []

    func run() throws {
      try reportingProblems {
        let catalog = try DeviceCatalog(folders: [InstalledFolders().devices()] + devices)
        var table = TextTable(
          columns: [.init("profile"), .init("kind"), .init("status"), .init("device")], flexible: "device")
        for name in catalog.names {
          let profile = try catalog.profile(name)
          let status = profile.status == .confirmed ? "confirmed" : "unconfirmed"
          table.append([.init(name), .init(profile.kind.rawValue), .init(status), .init("\(profile.maker) \(profile.model)")])
        }
        let terminal = Terminal(.standardOutput)
        for line in table.lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
      }
    }
  }

  /// `energy-collector devices check`
  struct CheckProfile: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Checks a device profile and decodes its samples.",
      discussion: "EXAMPLE\n  energy-collector devices check devices/eastron/sdm630.yaml")

    @Argument(help: ArgumentHelp("Profiles to check.", valueName: "file.yaml"))
    var files: [String]

    @Option(help: ArgumentHelp("Folder of device profiles, for SunSpec models.", valueName: "folder"))
    var devices: [String] = []

    func run() throws {
      let wrong = try reportingProblems {
        let catalog = try DeviceCatalog(folders: [InstalledFolders().devices()] + devices)
        return try files.flatMap { file in
          let check = try ProfileCheck(profile: catalog.profile(atPath: file), path: file)
          print("\(file): \(check.sampleCount) samples, \(check.valueCount) values, \(check.mismatches.count) wrong")
          return check.mismatches
        }
      }
      for mismatch in wrong { tell(mismatch) }
      if !wrong.isEmpty { throw ExitCode(3) }
    }
  }
}
