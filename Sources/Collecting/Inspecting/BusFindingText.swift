import ModbusIO

extension BusExamination.Finding {
  /// A word for the kind, which stays.
  public var code: String {
    switch self {
    case .unreachable: "unreachable"
    case .allSilent: "nobody_answers"
    case .allBroken: "line_disturbed"
    case .silent: "silent"
    case .garbled: "garbled"
    case .otherUnit: "other_unit_answers"
    case .unreliable: "unreliable"
    case .disturbs: "disturbs"
    case .needsPause: "needs_pause"
    }
  }

  /// The device that is named; nil where it is the bus as a whole.
  public var device: String? {
    switch self {
    case .unreachable, .allSilent, .allBroken: nil
    case .silent(let device, _), .garbled(let device, _), .otherUnit(let device, _), .unreliable(let device, _),
      .needsPause(let device, _):
      device
    case .disturbs(let culprit, _): culprit
    }
  }

  /// What was found, with the evidence, for `bus`.
  public func text(on bus: BusPlan) -> String {
    let count = bus.devices.count
    switch self {
    case .unreachable(let error): return "\(error)"
    case .allSilent: return "none of its \(count) devices answers"
    case .allBroken: return "something answers for its \(count) devices, but never whole"
    case .silent(let device, let answering):
      let silence = "unit \(bus.unit(of: device)) does not answer"
      guard !answering.isEmpty else { return silence }
      let units = answering.map(String.init).joined(separator: ", ")
      return "\(silence), but unit \(units), which no device of the file has, does"
    case .garbled(let device, let tally):
      return "\(tally.broken) of \(tally.asked) answers of unit \(bus.unit(of: device)) came garbled, "
        + "\(tally.checksum) with a wrong checksum\(count > 1 ? "; other units are fine" : "")"
    case .otherUnit(let device, let tally):
      return "\(tally.otherUnit) of \(tally.asked) times another unit answered for unit \(bus.unit(of: device))"
    case .unreliable(_, let tally):
      return "\(tally.failed) of \(tally.asked) requests failed, also with nobody else asked"
        + (tally.lastError.map { " (the last: \($0))" } ?? "")
    case .disturbs(_, let victims):
      return "after it was asked, \(victims.joined(separator: ", ")) fail\(victims.count == 1 ? "s" : ""); "
        + "alone and after other devices they answer"
    case .needsPause(_, let pause):
      return "fails when it is asked right after another device, answers after \(pause.wholeMilliseconds) ms of silence"
    }
  }

  /// What to do next.
  public func advice(on bus: BusPlan) -> String {
    let isSerial = if case .tcp = bus.link { false } else { true }
    switch self {
    case .unreachable:
      return "until the line itself works, no device on it can be read"
    case .allSilent:
      return isSerial
        ? "check power, the A and B wires (swap them), baud rate and parity (`energy-collector scan` tries them), "
          + "and that no other program reads this line"
        : "check the unit numbers (`energy-collector scan` finds them), the gateway's serial settings and its bus wires"
    case .allBroken:
      return
        "check baud rate and parity, a terminating resistor of 120 ohm at both ends of the line and nowhere else, the shield, "
        + "and that no second master talks there"
    case .silent(let device, let answering):
      guard let unit = answering.first else {
        return
          "check its power and its unit number (`energy-collector scan` finds it); on a serial line also A and B, baud and parity"
      }
      return answering.count == 1
        ? "if that is it, write `unit: \(unit)` at device '\(device)'"
        : "look with `energy-collector scan` which of them it is, and correct `unit` at device '\(device)'"
    case .garbled:
      return "most likely two devices have this number: switch one off or change its address; else its wire or its own settings"
    case .otherUnit:
      return
        "correct its address at the device; a gateway that mixes up its clients must be restarted, or read by one program only"
    case .unreliable:
      return "look at its wire, the terminating resistors (120 ohm at both ends) and a longer `timeout` or `pause` in its profile"
    case .disturbs(let culprit, _):
      return "take '\(culprit)' off the bus and run doctor again; give it a line of its own, or its firmware's newest version"
    case .needsPause(_, let pause):
      return "write `pause: \(pause.wholeMilliseconds) ms` under `limits` in its profile"
    }
  }
}

extension BusPlan {
  fileprivate func unit(of device: String) -> String { devices.first { $0.id == device }.map { "\($0.unit)" } ?? "?" }
}

extension Duration {
  /// Milliseconds, rounded down.
  fileprivate var wholeMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
