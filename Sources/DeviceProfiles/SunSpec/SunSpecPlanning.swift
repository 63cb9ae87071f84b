extension SunSpecMapping {
  /// What has to be read for `parts` (nil: all), model by model: whatever lies between two needed points of a model is read along.
  func needs(in chain: SunSpecChain, kind: DeviceKind, parts: Set<DevicePart>?) -> [RegisterNeedGroup] {
    let wanted = sources(in: chain, kind: kind).filter { parts?.contains($0.key.part) ?? true }
    return chain.models.compactMap { model in
      let needs = wanted.filter { $0.model == model }.flatMap { source -> [RegisterNeed] in
        guard let block = source.block else { return [] }
        let value = RegisterNeed([block] + (source.scaleBlock.map { [$0] } ?? []))
        let count = source.groupCount.flatMap { model.block(offset: $0.offset, count: $0.type.registerCount) }
        return [value] + (count.map { [RegisterNeed([$0])] } ?? [])
      }
      return needs.isEmpty ? nil : RegisterNeedGroup(needs: needs, gap: RequestLimits.protocolMaximum)
    }
  }

  /// What has to be read to know who the devices of `chain` are.
  func identityNeeds(in chain: SunSpecChain) -> [RegisterNeedGroup] {
    chain.models.compactMap { model in
      guard SunSpecFamily(model: model.id) == .common, let definition = definition(model.id) else { return nil }
      return Self.identityNeeds(of: model, definition: definition)
    }
  }

  /// What has to be read of a common model.
  static func identityNeeds(of model: SunSpecModelInstance, definition: SunSpecModelDefinition) -> RegisterNeedGroup {
    let needs = IdentityField.Item.allCases.compactMap { item -> RegisterNeed? in
      guard let point = definition.point(item.sunSpecPoint) else { return nil }
      return model.block(offset: point.offset, count: point.type.registerCount).map { RegisterNeed([$0]) }
    }
    return RegisterNeedGroup(needs: needs, gap: RequestLimits.protocolMaximum)
  }
}

extension IdentityField.Item {
  /// The point of the common model that tells it.
  var sunSpecPoint: String {
    switch self {
    case .manufacturer: "Mn"
    case .model: "Md"
    case .options: "Opt"
    case .firmware: "Vr"
    case .serial: "SN"
    }
  }
}
