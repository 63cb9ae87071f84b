public import MarketTime
public import Readings

/// How the running service is doing, at one moment.
public struct ServiceHealth: Sendable, Equatable {
  /// When it began to collect.
  public let started: Timestamp
  /// When this was looked at.
  public let time: Timestamp
  /// How long it has been collecting, on a clock that nobody sets.
  public let uptime: Duration
  /// What time it goes by; nil where it was given no clocks to judge.
  public let clock: ClockState?
  /// The buses, in the order of the configuration.
  public let buses: [BusHealth]
  /// The store.
  public let store: StoreHealth
  /// Whether the commits come round in time.
  public let commitsAdvance: Bool

  /// The devices of all buses.
  public var devices: [DeviceHealth] { buses.flatMap(\.devices) }

  /// Whether every device has answered its last poll, none stands still, the store writes and warns of nothing, and the time is known.
  public var isAllWell: Bool {
    store.failure == nil && store.warnings.isEmpty && clock?.isTrusted ?? true && buses.allSatisfy(\.advances)
      && devices.allSatisfy { $0.condition.isWell }
  }

  /// Whether every bus and the commits come round within the longest time they may take, whatever the devices do.
  public var advances: Bool { commitsAdvance && buses.allSatisfy(\.advances) }
}

/// Requests and how many of them failed.
public struct RequestTally: Sendable, Equatable {
  /// Requests that ended.
  public internal(set) var requests = 0
  /// Those of them that failed, refusals by the device among them.
  public internal(set) var errors = 0

  /// Failed requests as a share of all, 0 to 1; nil without requests.
  public var errorRate: Double? { requests == 0 ? nil : Double(errors) / Double(requests) }
}

/// How one bus is doing.
public struct BusHealth: Sendable, Equatable {
  /// Its short name.
  public let id: String
  /// Where it is reached, as in "192.168.1.40:502".
  public let link: String
  /// Since the start.
  public let total: RequestTally
  /// Failed requests by cause, since the start.
  public let causes: [FailureCause: Int]
  /// The last 5 minutes.
  public let lastFiveMinutes: RequestTally
  /// The last hour.
  public let lastHour: RequestTally
  /// What one of its devices suffers from now, the latest trouble; nil when all answer.
  public let complaint: String?
  /// Whether its loop comes round within the longest time that it may take, answers or not.
  public let advances: Bool
  /// Its devices, in the order of the configuration.
  public let devices: [DeviceHealth]

  /// The cause that failed most requests.
  public var mainCause: FailureCause? { causes.max { ($0.value, $1.key.name) < ($1.value, $0.key.name) }?.key }
}

/// How one device is doing.
public struct DeviceHealth: Sendable, Equatable {
  /// What a device's state is called, the gravest first.
  public enum Condition: String, Sendable, CaseIterable {
    /// Its last poll failed.
    case offline
    /// It answers, and all its values stand still although some must move.
    case frozen
    /// It answers, and has had no good reading for minutes.
    case stale
    /// Its power and counted energy do not belong together.
    case disagreeing
    /// Readings wait until it is clear whether their counter goes on from them.
    case held
    /// It has not been asked yet.
    case starting
    /// It answers with good readings.
    case ok

    /// Whether nobody needs to look at it.
    public var isWell: Bool {
      switch self {
      case .offline, .frozen, .stale, .disagreeing: false
      case .held, .starting, .ok: true
      }
    }
  }

  /// Its short name.
  public let id: String
  /// Its number on the bus.
  public let unit: UInt8
  /// Maker and model, as its profile names them.
  public let profile: String
  /// How it is doing.
  public let condition: Condition
  /// Since when its polls have failed; nil when the last one did not.
  public let offlineSince: Timestamp?
  /// What its door has seen, the last good reading among it.
  public let readings: DeviceState
  /// Polls since the start.
  public let polls: Int
  /// Those that failed.
  public let failedPolls: Int
  /// Mean time from question to answer since the start; nil when none was answered.
  public let meanLatency: Duration?
  /// How long it is left alone after its last failure; nil when it answers.
  public let backoff: Duration?
  /// Why its last poll failed, and what to do; nil when it did not.
  public let complaint: String?
  /// How often it is to be read.
  public let interval: Duration
  /// How often it was read lately, over a minute or ten intervals; nil where that is not known yet, and while it does not answer.
  public let achievedInterval: Duration?
  /// Whether it has been read clearly less often than wanted for that long, because its bus is too slow for all of its devices.
  public let isStretched: Bool
}

/// How the store is doing.
public struct StoreHealth: Sendable, Equatable {
  /// When it last acknowledged something; nil when it has not yet.
  public internal(set) var lastCommit: Timestamp?
  /// Readings stored, refused, given up and waiting.
  public let totals: ReadingRecorder.Totals
  /// Why it cannot write; nil when it can.
  public let failure: String?
  /// The same in a word, such as `disk_full`.
  public let cause: String?
  /// How long the memory for waiting readings lasts from empty to full, as they come at present; nil where that is not known yet.
  public let reach: Duration?
  /// When the readings that were given up were taken; nil when none were.
  public let givenUp: ClosedRange<Timestamp>?
  /// What somebody should look at although it writes.
  public let warnings: [StoreWarning]
}
