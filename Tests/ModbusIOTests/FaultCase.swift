import ModbusIO
import Testing

/// A fault and the kind of error that a read must end with.
struct FaultCase: Sendable, CustomTestStringConvertible {
  let fault: SimulatedFault
  let expected: String

  var testDescription: String { "\(fault): \(expected)" }

  /// Faults that TCP shows at once, without any waiting.
  static let immediate = [
    FaultCase(fault: .wrongTransaction, expected: "broken"), FaultCase(fault: .wrongProtocol, expected: "broken"),
    FaultCase(fault: .wrongUnit, expected: "broken"), FaultCase(fault: .wrongLength, expected: "broken"),
    FaultCase(fault: .wrongFunction, expected: "broken"), FaultCase(fault: .registerMissing, expected: "broken"),
    FaultCase(fault: .registerTooMany, expected: "broken"), FaultCase(fault: .garbage, expected: "broken"),
    FaultCase(fault: .noiseFirst, expected: "broken"), FaultCase(fault: .halfThenClose, expected: "lost"),
    FaultCase(fault: .closed, expected: "lost"), FaultCase(fault: .reset, expected: "lost"),
  ]

  /// Faults that only time can show.
  static let slow = [
    FaultCase(fault: .silent, expected: "no answer"), FaultCase(fault: .halfThenSilent, expected: "no answer"),
    FaultCase(fault: .delay(.milliseconds(150)), expected: "no answer"),
    FaultCase(fault: .dribble(every: .milliseconds(30)), expected: "no answer"),
  ]
}
