/// A picture's title and legend, in as many lines as its width needs.
struct Heading {
  /// An entry of the legend.
  struct Entry {
    let name: String
    let paint: Paint
    var isLine = false
  }

  let marks: [Mark]
  /// Where the room below begins.
  let height: Double

  init(title: String, entries: [Entry], width: Double) {
    var marks: [Mark] = []
    var y = 14.0
    for line in TextMeasure.wrapped(title, to: width - 8, isBold: true) {
      marks.append(.text(line, x: 4, y: y, isBold: true, limit: width - 8))
      y += 16
    }
    var x = 4.0
    y += 2
    for entry in entries {
      let needed = 16 + TextMeasure.width(of: entry.name)
      if x > 4, x + needed > width - 4 {
        x = 4
        y += 17
      }
      if entry.isLine {
        marks.append(.stroke("M\(Path.number(x)) \(Path.number(y - 4))h11", entry.paint, width: 2))
      } else {
        marks.append(.box(x: x, y: y - 10, width: 11, height: 11, entry.paint))
      }
      marks.append(.text(entry.name, x: x + 16, y: y, limit: width - 4 - x - 16))
      x += needed + 14
    }
    self.marks = marks
    height = entries.isEmpty ? y - 14 : y + 4
  }
}
