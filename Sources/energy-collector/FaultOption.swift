import ArgumentParser
import CommunityFiles
import Console
import ModbusIO

/// A fault of simulated devices as `--fault` names it: `NAME[:VALUE][:HOW LONG][@every:TIME | @nth:NUMBER]`.
struct FaultOption: Sendable, Equatable {
  /// The faults there are.
  enum Name: String, CaseIterable {
    case silence, delay, dribble, exception, reboot
    case wrongUnit = "wrong-unit"
    case wrongTransaction = "wrong-transaction"
    case wrongProtocol = "wrong-protocol"
    case wrongLength = "wrong-length"
    case wrongFunction = "wrong-function"
    case short, long, late, twice, garbage, noise, echo
    case halfClose = "half-close"
    case halfSilent = "half-silent"
    case close, crc
    case oneConnection = "one-connection"
    case counterReset = "counter-reset"
    case frozen
    case notAvailable = "not-available"
  }

  let name: Name
  /// Of `delay` and `dribble`.
  var time: Duration = .zero
  /// Of `exception`.
  var code: UInt8 = 0
  var times = FaultTimes.always

  /// Reads `text`.
  ///
  /// - Throws: `ValidationError` that says what was expected.
  init(_ text: String) throws {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var parts = halves[0].split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let word = parts.removeFirst()
    guard let name = Name(rawValue: word) else {
      throw ValidationError("there is no fault '\(word)'\(Spelling.hint(for: word, among: Name.allCases.map(\.rawValue)))")
    }
    self.name = name
    if name == .delay || name == .dribble {
      guard let first = parts.first, let time = Self.time(first) else {
        throw ValidationError("'\(text)' needs a time behind the name, such as \(name.example)")
      }
      self.time = time
      parts.removeFirst()
    }
    if name == .exception {
      guard let first = parts.first, let code = UInt8(first), code > 0 else {
        throw ValidationError("'\(text)' needs a code from 1 to 255 behind the name, such as \(name.example)")
      }
      self.code = code
      parts.removeFirst()
    }
    guard parts.count <= 1, let spell = Self.optionalTime(parts.first) else {
      throw ValidationError("'\(text)': behind ':' stands how long it lasts, such as 30s; write it as \(name.example)")
    }
    times = try Self.times(halves.count > 1 ? halves[1] : nil, spell: spell, of: text)
    let isTimeless = name == .oneConnection
    if isTimeless, times != .always { throw ValidationError("'\(text)': \(name.rawValue) holds all the time") }
    if name == .counterReset, times.period == nil || times.spell != nil {
      throw ValidationError("'\(text)' needs to know how often, such as \(name.example)")
    }
    if name.isOfValues, times.nth != nil {
      throw ValidationError("'\(text)': @nth counts requests, which \(name.rawValue) does not see")
    }
  }

  private static func times(_ when: String?, spell: Duration?, of text: String) throws -> FaultTimes {
    guard let when else { return FaultTimes(spell: spell) }
    let parts = when.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, parts[0] == "every", let period = time(parts[1]), period > (spell ?? .zero) {
      return FaultTimes(spell: spell, period: period)
    }
    if parts.count == 2, parts[0] == "nth", let nth = Int(parts[1]), (1...1_000_000).contains(nth), spell == nil {
      return FaultTimes(nth: nth)
    }
    throw ValidationError(
      "'\(text)': behind '@' stands every:TIME with a time longer than the fault lasts, such as @every:5m, or nth:NUMBER, such as @nth:10"
    )
  }

  /// nil inside where there is no text, nil where it is no time.
  private static func optionalTime(_ text: String?) -> Duration?? {
    guard let text else { return .some(nil) }
    return time(text).map { .some($0) }
  }

  /// A time such as `500ms`, `30s`, `5m`, `1h`.
  static func time(_ text: String) -> Duration? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0, number <= 1_000_000 else { return nil }
    switch text.dropFirst(digits.count) {
    case "ms": return .milliseconds(number)
    case "s": return .seconds(number)
    case "m", "min": return .seconds(60 * number)
    case "h": return .seconds(3600 * number)
    default: return nil
    }
  }
}

extension FaultOption {
  /// What happens on the wire; nil for faults of values and of the port.
  var onTheWire: FaultSchedule.Rule? { fault.map { FaultSchedule.Rule($0, at: times) } }

  private var fault: SimulatedFault? {
    switch name {
    case .silence: .silent
    case .delay: .delay(time)
    case .dribble: .dribble(every: time)
    case .exception: .exception(ModbusException(rawValue: code))
    case .reboot: .reset
    case .wrongUnit: .wrongUnit
    case .wrongTransaction: .wrongTransaction
    case .wrongProtocol: .wrongProtocol
    case .wrongLength: .wrongLength
    case .wrongFunction: .wrongFunction
    case .short: .registerMissing
    case .long: .registerTooMany
    case .late: .lateByOneRequest
    case .twice: .twice
    case .garbage: .garbage
    case .noise: .noiseFirst
    case .echo: .echo
    case .halfClose: .halfThenClose
    case .halfSilent: .halfThenSilent
    case .close: .closed
    case .crc: .lastByteWrong
    case .oneConnection, .counterReset, .frozen, .notAvailable: nil
    }
  }
}

extension FaultOption.Name {
  /// Whether it changes what devices show instead of how they answer.
  var isOfValues: Bool { self == .counterReset || self == .frozen || self == .notAvailable }

  private static let examples: [FaultOption.Name: String] = [
    .silence: "silence:30s@every:5m", .delay: "delay:2s@nth:10", .dribble: "dribble:30ms", .exception: "exception:6@nth:3",
    .reboot: "reboot:10s@every:1m", .counterReset: "counter-reset@every:10m", .frozen: "frozen:2m@every:10m",
    .notAvailable: "not-available:1m@every:5m",
  ]

  /// How it is written.
  var example: String { Self.examples[self] ?? rawValue }

  /// What it does, in a few words.
  var meaning: String {
    switch self {
    case .silence: "no answer"
    case .delay: "the answer comes so much later"
    case .dribble: "one byte of the answer each TIME"
    case .exception: "refuses with this code"
    case .reboot: "cuts the connection (RST)"
    case .wrongUnit: "another unit answers"
    case .wrongTransaction: "the transaction id before"
    case .wrongProtocol: "protocol id 1"
    case .wrongLength: "a header that lies"
    case .wrongFunction: "another table's function code"
    case .short: "one register too few"
    case .long: "one register too many"
    case .late: "the answer comes with the next one"
    case .twice: "the answer comes twice"
    case .garbage: "something else than Modbus"
    case .noise: "a byte before the answer"
    case .echo: "the request before the answer"
    case .halfClose: "half an answer, then closed"
    case .halfSilent: "half an answer, then nothing"
    case .close: "closes instead of answering"
    case .crc: "a wrong last byte: on RTU the checksum"
    case .oneConnection: "a second connection is closed at once"
    case .counterReset: "all counters begin at 0"
    case .frozen: "values stay as they are"
    case .notAvailable: "all values say that there is none"
    }
  }

  /// The lines that explain all of them.
  static var help: String {
    allCases.map { name in
      "  \(name.example.padding(to: 26))\(name.meaning)"
    }.joined(separator: "\n")
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 1)) }
}
