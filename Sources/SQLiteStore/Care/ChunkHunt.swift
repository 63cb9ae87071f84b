import SealedColumns

/// Finds the chunks in a file of sealed readings without being told where they lie: a chunk says itself where it ends, and its
/// checksums say whether it is one.
struct ChunkHunt {
  /// Where a whole chunk lies, and what is in it.
  struct Found {
    let file: String
    let offset: Int
    let length: Int
    /// ms; when the first of its samples was taken.
    let first: Int64
    /// The series that it has columns of.
    let series: [Int64]
  }

  private let folder: SegmentFolder
  /// So many bytes are looked at together.
  private static let window = 1 << 20
  /// What a chunk begins with is no longer than this: some thousand columns.
  private static let longestDirectory = 1 << 16
  /// No chunk is longer than this.
  private static let longest = 1 << 26

  /// In the files of `folder`.
  init(_ folder: SegmentFolder) { self.folder = folder }

  /// The whole chunks in the file called `name`, in the order in which they lie there, and how many bytes belong to none.
  ///
  /// - Throws: `SegmentError` where the file cannot be opened.
  func chunks(in name: String) throws(SegmentError) -> (found: [Found], lost: Int) {
    let reader = try SegmentFolder.Reader(folder, name)
    let size = Int(FileFacts(at: folder.path + "/" + name)?.bytes ?? 0)
    var found: [Found] = []
    var lost = 0
    var place = SegmentFolder.head.count
    var window: (start: Int, bytes: [UInt8]) = (0, [])
    while place < size {
      if place >= window.start + window.bytes.count {
        window = (place, (try? reader.read(from: place, length: min(Self.window, size - place))) ?? [])
        guard !window.bytes.isEmpty else {
          // Bytes that the disk does not give.
          lost += min(Self.window, size - place)
          place += Self.window
          continue
        }
      }
      guard window.bytes[place - window.start] == Chunk.version, let chunk = chunk(at: place, size, reader, &window) else {
        place += 1
        lost += 1
        continue
      }
      if let first = try? chunk.times().first, (try? chunk.verify()) != nil {
        found.append(
          Found(file: name, offset: place, length: chunk.bytes.count, first: first, series: chunk.columns.map(\.series)))
      } else {
        lost += chunk.bytes.count
      }
      place += chunk.bytes.count
    }
    return (found, lost)
  }

  /// The chunk that begins at `place`; nil where none does.
  private func chunk(
    at place: Int, _ size: Int, _ reader: SegmentFolder.Reader, _ window: inout (start: Int, bytes: [UInt8])
  ) -> SealedChunk? {
    if window.start + window.bytes.count - place < Self.longestDirectory, window.start < place {
      guard let bytes = try? reader.read(from: place, length: min(Self.window, size - place)) else { return nil }
      window = (place, bytes)
    }
    let head = Array(window.bytes[(place - window.start)...].prefix(Self.longestDirectory))
    guard let length = SealedChunk.length(beginning: head), length <= min(Self.longest, size - place) else { return nil }
    return (try? reader.read(from: place, length: length)).flatMap { try? SealedChunk($0) }
  }
}
