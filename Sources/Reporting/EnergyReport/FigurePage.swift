import CommunityModel
import Console
import MarketTime
import Quantities

/// The tables of figures below the first one, in one language.
struct FigurePage {
  let report: EnergyReport
  let language: Language

  /// Figures that the first tables already show, so that they are worth a line only beside other periods.
  private static let main: [Figure.Name] = [
    .consumption, .generation, .gridImport, .gridExport, .selfSufficiency, .selfConsumption, .balance, .matched, .peakImport,
  ]

  /// Figures that text leaves to JSON and CSV.
  private static let forPrograms: Set<Figure.Name> = [
    .charged, .discharged, .chargedFromGrid, .batteryExport, .direct, .storedGreen, .storedGrey, .storedBefore,
    .selfSufficiencyExcludingStock, .selfConsumptionExcludingLosses, .normalisedConcentration, .evenness, .effectiveSources,
  ]

  /// A table with its title.
  struct Section {
    let title: String
    let table: TextTable
  }

  /// The sections in order.
  func sections() -> [Section] {
    let tables = report.groups.compactMap { group -> Section? in
      switch group.subject {
      case .community(.virtualSum): return section(group, language.communityWord, only: communityFigures(group))
      case .community(.sitesTogether), .site: return nil
      case .totalEnergy: return section(group, language.totalEnergyWord, only: group.figures)
      case .heatNetwork: return section(group, "\(language.heatNetworkWord) \(group.name)", only: group.figures)
      case .members: return section(group, language.sharersTitle, only: group.figures)
      case .member: return isAlone ? section(group, group.name, only: group.figures) : nil
      }
    }
    return tables + (memberSection().map { [$0] } ?? [])
  }

  /// Whether only one member is shown.
  private var isAlone: Bool { !report.groups.contains { $0.subject == .members } }

  private func communityFigures(_ group: FigureGroup) -> [Figure] {
    let isCompared = !report.comparisons.isEmpty
    return group.figures.filter { figure in
      !Self.forPrograms.contains(figure.name)
        && (isCompared || report.communityScopes.isEmpty || !Self.main.contains(figure.name))
    }
  }

  private func section(_ group: FigureGroup, _ title: String, only figures: [Figure]) -> Section? {
    let shown = figures.filter { $0.value != nil || !Self.forPrograms.contains($0.name) }
    guard shown.contains(where: { $0.value != nil || $0.absence != .undefined }) else { return nil }
    var table = TextTable(
      columns: [.init(title), .init(language.nowWord, .right)]
        + report.comparisons.map { .init(language.relation($0.relation, report.period.kind), .right) }, flexible: title, indent: 2
    )
    for figure in shown {
      let others = report.comparisons.map { comparison in
        report.figure(figure, of: group.subject, in: comparison.relation).map(language.text) ?? "–"
      }
      table.append(([language.name(of: figure), language.text(figure)] + others).map { .init($0) })
    }
    return Section(title: title, table: table)
  }

  /// Members one by one.
  private func memberSection() -> Section? {
    let members = report.groups.filter { $0.subject.kind == "member" }
    guard !isAlone, !members.isEmpty else { return nil }
    let isPriced = members.contains { $0.figure(.saved)?.value != nil }
    let names: [Figure.Name] =
      [.consumption, .gridImport, .communityShare, .selfSufficiency] + (isPriced ? [.saved] : [])
    var table = TextTable(
      columns: [.init(language.sharerTitle)] + names.map { .init(language.column($0), .right) }, flexible: language.sharerTitle,
      indent: 2)
    for member in members {
      table.append([.init(member.name)] + names.map { name in .init(member.figure(name).map(language.text) ?? "–") })
    }
    return Section(title: language.sharerTitle, table: table)
  }

  /// What must be said with figures, and how to know what is not: each sentence once, with the figures that it is about.
  func remarks() -> [String] {
    var sentences: [(text: String, names: [String])] = []
    func add(_ name: String, _ text: String) {
      if let place = sentences.firstIndex(where: { $0.text == text }) {
        if !sentences[place].names.contains(name) { sentences[place].names.append(name) }
      } else {
        sentences.append((text, [name]))
      }
    }
    for group in report.groups where group.subject.siteID == nil && group.subject != .community(.sitesTogether) {
      for figure in group.figures {
        let name = language.name(figure.name).trimmed
        switch figure.absence {
        case .unknown(let hint): add("\(name) –", hint.text(language))
        case .tooFewMembers: add("\(name) –", language.tooFewMembers)
        case .undefined, .tooLittleKnown: break
        case nil:
          if let remark = figure.remark, Self.isWorthSaying(figure.name) { add(name, remark.text(language)) }
        }
      }
    }
    return sentences.map { $0.names.joined(separator: ", ") + ": " + $0.text }
  }

  /// Remarks of the others stand under the first table.
  private static func isWorthSaying(_ name: Figure.Name) -> Bool {
    ![.selfConsumption, .balance, .heatShare, .consumption, .gridImport].contains(name)
  }
}

extension String {
  /// Without blanks in front.
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

extension Language {
  var communityWord: String { pick("GEMEINSCHAFT", "COMMUNITY") }
  var totalEnergyWord: String { pick("STROM, WÄRME UND AUTOS", "POWER, HEAT AND CARS") }
  var heatNetworkWord: String { pick("WÄRME", "HEAT") }
  var sharersTitle: String { pick("MITGLIEDER (bilanziell)", "MEMBERS (accounted)") }
  var sharerTitle: String { pick("Mitglied", "member") }
  var nowWord: String { pick("jetzt", "now") }
  func relation(_ relation: EnergyReport.Comparison.Relation, _ kind: ReportPeriod.Kind) -> String {
    switch relation {
    case .previous: kind == .day ? pick("am Tag davor", "the day before") : pick("davor", "before")
    case .yearBefore: pick("vor einem Jahr", "a year before")
    }
  }
  func column(_ name: Figure.Name) -> String {
    switch name {
    case .consumption: pick("Verbrauch", "used")
    case .gridImport: pick("Bezug", "import")
    case .communityShare: pick("Anteil", "share")
    case .selfSufficiency: pick("AG", "SS")
    default: self.name(name)
    }
  }
}
