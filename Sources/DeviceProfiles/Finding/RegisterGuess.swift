import Readings

/// What words of an unknown device may mean: those that read as a mains voltage or a mains frequency in some type and scale.
///
/// A guess, to begin with at the device's display. Where the registers tell nothing that cannot be mistaken there is no guess.
public struct RegisterGuess: Hashable, Sendable, CustomStringConvertible {
  /// Where the value may lie.
  public let block: RegisterBlock
  /// How its bits may be read.
  public let type: RawType
  /// In which order.
  public let wordOrder: WordOrder
  /// The divisor of the wire value: 1, 10, 100 or 1000.
  public let divisor: Int
  /// `voltage` or `frequency`.
  public let quantity: String
  /// The value, in mV or mHz.
  public let count: Int64
  /// Of a number in one register, the two registers that hold the same number in 32 bits, because the other one is empty.
  public var wide: RegisterBlock?

  /// As in "input registers 0-1 as f32: 230.100 V, a voltage?".
  public var description: String {
    let scale = divisor == 1 ? "" : ", scale \(divisor == 10 ? "0.1" : divisor == 100 ? "0.01" : "0.001")"
    let order = block.count > 1 && wordOrder == .lowFirst ? ", low word first" : ""
    let channel: Channel = quantity == "voltage" ? .voltageL1 : .frequency
    var place = "\(block) as \(type.rawValue)\(order)"
    if let wide {
      let order = wide.address == block.address ? ", low word first" : ""
      place = "\(wide) as u32\(order), or \(block.address) alone as \(type.rawValue)"
    }
    return "\(place)\(scale): \(channel.text(of: count)), a \(quantity)?"
  }

  /// A text must have more registers than this before nothing in it is taken for a number: three phases may look like letters.
  private static let longestChance = 3

  /// The guesses for `words`, in the order of the registers; those in floats or two registers first, for they prove more. Nothing is
  /// guessed inside a text.
  public static func guesses(in words: [RegisterWords]) -> [RegisterGuess] {
    words.flatMap { run in
      var found: [RegisterGuess] = []
      var covered: Set<Int> = []
      for text in RegisterTextRun.texts(in: [run]) where text.block.count > longestChance {
        let start = text.block.start - run.block.start
        covered.formUnion(start..<(start + text.block.count))
      }
      for (width, types) in [(2, [RawType.f32, .u32]), (1, [.u16])] {
        for offset in 0..<max(0, run.words.count - width + 1) where covered.isDisjoint(with: offset..<(offset + width)) {
          let part = RegisterWords(
            table: run.table, address: run.address + UInt16(offset), words: Array(run.words[offset..<(offset + width)]))
          guard var guess = types.lazy.compactMap({ Self.guess(part, as: $0) }).first else { continue }
          if width == 1 {
            let isEmpty = { (place: Int) in run.words.indices.contains(place) && run.words[place] == 0 && !covered.contains(place)
            }
            let start = isEmpty(offset - 1) ? offset - 1 : isEmpty(offset + 1) ? offset : nil
            guess.wide = start.map { RegisterBlock(table: run.table, address: run.address + UInt16($0), count: 2) }
          }
          found.append(guess)
          covered.formUnion(offset..<(offset + width))
        }
      }
      return found.sorted { $0.block < $1.block }
    }
  }

  private static func guess(_ words: RegisterWords, as type: RawType) -> RegisterGuess? {
    let orders: [WordOrder] = words.words.count == 1 ? [.highFirst] : [.highFirst, .lowFirst]
    for order in orders {
      guard let number = type.number(of: order.bits(of: words.words)) else { continue }
      for divisor in [1, 10, 100, 1000] {
        guard let thousandths = thousandths(of: number, over: divisor) else { continue }
        // A number of two registers whose high word is empty is one of a single register, and that is looked at alone.
        if case .integer(let value) = number, type == .u32, value < 0x1_0000, divisor != 1000 { continue }
        guard let quantity = quantity(of: thousandths, divisor: divisor, number: number) else { continue }
        return RegisterGuess(
          block: words.block, type: type, wordOrder: order, divisor: divisor, quantity: quantity, count: thousandths)
      }
    }
    return nil
  }

  /// Whole volts or hertz prove little: such a number may be anything, so only scaled ones and floats count as a frequency.
  private static func quantity(of thousandths: Int64, divisor: Int, number: RawNumber) -> String? {
    if case .float = number, divisor != 1 { return nil }
    if (200_000...253_000).contains(thousandths) { return "voltage" }
    if case .integer = number, divisor == 1 { return nil }
    return (49_500...50_500).contains(thousandths) ? "frequency" : nil
  }

  private static func thousandths(of number: RawNumber, over divisor: Int) -> Int64? {
    switch number {
    case .integer(let value): value < 10_000_000 && value > 0 ? Int64(value * 1000 / Int128(divisor)) : nil
    case .float(let value): value > 1 && value < 1000 ? Int64((value * 1000).rounded()) : nil
    }
  }
}

/// Readable texts in words of an unknown device: names, versions and serial numbers, which do not belong into a public recording.
public struct RegisterTextRun: Hashable, Sendable, CustomStringConvertible {
  /// Where it lies.
  public let block: RegisterBlock
  /// What it says.
  public let text: String

  /// As in `holding registers 100-107: "AB123456"`.
  public var description: String { "\(block): \"\(text)\"" }

  /// The texts of at least six letters or digits in `words`.
  public static func texts(in words: [RegisterWords]) -> [RegisterTextRun] {
    words.flatMap { run in
      var found: [RegisterTextRun] = []
      var start = 0
      while start < run.words.count {
        let length = run.words[start...].prefix { isText($0) }.count
        if length >= 3, let text = RegisterText.text(of: Array(run.words[start..<(start + length)])), text.count >= 6 {
          let block = RegisterBlock(table: run.table, address: run.address + UInt16(start), count: length)
          found.append(RegisterTextRun(block: block, text: text))
        }
        start += max(1, length)
      }
      return found
    }
  }

  private static func isText(_ word: UInt16) -> Bool {
    let first = UInt8(word >> 8)
    let second = UInt8(word & 0xFF)
    return (0x20..<0x7F).contains(first) && (second == 0 || (0x20..<0x7F).contains(second))
  }
}
