public import Console

/// Remarks as an installer reads them: by section, the gravest first, no line wider than the terminal (exact lines of files apart).
public struct RemarkText: Sendable {
  private let remarks: [Remark]

  /// The text of `remarks`.
  public init(_ remarks: [Remark]) { self.remarks = remarks }

  /// The lines for `terminal`.
  public func lines(for terminal: Terminal) -> [String] {
    Remark.Section.allCases.flatMap { section -> [String] in
      let own = remarks.filter { $0.section == section }
      guard !own.isEmpty else { return [] }
      let graded = Remark.Level.allCases.reversed().flatMap { level in own.filter { $0.level == level } }
      return [terminal.styled(section.title, .bold)] + graded.flatMap { lines(of: $0, for: terminal) } + [""]
    } + [summary]
  }

  private func lines(of remark: Remark, for terminal: Terminal) -> [String] {
    let head = remark.level.rawValue.padding(to: 9)
    let indent = String(repeating: " ", count: 2 + head.count)
    let room = max(20, terminal.width - indent.count)
    let text = (remark.subject.map { "\($0): " } ?? "") + remark.text
    var lines = text.withoutControls.wrapped(toWidth: room)
    lines = lines.enumerated().map { number, line in
      number == 0 ? "  " + terminal.styled(head, remark.level.style) + line : indent + line
    }
    if let next = remark.next {
      let advice = next.withoutControls.wrapped(toWidth: room - 3)
      lines += advice.enumerated().map { indent + ($0.offset == 0 ? "-> " : "   ") + $0.element }
    }
    return lines + remark.lines.map { indent + "   " + $0.withoutControls }
  }

  private var summary: String {
    let counts = [Remark.Level.problem, .warning, .note, .ok].map { level in
      let count = remarks.count(level)
      return level == .ok ? "\(count) ok" : "\(count) \(level.rawValue)\(count == 1 ? "" : "s")"
    }
    return counts.joined(separator: ", ")
  }
}

extension Remark.Section {
  /// Its heading.
  public var title: String {
    switch self {
    case .signs: "Signs"
    case .phases: "Phases"
    case .devices: "Devices"
    case .buses: "Buses"
    case .profiles: "Profiles"
    case .store: "Store and files"
    case .clock: "Clock"
    case .machine: "Versions"
    }
  }
}

extension Remark.Level {
  fileprivate var style: TextStyle {
    switch self {
    case .ok: .green
    case .note: .dim
    case .warning: .yellow
    case .problem: .red
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
