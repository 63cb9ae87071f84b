import CommunityModel
import Quantities

/// How to make known what is not: a sentence for each, with what to write where.
extension Hint {
  static let curtailmentUnknown = Hint(
    "abgeregelte Energie meldet kein Gerät; sie ist weder erzeugt noch eingespeist",
    "no device reports curtailed energy; it is neither generated nor exported")
  static let noBaseline = Hint(
    "braucht zehn ganz bekannte Tage gleicher Art davor", "needs ten wholly known days like it before")
  static let noCarbonFactor = Hint(
    "co2 am Tarif oder key_figures: grid_co2 in community.yaml angeben",
    "write co2 in the tariff, or key_figures: grid_co2, in community.yaml")
  static let noMarginalFactor = Hint(
    "key_figures: marginal_co2 in community.yaml angeben", "write key_figures: marginal_co2 in community.yaml")
  static let noBusiness = Hint(
    "key_figures: regional_value in community.yaml angeben", "write key_figures: regional_value in community.yaml")
  static let unmeteredRoof = Hint(
    "nicht jede PV-Anlage hat einen eigenen Zähler und eine peak_power", "not every roof has a meter of its own and a peak_power")
  static let unmeteredHeat = Hint(
    "jeder Wärmequelle in community.yaml einen metering_point geben, dessen heat_energy gezählt wird",
    "give each source of heat in community.yaml a metering_point whose heat_energy is counted")
  static let unnamedSource = Hint(
    "in community.yaml die Quelle beschreiben: ein asset am Zähler, ein kind am Brennstoff",
    "describe the source in community.yaml: an asset at the meter, a kind of the fuel")
  static let unmeteredCustomers = Hint(
    "jeder heat_load einen metering_point geben", "give each heat_load a metering_point")
  static let noGridShare = Hint(
    "key_figures: grid_renewable_share in community.yaml angeben", "write key_figures: grid_renewable_share in community.yaml")
  static let noOutdoorTemperature = Hint(
    "braucht Messwerte outdoor_temperature, und Tage unter 15 °C", "needs readings of outdoor_temperature, and days below 15 °C")
  static let noFuelFactor = Hint("co2 am Brennstoff angeben", "write co2 of the fuel")
  static let noAgreedPrices = Hint(
    "braucht tariffs.yaml neben community.yaml", "needs tariffs.yaml beside community.yaml")
  static let noPrice = Hint(
    "nicht für jede Viertelstunde ist ein Preis bekannt; tariff am Standort und Preisdatei prüfen",
    "no price is known for some quarter hours; check the site's tariff and the price file")

  // MARK: What must be said with a figure

  static let chargingIsOwnUse = Hint("Laden in Batterien zählt als Eigenverbrauch", "charging batteries counts as own use")
  static let balanceMeans = Hint(
    "Bilanz über den Zeitraum; sagt nichts über Stunden ohne Sonne und Wind",
    "balance over the period (Bilanz); says nothing about hours without sun and wind")
  static let noIsland = Hint(
    "Statistik der Vergangenheit, keine Inselfähigkeit", "statistics of the past, no ability to run as an island")
  static let gridIsOneSource = Hint("das Netz zählt als eine Quelle", "the grid counts as one source")
  static let atTheCharger = Hint("je Viertelstunde am Ladepunkt", "by quarter hour at the charger")
  static let byIntervalMatch = Hint("je Viertelstunde am Standort", "by quarter hour at the site")
  static let atGeneration = Hint("der erzeugten Wärme, nicht der gelieferten", "of heat fed in, not of heat delivered")
  static let renewableByLaw = Hint(
    "nach WPG § 3 an der Erzeugung; verlangt sind 30 % ab 2030, 80 % ab 2040, neue Netze 65 %",
    "by WPG section 3, at generation; wanted are 30 % from 2030, 80 % from 2040, new networks 65 %")
  static let lossesMean = Hint(
    "eingespeist weniger geliefert, Änderung der Speicher abgezogen", "fed in less delivered, the tanks' change deducted")
  static let fuelEstimate = Hint("geschätzt: Wärme durch Wirkungsgrad", "estimated: heat over efficiency")
  static let noDoubleCount = Hint(
    "Strom für Wärme und Autos zählt einmal, als Strom", "electricity for heat and cars counts once, as electricity")
  static let allFuelBought = Hint("aller Brennstoff zählt als zugekauft", "all fuel counts as bought in")
  static let byAgreement = Hint("bilanziell nach der Aufteilungsregel", "as accounted by the sharing agreement")
  static let withOwnPlants = Hint(
    "eigene Anlagen und Anteil an der Gemeinschaft", "own plants and the share of the community's power")
  static let throughOwnMeter = Hint("durch den eigenen Zähler bezogen", "taken through the own meter")
  static let whatIsSaved = Hint(
    "Netzpreis weniger Gemeinschaftspreis mit Steuer, weniger Grundpreis; keine Rechnung",
    "grid price less community price with tax, less base price; not a bill")
  static let factorsOfTariffs = Hint("Faktoren der Tarife", "the tariffs' factors")

  /// `363 g/kWh, 2024, UBA …; Mittelwert, ortsbezogen`
  static func averageFactor(_ factor: KeyFigureFacts.CarbonFactor) -> Hint {
    let text = "\(factor.factor.count / 1000) g/kWh, \(factor.year), \(factor.source)"
    return Hint(text + "; Mittelwert, ortsbezogen", text + "; average, location-based")
  }

  /// An estimate and where it comes from.
  static func marginalFactor(_ estimate: KeyFigureFacts.MarginalCarbon) -> Hint {
    let range = "\(estimate.factors.lowerBound.count / 1000)–\(estimate.factors.upperBound.count / 1000) g/kWh"
    let text = "\(range), \(estimate.year), \(estimate.source)"
    return Hint("Schätzung mit Grenzfaktor " + text, "estimate by the marginal factor " + text)
  }
}
