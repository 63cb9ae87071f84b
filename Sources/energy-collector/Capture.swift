import ArgumentParser
import Collecting
import CommunityFiles
import Console
import DeviceProfiles
import Foundation
import ModbusIO
import Readings
import UnixSignals

/// `energy-collector devices capture`
struct Capture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture", abstract: "Records a device's registers into a file of samples.",
    usage: """
      energy-collector devices capture (--tcp <host[:port]> | --rtu <device>)
          (--range <table:first-last> ... | --profile <profile>) [<options>]
      """,
    discussion: """
      Reads the ranges that are named, or with --profile what the profile needs.
      What the device refuses is cut until the registers that exist are found: a
      register that does not costs a request. Ctrl-C ends a long recording; what
      has been read is kept. With a profile, decoded values stand in the file as
      comments: confirm them at the device's display before they count.
      Serial numbers become zeros: the registers that the profile (or a SunSpec
      map) calls the serial number, and those given with --blank. Without a
      profile, texts in the words are named so that you can blank them.

      EXAMPLES
        energy-collector devices capture --rtu /dev/ttyUSB0 --unit 1 \\
          --range input:0-99 --range holding:0-49 -o meter.samples.yaml
        energy-collector devices capture --tcp 192.168.1.40 --profile abb/b23 \\
          --name "exporting 2 kW at noon" -o b23.samples.yaml
        energy-collector devices capture --tcp 192.168.1.40 --profile abb/b23 \\
          --name "importing 1 kW at night" -o b23.samples.yaml --append

      EXIT STATUS
         0 done
         1 the file cannot be written
         2 the device did not answer to the end, or the recording was stopped
         3 a profile is wrong, each place named
        64 wrong use of the command
      """)

  @OptionGroup var link: LinkOptions

  @Option(help: ArgumentHelp("Unit number (the profile's, else 1).", valueName: "number"))
  var unit: UInt8?

  @Option(help: ArgumentHelp("Registers to read, wire addresses from 0; may be given again.", valueName: "table:first-last"))
  var range: [String] = []

  @Option(help: ArgumentHelp("The device's profile: maker/model, or a profile's file.", valueName: "profile"))
  var profile: String?

  @Option(help: ArgumentHelp("Registers to overwrite with zeros; may be given again.", valueName: "table:first-last"))
  var blank: [String] = []

  @Option(help: ArgumentHelp("What the device is doing.", valueName: "text"))
  var name = "recorded"

  @Option(name: [.short, .long], help: ArgumentHelp("Where to write; else the recording is printed.", valueName: "file"))
  var output: String?

  @Flag(help: "Add the recording to the file, behind those that are in it.")
  var append = false

  @Option(help: ArgumentHelp("Registers a request, 1 to 125 (the profile's, else 60).", valueName: "count"))
  var count: Int?

  @Option(help: ArgumentHelp("Milliseconds that an answer may take.", valueName: "ms"))
  var timeout = 1000

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  func validate() throws {
    guard profile != nil || !range.isEmpty else { throw ValidationError("name the registers with --range, or a --profile") }
    _ = try range.map(registerRange)
    _ = try blank.map(registerRange)
    if let count, !(1...125).contains(count) { throw ValidationError("--count takes 1 to 125") }
    guard (10...60_000).contains(timeout) else { throw ValidationError("--timeout takes 10 to 60000 ms") }
    guard let output else {
      if append { throw ValidationError("--append needs the file to add to: -o FILE") }
      return
    }
    if !append, FileManager.default.fileExists(atPath: output) {
      throw ValidationError("\(output) is there already; a recording is never overwritten: add to it with --append")
    }
  }

  func run() async throws {
    let known = try profile.map { name in try reportingProblems { try namedProfile(name, folders: devices) } }
    let unit = unit ?? known?.link.unit ?? 1
    let bus = ModbusConnection(try link.link(known?.link))
    await bus.rest(afterConnecting: known?.limits.silenceAfterConnecting ?? .zero)
    var words: [RegisterWords] = []
    var blanks = try blank.map(registerRange)
    var failure: String?
    if let known {
      let recording = await DeviceRecording(known, unit: unit, on: bus, pacing: unhurried, uptime: SystemTime.uptime)
      (words, failure) = (recording.words, recording.failure.map { "\($0)" })
      blanks += recording.serialNumbers
    }
    if !range.isEmpty, failure == nil {
      let sweep = RegisterSweep(
        try range.map(registerRange), registersPerRequest: count ?? known?.limits.registersPerRequest ?? 60,
        timeout: .milliseconds(timeout), pause: known?.limits.pause ?? .milliseconds(20))
      let outcome = await outcome(of: sweep, on: bus, unit: unit)
      failure = outcome.wasStopped ? "stopped before the end" : outcome.failure.map { "\($0)" }
      words += outcome.words.filter { run in !words.contains { $0.block.overlaps(run.block) } }
    }
    await bus.close()
    if !words.isEmpty { try write(words, blanks: blanks, unit: unit, profile: known) }
    if let failure {
      tell(failure)
      throw ExitCode(2)
    }
    if words.isEmpty {
      tell("the device answers, but refuses every register; try other ranges or the other table")
      throw ExitCode(2)
    }
  }

  /// Sweeps until the end or until somebody presses Ctrl-C, and tells what it took.
  private func outcome(of sweep: RegisterSweep, on bus: ModbusConnection, unit: UInt8) async -> RegisterSweep.Outcome {
    let sweeping = Task {
      await sweep.run(bus, unit: unit, pacing: unhurried) { tellProgress("\($0) of \($1) registers; Ctrl-C keeps what is read") }
    }
    let stopping = Task {
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { sweeping.cancel() }
    }
    let outcome = await sweeping.value
    stopping.cancel()
    tellProgress(nil)
    let count = outcome.words.map(\.words.count).reduce(0, +)
    tell(
      "\(plural(count, "register")) read, \(outcome.refused) refused, \(plural(outcome.requests, "request")), the longest answered "
        + "of \(plural(outcome.longestAnswered, "register"))")
    if let limit = outcome.limit {
      tell("longer requests are refused: write `limits: {registers_per_request: \(limit)}` into the profile")
    }
    return outcome
  }

  private func write(
    _ words: [RegisterWords], blanks: [DeviceProfiles.RegisterBlock], unit: UInt8, profile: DeviceProfile?
  ) throws {
    let date = "\(SystemTime.now())".prefix(10)
    let samples = SamplesText(
      name: name, unit: unit, source: "own recording of \(date) with energy-collector devices capture", words: words,
      blank: blanks, profile: profile)
    if let output {
      do {
        try text(of: samples, for: output).write(toFile: output, atomically: true, encoding: .utf8)
      } catch let code as ExitCode {
        throw code
      } catch {
        tell("\(output): cannot be written: \(error.localizedDescription)")
        throw ExitCode(1)
      }
      let count = words.map(\.words.count).reduce(0, +)
      print("\(output): \(plural(count, "register")) in \(plural(words.count, "block"))\(append ? " added" : "")")
      for guess in samples.guesses { say("  \(guess)") }
    } else {
      print(samples.text, terminator: "")
    }
    for text in RegisterTextRun.texts(in: samples.words) {
      tell("note: \(text); if that is a serial number or a name, record again with --blank")
    }
  }

  /// What the file will hold.
  private func text(of samples: SamplesText, for file: String) throws -> String {
    guard append, FileManager.default.fileExists(atPath: file) else { return samples.text }
    guard let text = samples.text(appendedTo: try String(contentsOfFile: file, encoding: .utf8)) else {
      tell("\(file): has no list 'samples' to add to; nothing was changed")
      throw ExitCode(1)
    }
    return text
  }
}

/// The registers that `text` names: `input:0-99`, `holding:40000-40069`, `holding:0xFC00-0xFC01`.
///
/// - Throws: `ValidationError` for anything else.
func registerRange(_ text: String) throws -> DeviceProfiles.RegisterBlock {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
  let tables = DeviceProfiles.RegisterTable.allCases.map(\.rawValue)
  guard parts.count == 2 else {
    throw ValidationError("'\(text)' names no registers; write TABLE:FIRST-LAST, such as input:0-99")
  }
  guard let table = DeviceProfiles.RegisterTable(rawValue: parts[0]) else {
    throw ValidationError("'\(text)': there is no table '\(parts[0])'\(Spelling.hint(for: parts[0], among: tables))")
  }
  let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false).map { end in
    end.hasPrefix("0x") ? UInt16(end.dropFirst(2), radix: 16) : UInt16(end)
  }
  guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
    throw ValidationError("'\(text)': registers are two wire addresses from 0 to 65535, the lower one first, such as input:0-99")
  }
  return DeviceProfiles.RegisterBlock(table: table, address: first, count: Int(last - first) + 1)
}
