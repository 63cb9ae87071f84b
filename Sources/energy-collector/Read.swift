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
      with the reason and what to try. A quantity that a device gives no value of
      says so.

      EXAMPLES
        energy-collector read collector.yaml
        energy-collector read collector.yaml --device cellar-meter

      EXIT STATUS
         0 each device was read
         2 a device did not answer, or refused everything
         3 a file is wrong, each place named
        64 wrong use of the command
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
    if outcomes.values.contains(where: { $0.failure != nil || $0.refusal != nil }) { throw ExitCode(2) }
  }

  private func show(_ outcomes: [String: PollOutcome], of plan: CollectionPlan) {
    let terminal = Terminal(.standardOutput)
    var table = TextTable(
      columns: [.init("device"), .init("measures"), .init("channel"), .init("value", .right), .init("unit")], flexible: "channel")
    var isEmpty = true
    for device in plan.buses.flatMap(\.devices) {
      guard let outcome = outcomes[device.id] else { continue }
      var name = device.id
      for field in outcome.fields {
        guard let (value, unit, style) = outcome.cells(of: field, by: device.profile) else { continue }
        isEmpty = false
        table.append([
          .init(name), .init(device.points[field.part]?.text ?? field.part.name), .init(field.channel.rawValue),
          .init(value, style: style), .init(unit),
        ])
        name = ""
      }
    }
    if !isEmpty { for line in table.lines(width: terminal.width, styled: terminal.usesColours) { print(line) } }
    for device in plan.buses.flatMap(\.devices) {
      guard let outcome = outcomes[device.id] else { continue }
      if let failure = outcome.failure { tell("\(device.id): \(failure)") }
      if let refusal = outcome.refusal { tell("\(device.id): \(refusal)") }
    }
  }
}

extension PollOutcome {
  /// What a table says of a quantity: value and unit, or why there is none; nil for what was not asked, or what its model has not.
  fileprivate func cells(of field: DecodedField, by profile: DeviceProfile) -> (value: String, unit: String, style: TextStyle?)? {
    switch field.value {
    case .value(let count):
      let (number, unit) = field.channel.shown(count)
      return (profile.state(field).map { "\(number) (\($0))" } ?? number, unit, nil)
    case .missing(.notInModel): return nil
    case .missing(.notRead): return failure == nil && refusal == nil ? ("refused", "", .dim) : nil
    case .missing: return (field.value.reason, "", .dim)
    }
  }
}
