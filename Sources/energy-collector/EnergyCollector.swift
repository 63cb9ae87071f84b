import ArgumentParser
import CTimex
import Glibc

/// Reads the meters and inverters of a site.
@main
struct EnergyCollector: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energy-collector",
    abstract: "Reads the meters and inverters of a site over Modbus and keeps every reading.",
    discussion: """
      The devices are listed in a file, collector.yaml
      (docs/formats/collector.md); what their registers mean is read from the
      folder devices/. Nothing is ever written to a device.

      EXAMPLES
        energy-collector check collector.yaml    is the file right?
        energy-collector read collector.yaml     one reading of each device
        energy-collector run collector.yaml      collect until stopped
        energy-collector status                  how is the running one doing?
        energy-collector scan 192.168.1.10-40    who is there?
        energy-collector doctor collector.yaml   what is wrong, what to do?
        energy-collector simulate collector.yaml --from readings.csv
                                                 try things without hardware

      EXIT STATUS
         0 done
         1 failed while running
         2 read, probe, scan, capture, status: a device does not answer;
           doctor: problems found
         3 a file is wrong, each place named
        64 wrong use of the command
      """,
    version: "0.1.0",
    subcommands: [
      Check.self, Read.self, Run.self, Status.self, Scan.self, Probe.self, Doctor.self, Simulate.self, Devices.self,
    ])

  /// Runs the command; usage, and what is wrong with the command's words, stand in lines that break between words.
  static func main() async {
    // Each bus has a thread, and glibc gives threads heaps of their own that keep what they once needed.
    mallopt(M_ARENA_MAX, 2)
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      let code = exitCode(for: error)
      let message = fullMessage(for: error)
      let lines = message.isEmpty ? [] : message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for line in lines {
        if !code.isSuccess {
          tell(line)
        } else if line.hasPrefix("USAGE:") {
          say(line)
        } else {
          print(line)
        }
      }
      Glibc.exit(code.rawValue)
    }
  }
}
