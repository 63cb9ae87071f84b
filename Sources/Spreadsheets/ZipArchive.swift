/// The parts of a ZIP archive that lies in memory: stored or deflated, each checked by its CRC. PKWARE APPNOTE 6.3, without ZIP64,
/// encryption and archives in several files, which workbooks do not have.
struct ZipArchive {
  private struct Entry {
    let method: UInt16
    let crc: UInt32
    let packed: Int
    let size: Int
    /// Where its local header begins.
    let header: Int
  }

  /// No part takes more.
  private static let largest = 1 << 30

  private let bytes: [UInt8]
  private var entries: [String: Entry] = [:]

  /// The archive in `bytes`.
  ///
  /// - Throws: `SpreadsheetError.notAnArchive`.
  init(_ bytes: [UInt8]) throws(SpreadsheetError) {
    self.bytes = bytes
    // The end record is the last 22 bytes, or stands before a comment of at most 65,535.
    let first = max(0, bytes.count - 22 - 0xFFFF)
    guard bytes.count >= 22,
      let end = (first...(bytes.count - 22)).last(where: { bytes[$0] == 0x50 && word($0) == 0x0605_4B50 })
    else { throw .notAnArchive("its end is missing") }
    var place = word(end + 16)
    for _ in 0..<half(end + 10) {
      guard place + 46 <= bytes.count, word(place) == 0x0201_4B50 else { throw .notAnArchive("its list of parts is damaged") }
      let nameEnd = place + 46 + half(place + 28)
      guard nameEnd <= bytes.count else { throw .notAnArchive("its list of parts is damaged") }
      let name = String(decoding: bytes[(place + 46)..<nameEnd], as: UTF8.self)
      guard half(place + 8) & 1 == 0 else { throw .notAnArchive("'\(name)' is encrypted") }
      entries[name] = Entry(
        method: UInt16(half(place + 10)), crc: UInt32(word(place + 16)), packed: word(place + 20), size: word(place + 24),
        header: word(place + 42))
      place = nameEnd + half(place + 30) + half(place + 32)
    }
  }

  /// The content of the part called `name`; nil where there is none.
  ///
  /// - Throws: `SpreadsheetError.damaged`, `tooLarge`.
  func part(_ name: String) throws(SpreadsheetError) -> [UInt8]? {
    guard let entry = entries[name] else { return nil }
    guard entry.header + 30 <= bytes.count, word(entry.header) == 0x0403_4B50 else {
      throw .damaged(part: name, reason: "its head is missing")
    }
    let start = entry.header + 30 + half(entry.header + 26) + half(entry.header + 28)
    guard start + entry.packed <= bytes.count else { throw .damaged(part: name, reason: "it ends early") }
    let packed = bytes[start..<(start + entry.packed)]
    guard entry.size <= Self.largest else { throw .tooLarge(part: name) }
    let content: [UInt8]
    switch entry.method {
    case 0: content = Array(packed)
    case 8:
      do throws(Inflate.Fault) {
        content = try Inflate.bytes(of: packed, atMost: entry.size)
      } catch {
        throw .damaged(part: name, reason: "\(error)")
      }
    default: throw .damaged(part: name, reason: "compressed by method \(entry.method), which workbooks do not use")
    }
    guard content.count == entry.size, Inflate.checksum(of: content) == entry.crc else {
      throw .damaged(part: name, reason: "its checksum does not fit")
    }
    return content
  }

  private func half(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }
  private func word(_ place: Int) -> Int { half(place) | half(place + 2) << 16 }
}
