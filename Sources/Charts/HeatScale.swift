/// Steps of a heat map's colours, dark blue to yellow: cividis (Nuñez, Anderton and Renslow 2018, PLOS ONE 13(7) e0199239), whose lightness only
/// grows, so that it reads the same without colours.
enum HeatScale {
  static let colours = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"]
  static var count: Int { colours.count }
  /// What stands for a step on a terminal, in the order of the colours: full for dark.
  static let characters: [Character] = ["█", "▓", "▒", "░", "-", "."]
}
