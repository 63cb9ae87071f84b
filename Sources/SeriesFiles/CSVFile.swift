import Glibc

/// Where the bytes of a CSV file come from: a path, or text that is there already.
public struct CSVFile: Sendable {
  /// The path or name, for messages.
  public let name: String
  /// The whole content; nil for a file that is to be opened.
  let content: [UInt8]?

  /// The file at `path`.
  public init(_ path: String) {
    name = path
    content = nil
  }

  /// A file whose content is `text`, called `name` in messages.
  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  /// A file whose content is `bytes`, called `name` in messages.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    content = bytes
  }

  /// Whether it can be read a second time from its start: not a pipe.
  var isRereadable: Bool {
    if content != nil { return true }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

extension CSVFile {
  /// All of its bytes.
  ///
  /// - Throws: `SeriesFileError` with the system's reason.
  func bytes() throws(SeriesFileError) -> [UInt8] {
    if let content { return content }
    let descriptor = open(name, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while descriptor >= 0 {
      let count = read(descriptor, &piece, piece.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { break }
      if count == 0 { return bytes }
      bytes += piece[..<count]
    }
    let reason = String(cString: strerror(errno))
    throw SeriesFileError(file: name, line: 0, column: 0, fault: .form(.unreadable(reason: reason)))
  }
}

extension CSVFile {
  /// Its first bytes, at most `count`; none of a pipe, which would be lost, and of what cannot be read.
  func firstBytes(_ count: Int) -> ArraySlice<UInt8> {
    if let content { return content.prefix(count) }
    guard isRereadable else { return [] }
    let descriptor = open(name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let length = read(descriptor, &bytes, count)
    return bytes.prefix(max(0, length))
  }
}

/// The lines of a file, one at a time, from a buffer that is refilled.
struct LineSource: ~Copyable {
  /// The bytes in which the last line lies.
  private(set) var buffer: [UInt8]
  /// How many bytes have been handed out.
  private(set) var bytesRead: Int64 = 0
  /// The file's size; 0 where the system does not know it (a pipe).
  let totalBytes: Int64
  private let descriptor: Int32
  private let limit: Int
  private var next = 0
  private var end: Int
  private var isAtEnd: Bool

  private static let chunk = 1 << 18

  /// Opens `file`; lines longer than `limit` bytes are refused.
  ///
  /// - Throws: `SeriesFileError` with the system's reason.
  init(_ file: CSVFile, limit: Int) throws(SeriesFileError) {
    self.limit = limit
    if let content = file.content {
      descriptor = -1
      totalBytes = Int64(content.count)
      buffer = content
      end = content.count
      isAtEnd = true
      return
    }
    let opened = open(file.name, O_RDONLY | O_CLOEXEC)
    let code = errno
    guard opened >= 0 else {
      let fault = FormFault.unreadable(reason: String(cString: strerror(code)))
      throw SeriesFileError(file: file.name, line: 0, column: 0, fault: .form(fault))
    }
    var status = stat()
    totalBytes = fstat(opened, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : 0
    descriptor = opened
    buffer = []
    end = 0
    isAtEnd = false
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Where in `buffer` the next line lies, without its end; nil behind the last.
  mutating func nextLine() throws(FormError) -> Range<Int>? {
    var scanned = next
    while true {
      if let newline = position(of: UInt8(ascii: "\n"), in: scanned..<end) {
        return try handOut(until: newline, lineEnd: 1)
      }
      scanned = end
      if end - next > limit { throw FormError(.lineTooLong(limit: limit)) }
      if isAtEnd { return next == end ? nil : try handOut(until: end, lineEnd: 0) }
      scanned -= next
      try refill()
    }
  }

  private mutating func handOut(until stop: Int, lineEnd: Int) throws(FormError) -> Range<Int> {
    guard stop - next <= limit else { throw FormError(.lineTooLong(limit: limit)) }
    let start = next
    next = stop + lineEnd
    bytesRead += Int64(next - start)
    let hasReturn = stop > start && buffer[stop - 1] == UInt8(ascii: "\r")
    return start..<(hasReturn ? stop - 1 : stop)
  }

  private func position(of byte: UInt8, in range: Range<Int>) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard !range.isEmpty, let base = bytes.baseAddress else { return nil }
      guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Moves what is left of the buffer to its start and reads on behind it.
  private mutating func refill() throws(FormError) {
    let rest = end - next
    if buffer.count < rest + Self.chunk {
      buffer.append(contentsOf: repeatElement(0, count: max(rest, Self.chunk) * 2 - buffer.count + rest))
    }
    let from = next
    let descriptor = descriptor
    var code: Int32 = 0
    let count = buffer.withUnsafeMutableBytes { bytes -> Int in
      guard let base = bytes.baseAddress else { return 0 }
      memmove(base, base + from, rest)
      var count = 0
      repeat {
        count = read(descriptor, base + rest, bytes.count - rest)
        code = errno
      } while count < 0 && code == EINTR
      return count
    }
    guard count >= 0 else { throw FormError(.unreadable(reason: String(cString: strerror(code)))) }
    next = 0
    end = rest + count
    isAtEnd = count == 0
  }
}

/// A form fault on its way to whoever knows the line.
struct FormError: Error {
  let fault: FormFault
  /// The character in the line, from 1; 0 for the whole line.
  let column: Int

  init(_ fault: FormFault, column: Int = 0) {
    self.fault = fault
    self.column = column
  }
}
