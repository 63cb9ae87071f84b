public import Console

/// A chart of any kind: what to show, drawn in any size.
public protocol Chart: Sendable {
  /// What it shows, in a line.
  var title: String { get }
  /// What it says, for whoever cannot see it.
  var alternative: String { get }

  /// It as a picture of `width` by about `height` pixels.
  func picture(width: Int, height: Int) -> Picture

  /// It in characters, of at most `terminal.width` columns, in colours where they are welcome; ends in a newline.
  func text(on terminal: Terminal) -> String
}

extension StackedChart: Chart {}
extension HeatMap: Chart {}
extension FlowChart: Chart {}
