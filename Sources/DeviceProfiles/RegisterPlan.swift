/// The requests of one round: what has to be read so that a profile's fields can be decoded.
///
/// Neighbouring registers share a request up to the device's limits. No field is split over two requests, and a field and its scale
/// register share one wherever the limits allow it; among such plans the one with the fewest requests is taken, then the one that
/// reads the fewest registers. The order is that of the tables and addresses.
public struct RegisterPlan: Hashable, Sendable {
  /// The requests, all of which belong to the same round.
  public let requests: [RegisterBlock]
  /// Fields that no request can read: longer than a request may be, or past the end of the table.
  public let unreadable: [RegisterBlock]
  /// The registers of each value, which must stay together.
  private let values: [RegisterBlock]

  /// The requests for `parts` of `profile` (nil: all), its SunSpec models at the places where `chain` found them.
  public init(for profile: DeviceProfile, chain: SunSpecChain? = nil, parts: Set<DevicePart>? = nil) {
    let fields = profile.registers.filter { parts?.contains($0.part) ?? true }
    let needs = fields.map(\.need)
    var groups = [RegisterNeedGroup(needs: needs, gap: profile.limits.gap)]
    if let sunSpec = profile.sunSpec, let chain {
      groups += sunSpec.needs(in: chain, kind: profile.kind, parts: parts)
    }
    self.init(groups, registersPerRequest: profile.limits.registersPerRequest)
  }

  /// The requests for the fields that say who the device is, from the register map and the common models of `chain`.
  public init(identityOf profile: DeviceProfile, chain: SunSpecChain? = nil) {
    let needs = profile.identity.map { RegisterNeed([$0.block]) }
    var groups = [RegisterNeedGroup(needs: needs, gap: profile.limits.gap)]
    if let sunSpec = profile.sunSpec, let chain { groups += sunSpec.identityNeeds(in: chain) }
    self.init(groups, registersPerRequest: profile.limits.registersPerRequest)
  }

  init(_ groups: [RegisterNeedGroup], registersPerRequest: Int) {
    var requests: Set<RegisterBlock> = []
    var unreadable: Set<RegisterBlock> = []
    var values: Set<RegisterBlock> = []
    for group in groups {
      for table in RegisterTable.allCases {
        let batching = RequestBatching(group.needs, table: table, registersPerRequest: registersPerRequest, gap: group.gap)
        requests.formUnion(batching.requests())
        unreadable.formUnion(batching.unreadable)
        values.formUnion(batching.values)
      }
    }
    self.requests = requests.sorted()
    self.unreadable = unreadable.sorted()
    self.values = values.sorted()
  }

  /// Two smaller requests for the values that `request` was to bring, for devices that refuse it as a whole; empty when it
  /// cannot be divided without splitting a value. Registers that were only read along are dropped at the cut.
  public func halves(of request: RegisterBlock) -> [RegisterBlock] {
    let inside = values.filter { request.contains($0) }
    var best: (left: RegisterBlock, right: RegisterBlock)?
    var end = 0
    for (position, value) in inside.enumerated() {
      if position > 0, value.start >= end, let first = inside.first {
        let left = RegisterBlock(table: request.table, address: first.address, count: end - first.start)
        let last = inside[position...].map(\.end).max() ?? value.end
        let right = RegisterBlock(table: request.table, address: value.address, count: last - value.start)
        if best.map({ abs(left.count - right.count) < abs($0.left.count - $0.right.count) }) ?? true { best = (left, right) }
      }
      end = max(end, value.end)
    }
    return best.map { [$0.left, $0.right] } ?? []
  }
}

/// Registers that are to be read for one value, each block in one piece and all of them in one request where that can be: the
/// value and the register that scales it, the summands of a sum.
struct RegisterNeed: Hashable, Sendable {
  var blocks: [RegisterBlock]

  init(_ blocks: [RegisterBlock]) { self.blocks = blocks }
}

/// Values that may share requests, with the number of unneeded registers allowed between two of them.
struct RegisterNeedGroup: Hashable, Sendable {
  var needs: [RegisterNeed]
  var gap: Int
}
