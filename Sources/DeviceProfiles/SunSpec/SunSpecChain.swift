/// The SunSpec models that a device has, as a walk along them found them.
public struct SunSpecChain: Hashable, Sendable {
  /// Where the map begins: the address of its marker.
  public let base: UInt16
  /// The models in the order in which they stand, the end mark not among them.
  public let models: [SunSpecModelInstance]
  /// Why the walk ended.
  public let ending: Ending

  /// A chain; see the properties.
  public init(base: UInt16, models: [SunSpecModelInstance], ending: Ending = .endMark) {
    self.base = base
    self.models = models
    self.ending = ending
  }

  /// The two registers that begin every map: "SunS".
  public static let marker: [UInt16] = [0x5375, 0x6E53]
  /// The id that ends every map.
  static let endID: UInt16 = 0xFFFF
  /// The most models that a walk takes before it gives up.
  public static let longest = 64

  /// Why a walk ended.
  public enum Ending: Hashable, Sendable {
    /// At the end mark, as it should.
    case endMark
    /// A request inside the chain failed at this address.
    case failed(at: UInt16)
    /// After 64 models.
    case tooLong
    /// A known model says that it has no registers.
    case noLength(model: Int)
    /// What stands at this address is no header: its model would end past register 65535, or its id is 0.
    case noHeader(at: UInt16)
    /// The last model ends with register 65535.
    case endOfTable
  }

  /// Whether the chain may have more models than were found.
  public var isPartial: Bool { ending != .endMark }

  /// The requests that tell whether the chain still stands as it did: marker and headers.
  public var headerRequests: [RegisterBlock] {
    [RegisterBlock(table: .holding, address: base, count: 2)]
      + models.map { RegisterBlock(table: .holding, address: $0.address, count: 2) }
  }

  /// Whether the answers to `headerRequests` show the same chain.
  public func isConfirmed(by image: RegisterImage) -> Bool {
    let expected =
      [Self.marker] + models.map { [UInt16(truncatingIfNeeded: $0.id), UInt16(truncatingIfNeeded: $0.reportedLength)] }
    return zip(headerRequests, expected).allSatisfy { image.words(of: $0) == $1 }
  }
}

/// One model of a chain.
public struct SunSpecModelInstance: Hashable, Sendable {
  /// The model's number.
  public let id: Int
  /// Its id register.
  public let address: UInt16
  /// How many registers it has behind its header of two.
  public let length: Int
  /// How many it reports; differs only where a profile knows better.
  public let reportedLength: Int
  /// 0 for the first model with this id in its device, 1 for the second.
  public let occurrence: Int
  /// 0 up to the second common model (id 1), which begins device 1.
  public let device: Int
  /// What each port is, as the device numbers it; nil for one that does not say. Empty for models without ports.
  public internal(set) var portTypes: [Int?]

  /// A model; see the properties.
  public init(
    id: Int, address: UInt16, length: Int, reportedLength: Int? = nil, occurrence: Int = 0, device: Int = 0,
    portTypes: [Int?] = []
  ) {
    self.reportedLength = reportedLength ?? length
    self.portTypes = portTypes
    self.id = id
    self.address = address
    self.length = length
    self.occurrence = occurrence
    self.device = device
  }

  /// The registers of `count` from `offset` (0: the id register) on; nil when the model is too short or not in the table.
  func block(offset: Int, count: Int) -> RegisterBlock? {
    guard offset >= 0, count >= 1, offset + count <= length + 2, Int(address) + offset + count <= 0x1_0000 else { return nil }
    return RegisterBlock(table: .holding, address: address + UInt16(offset), count: count)
  }
}

extension [SunSpecModelInstance] {
  /// Adds the model at `address`, numbering device and occurrence.
  mutating func append(id: Int, address: UInt16, length: Int, reportedLength: Int? = nil, portTypes: [Int?] = []) {
    let devicesBegun = count { $0.id == 1 } + (id == 1 ? 1 : 0)
    let device = Swift.max(0, devicesBegun - 1)
    let occurrence = count { $0.id == id && $0.device == device }
    append(
      SunSpecModelInstance(
        id: id, address: address, length: length, reportedLength: reportedLength, occurrence: occurrence, device: device,
        portTypes: portTypes))
  }
}
