/// A table in lines of text: columns aligned, as wide as their content, one of them giving way where the width is short.
///
/// ```
/// var table = TextTable(columns: [.init("site"), .init("kWh", .right)], flexible: "site")
/// table.append(["Hof Birkenau", "12.3"])
/// print(table.lines(width: terminal.width).joined(separator: "\n"))
/// ```
/// No line ends in blanks. Control characters in cells (a name from a file may hold an escape sequence) become blanks.
public struct TextTable: Sendable {
  /// On which side of its column a text stands.
  public enum Alignment: Sendable {
    case left
    case right
  }

  /// A column: its title, empty for none, and how title and cells stand in it.
  public struct Column: Sendable {
    /// What the header says.
    public let title: String
    /// For the title as for the cells.
    public let alignment: Alignment

    /// A column; left-aligned unless told.
    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title.withoutControls
      self.alignment = alignment
    }
  }

  /// A text in a row, and how it stands out where there are colours.
  public struct Cell: Sendable, ExpressibleByStringInterpolation {
    /// What it says.
    public let text: String
    /// nil for plain.
    public let style: TextStyle?

    /// A cell; plain unless told.
    public init(_ text: String, style: TextStyle? = nil) {
      self.text = text.withoutControls
      self.style = style
    }

    /// A plain cell written in code.
    public init(stringLiteral text: String) { self.init(text) }
  }

  private enum Row {
    case cells([Cell])
    case blank
    case rule
  }

  let columns: [Column]
  private let flexible: Int?
  private let indent: Int
  private var rows: [Row] = []
  private static let gap = 2

  /// An empty table of `columns`, every line `indent` blanks in.
  ///
  /// The column titled `flexible` is the one that shrinks, down to one character, when `lines(width:)` is short of room.
  public init(columns: [Column], flexible: String? = nil, indent: Int = 0) {
    self.columns = columns
    self.flexible = flexible.flatMap { title in columns.firstIndex { $0.title == title } }
    self.indent = indent
  }

  /// Adds a row. Cells left out are blank; cells beyond the last column are not shown.
  public mutating func append(_ cells: [Cell]) { rows.append(.cells(Array(cells.prefix(columns.count)))) }

  /// Adds an empty line.
  public mutating func appendBlank() { rows.append(.blank) }

  /// Adds a line across the table.
  public mutating func appendRule() { rows.append(.rule) }

  /// The lines, the header first unless all titles are empty.
  ///
  /// - Parameters:
  ///   - width: The most columns a line may take; nil for any. Where the flexible column cannot give enough, lines are longer.
  ///   - styled: Whether styles of cells, and bold for the header, are written as escape sequences.
  public func lines(width: Int? = nil, styled: Bool = false) -> [String] {
    let widths = columnWidths(within: width)
    var lines: [String] = []
    if columns.contains(where: { !$0.title.isEmpty }) {
      lines.append(line(of: columns.map { Cell($0.title, style: .bold) }, widths: widths, styled: styled))
    }
    for row in rows {
      switch row {
      case .cells(let cells): lines.append(line(of: cells, widths: widths, styled: styled))
      case .blank: lines.append("")
      case .rule:
        let length = widths.reduce(0, +) + Self.gap * max(0, widths.count - 1)
        lines.append(String(repeating: " ", count: indent) + String(repeating: "─", count: length))
      }
    }
    return lines
  }

  /// The texts of the rows that have any.
  var texts: [[String]] {
    rows.compactMap { row in
      guard case .cells(let cells) = row else { return nil }
      return cells.map(\.text)
    }
  }

  private func columnWidths(within width: Int?) -> [Int] {
    var widths = columns.map { $0.title.displayWidth }
    for case .cells(let cells) in rows {
      for (position, cell) in cells.enumerated() { widths[position] = max(widths[position], cell.text.displayWidth) }
    }
    if let width, let flexible {
      let total = indent + widths.reduce(0, +) + Self.gap * (widths.count - 1)
      if total > width { widths[flexible] = min(widths[flexible], max(1, widths[flexible] - (total - width))) }
    }
    return widths
  }

  /// One line; blanks are held back until a text follows, so that none trail.
  private func line(of cells: [Cell], widths: [Int], styled: Bool) -> String {
    var line = ""
    var held = indent
    for (position, width) in widths.enumerated() {
      let cell = position < cells.count ? cells[position] : Cell("")
      let text = cell.text.shortened(toWidth: width)
      let padding = width - text.displayWidth
      let isRight = columns[position].alignment == .right
      if text.allSatisfy({ $0 == " " }) {
        held += width
      } else {
        line += String(repeating: " ", count: held + (isRight ? padding : 0))
        line += styled ? cell.style?.applied(to: text) ?? text : text
        held = isRight ? 0 : padding
      }
      held += Self.gap
    }
    return line
  }
}
