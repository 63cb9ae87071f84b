/// Who a device says it is. Serial numbers tell an exchanged meter from the same one restarted.
public struct DeviceIdentity: Hashable, Sendable {
  /// Who made it; nil where the device does not tell.
  public var manufacturer: String?
  /// Its type.
  public var model: String?
  /// A variant or a role.
  public var options: String?
  /// The version of its software.
  public var firmware: String?
  /// Its serial number.
  public var serial: String?

  /// An identity; see the properties.
  public init(
    manufacturer: String? = nil, model: String? = nil, options: String? = nil, firmware: String? = nil, serial: String? = nil
  ) {
    self.manufacturer = manufacturer
    self.model = model
    self.options = options
    self.firmware = firmware
    self.serial = serial
  }

  /// What stands for `item`.
  public subscript(item: IdentityField.Item) -> String? {
    get {
      switch item {
      case .manufacturer: manufacturer
      case .model: model
      case .options: options
      case .firmware: firmware
      case .serial: serial
      }
    }
    set {
      switch item {
      case .manufacturer: manufacturer = newValue
      case .model: model = newValue
      case .options: options = newValue
      case .firmware: firmware = newValue
      case .serial: serial = newValue
      }
    }
  }
}

extension DeviceProfile {
  /// Who the device says it is, from the words that `RegisterPlan(identityOf:)` asks for.
  ///
  /// - Parameters:
  ///   - image: the words read.
  ///   - chain: the SunSpec models found; their common model tells what the register map does not.
  ///   - device: which device of the chain, 0 for the first.
  public func identity(in image: RegisterImage, chain: SunSpecChain? = nil, device: Int = 0) -> DeviceIdentity {
    var identity = DeviceIdentity()
    if let chain, let sunSpec { identity = sunSpec.identity(in: image, chain: chain, device: device) }
    for field in self.identity {
      guard let words = image.words(of: field.block) else { continue }
      if let text = text(of: words, field: field) { identity[field.item] = text }
    }
    return identity
  }

  private func text(of words: [UInt16], field: IdentityField) -> String? {
    switch field.type {
    case .string: return RegisterText.text(of: words)
    case .number(let type):
      let bits = (field.wordOrder ?? wordOrder).bits(of: words)
      guard !(notAvailable[type] ?? []).contains(bits), let number = type.number(of: bits) else { return nil }
      switch number {
      case .integer(let value): return String(value)
      case .float(let value): return String(value)
      }
    }
  }
}
