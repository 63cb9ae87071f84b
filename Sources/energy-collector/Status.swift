import ArgumentParser
import Console
import Foundation
import ServiceSockets

/// `energy-collector status`
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Asks the running collector how its buses, devices and store are doing.",
    discussion: """
      Asks over a socket on this machine, so that nothing is polled and the
      collector is not disturbed. --json: docs/formats/status-json.md.

      EXIT STATUS
         0 all well
         1 no collector runs, or it cannot be asked
         2 something does not answer, stands still or cannot be stored

      EXAMPLES
        energy-collector status
        energy-collector status --json
        energy-collector status --socket /run/energy-collector/status.sock
      """)

  @OptionGroup var place: SocketOptions

  @Flag(help: "Print JSON instead of a table.")
  var json = false

  func run() throws {
    let answer: (text: String, report: StatusReport)
    do {
      let text = try place.ask()
      answer = (text, try StatusReport(json: text))
    } catch let failure as StatusSocket.Failure {
      tell("\(failure)")
      if case .notServed = failure {
        tell("is the collector running? `energy-collector run` starts it; --socket names another place")
      }
      throw ExitCode(1)
    } catch {
      tell(
        "the collector's answer cannot be read: \(error); collector and this program have different versions, restart the collector"
      )
      throw ExitCode(1)
    }
    if json {
      print(answer.text)
    } else {
      let terminal = Terminal(.standardOutput)
      for line in StatusText(answer.report, terminal: terminal).lines { print(line) }
    }
    if !answer.report.allWell { throw ExitCode(2) }
  }
}

/// Where the running collector's socket is.
struct SocketOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The running collector's socket; else the service's below /run, else the one beside the store.", valueName: "path"))
  var socket: String?

  @Option(help: ArgumentHelp("The database that the collector writes.", valueName: "file"))
  var store = "readings.sqlite"

  /// Where the service of packaging/systemd has it.
  private static let folderOfService = "/run/energy-collector"

  /// Where `run` serves it: as told, else in systemd's runtime directory, else beside the store.
  static func served(_ socket: String?, store: String) -> String {
    if let socket { return socket }
    if let folder = Terminal.variable("RUNTIME_DIRECTORY")?.split(separator: ":").first { return "\(folder)/status.sock" }
    return store + ".sock"
  }

  /// What the collector says.
  ///
  /// - Throws: `StatusSocket.Failure`, told by the last place asked.
  func ask() throws -> String {
    let beside = Self.served(socket, store: store)
    let files = FileManager.default
    // The folder: a socket in it can be seen by its user and root only, and others shall be told so.
    let isService = socket == nil && !files.fileExists(atPath: beside) && files.fileExists(atPath: Self.folderOfService)
    return try StatusSocket.ask(isService ? "\(Self.folderOfService)/status.sock" : beside)
  }
}
