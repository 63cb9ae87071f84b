/// Why values cannot be put into a device's registers.
public enum DeviceProfileError: Error, Hashable, Sendable {
  /// The profile (or the SunSpec models asked for) has no register for this.
  case noSuchChannel(PartChannel)
  /// The register cannot hold the value, or what it would hold means "no value".
  case doesNotFit(PartChannel, value: Int64)
  /// The text is longer than its registers, or no number where one belongs.
  case identityDoesNotFit(IdentityField.Item, text: String)
  /// The profile has no SunSpec mapping.
  case noSunSpec
  /// The profile does not define this model.
  case noSuchModel(Int)
  /// The chain would end past register 65535.
  case chainTooLong
}

extension DeviceProfileError: CustomStringConvertible {
  /// What is wrong and what to change.
  public var description: String {
    switch self {
    case .noSuchChannel(let key): "the profile has no register for \(key); leave it out or add the register"
    case .doesNotFit(let key, let value):
      "\(key) = \(value) (in the channel's unit) does not fit its register; take another value or another scale"
    case .identityDoesNotFit(let item, let text):
      "'\(text)' does not fit the registers for the \(item.rawValue); take another one"
    case .noSunSpec: "the profile has no SunSpec mapping; encode its register map instead"
    case .noSuchModel(let id): "the profile does not define SunSpec model \(id); add its definition"
    case .chainTooLong: "the models end past register 65535; take fewer of them or a lower base"
    }
  }
}
