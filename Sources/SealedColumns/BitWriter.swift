/// Writes numbers of a few bits one behind the other, from the lowest bit of each byte up. Owns its memory.
struct BitWriter: ~Copyable {
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  /// Whole bytes written.
  private var count = 0
  /// The bits behind them, fewer than eight, and how many.
  private var rest: UInt64 = 0
  private var restCount = 0

  /// The most bits that one `write` takes.
  static let widest = 56

  init() {
    capacity = 1 << 14
    memory = .allocate(byteCount: capacity, alignment: 8)
  }

  deinit { memory.deallocate() }

  /// Makes room for so many more bits. To be called before `write`, which does not look.
  mutating func reserve(bits: Int) {
    let needed = count + bits / 8 + 16
    guard needed > capacity else { return }
    let larger = UnsafeMutableRawPointer.allocate(byteCount: needed * 2, alignment: 8)
    larger.copyMemory(from: memory, byteCount: count)
    memory.deallocate()
    (memory, capacity) = (larger, needed * 2)
  }

  /// The lowest `width` bits of `number`, which has no others; at most `widest`.
  @inline(__always)
  mutating func write(_ number: UInt64, width: Int) {
    rest |= number &<< UInt64(truncatingIfNeeded: restCount)
    restCount &+= width
    memory.storeBytes(of: rest.littleEndian, toByteOffset: count, as: UInt64.self)
    count &+= restCount &>> 3
    rest &>>= UInt64(truncatingIfNeeded: restCount & ~7)
    restCount &= 7
  }

  /// All 64 bits.
  @inline(__always)
  mutating func writeWhole(_ number: UInt64) {
    write(number & 0xFFFF_FFFF, width: 32)
    write(number &>> 32, width: 32)
  }

  /// Appends what was written to `bytes`, filled up with zero bits to a whole byte, and begins anew.
  ///
  /// - Returns: the number of bytes.
  mutating func move(to bytes: inout [UInt8]) -> Int {
    if restCount > 0 {
      memory.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
      count += 1
    }
    let length = count
    bytes.append(contentsOf: UnsafeRawBufferPointer(start: memory, count: length))
    (count, rest, restCount) = (0, 0, 0)
    return length
  }
}
