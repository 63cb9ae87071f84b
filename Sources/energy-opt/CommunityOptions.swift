import ArgumentParser
import CommunityFiles
import Console
import Foundation
import MarketTime
import Readings
import SQLiteStore
import SeriesFiles

/// The community's file and the databases beside it, which every command needs.
struct CommunityOptions: ParsableArguments {
  @Option(name: [.customShort("c"), .long], help: ArgumentHelp("The community's file.", valueName: "community.yaml"))
  var community = "community.yaml"

  @Option(help: ArgumentHelp("Database of readings; beside the community's file unless told.", valueName: "file"))
  var readings: String?

  @Option(help: ArgumentHelp("Database of imported history; beside the community's file unless told.", valueName: "file"))
  var store: String?

  /// The folder that the community's file lies in, without a slash at the end.
  var folder: String {
    let folder = (community as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
  var readingsPath: String { readings ?? "\(folder)/readings.sqlite" }
  var storePath: String { store ?? "\(folder)/community.sqlite" }
  /// The folder of the imported history, without a slash at the end.
  var storeFolder: String {
    let folder = (storePath as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  /// The checked file.
  ///
  /// - Throws: `ExitCode` 3 after telling what is wrong.
  func load() throws -> CommunityFile {
    if !exists(community) {
      tell("\(community): no such file; name yours with -c, or begin with the example in docs/formats/community.md")
      throw ExitCode(3)
    }
    return try reportingProblems { try CommunityFile(path: community) }
  }

  /// The databases that exist, opened for reading.
  ///
  /// - Throws: `ExitCode` 1 after telling why one cannot be opened.
  func openStores() throws -> (readings: ReadingsDatabase?, imported: CommunityDatabase?) {
    try reportingProblems {
      let readings = exists(readingsPath) ? try ReadingsDatabase(readingOnly: readingsPath) : nil
      let imported = exists(storePath) ? try CommunityDatabase(readingOnly: storePath) : nil
      if self.readings != nil, readings == nil { throw ReadingStoreError.cannotOpen(path: readingsPath, reason: "no such file") }
      return (readings, imported)
    }
  }

  /// Whether the readings are there, or were named.
  var hasReadings: Bool { readings != nil || exists(readingsPath) }
  /// Whether the imported history is there, or was named.
  var hasStore: Bool { store != nil || exists(storePath) }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// Runs `body`; what is wrong is told line by line on standard error, and the program ends with the documented code.
func reportingProblems<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let problems as FileProblems {
    for problem in problems.problems { tell("\(problem)") }
    tell("\(problems.problems.count) problem\(problems.problems.count == 1 ? "" : "s") found")
    throw ExitCode(3)
  } catch let errors as SeriesFileErrors {
    tell("\(errors)")
    throw ExitCode(3)
  } catch let error as ReadingStoreError {
    tell("\(error)")
    throw ExitCode(1)
  } catch let error as BackupError {
    tell("\(error)")
    throw ExitCode(1)
  }
}

/// Writes a line to standard error.
func tell(_ line: String) { ProgressLine.toStandardError(line + "\n") }

/// The system's clocks; only programs ask them.
enum SystemTime {
  /// The time of day.
  static func now() -> Timestamp { Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded())) }

  /// A clock that only runs forward.
  static func uptime() -> Duration { .milliseconds(Int64(ProcessInfo.processInfo.systemUptime * 1000)) }
}
