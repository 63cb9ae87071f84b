public import ModbusIO

/// The settings that a search on a serial line tries, one after the other.
public enum SerialTrial {
  /// How meters and inverters leave the factory, the most common first: 9600 baud without parity (Eastron, SolarEdge, many heat
  /// pumps), 9600 and 19200 with even parity (the standard's own, ABB, Schneider), then what is rare.
  public static let common: [(baud: Int, parity: SerialLine.Parity, stopBits: Int)] = [
    (9600, .none, 1), (19200, .even, 1), (9600, .even, 1), (19200, .none, 1), (38400, .none, 1), (115_200, .none, 1),
    (38400, .even, 1), (4800, .none, 1), (2400, .even, 1), (9600, .none, 2), (9600, .odd, 1),
  ]

  /// The lines to try at `path`; `baud`, `parity` and `stopBits` narrow the choice to what somebody knows.
  ///
  /// A setting that is known and not in the list is tried with no, even and odd parity.
  public static func lines(
    at path: String, baud: Int? = nil, parity: SerialLine.Parity? = nil, stopBits: Int? = nil
  ) -> [SerialLine] {
    var trials = common.filter {
      $0.baud == baud ?? $0.baud && $0.parity == parity ?? $0.parity && $0.stopBits == stopBits ?? $0.stopBits
    }
    if let baud {
      for parity in parity.map({ [$0] }) ?? [.none, .even, .odd]
      where !trials.contains(where: { $0.parity == parity && $0.stopBits == stopBits ?? 1 }) {
        trials.append((baud, parity, stopBits ?? 1))
      }
    } else if trials.isEmpty {
      trials = [9600, 19200].map { ($0, parity ?? .none, stopBits ?? 1) }
    }
    return trials.map { SerialLine(path: path, baud: $0.baud, parity: $0.parity, stopBits: $0.stopBits) }
  }
}
