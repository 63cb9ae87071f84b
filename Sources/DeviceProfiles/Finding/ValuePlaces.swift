import Readings

extension DeviceProfile {
  /// The registers that each value comes from, those with a power of ten or a direction behind them.
  ///
  /// - Parameter chain: the SunSpec models found on the device; nil where there are none.
  /// - Returns: an entry for each channel of the register map and of the chain; a channel of both is read from the register map.
  public func places(chain: SunSpecChain? = nil) -> [PartChannel: [RegisterBlock]] {
    var places: [PartChannel: [RegisterBlock]] = [:]
    if let sunSpec, let chain {
      for source in sunSpec.sources(in: chain, kind: kind) {
        places[source.key, default: []] += [source.block, source.scaleBlock].compactMap { $0 }
      }
    }
    for field in registers { places[field.key] = field.summands.map(\.block) + field.companions }
    return places
  }
}

extension DeviceProfile {
  /// The registers of the serial numbers in the common models of `chain`.
  public func serialBlocks(of chain: SunSpecChain?) -> [RegisterBlock] {
    guard let sunSpec, let chain else { return [] }
    return chain.models.compactMap { model in
      guard model.id == 1, let point = sunSpec.definition(1)?.point(IdentityField.Item.serial.sunSpecPoint) else { return nil }
      return model.block(offset: point.offset, count: point.type.registerCount)
    }
  }
}

extension RegisterBlock {
  /// Whether the two have a register in common.
  public func overlaps(_ other: RegisterBlock) -> Bool { table == other.table && start < other.end && other.start < end }
}
