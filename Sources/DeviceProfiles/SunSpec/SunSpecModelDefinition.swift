public import Quantities
public import Readings

/// What the registers of a SunSpec model mean: the content of `devices/sunspec/models/<id>.yaml`.
public struct SunSpecModelDefinition: Hashable, Sendable {
  /// The model's number.
  public let id: Int
  /// What it describes.
  public let name: String
  /// The lengths that devices report for it; for information, nothing depends on it.
  public let lengths: [Int]
  /// Where its facts come from.
  public let sources: [String]
  /// Its points, without id and length, in the order of their offsets.
  public let points: [SunSpecPoint]
  /// The group that repeats behind the fixed points; nil where there is none.
  public let repeating: SunSpecGroup?

  /// A definition; see the properties.
  public init(
    id: Int, name: String, lengths: [Int] = [], sources: [String] = [], points: [SunSpecPoint], repeating: SunSpecGroup? = nil
  ) {
    self.id = id
    self.name = name
    self.lengths = lengths
    self.sources = sources
    self.points = points
    self.repeating = repeating
  }

  /// The point called `name` among those that do not repeat.
  func point(_ name: String) -> SunSpecPoint? { points.first { $0.name == name } }
}

extension SunSpecModelDefinition {
  /// The registers that say what each group of `model` is; empty for models whose groups do not say.
  func portTypeBlocks(of model: SunSpecModelInstance) -> [RegisterBlock] {
    guard model.id == SunSpecFamily.portModel, let repeating,
      let type = repeating.points.first(where: { $0.name == Self.portType })
    else { return [] }
    return (0..<repeating.capacity(ofModelLength: model.length)).compactMap { group in
      model.block(offset: repeating.offset + group * repeating.length + type.offset, count: 1)
    }
  }

  /// The standard's name of the point that says what a port is.
  static let portType = "PrtTyp"
}

/// One value of a SunSpec model.
public struct SunSpecPoint: Hashable, Sendable {
  /// Its name in the model.
  public let name: String
  /// Its first register, counted from the model's id register (0), so that data begins at 2; in a group, from the group's first.
  public let offset: Int
  /// What its bits mean.
  public let type: SunSpecType
  /// The power of ten by which it is multiplied; nil where it is not.
  public let scaleFactor: Scale?
  /// The unit after scaling, one of `channel.unit.symbols`; nil for bare numbers and points without a channel.
  public let unit: UnitOfMeasure?
  /// What it measures; nil for points that are no readings. In a group, the channel of the device as a whole (`dc_power`).
  public let channel: Channel?

  /// A point; see the properties.
  public init(
    _ name: String, offset: Int, type: SunSpecType, scaleFactor: Scale? = nil, unit: UnitOfMeasure? = nil, channel: Channel? = nil
  ) {
    self.name = name
    self.offset = offset
    self.type = type
    self.scaleFactor = scaleFactor
    self.unit = unit
    self.channel = channel
  }

  /// Where a power of ten comes from.
  public enum Scale: Hashable, Sendable {
    /// From the point of this name, in the same group or among the fixed ones.
    case point(String)
    /// It is always this one, -10...10.
    case power(Int)
  }
}

/// A group of points that a model repeats up to its end.
public struct SunSpecGroup: Hashable, Sendable {
  /// The first register of the first group, counted from the model's id register.
  public let offset: Int
  /// The registers of each group, at least 1.
  public let length: Int
  /// The point that says how many groups there are; nil where the model's length alone does.
  public let count: String?
  /// The points of each group.
  public let points: [SunSpecPoint]

  /// A group; see the properties.
  public init(offset: Int, length: Int, count: String? = nil, points: [SunSpecPoint]) {
    self.offset = offset
    self.length = max(length, 1)
    self.count = count
    self.points = points
  }

  /// How many whole groups fit a model that reports `length` registers behind its header.
  func capacity(ofModelLength length: Int) -> Int { max(0, (length + 2 - offset) / self.length) }
}
