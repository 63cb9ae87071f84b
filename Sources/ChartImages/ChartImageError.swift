/// Why there is no image.
public enum ChartImageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The width is not 1...10 000 pixels, or the height that goes with it is beyond that.
  case size(width: Int)
  /// The text is no SVG that librsvg reads; in its words.
  case unreadable(String)
  /// The drawing library gave up, as where memory is short; in its words.
  case drawing(String)
  /// librsvg is not on this machine, or older than 2.52; the system's words.
  case noLibrary(String)

  /// What is wrong, in a sentence.
  public var description: String {
    switch self {
    case .size(let width): return "an image \(width) pixels wide cannot be drawn, expected 1 to 10000 and a height within it"
    case .unreadable(let words): return "the picture is not readable SVG: \(words)"
    case .drawing(let words): return "the picture could not be drawn: \(words)"
    case .noLibrary(let words): return "librsvg (2.52 or later) is not installed here: apt install librsvg2-2 (\(words))"
    }
  }
}
