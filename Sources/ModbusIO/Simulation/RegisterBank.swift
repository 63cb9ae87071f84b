import Synchronization

/// The registers of one simulated unit: four sparse tables. May be changed while it is being read.
///
/// A bit of the coil or discrete table is a word that is zero or not.
public final class RegisterBank: Sendable {
  private let tables = Mutex<[RegisterTable: [UInt16: UInt16]]>([:])

  /// A bank without any register.
  public init() {}

  /// Defines the registers from `address` (wire, from 0) on, or changes them, all at once for every reader.
  ///
  /// - Precondition: the last word lies at register 65535 or below.
  public func set(_ words: [UInt16], at address: UInt16, in table: RegisterTable = .holding) {
    precondition(
      Int(address) + words.count <= 0x1_0000, "\(words.count) words from register \(address) on end past register 65535")
    tables.withLock { tables in
      for (offset, word) in words.enumerated() { tables[table, default: [:]][address + UInt16(offset)] = word }
    }
  }

  /// Makes the tables hold these registers and no others, all at once for every reader.
  public func show(_ contents: [RegisterTable: [UInt16: UInt16]]) {
    tables.withLock { $0 = contents }
  }

  /// Takes registers out of the table again; those that are not defined stay so.
  public func remove(_ addresses: ClosedRange<UInt16>, in table: RegisterTable = .holding) {
    tables.withLock { tables in
      for address in addresses { tables[table]?[address] = nil }
    }
  }

  /// The words of the block as of one moment; nil if one of its registers is not defined.
  public func words(_ block: RegisterBlock) -> [UInt16]? {
    tables.withLock { tables in
      guard let table = tables[block.table] else { return nil }
      var words: [UInt16] = []
      words.reserveCapacity(block.count)
      for address in block.addresses {
        guard let word = table[address] else { return nil }
        words.append(word)
      }
      return words
    }
  }
}
