/// The story of one trouble, told so that a log stays readable: when it begins, when its cause is a new one, after an hour and each day
/// that it lasts, and when it is over. What comes back within ten minutes is the same trouble, told once as one that comes and goes.
///
/// Times are those of a clock that nobody sets.
struct Complaint: Sendable {
  /// What is to be told of a failure.
  enum Failure: Equatable {
    case begins
    /// For a cause that this trouble has not had yet.
    case changes
    /// It was over, and is back.
    case comesAndGoes
    /// How long by now, and how many failures.
    case lasts(Duration, failures: Int)
  }

  /// What is to be told of a success.
  enum Recovery: Equatable {
    case ends(Duration, failures: Int)
    /// It came and went, and has not come for ten minutes.
    case isSteady(Duration, failures: Int)
  }

  private static let steadyPeriod: Duration = .seconds(600)
  private static let hour: Duration = .seconds(3600)
  private static let day: Duration = .seconds(86_400)

  private var begin: Duration?
  private var failures = 0
  private var causes: Set<String> = []
  private var recovered: Duration?
  private var comesAndGoes = false
  private var reminder = Self.hour

  /// A failure at `now`; nil when there is nothing new to tell.
  mutating func failed(_ cause: String, at now: Duration) -> Failure? {
    if let recovered, now - recovered >= Self.steadyPeriod { self = Complaint() }
    failures += 1
    let isNew = causes.insert(cause).inserted
    guard let begin else {
      begin = now
      return .begins
    }
    let isBack = recovered.take() != nil
    if now - begin >= reminder {
      let days = (now - begin).components.seconds / 86_400
      reminder = Self.day * Int(days + 1)
      return .lasts(now - begin, failures: failures)
    }
    if isBack, !comesAndGoes {
      comesAndGoes = true
      return .comesAndGoes
    }
    return isNew ? .changes : nil
  }

  /// A success at `now`; nil when there was nothing to recover from, or it is too early to tell.
  mutating func succeeded(at now: Duration) -> Recovery? {
    guard let begin else { return nil }
    guard let recovered else {
      recovered = now
      return comesAndGoes ? nil : .ends(now - begin, failures: failures)
    }
    guard now - recovered >= Self.steadyPeriod else { return nil }
    defer { self = Complaint() }
    return comesAndGoes ? .isSteady(recovered - begin, failures: failures) : nil
  }
}

/// Lines that may come with every poll, held to one an hour each.
struct Repetition: Sendable {
  private static let period: Duration = .seconds(3600)
  /// So many kinds of lines are remembered; beyond them those of the last hour only.
  private static let limit = 1000
  private var told: [String: (at: Duration, more: Int)] = [:]

  /// Whether the line called `key` is to be told at `now`: how many were passed over since it was told last, nil when this one is.
  mutating func tell(_ key: String, at now: Duration) -> Int? {
    let last = told[key]
    if let last, now - last.at < Self.period {
      told[key] = (last.at, last.more + 1)
      return nil
    }
    if told.count >= Self.limit { told = told.filter { now - $0.value.at < Self.period } }
    told[key] = (now, 0)
    return last?.more ?? 0
  }
}

extension Duration {
  /// As a person says it, in at most two units: "0 s", "35 s", "4 min", "2 h 5 min", "3 d 4 h".
  package var spoken: String {
    let seconds = max(0, components.seconds)
    func two(_ large: Int64, _ unit: String, _ small: Int64, _ part: String) -> String {
      small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(part)"
    }
    return switch seconds {
    case ..<120: "\(seconds) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: two(seconds / 3600, "h", seconds % 3600 / 60, "min")
    default: two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
    }
  }
}
