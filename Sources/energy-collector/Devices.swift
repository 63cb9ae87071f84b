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
      discussion: """
        A folder devices/ in the current folder and those given with --devices add
        profiles of your own; they win over shipped ones of the same name.

        EXAMPLE
          energy-collector devices list
        """)

    @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
    var devices: [String] = []

    func run() throws {
      try reportingProblems {
        let catalog = try DeviceCatalog(folders: InstalledFolders().allDevices(further: devices))
        var table = TextTable(
          columns: [.init("profile"), .init("kind"), .init("status"), .init("from"), .init("device")], flexible: "device")
        for name in catalog.names {
          let profile = try catalog.profile(name)
          let status = profile.status == .confirmed ? "confirmed" : "unconfirmed"
          table.append([
            .init(name), .init(profile.kind.rawValue), .init(status), .init(origin(of: name, in: catalog)),
            .init("\(profile.maker) \(profile.model)"),
          ])
        }
        let terminal = Terminal(.standardOutput)
        for line in table.lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
      }
    }

    private func origin(of name: String, in catalog: DeviceCatalog) -> String {
      guard let folder = catalog.folder(of: name), folder != catalog.folders.first else { return "shipped" }
      return catalog.isReplacement(name) ? "\(folder), in place of the shipped one" : folder
    }
  }

  /// `energy-collector devices check`
  struct CheckProfile: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Checks a device profile and decodes its samples.",
      discussion: """
        Goes on after a file that is wrong. Samples stand beside the profile, as
        NAME.samples.yaml, and are left out where they are named themselves.

        EXAMPLES
          energy-collector devices check devices/eastron/sdm630.yaml
          energy-collector devices check my-devices/*/*.yaml --devices my-devices

        EXIT STATUS
           0 all files are right
           3 a profile or its samples are wrong, each place named
        """)

    @Argument(help: ArgumentHelp("Profiles to check.", valueName: "file.yaml"))
    var files: [String]

    @Option(
      help: ArgumentHelp("Folder of device profiles, for SunSpec models and profiles that are extended.", valueName: "folder"))
    var devices: [String] = []

    func run() throws {
      let catalog = try reportingProblems { try DeviceCatalog(folders: InstalledFolders().allDevices(further: devices)) }
      var wrong = 0
      for file in files.sorted() where !file.hasSuffix(".samples.yaml") {
        do {
          let profile = try catalog.profile(atPath: file)
          for problem in profile.problems { tell("\(file): \(problem)") }
          let check = try ProfileCheck(profile: profile, path: file)
          let faults = check.mismatches.count + profile.problems.count
          print("\(file): \(check.sampleCount) samples, \(check.valueCount) values, \(faults) wrong")
          for mismatch in check.mismatches { tell(mismatch) }
          wrong += faults > 0 ? 1 : 0
        } catch {
          print("\(file): wrong")
          for problem in error.problems { tell("\(problem)") }
          wrong += 1
        }
      }
      if wrong > 0 {
        tell("\(wrong) of \(files.count) files wrong")
        throw ExitCode(3)
      }
    }
  }
}
