import ArgumentParser
import Collecting
import CommunityModel
import Console
import DeviceProfiles
import MarketTime
import ModbusIO
import Quantities
import Readings

/// `energy-collector read`
struct Read: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Reads each device once and prints what it says, as a table.",
    discussion: """
      Every bus is read at the same time; a device that does not answer is named
      with the reason and what to try.

      EXAMPLES
        energy-collector read collector.yaml
        energy-collector read collector.yaml --device cellar-meter
      """)

  @OptionGroup var options: CollectorOptions

  @Option(help: ArgumentHelp("Read this device only; may be given again.", valueName: "id"))
  var device: [String] = []

  func run() async throws {
    let plan = try options.load().plan
    let known = plan.buses.flatMap(\.devices).map(\.id)
    if let stranger = device.first(where: { !known.contains($0) }) {
      throw ValidationError("there is no device '\(stranger)'; known are \(known.joined(separator: ", "))")
    }
    let pacing = DevicePoller.Pacing(now: SystemTime.now) { try? await Task.sleep(for: $0) }
    var outcomes: [String: PollOutcome] = [:]
    await withTaskGroup(of: [(String, PollOutcome)].self) { group in
      for bus in plan.buses {
        group.addTask {
          let source = ModbusConnection(bus.link)
          await source.rest(afterConnecting: bus.silenceAfterConnecting)
          var polled: [(String, PollOutcome)] = []
          for plan in bus.devices where device.isEmpty || device.contains(plan.id) {
            var poller = DevicePoller(plan)
            polled.append((plan.id, await poller.poll(source, pacing: pacing)))
          }
          await source.close()
          return polled
        }
      }
      for await polled in group {
        for (id, outcome) in polled { outcomes[id] = outcome }
      }
    }
    show(outcomes, of: plan)
    if outcomes.values.contains(where: { $0.failure != nil }) { throw ExitCode(2) }
  }

  private func show(_ outcomes: [String: PollOutcome], of plan: CollectionPlan) {
    let terminal = Terminal(.standardOutput)
    var table = TextTable(
      columns: [.init("device"), .init("measures"), .init("channel"), .init("value", .right), .init("unit")], flexible: "channel")
    for device in plan.buses.flatMap(\.devices) {
      guard let outcome = outcomes[device.id] else { continue }
      var name = device.id
      for field in outcome.fields {
        guard let count = field.value.count else { continue }
        let (number, unit) = field.channel.shown(count)
        let value = device.profile.state(field).map { "\(number) (\($0))" } ?? number
        table.append([
          .init(name), .init(device.points[field.part]?.text ?? field.part.name), .init(field.channel.rawValue), .init(value),
          .init(unit),
        ])
        name = ""
      }
    }
    for line in table.lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
    for device in plan.buses.flatMap(\.devices) {
      if let failure = outcomes[device.id]?.failure { tell("\(device.id): \(failure)") }
    }
  }
}
