import Console

/// A square of dark and light modules that cameras read, such as a QR code.
public struct SquareCode: Hashable, Sendable {
  /// Light modules around it that readers want (ISO/IEC 18004, 6.3.8).
  static let quietZone = 4

  /// Modules from side to side.
  public let width: Int
  /// Whether a module is dark, row by row from the upper left.
  public let modules: [Bool]

  /// A code; nil unless there are as many modules as a square of `width` has.
  public init?(width: Int, modules: [Bool]) {
    guard width > 0, modules.count == width * width else { return nil }
    (self.width, self.modules) = (width, modules)
  }

  /// Whether the module at `column` of `row` is dark; both from 0 on.
  public func isDark(row: Int, column: Int) -> Bool { modules[row * width + column] }

  /// As one `svg` element, black on white with the light zone around it; a module is one unit.
  ///
  /// - Parameter alternative: what it says, for whoever cannot see it.
  public func svg(alternative: String) -> String {
    let side = width + 2 * Self.quietZone
    var path = ""
    for row in 0..<width {
      var column = 0
      while column < width {
        guard isDark(row: row, column: column) else {
          column += 1
          continue
        }
        let first = column
        while column < width, isDark(row: row, column: column) { column += 1 }
        path += "M\(first + Self.quietZone) \(row + Self.quietZone)h\(column - first)v1h-\(column - first)z"
      }
    }
    return
      "<svg class=\"code\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(side) \(side)\" width=\"\(side)\" height=\"\(side)\" "
      + "role=\"img\" aria-label=\"\(alternative.asMarkup)\" shape-rendering=\"crispEdges\">"
      + "<path d=\"M0 0h\(side)v\(side)H0z\" fill=\"#ffffff\"/><path d=\"\(path)\" fill=\"#000000\"/></svg>"
  }
}
