import ArgumentParser
import CommunityFiles
import Console
import DeviceProfiles
import Quantities
import Readings

/// `energy-collector devices show`
struct ShowProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what a profile knows: registers, limits, status, sources.",
    discussion: """
      EXAMPLES
        energy-collector devices show abb/b23
        energy-collector devices show my-devices/abb/b23.yaml

      EXIT STATUS
         0 done
         3 there is no such profile, or its file is wrong
      """)

  @Argument(help: ArgumentHelp("maker/model, or a profile's file.", valueName: "profile"))
  var name: String

  @Option(help: ArgumentHelp("Folder of device profiles; may be given again, later ones win.", valueName: "folder"))
  var devices: [String] = []

  func run() throws {
    let profile = try reportingProblems { try namedProfile(name, folders: devices) }
    let terminal = Terminal(.standardOutput)
    let head = ["\(profile.maker) \(profile.model), \(profile.kind.rawValue)"] + profile.linkLines
    for line in head { say(line) }
    switch profile.status {
    case .confirmed: print("status: confirmed")
    case .unconfirmed(let missing):
      print("status: unconfirmed; nothing of it may be settled before this is known:")
      for line in missing { printItem(line, width: terminal.width) }
    }
    if !profile.conflicts.isEmpty {
      print("compare with the device before you trust it:")
      for line in profile.conflicts { printItem(line, width: terminal.width) }
    }
    if !profile.registers.isEmpty {
      print("")
      let wide = profile.registers.flatMap(\.summands).filter { $0.type.registerCount > 1 }
      if wide.contains(where: { $0.order(in: profile) == .lowFirst }) {
        print("word order: high word first, but low word first where the type says `low`")
      } else if !wide.isEmpty {
        print("word order: high word first")
      }
      for line in table(profile).lines(width: terminal.width, styled: terminal.usesColours) { print(line) }
    }
    for line in profile.patternLines { printItem(line, width: terminal.width) }
    let named = profile.registers.filter { !$0.states.isEmpty }
    if !named.isEmpty {
      print("")
      print("states:")
      for field in named {
        let states = field.states.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        printItem("\(field.key): \(states.joined(separator: ", "))", width: terminal.width)
      }
    }
    if let sunSpec = profile.sunSpec {
      print("")
      print("SunSpec map, looked for at \(sunSpec.bases.map(String.init).joined(separator: ", "))")
      print("models read: \(sunSpec.models.map { String($0.id) }.joined(separator: " "))")
    }
    if !profile.identity.isEmpty {
      print("")
      print("says who it is:")
      for field in profile.identity { print("  \(field.item.rawValue): \(field.block.short)") }
    }
    print("")
    print("sources:")
    for source in profile.sources { printItem(source, width: terminal.width) }
  }

  private func table(_ profile: DeviceProfile) -> TextTable {
    var table = TextTable(
      columns: [
        .init("quantity"), .init("registers"), .init("type"), .init("scale", .right), .init("unit"), .init("positive"),
      ])
    for field in profile.registers {
      table.append([
        .init("\(field.key)"), .init(field.block.short), .init(field.first.typeText(in: profile)),
        .init(field.scale?.text ?? ""), .init(field.unit.symbol), .init(field.positive?.rawValue ?? ""),
      ])
      // What else it is made of stands in lines of its own, so that no name is cut.
      for other in field.others { table.append(["", .init(other.block.short), .init("+ \(other.typeText(in: profile))")]) }
      if let scale = field.scaleRegister {
        table.append(["", .init("\(scale.table.rawValue) \(scale.address)"), "power of ten"])
      }
      if let offset = field.offset { table.append(["", "", "offset", .init(offset.text)]) }
      if let direction = field.direction {
        table.append(["", .init(direction.place.block.short), .init("direction: \(direction.text)")])
      }
    }
    return table
  }
}

/// Prints one item of a list, broken between words.
func printItem(_ text: String, width: Int) {
  var line = "  - "
  for word in text.split(separator: " ") {
    if line.count + word.count > width, line.count > 4 {
      print(line[...].trimmingSuffix)
      line = "    "
    }
    line += word + " "
  }
  print(line[...].trimmingSuffix)
}

extension RegisterSummand {
  /// Its own word order, else the profile's.
  fileprivate func order(in profile: DeviceProfile) -> WordOrder { wordOrder ?? profile.wordOrder }

  /// `u16`, `s32 low`, `u16 bits 8-15`, `u16 x 1000`.
  fileprivate func typeText(in profile: DeviceProfile) -> String {
    var text = type.rawValue
    if type.registerCount > 1, order(in: profile) == .lowFirst { text += " low" }
    if let bits { text += bits.count == 1 ? " bit \(bits.lowerBound)" : " bits \(bits.lowerBound)-\(bits.upperBound)" }
    if let scale { text += " x \(scale.text)" }
    return text
  }
}

extension DirectionRegister {
  /// `0 charge, 1 discharge`.
  fileprivate var text: String {
    let ways = codes.mapValues(\.rawValue).merging(idle.map { ($0, "idle") }) { way, _ in way }
    let bits = place.bits.map { $0.count == 1 ? "bit \($0.lowerBound) " : "bits \($0.lowerBound)-\($0.upperBound) " } ?? ""
    return bits + ways.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }
}

extension DecimalNumber {
  /// As people write it: `0.01`.
  fileprivate var text: String {
    guard decimals > 0 else { return String(mantissa) }
    let magnitude = String(mantissa.magnitude)
    let digits = String(repeating: "0", count: max(0, decimals + 1 - magnitude.count)) + magnitude
    return "\(mantissa < 0 ? "-" : "")\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
  }
}

extension Substring {
  /// Without the blanks at its end.
  fileprivate var trimmingSuffix: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

extension DeviceProfile {
  /// Which words mean "no value", one line for the profile and one for each register with patterns of its own.
  fileprivate var patternLines: [String] {
    func text(_ patterns: [UInt64]) -> String {
      patterns.isEmpty ? "none" : patterns.map { "0x\(String($0, radix: 16, uppercase: true))" }.joined(separator: " ")
    }
    let all = RawType.allCases.compactMap { type in notAvailable[type].map { "\(type.rawValue) \(text($0))" } }
    let own = registers.flatMap { field in
      field.summands.compactMap { summand in summand.notAvailable.map { "\(field.key): no value is \(text($0))" } }
    }
    return (all.isEmpty ? [] : ["no value is \(all.joined(separator: ", "))"]) + own
  }

  /// How such a device is reached and what it bears, one line each.
  var linkLines: [String] {
    var lines: [String] = []
    if let serial = link.serial {
      let parity = serial.parity == .none ? "N" : serial.parity == .even ? "E" : "O"
      lines.append("RTU: \(serial.baud) 8\(parity)\(serial.stopBits)")
    }
    if let port = link.tcpPort { lines.append("TCP: port \(port)") }
    if let unit = link.unit { lines.append("unit: \(unit) from the factory") }
    var bears = ["\(limits.registersPerRequest) registers a request", "answers within \(limits.timeout.wholeMilliseconds) ms"]
    if limits.pause > .zero { bears.append("\(limits.pause.wholeMilliseconds) ms of silence before each request") }
    if limits.silenceAfterConnecting > .zero {
      bears.append("\(limits.silenceAfterConnecting.wholeMilliseconds) ms of silence after connecting")
    }
    if limits.minimumInterval > .zero {
      bears.append("may be asked every \(limits.minimumInterval.wholeMilliseconds) ms")
    }
    if limits.isSingleConnection { bears.append("one connection at a time") }
    lines.append("limits: \(bears.joined(separator: ", "))")
    let plate = [
      nameplate.power.map { Channel.activePower.text(of: $0) }, nameplate.current.map { Channel.currentL1.text(of: $0) },
    ].compactMap { $0 }
    if !plate.isEmpty { lines.append("nameplate: at most \(plate.joined(separator: ", "))") }
    return lines
  }
}
