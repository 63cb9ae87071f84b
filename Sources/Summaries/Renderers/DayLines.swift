import CommunityModel
import MarketTime
import Quantities

/// A day of a week in one line.
struct DayLine {
  /// `Mo`
  let label: String
  /// What was used, or fed in, or came as heat: `8,3 kWh`; nil where nothing is known.
  let energy: String?
  /// Which part of it was own: `50 %`; nil where there is none to tell.
  let share: String?
  /// What is missing: of a part of the day, or of all of it.
  let note: String
  /// The energy itself, and its own part; zero where nothing is known.
  let whole: Energy
  let own: Energy

  /// Cells of the longest bar.
  static let longestBar = 12
}

extension MemberSummary {
  /// The days of a week, of whatever the week is about; none of a single day, and none where nothing is known of all.
  func dayLines(_ lead: SummaryLead, _ words: any SummaryWords) -> [DayLine] {
    guard isWeek else { return [] }
    return each.compactMap { day in
      switch lead {
      case .own, .nothingOwn, .littleUse: day.electricity.map { line(day.day, $0, \.used, words) }
      case .fedIn: day.electricity.map { line(day.day, $0, \.fedIn, words) }
      case .heat:
        DayLine(
          label: words.shortWeekday(day.day), energy: day.heat.map { words.numbers.energy($0) + " kWh" }, share: nil,
          note: day.heat == nil ? words.missingWord : "", whole: day.heat ?? .zero, own: day.heat ?? .zero)
      case .noValues: nil
      }
    }
  }

  private func line(
    _ day: LocalDay, _ figures: ElectricityFigures, _ part: KeyPath<ElectricityFigures, Energy>, _ words: any SummaryWords
  ) -> DayLine {
    let label = words.shortWeekday(day)
    guard figures.known > 0 else {
      return DayLine(label: label, energy: nil, share: nil, note: words.missingWord, whole: .zero, own: .zero)
    }
    let whole = figures[keyPath: part]
    let isUse = part == \.used
    return DayLine(
      label: label, energy: words.numbers.energy(whole) + " kWh", share: isUse ? figures.ownShare.map(words.percent) : nil,
      note: figures.isWhole ? "" : words.partOfDay, whole: whole, own: isUse ? figures.own : whole)
  }
}

extension [DayLine] {
  /// One line a day: its name, a bar as long as the energy with its own part full, and the share; the energy where there is none.
  var text: String {
    let longest = self.map(\.whole).max() ?? .zero
    func cells(_ energy: Energy) -> Int {
      guard longest > .zero, energy > .zero else { return 0 }
      // What is there is seen, however small.
      return Swift.max(1, Int((Int128(energy.count) * Int128(DayLine.longestBar) * 2 / Int128(longest.count) + 1) / 2))
    }
    let values = self.map { $0.share ?? $0.energy ?? "" }
    let width = values.map(\.count).max() ?? 0
    return zip(self, values).map { day, value in
      guard !value.isEmpty else { return "  \(day.label)  \(day.note)" }
      let (whole, own) = (cells(day.whole), cells(day.own))
      let bar = String(repeating: "█", count: own) + String(repeating: "░", count: Swift.max(0, whole - own))
      let line =
        "  \(day.label)  " + bar
        + String(repeating: " ", count: DayLine.longestBar + 2 - Swift.max(whole, own) + width - value.count)
      return line + value + (day.note.isEmpty ? "" : "  \(day.note)")
    }.joined(separator: "\n")
  }
}
