import Console

/// What an area stands for, and so its colour and hatching: the same in every picture.
///
/// Colours are Okabe and Ito's (jfly.uni-koeln.de/color), which people with colour-blindness tell apart; each has a hatching of its own too, so
/// that no message hangs on colour alone. On a terminal a character takes the hatching's place.
public enum Ink: String, CaseIterable, Sendable {
  /// Electricity from the sun.
  case sun
  /// Electricity from wind.
  case wind
  /// From or into the public grid.
  case grid
  /// From or into batteries.
  case battery
  /// From or to neighbours of the community.
  case neighbours
  /// What is used.
  case use
  /// Heat from the sun.
  case solarHeat
  /// Heat from wood.
  case wood
  /// Heat from heat pumps.
  case heatPump
  /// Oil and gas.
  case fossil
  /// Anything else.
  case other

  /// How an area is filled.
  enum Hatching: Hashable { case solid, rising, falling, dots, level, upright, crossed }

  var hatching: Hatching {
    switch self {
    case .sun, .use: return .solid
    case .grid: return .rising
    case .neighbours: return .falling
    case .battery, .solarHeat: return .dots
    case .wind: return .level
    case .wood, .heatPump: return .upright
    case .fossil, .other: return .crossed
    }
  }

  /// The area's colour on a light and on a dark sheet.
  var fill: (light: String, dark: String) {
    switch self {
    case .sun: return ("#e69f00", "#e69f00")
    case .wind: return ("#56b4e9", "#56b4e9")
    case .grid: return ("#8a94a6", "#8a94a6")
    case .battery: return ("#009e73", "#1fb88c")
    case .neighbours: return ("#cc79a7", "#cc79a7")
    case .use: return ("#0072b2", "#3d9bd6")
    case .solarHeat: return ("#f0e442", "#f0e442")
    case .wood: return ("#d55e00", "#e4762a")
    case .heatPump: return ("#0072b2", "#3d9bd6")
    case .fossil: return ("#4d4d4d", "#b5b5b5")
    case .other: return ("#bdbdbd", "#9a9a9a")
    }
  }

  /// The hatching's colour, which also edges the area.
  var edge: (light: String, dark: String) {
    switch self {
    case .sun: return ("#8f6300", "#ffd27a")
    case .wind: return ("#1f6f9e", "#bfe3f7")
    case .grid: return ("#566072", "#c9d0dc")
    case .battery: return ("#00543d", "#a9ecd6")
    case .neighbours: return ("#8a3b67", "#f0c4dc")
    case .use: return ("#00466e", "#b5dcf5")
    case .solarHeat: return ("#857b00", "#8a8000")
    case .wood: return ("#7a3600", "#ffc79c")
    case .heatPump: return ("#9fd0ee", "#0b3d5c")
    case .fossil: return ("#111111", "#5c5c5c")
    case .other: return ("#6b6b6b", "#e0e0e0")
    }
  }

  /// What fills an area on a terminal.
  var character: Character {
    switch self {
    case .sun: return "█"
    case .wind: return "="
    case .grid: return "/"
    case .battery: return "o"
    case .neighbours: return "\\"
    case .use: return "▒"
    case .solarHeat: return "+"
    case .wood: return "#"
    case .heatPump: return "|"
    case .fossil: return "x"
    case .other: return ":"
    }
  }

  /// Its colour on a terminal.
  var style: TextStyle {
    switch self {
    case .sun, .solarHeat: return .yellow
    case .battery, .wind: return .green
    case .wood, .neighbours: return .red
    case .grid, .fossil, .other: return .dim
    case .use, .heatPump: return .bold
    }
  }
}
