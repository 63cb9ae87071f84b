import Console
import Planning
import Quantities

/// The schedule on a plan's page: a row a block, a column a kind of asset.
extension PlanPage {
  /// What gives first, then what takes.
  private static let order: [AssetSchedule.Role] = [
    .generation, .combinedHeatAndPower, .fuelCell, .load, .charging, .shiftable, .heatPump, .electricBoiler, .heatNetwork,
    .chiller, .electrolyser, .hydrogenStore, .battery,
  ]
  /// What no page is without.
  private static let always: Set<AssetSchedule.Role> = [.generation, .load, .battery]

  func schedule() -> [String] {
    let blocks = blocks
    var shown = Self.order.filter { role in blocks.contains { $0.has(role) } }
    var others: [AssetSchedule.Role] = []
    var table = scheduleTable(of: blocks, shown, others)
    // Where the page is narrow, what moves least shares a column.
    while !isMarkdown, table.lines().contains(where: { $0.displayWidth > width }),
      let least = shown.filter({ !Self.always.contains($0) }).min(by: { moved(by: $0, in: blocks) < moved(by: $1, in: blocks) })
    {
      shown.removeAll { $0 == least }
      others.insert(least, at: 0)
      table = scheduleTable(of: blocks, shown, others)
    }
    return render(table) + footnote(language.blocksMean)
      + (others.isEmpty ? [] : footnote(language.meaning(ofOthers: others.map(language.column))))
      + (exchanges ? footnote(language.sharedMeans) : [])
  }

  private func moved(by role: AssetSchedule.Role, in blocks: [PlanBlock]) -> Int64 {
    blocks.reduce(0) { $0 + ($1.power[role] ?? .zero).magnitude.count / 1000 * Int64($1.span.count) }
  }

  private func scheduleTable(
    of blocks: [PlanBlock], _ roles: [AssetSchedule.Role], _ others: [AssetSchedule.Role]
  ) -> TextTable {
    let titles = roles.map(language.column) + (others.isEmpty ? [] : [language.othersWord]) + [language.gridWord]
    var table = TextTable(
      columns: [.init(language.hourWord), .init("ct/kWh", .right)]
        + (titles + (exchanges ? [language.sharedWord] : [])).map { .init($0, .right) }, indent: 2)
    let numbers = language.numbers(decimals: 1)
    func kilowatts(_ power: Power) -> String { numbers.text(power.count, per: 1_000_000) }
    for block in blocks {
      var texts = [label(of: block), numbers.text(block.price.count, per: 10_000)]
      texts += roles.map { role in
        // Seen from the wires: what sun, battery and grid give is what loads and cars take.
        let power = block.power[role] ?? .zero
        let gives = [.generation, .battery, .combinedHeatAndPower, .fuelCell].contains(role)
        return kilowatts(gives ? .zero - power : power)
      }
      if !others.isEmpty { texts.append(kilowatts(others.reduce(.zero) { $0 + (block.power[$1] ?? .zero) })) }
      texts.append(kilowatts(block.grid))
      if exchanges { texts.append(kilowatts(block.shared)) }
      table.append(texts.map { .init($0) })
    }
    return table
  }
}

extension Language {
  fileprivate var othersWord: String { pick("übrige", "others") }
  fileprivate func meaning(ofOthers names: [String]) -> String {
    let list = names.joined(separator: ", ")
    return pick("übrige: \(list); + nehmen, − geben", "others: \(list); + take, − give")
  }
}
