import Console

/// Marks as SVG text.
struct SVGWriter {
  let theme: Theme
  let id: String
  /// Patterns that some mark needs, in the order of their first use.
  private var patterns: [Paint] = []

  init(theme: Theme, id: String) {
    self.theme = theme
    self.id = id
  }

  mutating func document(of picture: Picture) -> String {
    let body = picture.marks.map { write($0) }.joined(separator: "\n")
    let (width, height) = (picture.width, picture.height)
    var text = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" "
    text += "width=\"\(width)\" height=\"\(height)\" role=\"img\" aria-labelledby=\"\(id)t \(id)d\">"
    text += "<title id=\"\(id)t\">\(picture.title.asMarkup)</title>"
    text += "<desc id=\"\(id)d\">\(picture.alternative.asMarkup)</desc>\n"
    if theme == .automatic { text += styleSheet(of: picture) + "\n" }
    if !patterns.isEmpty { text += "<defs>" + patterns.map(pattern).joined() + "</defs>\n" }
    text += "<path d=\"M0 0h\(width)v\(height)H0z\" fill=\"\(colour("paper"))\"/>"
    text += "<g font-family=\"Arial,Helvetica,'DejaVu Sans',sans-serif\" font-size=\"12\" fill=\"\(colour("text"))\">\n"
    return text + body + "</g></svg>"
  }

  private mutating func write(_ mark: Mark) -> String {
    switch mark {
    case .area(let path, let paint):
      var attributes = "fill=\"\(fill(paint))\""
      switch paint {
      case .ink(let ink): attributes += " stroke=\"\(colour(ink.rawValue + "-e"))\" stroke-width=\".6\""
      case .veil(let ink): attributes += " fill-opacity=\".6\" stroke=\"\(colour(ink.rawValue + "-e"))\" stroke-width=\".6\""
      case .heat: attributes += " shape-rendering=\"crispEdges\""
      default: break
      }
      return "<path \(attributes) d=\"\(path)\"/>"
    case .stroke(let path, let paint, let width, let isDashed, let isCased):
      let dashes = isDashed ? " stroke-dasharray=\"5 3\"" : ""
      func drawn(_ colour: String, _ width: Double, _ more: String = "") -> String {
        "<path fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(Path.number(width))\"\(more) d=\"\(path)\"/>"
      }
      return (isCased ? drawn(colour("paper"), width + 2) : "") + drawn(fill(paint), width, dashes)
    case .cells(let path, let paint, let x, let y, let width, let height):
      // A stroke runs along the middle of its column.
      let place = "translate(\(Path.scale(x + width / 2)) \(Path.scale(y))) scale(\(Path.scale(width)) \(Path.scale(height)))"
      return "<path stroke=\"\(fill(paint))\" shape-rendering=\"crispEdges\" transform=\"\(place)\" d=\"\(path)\"/>"
    case .text(let text, let x, let y, let anchor, let isBold, let limit):
      var attributes = "x=\"\(Path.number(x))\" y=\"\(Path.number(y))\""
      if anchor != .start { attributes += " text-anchor=\"\(anchor.rawValue)\"" }
      if isBold { attributes += " font-weight=\"bold\"" }
      if let limit, TextMeasure.width(of: text, isBold: isBold) > limit {
        attributes += " textLength=\"\(Path.number(limit))\" lengthAdjust=\"spacingAndGlyphs\""
      }
      return "<text \(attributes)>\(text.asMarkup)</text>"
    }
  }

  private mutating func fill(_ paint: Paint) -> String {
    switch paint {
    case .ink(let ink), .veil(let ink):
      guard ink.hatching != .solid else { return colour(ink.rawValue) }
      return reference(.ink(ink))
    case .missing: return reference(.missing)
    case .line(let ink): return colour(ink.rawValue + "-e")
    case .band: return colour("band")
    case .axis: return colour("axis")
    case .rule: return colour("rule")
    case .heat(let step): return HeatScale.colours[min(max(0, step), HeatScale.count - 1)]
    }
  }

  private mutating func reference(_ paint: Paint) -> String {
    if !patterns.contains(paint) { patterns.append(paint) }
    return "url(#\(name(of: paint)))"
  }

  private func name(of paint: Paint) -> String {
    if case .ink(let ink) = paint { return id + ink.rawValue }
    return id + "missing"
  }

  /// A tile of 6 pixels that repeats.
  private func pattern(_ paint: Paint) -> String {
    let (ground, lines, drawing): (String, String, String)
    if case .ink(let ink) = paint {
      (ground, lines) = (colour(ink.rawValue), colour(ink.rawValue + "-e"))
      drawing = Self.drawing(of: ink.hatching)
    } else {
      (ground, lines) = (colour("paper"), colour("axis"))
      drawing = "M0 0l6 6"
    }
    return "<pattern id=\"\(name(of: paint))\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
      + "<path d=\"M0 0h6v6H0z\" fill=\"\(ground)\"/><path d=\"\(drawing)\" stroke=\"\(lines)\"/></pattern>"
  }

  private static func drawing(of hatching: Ink.Hatching) -> String {
    switch hatching {
    case .solid: return ""
    case .rising: return "M-1 1l2-2M0 6l6-6M5 7l2-2"
    case .falling: return "M-1 5l2 2M0 0l6 6M5-1l2 2"
    case .dots: return "M1 1.5h1.5M4 4.5h1.5"
    case .level: return "M0 1.5h6M0 4.5h6"
    case .upright: return "M3 0v6"
    case .crossed: return "M0 0l6 6M0 6l6-6"
    }
  }

  // MARK: Colours

  /// Colours that belong to no ink, on a light and on a dark sheet.
  private static let sheet: [(name: String, light: String, dark: String)] = [
    ("paper", "#ffffff", "#14181f"), ("text", "#1f2733", "#e6e9ef"), ("axis", "#7b8596", "#8a94a6"),
    ("rule", "#d5dae2", "#39414f"), ("band", "#fff0c2", "#4a3d12"),
  ]

  private static func pair(_ name: String) -> (light: String, dark: String) {
    if let found = sheet.first(where: { $0.name == name }) { return (found.light, found.dark) }
    if name.hasSuffix("-e"), let ink = Ink(rawValue: String(name.dropLast(2))) { return ink.edge }
    return Ink(rawValue: name)?.fill ?? ("#000000", "#ffffff")
  }

  private func colour(_ name: String) -> String {
    switch theme {
    case .light: return Self.pair(name).light
    case .dark: return Self.pair(name).dark
    case .automatic: return "var(--\(name))"
    }
  }

  /// The colours as CSS variables, those that the picture uses.
  private func styleSheet(of picture: Picture) -> String {
    var names = Self.sheet.map(\.name)
    for ink in Ink.allCases where picture.marks.contains(where: { $0.uses(ink) }) {
      names += [ink.rawValue, ink.rawValue + "-e"]
    }
    let variables = { (value: (String) -> String) in names.map { "--\($0):\(value($0))" }.joined(separator: ";") }
    return "<style>:root{\(variables { Self.pair($0).light })}\n@media screen and (prefers-color-scheme:dark){:root{"
      + variables { Self.pair($0).dark } + "}}</style>"
  }
}

extension Mark {
  func uses(_ wanted: Ink) -> Bool {
    switch self {
    case .area(_, let paint), .stroke(_, let paint, _, _, _):
      switch paint {
      case .ink(let ink), .veil(let ink), .line(let ink): return ink == wanted
      default: return false
      }
    case .cells, .text: return false
    }
  }
}
