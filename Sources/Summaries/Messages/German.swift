import CommunityModel
import Console
import MarketTime
import Quantities
import Reporting

/// Summaries in German, formal or informal.
struct GermanWords: SummaryWords {
  let formality: Formality
  let numbers = SummaryNumbers(language: .german)

  /// The word that fits the way of address.
  func you(_ formal: String, _ informal: String) -> String { formality == .formal ? formal : informal }

  // MARK: Time

  static let months = [
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
  ]

  func weekday(_ day: LocalDay) -> String { name(of: day.weekday) }

  func name(of weekday: Weekday) -> String {
    switch weekday {
    case .monday: "Montag"
    case .tuesday: "Dienstag"
    case .wednesday: "Mittwoch"
    case .thursday: "Donnerstag"
    case .friday: "Freitag"
    case .saturday: "Samstag"
    case .sunday: "Sonntag"
    }
  }

  func month(_ day: LocalDay) -> String { Self.months[day.components.month - 1] }
  func date(_ day: LocalDay) -> String { "\(weekday(day)), \(day.components.day). \(month(day))" }

  /// `11`, `12:15`
  func clock(_ time: LocalTime) -> String {
    let (hour, minute) = (time.minutes / 60, time.minutes % 60)
    return minute == 0 ? "\(hour)" : "\(hour):\(padded(minute, to: 2))"
  }

  func span(_ from: LocalTime, _ until: LocalTime) -> String { "\(clock(from)) bis \(clock(until)) Uhr" }
  func time(_ time: LocalTime) -> String { "\(clock(time)) Uhr" }

  // MARK: Numbers

  func percent(_ share: Fraction) -> String { numbers.percent(share, over: "über ", under: "unter ") }
  func euros(_ money: Money) -> String { numbers.cents(money) + " €" }
  func about(_ money: Money) -> String { "etwa " + euros(money) }
  func prices(paid: EnergyPrice, instead: EnergyPrice) -> String {
    "(\(numbers.price(paid)) ct statt \(numbers.price(instead)) ct)"
  }

  // MARK: Subject, greeting, headline

  func neutralSubject(_ summary: MemberSummary) -> String { "\(you("Ihre", "Deine")) Energie \(on(summary))" }

  func subject(_ lead: SummaryLead, of summary: MemberSummary, window: String?) -> String {
    let dated = ", " + (summary.isWeek ? "Woche vom \(dates(summary.days))" : date(summary.day))
    let end = window.map { " – morgen ist \($0) gut zum Waschen" } ?? dated
    switch lead {
    case .own(let share):
      return "\(percent(share)) \(summary.ownPower == .sun ? "Sonne bei " + you("Ihnen", "dir") : own(summary))\(end)"
    case .nothingOwn:
      if summary.isWeek { return (summary.sun == .little ? "Wenig Sonne" : "Nur Strom aus dem Netz") + end }
      return (summary.sun == .little ? "Wenig Sonne gestern" : "Gestern nur Strom aus dem Netz") + end
    case .littleUse: return "\(you("Ihr", "Dein")) Strom" + (summary.isWeek ? "" : " gestern") + end
    case .fedIn(let energy): return "\(numbers.energy(energy)) kWh von \(you("Ihrer", "deiner")) Anlage\(dated)"
    case .heat(let energy): return "\(numbers.energy(energy)) kWh Wärme\(dated)"
    case .noValues(let since):
      let begin = since.map { " seit \(weekday(summary.calendar.localDay(of: $0)))" } ?? ""
      return "Keine Werte von \(you("Ihrem", "deinem")) Zähler\(begin)"
    }
  }

  func subject(of fault: Fault, in summary: MemberSummary) -> String? {
    switch fault {
    case .silentMeter: nil
    case .deadPlant(let plant):
      plant.isOwn
        ? "\(you("Ihre", "Deine")) Anlage machte gestern keinen Strom" : "Die Anlage auf dem Dach machte gestern keinen Strom"
    case .plantIsBack(let plant):
      plant.isOwn ? "\(you("Ihre", "Deine")) Anlage macht wieder Strom" : "Die Anlage auf dem Dach macht wieder Strom"
    case .boilerLockout: "Der Heizkessel ist auf Störung"
    // It is over; the week is the news.
    case .plantWasDead: nil
    }
  }

  func greeting(_ name: String?) -> String { name.map { "Guten Morgen, \($0)," } ?? "Guten Morgen," }

  func headline(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    let yours = you("Ihres", "deines")
    switch lead {
    case .own(let share): return "\(percent(share)) \(yours) Stroms \(came(share)) \(when(summary)) \(from(summary))"
    case .nothingOwn: return "\(capitalized(when(summary))) kam \(you("Ihr", "dein")) Strom aus dem Netz"
    case .littleUse: return "\(capitalized(when(summary))) \(you("haben Sie", "hast du")) wenig Strom gebraucht"
    case .fedIn(let energy):
      return "\(numbers.energy(energy)) kWh hat \(you("Ihre", "deine")) Anlage \(when(summary)) eingespeist"
    case .heat(let energy): return "\(numbers.energy(energy)) kWh Wärme \(you("haben Sie", "hast du")) \(when(summary)) bezogen"
    case .noValues: return "Von \(you("Ihrem", "deinem")) Zähler fehlen uns Werte"
    }
  }

  func opening(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    let day = "\(when(summary)) (\(summary.isWeek ? dates(summary.days) : date(summary.day)))"
    switch lead {
    case .own(let share): return "\(day) kam \(part(share)) \(from(summary))."
    case .nothingOwn: return "\(day) kam \(you("Ihr", "dein")) Strom aus dem Netz."
    case .littleUse: return "\(day) \(you("haben Sie", "hast du")) wenig Strom gebraucht."
    case .fedIn(let energy):
      return "\(day) hat \(you("Ihre", "deine")) Anlage \(numbers.energy(energy)) kWh Strom eingespeist."
    case .heat(let energy):
      return "\(day) \(you("haben Sie", "hast du")) \(numbers.energy(energy)) kWh Wärme bezogen."
    case .noValues(let since):
      return silence(since, summary)
    }
  }

  private func silence(_ since: Timestamp?, _ summary: MemberSummary) -> String {
    let meter = you("Ihrem", "deinem") + " Zähler"
    let begin =
      since.map { instant in
        let (day, time) = summary.calendar.local(instant)
        let isNear = summary.day.advanced(by: 1).number - day.number < 7
        return "seit \(isNear ? weekday(day) : date(day)), \(self.time(time))"
      } ?? "seit mehr als vier Wochen"
    return "von \(meter) haben wir \(begin), keine Werte. \(you("Sie müssen", "Du musst")) nichts tun, wir sehen nach."
  }

  // MARK: Rows

  var usedWord: String { "\(you("Ihr", "Dein")) Verbrauch" }
  func ownWord(_ summary: MemberSummary) -> String { "davon \(from(summary, short: true))" }
  var boughtWord: String { "davon aus dem Netz" }
  var fedInWord: String { "eingespeist" }
  var savedWord: String { "gespart" }
  var costMoreWord: String { "teurer als Netzstrom" }
  var earnedWord: String { "Einnahme" }
  var heatWord: String { "\(you("Ihre", "Deine")) Wärme" }

  // MARK: Sentences

  func comparison(_ past: Fraction, count: Int, of summary: MemberSummary) -> String {
    guard count > 1 else { return "Zum Vergleich: \(before(summary)) waren es \(percent(past)) \(own(summary))." }
    let own = summary.ownPower == .sun ? "Sonne" : "eigenem Strom"
    return "Zum Vergleich: \(mean(count, summary)) lag bei \(percent(past)) \(own)."
  }

  func comparison(_ past: Energy, count: Int, of summary: MemberSummary) -> String {
    guard count > 1 else { return "Zum Vergleich: \(before(summary)) waren es \(numbers.energy(past)) kWh." }
    return "Zum Vergleich: \(mean(count, summary)) lag bei \(numbers.energy(past)) kWh."
  }

  private func before(_ summary: MemberSummary) -> String {
    summary.isWeek ? "In einer Woche davor" : "Am \(weekday(summary.day)) davor"
  }

  private func mean(_ count: Int, _ summary: MemberSummary) -> String {
    let words = ["", "", "zwei", "drei", "vier"][min(4, count)]
    let mean = "\(you("Ihr", "Dein")) Schnitt"
    return summary.isWeek
      ? (count < 4 ? "\(mean) aus \(words) Wochen davor" : "\(mean) der vier Wochen davor")
      : "\(mean) der letzten \(words) \(weekday(summary.day))e"
  }

  func more(_ summary: MemberSummary) -> String { "\(capitalized(when(summary))) war es mehr." }
  func welcome(_ summary: MemberSummary) -> String {
    let begin = "Willkommen in unserer Gemeinschaft."
    return summary.isWeek
      ? "\(begin) Nächste Woche können wir vergleichen."
      : "\(begin) In einer Woche können wir mit \(you("Ihrem", "deinem")) ersten Tag vergleichen."
  }

  func littleSun(_ summary: MemberSummary) -> String {
    let day = summary.day
    let isDarkSeason = ![4, 5, 6, 7, 8, 9].contains(day.components.month)
    let begin = "\(capitalized(when(summary))) gab es wenig Sonne."
    guard !isDarkSeason else { return "\(begin) Das ist im \(month(day)) normal." }
    return "\(begin) Solche \(summary.isWeek ? "Wochen" : "Tage") gibt es auch im \(month(day))."
  }

  func incomplete(missing: Int, of summary: MemberSummary) -> String {
    let verb = missing == 1 || (4...5).contains(missing) ? "fehlt" : "fehlen"
    let time = summary.isWeek ? "Aus dieser Zeit" : "Für gestern"
    return "\(time) \(verb) noch etwa \(gap(missing)); die Zahlen gelten für den Rest."
  }

  func substituted(_ quarters: Int) -> String { "Für etwa \(gap(quarters)) stehen Ersatzwerte." }

  private func gap(_ quarters: Int) -> String {
    quarters < 4 ? "\(quarters) \(Plural(quarters).pick("Viertelstunde", "Viertelstunden"))" : hours(quarters)
  }

  /// Quarter hours in hours, to the nearest.
  private func hours(_ quarters: Int) -> String {
    let hours = (quarters + 2) / 4
    return "\(hours) \(Plural(hours).pick("Stunde", "Stunden"))"
  }

  func clockChange(_ change: MemberSummary.ClockChange, hours: Int) -> String {
    switch change {
    case .forward: "Der Tag hatte nur \(hours) Stunden: Die Uhr wurde auf Sommerzeit vorgestellt."
    case .back: "Der Tag hatte \(hours) Stunden: Die Uhr wurde auf Winterzeit zurückgestellt."
    }
  }

  func clockName(_ change: MemberSummary.ClockChange) -> String {
    switch change {
    case .forward: "(Sommerzeit)"
    case .back: "(Winterzeit)"
    }
  }

  func fault(_ fault: Fault, in summary: MemberSummary) -> String {
    switch fault {
    case .silentMeter(let since):
      let text = silence(since, summary)
      return text.prefix(1).uppercased() + text.dropFirst()
    case .deadPlant(let plant):
      let name = plant.isOwn ? "\(you("Ihre", "Deine")) Anlage" : "Die Anlage auf dem Dach (\(plant.site.withoutControls))"
      let reason =
        plant.othersRan
        ? "Am Wetter lag es nicht: Andere Anlagen lieferten." : "Liegt Schnee auf den Modulen, ist das normal."
      let advice =
        plant.isOwn
        ? "Bitte \(you("schauen Sie", "schau")) auf den Wechselrichter: Leuchtet eine rote Lampe?" : "Wir kümmern uns darum."
      return "\(name) machte gestern keinen Strom. \(reason) \(advice)"
    case .plantIsBack(let plant):
      let name = plant.isOwn ? "\(you("Ihre", "Deine")) Anlage" : "Die Anlage auf dem Dach (\(plant.site.withoutControls))"
      return "\(name) macht seit gestern wieder Strom."
    case .plantWasDead(let plant, let days):
      let name = plant.isOwn ? "\(you("Ihre", "Deine")) Anlage" : "Die Anlage auf dem Dach (\(plant.site.withoutControls))"
      return "\(name) machte am \(days.map(weekday).joined(separator: ", am ")) keinen Strom. Jetzt läuft sie wieder."
    case .boilerLockout(let since):
      let (day, time) = summary.calendar.local(since)
      return "Der Heizkessel heizt seit \(weekday(day)), \(self.time(time)), nicht mehr. Wir kümmern uns darum."
    }
  }
}

// MARK: - House, tip, closing, chat, picture

extension GermanWords {
  /// `Sonne`, `eigener Strom`
  func own(_ summary: MemberSummary) -> String { summary.ownPower == .sun ? "Sonne" : "eigener Strom" }

  func from(_ summary: MemberSummary, short: Bool = false) -> String {
    switch (summary.ownPower, summary.isOneHouse) {
    case (.sun, true): short ? "vom Dach" : "vom eigenen Dach"
    case (.sun, false): "aus eigener Sonne"
    case (.plants, _): "aus eigenen Anlagen"
    }
  }

  private func came(_ share: Fraction) -> String {
    SummaryNumbers(language: .german).percent(share, over: "", under: "").hasPrefix("1 ") ? "kam" : "kamen"
  }

  private func part(_ share: Fraction) -> String {
    let yours = you("Ihres", "deines") + " Stroms"
    switch PartInWords(share) {
    case .small: return "ein kleiner Teil \(yours)"
    case .fifth: return "etwa ein Fünftel \(yours)"
    case .quarter: return "etwa ein Viertel \(yours)"
    case .third: return "etwa ein Drittel \(yours)"
    case .overThird: return "mehr als ein Drittel \(yours)"
    case .almostHalf: return "fast die Hälfte \(yours)"
    case .half: return "die Hälfte \(yours)"
    case .overHalf: return "mehr als die Hälfte \(yours)"
    case .twoThirds: return "etwa zwei Drittel \(yours)"
    case .threeQuarters: return "etwa drei Viertel \(yours)"
    case .most: return "der größte Teil \(yours)"
    case .almostAll: return "fast \(you("Ihr", "dein")) ganzer Strom"
    case .all: return "\(you("Ihr", "dein")) ganzer Strom"
    }
  }

  func groupTitle(_ group: MemberSummary.GroupFigures) -> String {
    switch group.whose {
    case .house: "Unser Haus (\(group.members) \(Plural(group.members).pick("Wohnung", "Wohnungen")))"
    case .oneHouse: "\(you("Ihr", "Dein")) Haus (\(group.members) \(Plural(group.members).pick("Wohnung", "Wohnungen")))"
    case .community: "Unsere Gemeinschaft (\(group.members) \(Plural(group.members).pick("Mitglied", "Mitglieder")))"
    }
  }

  func group(_ group: MemberSummary.GroupFigures, of summary: MemberSummary) -> String {
    let share = group.ownShare.map(percent)
    guard let own = group.own, let used = group.used else {
      return share.map { "Gemeinsam haben wir \($0) unseres Stroms selbst gedeckt." } ?? "Es wurde kein Strom gebraucht."
    }
    guard let made = group.made else {
      return "Zusammen brauchten wir \(numbers.energy(used)) kWh. \(numbers.energy(own)) kWh davon waren eigener Strom"
        + (share.map { ", das sind \($0)." } ?? ".")
    }
    let parts = numbers.parts(used: made, own: own)
    let plants =
      summary.ownPower == .plants
      ? "Unsere Anlagen machten" : group.whose == .house ? "Das Dach machte" : "Unsere Dächer machten"
    let use =
      made == own
      ? "Alles davon haben wir selbst verbraucht."
      : summary.isWeek
        ? "\(parts.own) kWh davon haben wir selbst verbraucht."
        : "\(parts.own) kWh haben wir selbst verbraucht, \(parts.bought) kWh gingen ins Netz."
    return "\(plants) \(parts.used) kWh. \(use)"
      + (share.map { " Das deckte \($0) unseres Stroms." } ?? "")
  }

  func tipTitle(_ day: LocalDay) -> String { "Tipp für morgen (\(weekday(day)))" }

  func sunTip(_ window: String, isLikely: Bool, start: String?, isBrief: Bool) -> String {
    let between = "Zwischen \(window.replacing(" bis ", with: " und "))"
    let sun = isLikely ? "\(between) erwarten wir viel Sonne." : "\(between) gibt es vielleicht viel Sonne."
    if isBrief { return sun + (start.map { " \(you("Ihr", "Dein")) Startfenster ist \($0)." } ?? "") }
    let use = "Gut für Waschmaschine oder Spülmaschine."
    return "\(sun) \(use)" + (start.map { " Bitte nicht alle auf einmal: \(you("Ihr", "Dein")) Startfenster ist \($0)." } ?? "")
  }

  func cheapTip(_ window: String, isNight: Bool) -> String {
    let cheap = "Zwischen \(window.replacing(" bis ", with: " und ")) kostet Strom aus dem Netz weniger."
    return isNight
      ? "\(cheap) Das ist gut, um ein Auto zu laden. Maschinen bitte nicht nachts allein laufen lassen."
      : "\(cheap) Das ist eine gute Zeit für Waschmaschine oder Spülmaschine."
  }

  var noTip: String { "Wir erwarten keine besondere Sonnenzeit." }

  func score(_ score: TipScore) -> String {
    "Von \(score.told) \(Plural(score.told).pick("Tipp", "Tipps")) der letzten Woche \(Plural(score.right).pick("stimmte", "stimmten")) \(score.right == 0 ? "keiner" : "\(score.right)")."
  }

  var preliminary: String { "Alle Zahlen sind vorläufig und keine Rechnung." }

  func access(_ link: String?) -> String {
    let values = "\(you("Ihre", "Deine")) Viertelstundenwerte \(you("sehen", "siehst")) nur \(you("Sie", "du"))"
    return link.map { "\(values): \($0) (Anmeldung nötig)" } ?? values + "."
  }

  var accessLink: String { "Meine Werte ansehen (Anmeldung)" }

  func signature(_ organisation: String, _ contact: String?) -> String {
    ([organisation, contact].compactMap(\.self) + ["Fragen? Einfach antworten."]).joined(separator: " · ")
  }

  func leave(_ link: String?) -> String {
    link.map { "Seltener oder gar nicht mehr? \($0) (ein Klick)" }
      ?? "Seltener oder gar nicht mehr? \(you("Antworten Sie", "Antworte")) mit dem Wort Stopp."
  }

  var leaveLink: String { "Seltener oder gar nicht mehr" }

  func chat(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    let figures = summary.electricity
    let day = capitalized(when(summary))
    switch lead {
    case .own(let share):
      let parts = numbers.parts(used: figures?.used ?? .zero, own: figures?.own ?? .zero)
      return "\(day) \(percent(share)) \(own(summary)) (\(parts.own) von \(parts.used) kWh)."
    case .nothingOwn: return "\(day) \(numbers.energy(figures?.used ?? .zero)) kWh, alles aus dem Netz."
    case .littleUse: return "\(day) \(numbers.energy(figures?.used ?? .zero)) kWh verbraucht."
    case .fedIn(let energy): return "\(day) \(numbers.energy(energy)) kWh eingespeist."
    case .heat(let energy): return "\(day) \(numbers.energy(energy)) kWh Wärme."
    case .noValues(let since):
      return "Keine Werte von \(you("Ihrem", "deinem")) Zähler"
        + (since.map { " seit \(weekday(summary.calendar.localDay(of: $0)))" } ?? "") + ". Wir sehen nach."
    }
  }

  func chat(_ group: MemberSummary.GroupFigures, _ share: Fraction) -> String {
    switch group.whose {
    case .house, .oneHouse: "Haus: \(percent(share))."
    case .community: "Gemeinschaft: \(percent(share))."
    }
  }

  func chatTip(_ window: String, start: String?) -> String {
    "Morgen gut: \(window)" + (start.map { ", \(you("Ihr", "dein")) Start \($0)." } ?? ".")
  }

  var chatEnd: String { "/stop beendet." }

  func pictureTitle(_ summary: MemberSummary) -> String { "\(you("Ihr", "Dein")) Strom \(on(summary))" }

  func pictureText(sunny: String?, tip: String?, of summary: MemberSummary) -> String {
    let own =
      sunny.map { "Von \($0) kam der meiste Strom \(from(summary, short: true)), sonst aus dem Netz." }
      ?? "In keiner Stunde kam der meiste Strom \(from(summary, short: true))."
    return own + (tip.map { " Beste Zeit morgen: \($0)." } ?? "")
  }

  func ownLegend(_ summary: MemberSummary) -> String { from(summary, short: true) }
  var boughtLegend: String { "aus dem Netz" }
  var perHour: String { "kWh je Stunde" }
  func band(_ window: String) -> String { "beste Zeit morgen: \(window)" }
  var missingWord: String { "keine Werte" }
}
