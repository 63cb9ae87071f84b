import Console
import MarketTime
import Quantities

extension EnergyReport {
  /// The report in Markdown: a table of each subject's figures with how much of it is known; ends in a newline.
  public func markdown(_ language: Language) -> String {
    var lines = ["# \(name.withoutControls.inMarkdown) · \(language.energyReport)", "", heading(language).inMarkdown]
    for group in groups {
      lines += ["", "## \(title(of: group, language).inMarkdown)", ""]
      var table = TextTable(
        columns: [.init(language.figureWord), .init(language.nowWord, .right)]
          + comparisons.map { .init(language.relation($0.relation, period.kind), .right) }
          + [.init(language.knownColumn, .right), .init(language.substitutedWord, .right), .init("")])
      for figure in group.figures where figure.value != nil || figure.absence != .undefined {
        let others = comparisons.map { comparison in
          self.figure(figure, of: group.subject, in: comparison.relation).map(language.text) ?? "–"
        }
        let trust = [figure.basis.coverage, figure.basis.substituted].map { $0.map(language.percent) ?? "–" }
        let cells = [language.name(of: figure), language.text(figure)] + others + trust + [remark(on: figure, language)]
        table.append(cells.map { .init($0) })
      }
      lines += table.markdown()
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The period in words.
  func heading(_ language: Language) -> String {
    let isProvisional = groups.contains { $0.figures.contains(where: \.basis.isProvisional) }
    let facts =
      [language.period(days), language.quarterHours(span.count), calendar.timeZone]
      + (isProvisional ? [language.provisional] : [])
    return facts.joined(separator: " · ")
  }

  /// What the table of `group` is called.
  public func title(of group: FigureGroup, _ language: Language) -> String {
    switch group.subject {
    case .community(.virtualSum): language.virtualSumMeans
    case .community(.sitesTogether): language.sitesTogetherMeans
    case .totalEnergy: language.totalEnergyWord
    case .heatNetwork: "\(language.heatNetworkWord) \(group.name.withoutControls)"
    case .members: language.sharersTitle
    case .site: "\(language.site) \(group.name.withoutControls)"
    case .member: "\(language.sharerTitle) \(group.name.withoutControls)"
    }
  }

  /// Why a figure has no value, or what must be said with it.
  public func remark(on figure: Figure, _ language: Language) -> String {
    switch figure.absence {
    case .unknown(let hint): hint.text(language)
    case .tooFewMembers: language.tooFewMembers
    case .tooLittleKnown: language.hiddenMark
    case .undefined: language.undefinedMark
    case nil: figure.remark?.text(language) ?? ""
    }
  }
}

extension Language {
  var figureWord: String { pick("Kennzahl", "figure") }
  var substitutedWord: String { pick("Ersatz", "substituted") }
  var tooFewMembers: String {
    pick("verborgen: zu wenige Mitglieder, oder eines zu groß", "hidden: too few members, or one too large")
  }
}
