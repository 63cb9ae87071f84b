/// The words of what the grid charges and allows, in both languages.
extension Language {
  func peaksUnknown(_ sites: String) -> String {
    pick("Spitze dieses Monats unbekannt: \(sites)", "this month's peak so far not known: \(sites)")
  }
}
