/// Divides the needed registers of one table into requests.
///
/// The values stand in a row by address; a request takes neighbours of that row. Going backwards through the row, the cheapest way
/// to read the rest from each value on is known, so each value only has to choose where its request ends.
struct RequestBatching {
  /// The registers of each value and scale register, by address, each once.
  let values: [RegisterBlock]
  /// Those that no request can read.
  let unreadable: [RegisterBlock]
  private let registersPerRequest: Int
  private let gap: Int
  private let table: RegisterTable
  /// For each value, the places in `values` that it should share a request with: those after it and those before it.
  private var tiesAfter: [[Int]]
  private var tiesBefore: [[Int]]

  /// Cheaper is less: ties cut, then requests, then registers.
  private struct Cost: Comparable {
    var cutTies = 0
    var requests = 0
    var registers = 0

    static func < (left: Cost, right: Cost) -> Bool {
      (left.cutTies, left.requests, left.registers) < (right.cutTies, right.requests, right.registers)
    }
  }

  init(_ needs: [RegisterNeed], table: RegisterTable, registersPerRequest: Int, gap: Int) {
    let blocks = Set(needs.flatMap(\.blocks)).filter { $0.table == table }
    let isReadable = { (block: RegisterBlock) in block.isWithinTable && block.count <= registersPerRequest }
    values = blocks.filter(isReadable).sorted()
    unreadable = blocks.filter { !isReadable($0) }.sorted()
    self.registersPerRequest = registersPerRequest
    self.gap = gap
    self.table = table
    tiesAfter = Array(repeating: [], count: values.count)
    tiesBefore = tiesAfter
    let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    for need in Set(needs) {
      let tied = Set(need.blocks.compactMap { places[$0] }).sorted()
      for (index, first) in tied.enumerated() {
        for second in tied[(index + 1)...] {
          tiesAfter[first].append(second)
          tiesBefore[second].append(first)
        }
      }
    }
  }

  /// The requests, by address.
  func requests() -> [RegisterBlock] {
    var costs = Array(repeating: Cost(), count: values.count + 1)
    var ends = Array(repeating: 0, count: values.count)
    for first in values.indices.reversed() {
      var best: Cost?
      for choice in choices(from: first) {
        let rest = costs[choice.next]
        let cost = Cost(
          cutTies: choice.cutTies + rest.cutTies, requests: 1 + rest.requests,
          registers: choice.end - values[first].start + rest.registers)
        // The last of equals wins: the earlier request takes as much as it can.
        if best.map({ cost <= $0 }) ?? true {
          best = cost
          ends[first] = choice.next
        }
      }
      costs[first] = best ?? Cost()
    }
    var requests: [RegisterBlock] = []
    var first = 0
    while first < values.count {
      let end = values[first..<ends[first]].map(\.end).max() ?? values[first].end
      let start = values[first]
      requests.append(RegisterBlock(table: table, address: start.address, count: end - start.start))
      first = ends[first]
    }
    return requests
  }

  /// The ways in which a request that begins with value `first` may end: before value `next`, with its last register before `end`,
  /// leaving `cutTies` ties to later requests. At least the value alone.
  private func choices(from first: Int) -> [(next: Int, end: Int, cutTies: Int)] {
    var choices: [(next: Int, end: Int, cutTies: Int)] = []
    var end = values[first].end
    var cutTies = 0
    for place in first..<values.count {
      if place > first {
        guard values[place].start - end <= gap else { break }
        end = max(end, values[place].end)
        guard end - values[first].start <= registersPerRequest else { break }
      }
      cutTies += tiesAfter[place].count
      cutTies -= tiesBefore[place].count { $0 >= first }
      choices.append((place + 1, end, cutTies))
    }
    return choices
  }
}
