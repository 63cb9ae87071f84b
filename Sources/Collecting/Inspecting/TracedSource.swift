public import DeviceProfiles
public import ModbusIO
import Synchronization

/// A bus that remembers what was asked and answered: the raw words behind decoded values, and how often and how fast a device answers.
public final class TracedSource: RegisterSource {
  /// One request and what became of it.
  public struct Exchange: Sendable {
    /// The unit asked.
    public let unit: UInt8
    /// The registers asked for.
    public let block: ModbusIO.RegisterBlock
    /// The words, or why there are none.
    public let result: Result<[UInt16], ModbusError>
    /// When the request ended, on the clock given.
    public let ended: Duration
    /// How long it took, waiting for the bus included.
    public let lasted: Duration

    /// Whether the device said anything: words, or that it refuses.
    public var isAnswer: Bool {
      switch result {
      case .success, .failure(.exception): true
      case .failure: false
      }
    }
  }

  private let source: any RegisterSource
  private let remembers: Bool
  private let uptime: @Sendable () -> Duration
  private let log = Mutex<[Exchange]>([])

  /// Passes requests on to `source`.
  ///
  /// - Parameters:
  ///   - remembers: whether a request that was answered, refused or met silence before gets the same result again without being sent:
  ///     for a look at a device with many profiles.
  ///   - uptime: a clock that only runs forward.
  public init(_ source: any RegisterSource, remembers: Bool = false, uptime: @escaping @Sendable () -> Duration) {
    self.source = source
    self.remembers = remembers
    self.uptime = uptime
  }

  /// Reads from the bus, or from memory: see `RegisterSource`.
  public func read(
    _ block: ModbusIO.RegisterBlock, unit: UInt8, deadline: Duration
  ) async throws(ModbusError) -> [UInt16] {
    if remembers, let known = log.withLock({ $0.first { $0.unit == unit && $0.block == block } }) {
      return try known.result.get()
    }
    let begin = uptime()
    let result: Result<[UInt16], ModbusError>
    do throws(ModbusError) {
      result = .success(try await source.read(block, unit: unit, deadline: deadline))
    } catch {
      result = .failure(error)
    }
    let end = uptime()
    log.withLock { $0.append(Exchange(unit: unit, block: block, result: result, ended: end, lasted: end - begin)) }
    return try result.get()
  }

  /// Lets go of the bus.
  public func close() async { await source.close() }

  /// What was sent, oldest first.
  public var exchanges: [Exchange] { log.withLock { $0 } }

  /// The words that `unit` has answered with.
  public func image(of unit: UInt8) -> RegisterImage {
    var image = RegisterImage()
    for exchange in exchanges where exchange.unit == unit {
      guard let words = try? exchange.result.get() else { continue }
      image.add(words, of: DeviceProfiles.RegisterBlock(exchange.block))
    }
    return image
  }
}

extension DeviceProfiles.RegisterBlock {
  /// The same registers.
  init(_ block: ModbusIO.RegisterBlock) {
    let table: DeviceProfiles.RegisterTable =
      switch block.table {
      case .coil: .coil
      case .discrete: .discrete
      case .holding: .holding
      case .input: .input
      }
    self.init(table: table, address: block.address, count: block.count)
  }

  /// The same registers, for a request.
  ///
  /// - Throws: `ModbusError.invalidBlock` for more registers than a request may read.
  func request() throws(ModbusError) -> ModbusIO.RegisterBlock {
    try ModbusIO.RegisterBlock(table: ModbusIO.RegisterTable(table), address: address, count: count)
  }
}

extension ModbusIO.RegisterTable {
  /// The table that profiles call so.
  init(_ table: DeviceProfiles.RegisterTable) {
    self =
      switch table {
      case .coil: .coil
      case .discrete: .discrete
      case .holding: .holding
      case .input: .input
      }
  }
}
