import Charts
import CommunityModel
import Console
import MarketTime
import Quantities

extension EnergyPictures {
  /// A network's heat by source, and what its tanks hold.
  func heat(of network: HeatNetwork.ID, name: String) -> StackedChart? {
    let steps = report.curve.heat[network] ?? []
    let sources = EnergySource.allCases.filter { source in steps.contains { $0.fed[source] != nil } }
    guard !sources.isEmpty else { return nil }
    let slots = slots(of: steps.map(\.span))
    let isKnown = slots.map { slot in
      let known = steps[slot.steps].reduce(0) { $0 + $1.known }
      return cutting == .steps ? known == slot.span.count : isEnough(known, of: slot.span.count)
    }
    let parts = sources.map { source in
      StackedChart.Part(
        language.name(source), source.ink,
        zip(slots, isKnown).map { slot, isKnown in
          isKnown ? value(steps[slot.steps].reduce(.zero) { $0 + ($1.fed[source] ?? .zero) }, over: slot) : nil
        })
    }
    let level = StackedChart.Line(
      language.bufferLevel, .use, slots.map { slot in steps[slot.steps].last?.stored.map { Double($0.count) / 1e6 } },
      isOnRight: true)
    let isMeasured = level.values.contains { $0 != nil }
    return StackedChart(
      title: title("\(language.heatTitle) \(name.withoutControls)"), alternative: says(steps, sources), unit: unit, parts: parts,
      lines: isMeasured ? [level] : [], ticks: ticks, missing: language.noValues, numbers: language.numbers(decimals: 0),
      rightUnit: "kWh")
  }

  private func says(_ steps: [ReportCurve.HeatStep], _ sources: [EnergySource]) -> String {
    let sums = sources.map { source in (source, steps.reduce(Energy.zero) { $0 + ($1.fed[source] ?? .zero) }) }
    let total = sums.reduce(Energy.zero) { $0 + $1.1 }
    let parts = sums.compactMap { source, energy in
      share(energy.count, of: total.count).map { "\(language.name(source)) \(language.percent($0))" }
    }
    return language.heatSays(language.numbers(decimals: 1).kilowattHours(total.count), parts.joined(separator: ", "))
  }
}
