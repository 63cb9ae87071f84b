import Planning

/// The words of what the grid charges and allows, in both languages.
extension Language {
  func peaksUnknown(_ sites: String) -> String {
    pick("Spitze dieses Monats unbekannt: \(sites)", "this month's peak so far not known: \(sites)")
  }

  var sharedWord: String { pick("geteilt", "shared") }
  var sharedMeans: String {
    pick(
      "geteilt: was ein Standort einspeist und ein anderer zugleich bezieht; in „Netz“ hebt es sich auf",
      "shared: what one site feeds in while another takes it; under grid it cancels out")
  }
  func orderBreach(_ kind: Breach.Kind, subject: String, span: String, energy: String) -> String {
    switch kind {
    case .importBeyondOrder:
      return pick(
        "\(subject): Bezug über der Vorgabe des Netzbetreibers, \(span), \(energy) kWh",
        "\(subject): import beyond the grid operator's limit, \(span), \(energy) kWh")
    case .exportBeyondOrder:
      return pick(
        "\(subject): Einspeisung über der Vorgabe des Netzbetreibers, \(span), \(energy) kWh",
        "\(subject): feed-in beyond the grid operator's limit, \(span), \(energy) kWh")
    default:
      return pick(
        "\(subject): steuerbare Verbraucher über der Vorgabe des Netzbetreibers, \(span), \(energy) kWh",
        "\(subject): controllable use beyond the grid operator's limit, \(span), \(energy) kWh")
    }
  }
}
