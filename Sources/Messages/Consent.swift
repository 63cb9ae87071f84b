public import CommunityModel
public import MarketTime

/// What somebody agrees to, each by itself (GDPR Art. 7; off until given).
public enum ConsentPurpose: Hashable, Sendable {
  /// Messages by the channel of this name.
  case channel(String)
  /// Amounts of money in them.
  case money
  /// The comparison with the own past.
  case comparison
  /// A message where use is unusual.
  case alerts

  /// As it is stored and named on the command line: `channel:mail`, `money`.
  public var name: String {
    switch self {
    case .channel(let name): "channel:\(name)"
    case .money: "money"
    case .comparison: "comparison"
    case .alerts: "alerts"
    }
  }

  /// The purpose called `name`; nil where there is none.
  public init?(name: String) {
    switch name {
    case "money": self = .money
    case "comparison": self = .comparison
    case "alerts": self = .alerts
    default:
      guard name.hasPrefix("channel:"), name.count > 8 else { return nil }
      self = .channel(String(name.dropFirst(8)))
    }
  }
}

/// A consent: asked for, given, withdrawn; a later one of the same purpose takes its place, and it stays as a record.
public struct Consent: Sendable, Equatable {
  /// Who.
  public let member: Member.ID
  /// To what.
  public let purpose: ConsentPurpose
  /// Which version of the text was shown.
  public let textVersion: String
  /// When it was asked for.
  public let requested: Timestamp
  /// When it was given; nil while it is only asked for.
  public let given: Timestamp?
  /// How it was given: `link`, `paper`.
  public let means: String?
  /// When it was withdrawn.
  public let withdrawn: Timestamp?

  /// A consent; see the properties.
  public init(
    member: Member.ID, purpose: ConsentPurpose, textVersion: String, requested: Timestamp, given: Timestamp? = nil,
    means: String? = nil, withdrawn: Timestamp? = nil
  ) {
    self.member = member
    self.purpose = purpose
    self.textVersion = textVersion
    self.requested = requested
    self.given = given
    self.means = means
    self.withdrawn = withdrawn
  }

  /// Whether it holds.
  public var holds: Bool { given != nil && withdrawn == nil }
}

/// How often somebody wants to hear.
public enum Frequency: String, CaseIterable, Sendable {
  case daily
  case weekly
  case off
}

/// A member as somebody who is written to.
public struct Recipient: Sendable, Equatable {
  /// The member.
  public let member: Member.ID
  /// How they are greeted: "Frau Yılmaz".
  public var name: String
  /// `de` or `en`.
  public var language: String
  /// How often they want to hear.
  public var frequency: Frequency
  /// Whether the subject tells nothing of them.
  public var hasNeutralSubject: Bool
  /// The address on each channel.
  public var addresses: [String: String]
  /// All consents, the oldest first.
  public var consents: [Consent]
  /// By what they end it all; nil for who is not in the store.
  public var stopToken: String?

  /// A recipient; see the properties.
  public init(
    member: Member.ID, name: String, language: String, frequency: Frequency = .weekly, hasNeutralSubject: Bool = false,
    addresses: [String: String] = [:], consents: [Consent] = [], stopToken: String? = nil
  ) {
    self.member = member
    self.name = name
    self.language = language
    self.frequency = frequency
    self.hasNeutralSubject = hasNeutralSubject
    self.addresses = addresses
    self.consents = consents
    self.stopToken = stopToken
  }

  /// Whether the last consent to `purpose` holds.
  public func consents(to purpose: ConsentPurpose) -> Bool { consents.last { $0.purpose == purpose }?.holds ?? false }

  /// The channels by which a message of `kind` goes out that is sent on `sending`, in the order of their names.
  public func channels(for kind: MessageKind, on sending: LocalDay, weeklyOn: Weekday) -> [String] {
    let agreed = addresses.keys.filter { kind.consents(for: $0).allSatisfy(consents) }.sorted()
    switch kind {
    // However seldom somebody wants to hear, these come.
    case .outage, .heat, .confirmation, .test: return agreed
    case .alert: return frequency == .off ? [] : agreed
    case .summary:
      switch frequency {
      case .off: return []
      case .weekly: return sending.weekday == weeklyOn ? agreed : []
      case .daily: return agreed
      }
    }
  }
}

extension DailyHours {
  /// `instant`, or the end of these hours where it lies within.
  public func end(for instant: Timestamp, in calendar: MarketCalendar) -> Timestamp {
    let (day, time) = calendar.local(instant)
    guard contains(time) else { return instant }
    return calendar.instant(of: until, on: from > until && time >= from ? day.advanced(by: 1) : day)
  }
}
