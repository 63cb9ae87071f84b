/// How the current transformers of a three-phase meter sit: on which conductor each channel's transformer is, and which way round.
public struct PhaseWiring: Hashable, Sendable {
  /// For each channel of the meter, L1 first, the conductor (0, 1, 2) whose current it gets.
  public let conductors: [Int]
  /// For each channel, whether its transformer sits the wrong way round.
  public let reversed: [Bool]

  /// A wiring; see the properties.
  public init(conductors: [Int], reversed: [Bool]) {
    self.conductors = conductors
    self.reversed = reversed
  }

  /// As it should be.
  public static let right = PhaseWiring(conductors: [0, 1, 2], reversed: [false, false, false])

  /// All 48 there are: six orders, each transformer either way round.
  public static let all: [PhaseWiring] = {
    let orders = [[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 2, 1], [1, 2, 0], [2, 0, 1]]
    return orders.flatMap { order in
      (0..<8).map { bits in PhaseWiring(conductors: order, reversed: (0..<3).map { bits >> $0 & 1 == 1 }) }
    }
  }()

  /// How many transformers would have to be moved or turned.
  public var changes: Int {
    conductors.enumerated().count { $0.offset != $0.element } + reversed.count { $0 }
  }

  /// Whether every transformer is on its conductor, and the wrong way round: the meter as a whole is turned.
  public var isMeterTurned: Bool { conductors == [0, 1, 2] && reversed == [true, true, true] }

  /// What has to be done, in an installer's words.
  public var remedy: String {
    if isMeterTurned { return "turn all three current transformers, or swap their k and l wires" }
    var steps = conductors.enumerated().filter { $0.offset != $0.element }.map { channel, conductor in
      "move the current transformer of L\(channel + 1) from conductor L\(conductor + 1) to L\(channel + 1)"
    }
    if steps.count == 3 {
      let moves = (0..<3).map { "L\(conductors[$0] + 1) to L\($0 + 1)" }
      steps = ["move each current transformer on: \(moves.joined(separator: ", "))"]
    } else if steps.count == 2 {
      let pair = conductors.indices.filter { conductors[$0] != $0 }.map { "L\($0 + 1)" }
      steps = ["swap the current transformers of \(pair.joined(separator: " and "))"]
    }
    let turned = reversed.indices.filter { reversed[$0] }.map { "L\($0 + 1)" }
    if !turned.isEmpty { steps.append("turn the current transformer on \(turned.joined(separator: " and "))") }
    return steps.joined(separator: ", and ")
  }
}

extension PhaseWiring: CustomStringConvertible {
  /// As in `L2 L1 -L3`: the conductors of the channels, with a sign where the transformer is turned.
  public var description: String {
    zip(conductors, reversed).map { "\($1 ? "-" : "")L\($0 + 1)" }.joined(separator: " ")
  }
}
