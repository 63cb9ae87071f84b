import Quantities
import Readings

extension SunSpecMapping {
  /// What `image` says for the models of `chain`, one entry per channel, in the order of the chain. Where several models give the
  /// same channel of a part, the first that has a value counts.
  func decode(_ image: RegisterImage, chain: SunSpecChain, kind: DeviceKind) -> [DecodedField] {
    var fields: [DecodedField] = []
    var places: [PartChannel: Int] = [:]
    var flows: [PartChannel: BatteryFlow] = [:]
    for source in sources(in: chain, kind: kind) {
      let value = source.decode(from: image)
      switch source.role {
      case .whole:
        if let place = places[source.key] {
          if fields[place].value.count == nil, value.count != nil { fields[place] = DecodedField(source.key, value) }
        } else {
          places[source.key] = fields.count
          fields.append(DecodedField(source.key, value))
        }
      case .charge:
        flows[source.key, default: BatteryFlow()].charge = value
      case .discharge:
        flows[source.key, default: BatteryFlow()].discharge = value
      }
    }
    let powers = flows.map { DecodedField($0.key, $0.value.power) }
    return fields + powers.sorted { $0.key < $1.key }
  }
}

extension SunSpecMapping {
  /// Who device number `device` of `chain` says it is.
  func identity(in image: RegisterImage, chain: SunSpecChain, device: Int) -> DeviceIdentity {
    var identity = DeviceIdentity()
    guard let model = chain.models.first(where: { $0.id == 1 && $0.device == device }), let definition = definition(model.id)
    else {
      return identity
    }
    for item in IdentityField.Item.allCases {
      guard let point = definition.point(item.sunSpecPoint),
        let block = model.block(offset: point.offset, count: point.type.registerCount)
      else { continue }
      identity[item] = image.words(of: block).flatMap(RegisterText.text)
    }
    return identity
  }
}

/// The power of a battery whose inverter shows charging and discharging apart.
struct BatteryFlow: Hashable {
  /// What the charging input says; nil when there is none.
  var charge: DecodedValue?
  /// What the discharging input says; nil when there is none.
  var discharge: DecodedValue?

  /// The power, positive for charging.
  ///
  /// A battery does one of both. Where one input shows a power, an input without a value is the idle one; where the other shows zero
  /// or is missing too, nothing can be said.
  var power: DecodedValue {
    switch (charge, discharge) {
    case (.value(let inward), nil): return .value(inward)
    case (nil, .value(let outward)): return Self.difference(0, outward)
    case (.value(let inward), .value(let outward)): return Self.difference(inward, outward)
    case (.value(let inward), .missing(.notAvailable)) where inward > 0: return .value(inward)
    case (.missing(.notAvailable), .value(let outward)) where outward > 0: return Self.difference(0, outward)
    case (.missing(let reason), _), (_, .missing(let reason)): return .missing(reason)
    case (nil, nil): return .missing(.notInModel)
    }
  }

  private static func difference(_ left: Int64, _ right: Int64) -> DecodedValue {
    let (difference, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? .missing(.outOfRange) : .value(difference)
  }
}

extension SunSpecSource {
  /// What `image` says: length of the model, words, sign for "no value", scale, unit, sign, in this order.
  func decode(from image: RegisterImage) -> DecodedValue {
    guard let block, isInAGroup(image) else { return .missing(.notInModel) }
    guard let words = image.words(of: block) else { return .missing(.notRead) }
    let number: RawNumber
    switch point.type.number(of: WordOrder.highFirst.bits(of: words.suffix(4))) {
    case .failure(let gap): return .missing(gap.reason)
    case .success(let present): number = present
    }
    let exponent: Int
    if let fixedPower {
      exponent = fixedPower
    } else {
      guard let scaleBlock else { return .missing(scaleOffset == -1 ? .scaleInvalid : .notInModel) }
      guard let word = image.words(of: scaleBlock)?.first else { return .missing(.notRead) }
      guard let power = ScaleExponent.power(of: word) else { return .missing(.scaleInvalid) }
      exponent = power
    }
    guard ScaleExponent.valid.contains(exponent) else { return .missing(.scaleInvalid) }
    guard positive != nil || role != .whole || !key.channel.hasDirection else { return .missing(.directionUnknown) }
    guard let count = count(of: number, exponent: exponent) else { return .missing(.outOfRange) }
    return .value(count)
  }

  /// The number in the channel's unit. Power factors are percent by definition, but some devices send the ratio: what lies within
  /// -1.01...1.01 is one, unless the profile says.
  private func count(of number: RawNumber, exponent: Int) -> Int64? {
    guard key.channel.isPowerFactor else { return conversion(exponent: exponent).count(of: number) }
    switch powerFactor {
    case .ratio: return conversion(exponent: exponent, unit: PowerFactorUnit.ratio).count(of: number)
    case .percent: return conversion(exponent: exponent, unit: PowerFactorUnit.percent).count(of: number)
    case nil: break
    }
    let ratio = conversion(exponent: exponent, unit: PowerFactorUnit.ratio).count(of: number)
    if let ratio, ratio.magnitude <= 1_010_000 { return ratio }
    return conversion(exponent: exponent, unit: PowerFactorUnit.percent).count(of: number)
  }

  /// Whether the group exists: the count point says so where it makes sense, else the model's length.
  private func isInAGroup(_ image: RegisterImage) -> Bool {
    guard let group else { return true }
    var groups = groupCapacity
    if let groupCount, let block = model.block(offset: groupCount.offset, count: groupCount.type.registerCount),
      let words = image.words(of: block), words.count == 1, (1...max(groupCapacity, 1)).contains(Int(words[0]))
    {
      groups = min(Int(words[0]), groupCapacity)
    }
    return group <= groups
  }
}

/// The two ways in which devices send a power factor.
enum PowerFactorUnit {
  static let ratio = UnitOfMeasure("1", 1_000_000)
  static let percent = UnitOfMeasure("%", 10_000)
}
