/// One line of the doctor's report: what was looked at, how it is, what to do next.
public struct Remark: Hashable, Sendable {
  /// How it is.
  public enum Level: String, CaseIterable, Hashable, Sendable, Comparable {
    /// As it should be.
    case ok
    /// Good to know.
    case note
    /// Something may go wrong, or is wrong and costs little.
    case warning
    /// Readings are wrong or missing.
    case problem

    /// Whether `left` is less grave.
    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }
    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  /// The parts of the report, in their order.
  public enum Section: String, CaseIterable, Hashable, Sendable {
    case signs, phases, devices, buses, profiles, store, clock, machine
  }

  /// Where it stands.
  public let section: Section
  /// How it is.
  public let level: Level
  /// What it is about: a metering point, device, bus, file; nil for the whole.
  public let subject: String?
  /// Which check made it, a word that stays: `import_export_swapped`.
  public let code: String
  /// What was found.
  public let text: String
  /// What to do next; nil where nothing is to be done.
  public let next: String?
  /// The lines to write into a file, exactly as they are.
  public let lines: [String]

  /// A remark; see the properties.
  public init(
    _ section: Section, _ level: Level, _ code: String, about subject: String? = nil, _ text: String, next: String? = nil,
    lines: [String] = []
  ) {
    self.section = section
    self.level = level
    self.code = code
    self.subject = subject
    self.text = text
    self.next = next
    self.lines = lines
  }
}

extension [Remark] {
  /// How many are of `level`.
  public func count(_ level: Remark.Level) -> Int { count { $0.level == level } }
}
