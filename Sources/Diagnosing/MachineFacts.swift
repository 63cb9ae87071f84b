public import MarketTime

/// What the doctor saw of the machine that it runs on.
public struct MachineFacts: Sendable {
  /// Versions by name, in the order shown: this program, libmodbus, SQLite, kernel, system.
  public var versions: [(name: String, version: String)] = []
  /// The SQLite that is loaded: `3.40.1`.
  public var sqlite = ""
  /// What is known of the clock.
  public var clock = Clock(now: Timestamp(milliseconds: 0))
  /// The store's file and its folder; nil where none is used.
  public var store: Store?
  /// The files of the configuration.
  public var files: [File] = []
  /// The adapters below /dev/serial/by-id.
  public var adapters: [Adapter] = []
  /// The serial lines that the configuration names.
  public var lines: [Line] = []

  /// Nothing known.
  public init() {}

  /// The clock.
  public struct Clock: Sendable {
    /// What time it is.
    public var now: Timestamp
    /// Whether the kernel takes it for synchronised; nil where it does not say.
    public var isSynchronised: Bool?
    /// Programs that run here and set clocks.
    public var keepers: [String] = []
    /// How far it may be off, as the kernel says.
    public var greatestError: Duration?
    /// How far the clock with a battery is ahead; nil where there is none.
    public var batteryClockAhead: Duration?
    /// The time of the last stored reading.
    public var lastReading: Timestamp?

    /// A clock that shows `now`.
    public init(now: Timestamp) { self.now = now }
  }

  /// The store and the file system that it lies on.
  public struct Store: Sendable {
    /// Its path as the user named it.
    public var path: String
    /// Whether the file is there.
    public var exists = false
    /// The number of the process that writes it; nil where none does.
    public var writer: Int?
    /// Free bytes for this user; nil where nobody knows.
    public var free: Int64?
    /// How long small synced writes took, each; empty where this user may not write there.
    public var syncs: [Duration] = []
    /// The permissions of the file.
    public var mode: UInt32?

    /// A store at `path`.
    public init(path: String) { self.path = path }
  }

  /// A file of the configuration.
  public struct File: Sendable {
    /// Its path as the user named it.
    public let path: String
    /// Its permissions.
    public let mode: UInt32

    /// A file; see the properties.
    public init(path: String, mode: UInt32) {
      self.path = path
      self.mode = mode
    }
  }

  /// A serial adapter.
  public struct Adapter: Sendable {
    /// Its stable path.
    public let path: String
    /// Whether this user may open it.
    public let isOpenable: Bool

    /// An adapter; see the properties.
    public init(path: String, isOpenable: Bool) {
      self.path = path
      self.isOpenable = isOpenable
    }
  }

  /// A serial line of the configuration.
  public struct Line: Sendable {
    /// The bus.
    public let bus: String
    /// The device file that it names.
    public let path: String
    /// Whether it is there.
    public let exists: Bool
    /// Whether this user may open it.
    public let isOpenable: Bool

    /// A line; see the properties.
    public init(bus: String, path: String, exists: Bool, isOpenable: Bool) {
      self.bus = bus
      self.path = path
      self.exists = exists
      self.isOpenable = isOpenable
    }
  }
}
