import Glibc

/// A database's `-wal`, as SQLite's file format (section 4) describes it: a head, then frames, each a page with a checksum that
/// covers all before it too.
///
/// SQLite takes the frames up to the first whose checksum is wrong; where a power cut tore the last commit, that is right. But every
/// commit is synced before the next begins, so that behind a torn one no two further ones can lie: then the log is damaged, and
/// what lies behind is lost without a word.
struct WriteAheadLog {
  /// What stands at the beginning of a log.
  private struct Head: Equatable {
    var isBigEndian = false
    var pageSize = 0
    var salts: (UInt32, UInt32) = (0, 0)
    var sum: (UInt32, UInt32) = (0, 0)

    static func == (left: Head, right: Head) -> Bool {
      left.salts == right.salts && left.sum == right.sum && left.pageSize == right.pageSize
    }
  }

  private static let headLength = 32
  private static let frameHeadLength = 24
  private let path: String

  /// The log of the database at `databasePath`.
  init(ofDatabase databasePath: String) { path = databasePath + "-wal" }

  /// The two numbers by which the log at `path` tells itself from others, the first counting up each time it is begun anew; nil where it
  /// is absent or its head is damaged.
  static func salts(of path: String) -> (UInt32, UInt32)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: headLength)
    guard pread(descriptor, &bytes, headLength, 0) == headLength else { return nil }
    return head(bytes)?.salts
  }

  /// What is wrong with it; nil where nothing is, or where it is absent.
  func finding() -> CheckFinding? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A writer may begin the log anew meanwhile.
    for _ in 1...3 {
      guard let bytes = read(descriptor, Self.headLength, at: 0), bytes.contains(where: { $0 != 0 }) else { return nil }
      guard let head = Self.head(bytes) else {
        return CheckFinding(.writeAheadLog, at: "\(path), bytes 0 to \(Self.headLength)", "its head is damaged")
      }
      let finding = finding(descriptor, head)
      if let again = read(descriptor, Self.headLength, at: 0), Self.head(again) == head { return finding }
    }
    return nil
  }

  private func finding(_ descriptor: Int32, _ head: Head) -> CheckFinding? {
    let length = Self.frameHeadLength + head.pageSize
    var place = Self.headLength
    var sum = head.sum
    while let frame = read(descriptor, length, at: place) {
      guard let next = Self.sum(of: frame, head, after: sum) else {
        // One that is being written may be whole now.
        let lost = commits(descriptor, head, from: place + length)
        if let again = read(descriptor, length, at: place), let next = Self.sum(of: again, head, after: sum) {
          sum = next
          place += length
          continue
        }
        guard lost > 1 else { return nil }
        return CheckFinding(
          .writeAheadLog, at: "\(path), bytes \(place) to \(place + length)",
          "its checksum is wrong, and \(lost) commits behind it cannot be read")
      }
      sum = next
      place += length
    }
    return nil
  }

  /// How many frames of this log from `place` on end a commit.
  private func commits(_ descriptor: Int32, _ head: Head, from place: Int) -> Int {
    var count = 0
    var place = place
    while let frame = read(descriptor, Self.frameHeadLength, at: place) {
      let isOfLog = Self.word(frame, 8) == head.salts.0 && Self.word(frame, 12) == head.salts.1
      if isOfLog, Self.word(frame, 4) != 0 { count += 1 }
      place += Self.frameHeadLength + head.pageSize
    }
    return count
  }

  private static func head(_ bytes: [UInt8]) -> Head? {
    let magic = word(bytes, 0)
    guard magic & 0xFFFF_FFFE == 0x377F_0682, word(bytes, 4) == 3_007_000 else { return nil }
    var head = Head(isBigEndian: magic & 1 == 1, pageSize: Int(word(bytes, 8)))
    guard head.pageSize >= 512, head.pageSize <= 65_536, head.pageSize & (head.pageSize - 1) == 0 else { return nil }
    head.salts = (word(bytes, 16), word(bytes, 20))
    head.sum = checksum(bytes[..<24], (0, 0), isBigEndian: head.isBigEndian)
    return head.sum == (word(bytes, 24), word(bytes, 28)) ? head : nil
  }

  /// The checksum up to and with `frame`; nil where it is not the one that stands there, or where the frame is of an older log.
  private static func sum(of frame: [UInt8], _ head: Head, after sum: (UInt32, UInt32)) -> (UInt32, UInt32)? {
    guard word(frame, 8) == head.salts.0, word(frame, 12) == head.salts.1 else { return nil }
    let begun = checksum(frame[..<8], sum, isBigEndian: head.isBigEndian)
    let whole = checksum(frame[frameHeadLength...], begun, isBigEndian: head.isBigEndian)
    return whole == (word(frame, 16), word(frame, 20)) ? whole : nil
  }

  /// SQLite's checksum of a log: a Fibonacci sum over words of four bytes, two at a time.
  private static func checksum(
    _ bytes: ArraySlice<UInt8>, _ start: (UInt32, UInt32), isBigEndian: Bool
  ) -> (UInt32, UInt32) {
    bytes.withUnsafeBytes { bytes in
      var sum = start
      for place in stride(from: 0, to: bytes.count - 7, by: 8) {
        let first = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        let second = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
        sum.0 &+= (isBigEndian ? UInt32(bigEndian: first) : UInt32(littleEndian: first)) &+ sum.1
        sum.1 &+= (isBigEndian ? UInt32(bigEndian: second) : UInt32(littleEndian: second)) &+ sum.0
      }
      return sum
    }
  }

  private static func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
    bytes.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt32.self)) }
  }

  /// `length` bytes from `place` on; nil where there are not so many.
  private func read(_ descriptor: Int32, _ length: Int, at place: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: length)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, length, off_t(place)) }
    return count == length ? bytes : nil
  }
}
