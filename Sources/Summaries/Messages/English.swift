import CommunityModel
import Console
import MarketTime
import Quantities
import Reporting

/// Summaries in English.
struct EnglishWords: SummaryWords {
  let numbers = SummaryNumbers(language: .english)

  // MARK: Time

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]

  func weekday(_ day: LocalDay) -> String { name(of: day.weekday) }

  func name(of weekday: Weekday) -> String {
    switch weekday {
    case .monday: "Monday"
    case .tuesday: "Tuesday"
    case .wednesday: "Wednesday"
    case .thursday: "Thursday"
    case .friday: "Friday"
    case .saturday: "Saturday"
    case .sunday: "Sunday"
    }
  }

  func month(_ day: LocalDay) -> String { Self.months[day.components.month - 1] }
  func date(_ day: LocalDay) -> String { "\(weekday(day)), \(day.components.day) \(month(day))" }

  /// `11 am`, `12:15 pm`, `noon`
  func time(_ time: LocalTime) -> String {
    let (hour, minute) = (time.minutes / 60 % 24, time.minutes % 60)
    if minute == 0, hour % 12 == 0 { return hour == 12 ? "noon" : "midnight" }
    let shown = hour % 12 == 0 ? 12 : hour % 12
    return "\(shown)\(minute == 0 ? "" : ":" + padded(minute, to: 2)) \(hour < 12 ? "am" : "pm")"
  }

  func span(_ from: LocalTime, _ until: LocalTime) -> String { "\(time(from)) to \(time(until))" }

  // MARK: Numbers

  func percent(_ share: Fraction) -> String { numbers.percent(share, over: "over ", under: "under ") }
  func euros(_ money: Money) -> String { "€" + numbers.cents(money) }
  func about(_ money: Money) -> String { "about " + euros(money) }
  func prices(paid: EnergyPrice, instead: EnergyPrice) -> String {
    "(\(numbers.price(paid)) ct instead of \(numbers.price(instead)) ct)"
  }

  // MARK: Subject, greeting, headline

  func neutralSubject(_ summary: MemberSummary) -> String { "Your energy \(on(summary))" }

  func subject(_ lead: SummaryLead, of summary: MemberSummary, window: String?) -> String {
    let dated = ", " + (summary.isWeek ? "week from \(dates(summary.days))" : date(summary.day))
    let end = window.map { " – tomorrow \($0) is good for laundry" } ?? dated
    switch lead {
    case .own(let share): return "\(percent(share)) \(summary.ownPower == .sun ? "sunshine" : "own power") for you\(end)"
    case .nothingOwn:
      return (summary.sun == .little ? "Little sun" : "Only grid power") + (summary.isWeek ? "" : " yesterday") + end
    case .littleUse: return "Your electricity" + (summary.isWeek ? "" : " yesterday") + end
    case .fedIn(let energy): return "\(numbers.energy(energy)) kWh from your plant\(dated)"
    case .heat(let energy): return "\(numbers.energy(energy)) kWh of heat\(dated)"
    case .noValues(let since):
      return "No values from your meter" + (since.map { " since \(weekday(summary.calendar.localDay(of: $0)))" } ?? "")
    }
  }

  func subject(of fault: Fault, in summary: MemberSummary) -> String? {
    switch fault {
    case .silentMeter: nil
    case .deadPlant(let plant): "\(plant.isOwn ? "Your plant" : "The plant on the roof") made no power yesterday"
    case .plantIsBack(let plant): "\(plant.isOwn ? "Your plant" : "The plant on the roof") makes power again"
    case .boilerLockout: "The boiler has stopped with a fault"
    // It is over; the week is the news.
    case .plantWasDead: nil
    }
  }

  func greeting(_ name: String?) -> String { name.map { "Good morning, \($0)," } ?? "Good morning," }

  func headline(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    switch lead {
    case .own(let share): "\(percent(share)) of your electricity came \(from(summary)) \(when(summary))"
    case .nothingOwn: "Your electricity came from the grid \(when(summary))"
    case .littleUse: "You used little electricity \(when(summary))"
    case .fedIn(let energy): "Your plant fed in \(numbers.energy(energy)) kWh \(when(summary))"
    case .heat(let energy): "You used \(numbers.energy(energy)) kWh of heat \(when(summary))"
    case .noValues: "Values from your meter are missing"
    }
  }

  func opening(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    let day = "\(when(summary)) (\(summary.isWeek ? dates(summary.days) : date(summary.day)))"
    switch lead {
    case .own(let share):
      let told = "\(part(share)) of your electricity came \(from(summary))."
      guard summary.isWeek else { return "\(day) \(told)" }
      // In short sentences.
      let dates = dates(summary.days)
      return summary.days.lowerBound.weekday == .monday
        ? "last week (\(dates.replacing(" to ", with: "–"))) \(told)"
        : "here are your last 7 days (\(dates)). \(capitalized(told))"
    case .nothingOwn: return "\(day) your electricity came from the grid."
    case .littleUse: return "\(day) you used little electricity."
    case .fedIn(let energy): return "\(day) your plant fed in \(numbers.energy(energy)) kWh of electricity."
    case .heat(let energy): return "\(day) you used \(numbers.energy(energy)) kWh of heat."
    case .noValues(let since): return silence(since, summary)
    }
  }

  private func silence(_ since: Timestamp?, _ summary: MemberSummary) -> String {
    let begin =
      since.map { instant in
        let (day, time) = summary.calendar.local(instant)
        let isNear = summary.day.advanced(by: 1).number - day.number < 7
        return "since \(isNear ? weekday(day) : date(day)), \(self.time(time))"
      } ?? "for more than four weeks"
    return "we have had no values from your meter \(begin). You need not do anything; we are looking at it."
  }

  // MARK: Rows

  var usedWord: String { "You used" }
  func ownWord(_ summary: MemberSummary) -> String { from(summary, short: true) }
  var boughtWord: String { "from the grid" }
  var fedInWord: String { "fed in" }
  var savedWord: String { "saved" }
  var costMoreWord: String { "dearer than the grid" }
  var earnedWord: String { "earned" }
  var heatWord: String { "Your heat" }

  // MARK: Sentences

  func comparison(_ past: Fraction, count: Int, of summary: MemberSummary) -> String {
    let own = summary.ownPower == .sun ? "sun" : "own power"
    guard count > 1 else { return "For comparison: \(before(summary)) was \(percent(past)) \(own)." }
    return "For comparison: \(last(count, summary)) averaged \(percent(past)) \(own)."
  }

  func comparison(_ past: Energy, count: Int, of summary: MemberSummary) -> String {
    guard count > 1 else { return "For comparison: \(before(summary)) was \(numbers.energy(past)) kWh." }
    return "For comparison: \(last(count, summary)) averaged \(numbers.energy(past)) kWh."
  }

  private func before(_ summary: MemberSummary) -> String {
    summary.isWeek ? "a week before it" : "the \(weekday(summary.day)) before it"
  }

  private func last(_ count: Int, _ summary: MemberSummary) -> String {
    let words = ["", "", "two", "three", "four"][min(4, count)]
    return summary.isWeek
      ? (count < 4 ? "\(words) of your weeks before it" : "your four weeks before it")
      : "your last \(words) \(weekday(summary.day))s"
  }

  func more(_ summary: MemberSummary) -> String { "\(capitalized(when(summary))) it was more." }
  func welcome(_ summary: MemberSummary) -> String {
    "Welcome to our community. "
      + (summary.isWeek ? "Next week we can compare." : "In a week we can compare with your first day.")
  }

  func littleSun(_ summary: MemberSummary) -> String {
    let day = summary.day
    let isDarkSeason = ![4, 5, 6, 7, 8, 9].contains(day.components.month)
    let begin = "There was little sun \(when(summary))."
    guard !isDarkSeason else { return "\(begin) That is normal in \(month(day))." }
    return "\(begin) \(month(day)) has such \(summary.isWeek ? "weeks" : "days") too."
  }

  func incomplete(missing: Int, of summary: MemberSummary) -> String {
    let isOne = missing < 4 ? missing == 1 : (missing + 2) / 4 == 1
    let verb = isOne ? "is" : "are"
    return summary.isWeek
      ? "About \(gap(missing)) \(verb) still missing; figures are for the rest."
      : "About \(gap(missing)) of yesterday \(verb) still missing; the figures are for the rest."
  }

  func substituted(_ quarters: Int) -> String {
    "About \(gap(quarters)) \((quarters < 4 ? quarters : (quarters + 2) / 4) == 1 ? "is" : "are") substitute values."
  }

  private func gap(_ quarters: Int) -> String {
    guard quarters >= 4 else { return "\(quarters) \(Plural(quarters).pick("quarter of an hour", "quarters of an hour"))" }
    let hours = (quarters + 2) / 4
    return "\(hours) \(Plural(hours).pick("hour", "hours"))"
  }

  func clockChange(_ change: MemberSummary.ClockChange, hours: Int) -> String {
    switch change {
    case .forward: "The day had only \(hours) hours: clocks went forward to summer time."
    case .back: "The day had \(hours) hours: clocks went back to winter time."
    }
  }

  func clockName(_ change: MemberSummary.ClockChange) -> String {
    switch change {
    case .forward: "(summer time)"
    case .back: "(winter time)"
    }
  }

  func fault(_ fault: Fault, in summary: MemberSummary) -> String {
    switch fault {
    case .silentMeter(let since):
      let text = silence(since, summary)
      return text.prefix(1).uppercased() + text.dropFirst()
    case .deadPlant(let plant):
      let name = plant.isOwn ? "Your plant" : "The plant on the roof (\(plant.site.withoutControls))"
      let reason =
        plant.othersRan ? "It was not the weather: other plants delivered." : "With snow on the modules that is normal."
      let advice = plant.isOwn ? "Please look at the inverter: is a red lamp on?" : "We are looking after it."
      return "\(name) made no power yesterday. \(reason) \(advice)"
    case .plantIsBack(let plant):
      return
        "\(plant.isOwn ? "Your plant" : "The plant on the roof (\(plant.site.withoutControls))") has made power again since yesterday."
    case .plantWasDead(let plant, let days):
      let name = plant.isOwn ? "Your plant" : "The plant on the roof (\(plant.site.withoutControls))"
      return "\(name) made no power on \(days.map(weekday).joined(separator: ", on ")). It runs again now."
    case .boilerLockout(let since):
      let (day, time) = summary.calendar.local(since)
      return "The boiler has not heated since \(weekday(day)), \(self.time(time)). We are looking after it."
    }
  }
}

// MARK: - House, tip, closing, chat, picture

extension EnglishWords {
  func from(_ summary: MemberSummary, short: Bool = false) -> String {
    switch (summary.ownPower, summary.isOneHouse) {
    case (.sun, true): short ? "from the roof" : "from our own roof"
    case (.sun, false): "from our own sun"
    case (.plants, _): "from our own plants"
    }
  }

  private func part(_ share: Fraction) -> String {
    switch PartInWords(share) {
    case .small: "a small part"
    case .fifth: "about a fifth"
    case .quarter: "about a quarter"
    case .third: "about a third"
    case .overThird: "more than a third"
    case .almostHalf: "almost half"
    case .half: "half"
    case .overHalf: "more than half"
    case .twoThirds: "about two thirds"
    case .threeQuarters: "about three quarters"
    case .most: "most"
    case .almostAll: "almost all"
    case .all: "all"
    }
  }

  func groupTitle(_ group: MemberSummary.GroupFigures) -> String {
    switch group.whose {
    case .house: "Our house (\(group.members) \(Plural(group.members).pick("flat", "flats")))"
    case .oneHouse: "Your house (\(group.members) \(Plural(group.members).pick("flat", "flats")))"
    case .community: "Our community (\(group.members) \(Plural(group.members).pick("member", "members")))"
    }
  }

  func group(_ group: MemberSummary.GroupFigures, of summary: MemberSummary) -> String {
    let share = group.ownShare.map(percent)
    guard let own = group.own, let used = group.used else {
      return share.map { "Together we covered \($0) of our electricity ourselves." } ?? "No electricity was used."
    }
    guard let made = group.made else {
      return "Together we used \(numbers.energy(used)) kWh. Of that, \(numbers.energy(own)) kWh was our own power"
        + (share.map { ", which is \($0)." } ?? ".")
    }
    let parts = numbers.parts(used: made, own: own)
    let plants = summary.ownPower == .plants ? "our plants" : group.whose == .house ? "the roof" : "our roofs"
    return "\(plants.prefix(1).uppercased() + plants.dropFirst()) made \(parts.used) kWh. "
      + (made == own
        ? "We used all of it ourselves."
        : summary.isWeek
          ? "We used \(parts.own) kWh of it ourselves."
          : "We used \(parts.own) kWh ourselves and fed \(parts.bought) kWh into the grid.")
      + (share.map { " That covered \($0) of our electricity." } ?? "")
  }

  func tipTitle(_ day: LocalDay) -> String { "Tip for tomorrow (\(weekday(day)))" }

  func sunTip(_ window: String, isLikely: Bool, start: String?, isBrief: Bool) -> String {
    let between = window.replacing(" to ", with: " and ")
    let sun =
      isLikely ? "We expect a lot of sun between \(between)." : "Perhaps there will be a lot of sun between \(between)."
    if isBrief { return sun + (start.map { " Your start time is \($0)." } ?? "") }
    return sun + " Good for the washing machine or the dishwasher."
      + (start.map { " Please not all at once: your start time is \($0)." } ?? "")
  }

  func cheapTip(_ window: String, isNight: Bool) -> String {
    let cheap = "Power from the grid costs less between \(window.replacing(" to ", with: " and "))."
    return isNight
      ? "\(cheap) That is good for charging a car. Please do not leave machines running alone at night."
      : "\(cheap) That is a good time for the washing machine or the dishwasher."
  }

  var noTip: String { "We expect no special sun time." }

  func score(_ score: TipScore) -> String {
    "\(score.right == 0 ? "None" : "\(score.right)") of last week's \(score.told) \(Plural(score.told).pick("tip", "tips")) \(Plural(score.right == 0 ? 1 : score.right).pick("was", "were")) right."
  }

  var preliminary: String { "All figures are preliminary and not a bill." }

  func access(_ link: String?) -> String {
    let values = "Only you can see your quarter-hour values"
    return link.map { "\(values): \($0) (login needed)" } ?? values + "."
  }

  var accessLink: String { "See my values (login)" }

  func signature(_ organisation: String, _ contact: String?) -> String {
    ([organisation, contact].compactMap(\.self) + ["Questions? Just reply."]).joined(separator: " · ")
  }

  func leave(_ link: String?) -> String {
    link.map { "Less often, or not at all? \($0) (one click)" } ?? "Less often, or not at all? Reply with the word stop."
  }

  var leaveLink: String { "Less often, or not at all" }

  func chat(_ lead: SummaryLead, of summary: MemberSummary) -> String {
    let (figures, day) = (summary.electricity, capitalized(when(summary)))
    switch lead {
    case .own(let share):
      let parts = numbers.parts(used: figures?.used ?? .zero, own: figures?.own ?? .zero)
      return "\(day) \(percent(share)) \(summary.ownPower == .sun ? "sun" : "own power") (\(parts.own) of \(parts.used) kWh)."
    case .nothingOwn: return "\(day) \(numbers.energy(figures?.used ?? .zero)) kWh, all from the grid."
    case .littleUse: return "\(day) you used \(numbers.energy(figures?.used ?? .zero)) kWh."
    case .fedIn(let energy): return "\(day) \(numbers.energy(energy)) kWh fed in."
    case .heat(let energy): return "\(day) \(numbers.energy(energy)) kWh of heat."
    case .noValues(let since):
      return "No values from your meter"
        + (since.map { " since \(weekday(summary.calendar.localDay(of: $0)))" } ?? "") + ". We are looking at it."
    }
  }

  func chat(_ group: MemberSummary.GroupFigures, _ share: Fraction) -> String {
    switch group.whose {
    case .house, .oneHouse: "House: \(percent(share))."
    case .community: "Community: \(percent(share))."
    }
  }

  func chatTip(_ window: String, start: String?) -> String {
    "Tomorrow good: \(window)" + (start.map { ", you start \($0)." } ?? ".")
  }

  var chatEnd: String { "/stop ends this." }

  func pictureTitle(_ summary: MemberSummary) -> String { "Your electricity \(on(summary))" }

  func pictureText(sunny: String?, tip: String?, of summary: MemberSummary) -> String {
    let own =
      sunny.map { "From \($0) most electricity came \(from(summary, short: true)), else from the grid." }
      ?? "In no hour did most electricity come \(from(summary, short: true))."
    return own + (tip.map { " Best time tomorrow: \($0)." } ?? "")
  }

  func ownLegend(_ summary: MemberSummary) -> String { from(summary, short: true) }
  var boughtLegend: String { "from the grid" }
  var perHour: String { "kWh per hour" }
  func band(_ window: String) -> String { "best time tomorrow: \(window)" }
  var missingWord: String { "no values" }
}
