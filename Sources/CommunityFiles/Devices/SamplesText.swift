public import DeviceProfiles
import Readings

/// The text of a file of samples that records one moment of a device: the words as they are, everything else for a person to fill in.
///
/// What the words decode to is written as comments only. An expected value comes from the device's display, never from our own
/// decoder; so the file is not accepted by `devices check` before somebody has looked.
public struct SamplesText: Sendable {
  /// What happens in the moment.
  public let name: String
  /// The unit that was read.
  public let unit: UInt8
  /// When, by whom and with what it was recorded, without names of people and addresses of the network.
  public let source: String
  /// The recorded words.
  public let words: [RegisterWords]
  /// What the words decode to by a profile; empty without one.
  public let decoded: [DecodedField]
  /// Words that may be a voltage or a frequency.
  public let guesses: [RegisterGuess]

  private static let wordsPerLine = 16

  /// A recording of `words`; see the properties. Registers of `blank` are overwritten with zeros before anything is read out of them.
  ///
  /// - Parameter profile: what the registers mean; nil for a device that nobody knows, whose words are guessed at.
  public init(
    name: String, unit: UInt8, source: String, words: [RegisterWords], blank: [RegisterBlock] = [], profile: DeviceProfile? = nil
  ) {
    self.name = name
    self.unit = unit
    self.source = source
    let words = words.map { $0.blanking(blank) }
    self.words = words
    decoded = profile.map { ProfileCheck.fields(of: words, by: $0) } ?? []
    guesses = profile == nil ? RegisterGuess.guesses(in: words) : []
  }

  /// The file, ending with a line feed.
  public var text: String { (["version: 1", "samples:"] + entry).joined(separator: "\n") + "\n" }

  /// The text of a file of samples with this moment behind the others, its lines indented as theirs; nil where there is no list of samples.
  public func text(appendedTo existing: String) -> String? {
    let lines = existing.split(separator: "\n", omittingEmptySubsequences: false)
    guard let head = lines.firstIndex(where: { $0.hasPrefix("samples:") }),
      let first = lines[head...].first(where: { $0.drop { $0 == " " }.hasPrefix("- ") })
    else { return nil }
    let indent = first.prefix { $0 == " " }
    let body = existing.hasSuffix("\n") ? existing : existing + "\n"
    return body + entry.map { "\(indent)\($0.dropFirst(2))" }.joined(separator: "\n") + "\n"
  }

  /// The lines of this moment, the first with two blanks before its dash.
  private var entry: [String] {
    var lines = ["  - name: \(Self.quoted(name))"]
    lines.append("    origin: recorded")
    lines.append("    source: \(Self.quoted(source))")
    lines.append("    unit: \(unit)")
    lines.append("    blocks:")
    for run in words { lines += Self.block(run) }
    lines += guesses.isEmpty ? [] : ["    # Words that may be a mains voltage or frequency; compare them with the display:"]
    lines += guesses.map { "    # \($0)" }
    lines +=
      decoded.isEmpty
      ? ["    # Write below 'expect' what the device's display shows, a line for each value of the profile that you write."]
      : [
        "    # Remove the '#' of each line that agrees with the device's display, or write what the display shows in its place:",
        "    # 229.4 V stands for everything that rounds to it.",
      ]
    lines.append("    expect:")
    for field in decoded {
      let part = field.part == .main ? "" : "part: \(field.part), "
      switch field.value {
      case .value(let count):
        lines.append("      # - {\(part)channel: \(field.channel.rawValue), value: \(Self.quantity(count, of: field.channel))}")
      case .missing(.notRead): continue
      case .missing: lines.append("      # - {\(part)channel: \(field.channel.rawValue), missing: true}")
      }
    }
    let absent = decoded.filter { $0.value == .missing(.notRead) }
    if !absent.isEmpty {
      lines.append("    absent:")
      lines += absent.map { "      - {\($0.part == .main ? "" : "part: \($0.part), ")channel: \($0.channel.rawValue)}" }
    }
    return lines
  }

  private static func block(_ run: RegisterWords) -> [String] {
    let head = "      - {table: \(run.table.rawValue), address: \(run.address), words: \""
    let rows = stride(from: 0, to: run.words.count, by: wordsPerLine).map { start in
      run.words[start..<min(start + wordsPerLine, run.words.count)].map(\.hexadecimal).joined(separator: " ")
    }
    guard rows.count > 1 else { return [head + (rows.first ?? "") + "\"}"] }
    return [head] + rows.dropLast().map { "          " + $0 } + ["          " + (rows.last ?? "") + "\"}"]
  }

  private static func quantity(_ count: Int64, of channel: Channel) -> String {
    let text = channel.exactText(of: count)
    return text.hasSuffix(" %") ? "\"\(text)\"" : text
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") + "\""
  }
}

extension RegisterWords {
  /// The same words with zeros in the registers of `blocks`.
  func blanking(_ blocks: [RegisterBlock]) -> RegisterWords {
    var words = words
    for block in blocks where block.table == table {
      for register in Int(block.address)..<(Int(block.address) + block.count) {
        let index = register - Int(address)
        if words.indices.contains(index) { words[index] = 0 }
      }
    }
    return RegisterWords(table: table, address: address, words: words)
  }
}
