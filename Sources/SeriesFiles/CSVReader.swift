import Glibc

/// Reads a CSV file row by row, holding one line: comma or semicolon, double quotes, CRLF or LF, a byte-order mark or none.
///
/// The separator is a semicolon where the header has one outside of quotes and brackets, else a comma. A cell may stand in double
/// quotes, `""` within them is a quote; a quoted cell ends on its line. Blanks around a cell and empty lines do not count.
/// Invalid UTF-8, NUL bytes and lines above 1 MB are refused.
public struct CSVReader: ~Copyable {
  /// The longest line in bytes.
  public static let longestLine = 1 << 20

  /// The file's name, for messages.
  public let file: String
  /// The header's cells.
  public private(set) var header: [String] = []
  /// What separates cells.
  public private(set) var separator = UInt8(ascii: ",")
  /// The current row's line, from 1.
  public private(set) var line = 0
  private var source: LineSource
  private var row = 0..<0
  private var cells: [Cell] = []

  /// Where a cell lies in the buffer.
  private struct Cell {
    var range: Range<Int>
    var isQuoted = false
    var hasDoubledQuotes = false
  }

  /// Opens `file` and reads its header.
  ///
  /// - Throws: `SeriesFileError` when the file cannot be read or has no header.
  public static func open(_ file: CSVFile) throws(SeriesFileError) -> CSVReader {
    var reader = CSVReader(file: file.name, source: try LineSource(file, limit: longestLine))
    try reader.readHeader()
    return reader
  }

  private init(file: String, source: consuming LineSource) {
    self.file = file
    self.source = source
  }

  /// How many bytes have been read.
  public var bytesRead: Int64 { source.bytesRead }
  /// The file's size; 0 where it is not known (a pipe).
  public var totalBytes: Int64 { source.totalBytes }
  /// How many cells the current row has.
  public var cellCount: Int { cells.count }

  /// Goes to the next row; false behind the last.
  ///
  /// - Throws: `SeriesFileError` when nothing behind this line can be trusted either.
  public mutating func nextRow() throws(SeriesFileError) -> Bool {
    do throws(FormError) {
      repeat {
        line += 1
        guard let found = try source.nextLine() else { return false }
        row = found
        try checkCharacters()
        try split()
      } while cells.count == 1 && cells[0].range.isEmpty && !cells[0].isQuoted
      return true
    } catch {
      throw SeriesFileError(file: file, line: line, column: error.column, fault: .form(error.fault))
    }
  }

  /// The text of a cell.
  public func text(_ cell: Int) -> String {
    let text = String(decoding: bytes(of: cell), as: UTF8.self)
    guard cells[cell].hasDoubledQuotes else { return text }
    var result = ""
    var isSecond = false
    for character in text.unicodeScalars {
      let isQuote = character == "\""
      if isQuote && isSecond {
        isSecond = false
        continue
      }
      isSecond = isQuote
      result.unicodeScalars.append(character)
    }
    return result
  }

  /// Whether a cell holds nothing.
  public func isEmpty(_ cell: Int) -> Bool { cells[cell].range.isEmpty }

  /// Where a cell begins: the character in the line, from 1.
  public func column(of cell: Int) -> Int {
    guard cells.indices.contains(cell) else { return 0 }
    let start = cells[cell].range.lowerBound - (cells[cell].isQuoted ? 1 : 0)
    return characters(until: start) + 1
  }

  /// An error at a cell of the current row.
  public func error(at cell: Int, _ fault: SeriesFileError.Fault) -> SeriesFileError {
    SeriesFileError(file: file, line: line, column: column(of: cell), fault: fault)
  }

  /// The bytes of a cell as they stand, without its quotes. Not to be kept beyond the row.
  func bytes(of cell: Int) -> ArraySlice<UInt8> { source.buffer[cells[cell].range] }

  private mutating func readHeader() throws(SeriesFileError) {
    repeat {
      line += 1
      do throws(FormError) {
        guard let found = try source.nextLine() else { throw FormError(.empty) }
        row = found
        if line == 1 { try skipByteOrderMark() }
        try checkCharacters()
        separator = detectSeparator()
        try split()
      } catch {
        let place = error.fault == .empty ? 0 : line
        throw SeriesFileError(file: file, line: place, column: error.column, fault: .form(error.fault))
      }
    } while cells.count == 1 && cells[0].range.isEmpty
    header = cells.indices.map { text($0) }
    // A separator at the end of each line makes an empty last column.
    while header.count > 1, header.last == "" { header.removeLast() }
  }

  private mutating func skipByteOrderMark() throws(FormError) {
    let start = source.buffer[row].prefix(3)
    if start.elementsEqual([0xEF, 0xBB, 0xBF]) { row = row.lowerBound + 3..<row.upperBound }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { throw FormError(.utf16) }
  }

  private func detectSeparator() -> UInt8 {
    var isQuoted = false
    var isBracketed = false
    for byte in source.buffer[row] {
      switch byte {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "[") where !isQuoted: isBracketed = true
      case UInt8(ascii: "]") where !isQuoted: isBracketed = false
      case UInt8(ascii: ";") where !isQuoted && !isBracketed: return byte
      default: break
      }
    }
    return UInt8(ascii: ",")
  }

  private func characters(until position: Int) -> Int {
    source.buffer[row.lowerBound..<position].count { $0 & 0xC0 != 0x80 }
  }

  /// Refuses NUL bytes and what is no UTF-8.
  private func checkCharacters() throws(FormError) {
    let row = row
    let (nul, isASCII) = source.buffer.withUnsafeBufferPointer { bytes -> (Int?, Bool) in
      guard !row.isEmpty, let base = bytes.baseAddress else { return (nil, true) }
      let nul = memchr(base + row.lowerBound, 0, row.count).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
      var union: UInt8 = 0
      for position in row { union |= base[position] }
      return (nul, union < 0x80)
    }
    if let nul { throw FormError(.nulByte, column: characters(until: nul) + 1) }
    guard !isASCII, String(validating: source.buffer[row], as: UTF8.self) == nil else { return }
    var decoder = UTF8()
    var iterator = source.buffer[row].makeIterator()
    var column = 1
    while case .scalarValue = decoder.decode(&iterator) { column += 1 }
    throw FormError(.notUTF8, column: column)
  }

  /// Finds the cells of the current row.
  private mutating func split() throws(FormError) {
    var found: [Cell] = []
    swap(&found, &cells)
    try split(into: &found)
    cells = found
  }

  private func split(into found: inout [Cell]) throws(FormError) {
    found.removeAll(keepingCapacity: true)
    let bytes = source.buffer.span
    let end = row.upperBound
    var position = row.lowerBound
    while true {
      while position < end, isBlank(bytes[position]) { position += 1 }
      if position < end, bytes[position] == UInt8(ascii: "\"") {
        let cell = try quotedCell(at: position + 1)
        found.append(cell)
        position = cell.range.upperBound + 1
        while position < end, isBlank(bytes[position]) { position += 1 }
        guard position == end || bytes[position] == separator else {
          throw FormError(.textAfterQuote, column: characters(until: position) + 1)
        }
      } else {
        let start = position
        while position < end, bytes[position] != separator { position += 1 }
        var stop = position
        while stop > start, isBlank(bytes[stop - 1]) { stop -= 1 }
        found.append(Cell(range: start..<stop))
      }
      if position >= end { return }
      position += 1
    }
  }

  private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  private func quotedCell(at start: Int) throws(FormError) -> Cell {
    let bytes = source.buffer.span
    var cell = Cell(range: start..<start, isQuoted: true)
    var position = start
    while position < row.upperBound {
      if bytes[position] == UInt8(ascii: "\"") {
        guard position + 1 < row.upperBound, bytes[position + 1] == UInt8(ascii: "\"") else {
          cell.range = start..<position
          return cell
        }
        cell.hasDoubledQuotes = true
        position += 1
      }
      position += 1
    }
    throw FormError(.quoteNotClosed, column: characters(until: start))
  }
}
