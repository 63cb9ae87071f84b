public import MarketTime

/// What became of an attempt to deliver.
public enum DeliveryResult: Sendable, Equatable {
  /// The other side has taken it, in its words.
  case delivered(String)
  /// Not now: it is tried again, not before `after` where the other side said when.
  case passing(String, after: Duration? = nil)
  /// Never, for this recipient: unknown address, refused content.
  case permanent(String)
  /// Not now, and for nobody: a wrong password, a server that is not there. The rest of the pass can be spared.
  case channelDown(String)
  /// It was handed over whole, but the answer did not come. It is tried again under the same mark, by which the second one is known.
  case doubtful(String)

  /// What a reply of a mail server means (RFC 5321, 4.2.1).
  public static func smtp(code: Int, _ reply: String) -> DeliveryResult {
    switch code {
    case 200..<400: .delivered(reply)
    // Who is not let in, or must not relay, is nothing that the recipient has done.
    case 454, 530, 534, 535, 538: .channelDown(reply)
    case 421: .channelDown(reply)
    case 500..<600: .permanent(reply)
    default: .passing(reply)
    }
  }

  /// What a status of an HTTP server means. `refusesRecipient` says whether 403 is about the recipient (a chat that was left) and not
  /// about who asks.
  public static func http(
    status: Int, _ reply: String, after: Duration? = nil, refusesRecipient: Bool = false
  ) -> DeliveryResult {
    switch status {
    case 200..<300: .delivered(reply)
    case 401: .channelDown(reply)
    case 403: refusesRecipient ? .permanent(reply) : .channelDown(reply)
    case 408, 425, 429: .passing(reply, after: after)
    case 400..<500: .permanent(reply)
    default: .passing(reply, after: after)
    }
  }
}

/// Where a delivery stands.
public enum DeliveryState: String, CaseIterable, Sendable {
  /// It is due some time.
  case waiting
  /// It is being handed over; where nobody does any more, how that ended is not known.
  case sending
  /// It has been taken.
  case sent
  /// It will not be taken: refused for good, or tried for too long.
  case failed
  /// It has come back.
  case bounced
  /// It was called off before it went: consent withdrawn, contact gone.
  case withdrawn
}

/// When a delivery is tried again.
public struct RetryRule: Hashable, Sendable {
  /// The wait after the first attempt; doubled after each further one.
  public let first: Duration
  /// No wait is longer.
  public let longest: Duration
  /// What has not gone within this time is given up: yesterday's news is none.
  public let expiry: Duration

  /// A rule; see the properties.
  public init(first: Duration, longest: Duration, expiry: Duration) {
    self.first = first
    self.longest = longest
    self.expiry = expiry
  }

  /// 2 min, 4 min, and so on up to an hour, for a day.
  public static let usual = RetryRule(first: .seconds(120), longest: .seconds(3600), expiry: .seconds(86_400))

  /// How long to wait after `attempts` (1 and more); spread by up to a quarter with `mark`, so that not all come back at once.
  public func wait(after attempts: Int, mark: String) -> Duration {
    let doublings = min(max(0, attempts - 1), 20)
    let wait = min(first * (1 << doublings), longest)
    let spread = (UInt16(mark.prefix(4), radix: 16) ?? 0) % 256
    return wait + wait / 4 * Int(spread) / 256
  }

  /// What becomes of a delivery created at `created` whose `attempts`-th try ended with `result` at `now`: its state, and when it is tried again.
  public func next(
    after result: DeliveryResult, attempts: Int, created: Timestamp, now: Timestamp, mark: String
  ) -> (state: DeliveryState, due: Timestamp?) {
    var wait = wait(after: attempts, mark: mark)
    switch result {
    case .delivered: return (.sent, nil)
    case .permanent: return (.failed, nil)
    case .passing(_, let after): wait = max(wait, after ?? .zero)
    case .channelDown, .doubtful: break
    }
    let due = now + wait
    return due - created > expiry ? (.failed, nil) : (.waiting, due)
  }
}

extension DeliveryResult {
  /// What the other side said, or what went wrong.
  public var words: String {
    switch self {
    case .delivered(let words), .passing(let words, _), .permanent(let words), .channelDown(let words), .doubtful(let words):
      words
    }
  }
}
