import ArgumentParser
import CommunityFiles
import Console
import DeviceProfiles
import Foundation

/// `energy-collector devices`
struct Devices: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists, shows, checks and records devices.",
    discussion: """
      EXAMPLES
        energy-collector devices list keba             is there a profile?
        energy-collector devices show abb/b23          what does it know?
        energy-collector devices check mine/abb/b23.yaml
        energy-collector devices capture --rtu /dev/ttyUSB0 --range input:0-99
      """,
    subcommands: [List.self, ShowProfile.self, CheckProfile.self, Capture.self])

  /// `energy-collector devices list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the device profiles there are.",
      discussion: """
        A folder devices/ in the current folder and those given with --devices add
        profiles of your own; they win over shipped ones of the same name. A profile
        that cannot be read is named and left out.
        Words narrow the list to names, makers and models with all of them in it.

        EXAMPLES
          energy-collector devices list
          energy-collector devices list keba
          energy-collector devices list --kind wallbox

        EXIT STATUS
           0 done
           2 no profile has these words
           3 a folder of profiles is not there
          64 wrong use of the command
        """)

    @Argument(help: ArgumentHelp("Only profiles with these words in name, maker or model.", valueName: "words"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Only devices of this kind, such as meter or wallbox.", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
    var devices: [String] = []

    func validate() throws {
      let kinds = DeviceKind.allCases.map(\.rawValue)
      if let kind, !kinds.contains(kind) {
        throw ValidationError("there is no kind '\(kind)'\(Spelling.hint(for: kind, among: kinds))")
      }
    }

    func run() throws {
      let catalog = try reportingProblems { try DeviceCatalog(folders: InstalledFolders().allDevices(further: devices)) }
      let (known, problems) = catalog.readable()
      let profiles = known.filter { name, profile in
        let text = "\(name) \(profile.maker) \(profile.model)".lowercased()
        return (kind ?? profile.kind.rawValue) == profile.kind.rawValue && words.allSatisfy { text.contains($0.lowercased()) }
      }
      let terminal = Terminal(.standardOutput)
      let width = terminal.isTerminal ? terminal.width : nil
      for line in table(profiles, from: catalog, width: width).lines(width: width, styled: terminal.usesColours) { print(line) }
      tellLeftOut(problems)
      if profiles.isEmpty {
        tell("no profile has that; see all of them without words, or docs/adding-a-device.md for a device of your own")
        throw ExitCode(2)
      }
    }

    /// A device's name narrower than this tells nothing.
    private static let leastDevice = 26

    /// What tells least goes where the device's name would have no room: status, kind, and whence where all are shipped.
    private func table(
      _ profiles: [(name: String, profile: DeviceProfile)], from catalog: DeviceCatalog, width: Int?
    ) -> TextTable {
      let origins = profiles.map { origin(of: $0.name, in: catalog) }
      let showsOrigin = width == nil || origins.contains { $0 != Self.shipped }
      var left = (width ?? Int.max / 2) - 2 - (profiles.map(\.name.count).max() ?? 0) - Self.leastDevice
      if showsOrigin { left -= 2 + (origins.map(\.count).max() ?? 0) }
      let kinds = 2 + (profiles.map(\.profile.kind.rawValue.count).max() ?? 0)
      let showsKind = left >= kinds
      let showsStatus = left >= kinds + 2 + "unconfirmed".count
      let titles = ["profile"] + (showsKind ? ["kind"] : []) + (showsStatus ? ["status"] : []) + (showsOrigin ? ["from"] : [])
      var table = TextTable(columns: (titles + ["device"]).map { .init($0) }, flexible: "device")
      for ((name, profile), origin) in zip(profiles, origins) {
        var cells = [name]
        if showsKind { cells.append(profile.kind.rawValue) }
        if showsStatus { cells.append(profile.status == .confirmed ? "confirmed" : "unconfirmed") }
        if showsOrigin { cells.append(origin) }
        table.append((cells + ["\(profile.maker) \(profile.model)"]).map { .init($0) })
      }
      return table
    }

    private static let shipped = "shipped"

    private func origin(of name: String, in catalog: DeviceCatalog) -> String {
      guard let folder = catalog.folder(of: name), folder != catalog.folders.first else { return Self.shipped }
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
          energy-collector devices check abb/b23
          energy-collector devices check my-devices/abb/b23.yaml
          energy-collector devices check my-devices/*/*.yaml

        EXIT STATUS
           0 all files are right
           3 a profile or its samples are wrong or missing, each place named
          64 wrong use of the command
        """)

    @Argument(help: ArgumentHelp("Profiles to check: files, or maker/model.", valueName: "profile"))
    var files: [String]

    @Option(
      help: ArgumentHelp("Folder of device profiles, for SunSpec models and profiles that are extended.", valueName: "folder"))
    var devices: [String] = []

    func run() throws {
      let catalog = try reportingProblems { try DeviceCatalog(folders: InstalledFolders().allDevices(further: devices)) }
      var wrong = 0
      var count = 0
      for named in files.sorted() {
        // Of `*.yaml` the samples are checked with their profiles.
        if named.hasSuffix(Self.samples), files.contains(Self.profile(of: named)) { continue }
        count += 1
        do {
          if try !check(Self.path(of: named, in: catalog), in: catalog) { wrong += 1 }
        } catch {
          print("\(named): wrong")
          for problem in error.problems { tell("\(problem)") }
          wrong += 1
        }
      }
      if wrong > 0 {
        tell("\(wrong) of \(plural(count, "file")) wrong")
        throw ExitCode(3)
      }
    }

    private static let samples = ".samples.yaml"

    private static func profile(of samplesFile: String) -> String { "\(samplesFile.dropLast(samples.count)).yaml" }

    /// The file that somebody named, or whose profile somebody named.
    private static func path(of named: String, in catalog: DeviceCatalog) throws(FileProblems) -> String {
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(atPath: named, isDirectory: &isFolder)
      if exists, isFolder.boolValue {
        throw FileProblems([FileProblem(file: named, message: "is a folder; name the files in it, such as \(named)/*/*.yaml")])
      }
      if named.hasSuffix(samples) {
        throw FileProblems([
          FileProblem(file: named, message: "holds samples; name their profile, \(profile(of: named)), which brings them along")
        ])
      }
      if exists || named.hasSuffix(".yaml") { return named }
      _ = try catalog.profile(named)
      return catalog.path(of: named) ?? named
    }

    /// Whether the profile in `file` and its samples are right; tells what is not.
    private func check(_ file: String, in catalog: DeviceCatalog) throws(FileProblems) -> Bool {
      let profile = try catalog.profile(atPath: file)
      for problem in profile.problems { tell("\(file): \(problem)") }
      let samplesFile = ProfileCheck.samplesPath(of: file)
      guard FileManager.default.fileExists(atPath: samplesFile) else {
        print("\(file): the profile is \(profile.problems.isEmpty ? "right" : "wrong"), its samples are missing")
        tell(
          "record them: `energy-collector devices capture --rtu DEVICE --profile \(file) --name \"what it is doing\" "
            + "-o \(samplesFile)` (or --tcp HOST)")
        return false
      }
      let check = try ProfileCheck(profile: profile, path: file)
      let faults = check.mismatches.count + profile.problems.count
      print(
        "\(file): \(plural(check.sampleCount, "sample")), \(plural(check.valueCount, "value")), \(faults) wrong")
      for mismatch in check.mismatches { tell(mismatch) }
      return faults == 0
    }
  }
}

/// Names the profiles that could not be read, and goes on.
func tellLeftOut(_ problems: [FileProblem]) {
  guard !problems.isEmpty else { return }
  tell("left out, because they cannot be read:")
  for (file, found) in Dictionary(grouping: problems, by: \.file).sorted(by: { $0.key < $1.key }) {
    guard let first = found.first else { continue }
    tell("\(first)\(found.count > 1 ? "; \(found.count - 1) more: `energy-collector devices check \(file)`" : "")")
  }
}
