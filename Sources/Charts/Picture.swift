/// A drawn chart: plain marks on a sheet, written as SVG for a page or, by `ChartImages`, as PNG for a mail.
public struct Picture: Hashable, Sendable {
  /// What it shows, in a line; also drawn on it.
  public let title: String
  /// What it says, for whoever cannot see it: the message, not the look.
  public let alternative: String
  /// Width in CSS pixels.
  public let width: Int
  /// Height in CSS pixels.
  public let height: Int
  let marks: [Mark]

  init(title: String, alternative: String, width: Int, height: Int, marks: [Mark]) {
    self.title = title
    self.alternative = alternative
    self.width = width
    self.height = height
    self.marks = marks
  }

  /// The picture as one `svg` element without XML declaration: a file of its own, or a part of an HTML page.
  ///
  /// It has a title and a description for screen readers and needs nothing from outside. Where a page holds several, `id` (letters and digits)
  /// keeps their names apart.
  public func svg(_ theme: Theme, id: String = "c") -> String {
    var writer = SVGWriter(theme: theme, id: id)
    return writer.document(of: self)
  }
}

/// The colours of a picture.
public enum Theme: CaseIterable, Sendable {
  /// Dark on white: print, mail, PNG.
  case light
  /// Light on near black.
  case dark
  /// As whoever looks at it has set the screen (`prefers-color-scheme`). Not for PNG.
  case automatic
}
