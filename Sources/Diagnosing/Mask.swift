public import CommunityModel
import Readings

/// Takes out of a text what a report must not tell: members, places, metering points, public addresses, serial numbers, secrets.
///
/// What it knows by name it replaces by a word that stays the same within the report (`point-3`), so that a reader can still follow.
/// Names are matched as whole words, whatever their case. Beside them go: public addresses and host names, mail addresses, the serial
/// number within an adapter's path, folders, and what follows `password`, `token`, `secret` or `key`.
public struct Mask: Sendable {
  /// What is replaced by what, the longest first.
  private let names: [(name: [Character], word: String)]
  /// Parts of names are only looked for above this length: `am` or `eG` stand everywhere.
  private static let shortestPart = 4

  /// Masks the names of `community`, and `others`, such as the names of users and machines.
  public init(community: Community?, others: [String] = []) {
    var found: [String: String] = [:]
    func add(_ name: String, _ word: String) {
      let name = name.lowercased()
      if !name.isEmpty, found[name] == nil { found[name] = word }
    }
    func addParts(_ name: String, _ word: String) {
      add(name, word)
      let words: [Substring] = name.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
      let parts = words.filter { $0.count >= Self.shortestPart }
      for part in parts where !Self.plainWords.contains(part.lowercased()) { add(String(part), word) }
    }
    if let community {
      for (number, point) in community.meteringPoints.enumerated() { add(point.id.text, "point-\(number + 1)") }
      for (number, member) in community.members.enumerated() {
        addParts(member.name, "member-\(number + 1)")
        addParts(member.id.text, "member-\(number + 1)")
      }
      for (number, site) in community.sites.enumerated() {
        add(site.id.text, "site-\(number + 1)")
        addParts(site.name, "site-\(number + 1)")
      }
      addParts(community.name, "community")
      add(community.id.text, "community")
    }
    for other in others { add(other, "user") }
    names = found.map { (name: Array($0.key), word: $0.value) }.sorted { ($1.name.count, $0.word) < ($0.name.count, $1.word) }
  }

  /// Words that names of places and households have in common, which tell nobody.
  private static let plainWords: Set<String> = [
    "haus", "house", "hof", "farm", "site", "grid", "meter", "member", "family", "familie", "schule", "school", "strom", "solar",
    "battery", "energy", "energie", "none", "main",
  ]

  /// `text` without what must not be told.
  public func masked(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line($0) }.joined(separator: "\n")
  }

  private func line(_ text: Substring) -> String {
    var line = withoutNames(Array(text))
    line = Self.withoutSecrets(line)
    return line.splitKeepingSeparators().map { Self.word($0) }.joined()
  }

  private func withoutNames(_ text: [Character]) -> String {
    let lower = text.map { $0.lowercased().first ?? $0 }
    var result = ""
    var position = 0
    while position < text.count {
      let begins = position == 0 || !lower[position - 1].isPartOfName
      if begins, let found = names.first(where: { Self.matches($0.name, in: lower, at: position) }) {
        result += found.word
        position += found.name.count
      } else {
        result.append(text[position])
        position += 1
      }
    }
    return result
  }

  private static func matches(_ name: [Character], in text: [Character], at position: Int) -> Bool {
    let end = position + name.count
    guard end <= text.count, text[position..<end].elementsEqual(name) else { return false }
    return end == text.count || !text[end].isPartOfName
  }

  /// What follows a word for a secret goes.
  private static func withoutSecrets(_ line: String) -> String {
    let words = ["password", "passwort", "passphrase", "token", "secret", "api_key", "apikey", "api-key", "authorization"]
    let lower = line.lowercased()
    for word in words {
      guard let found = lower.firstRange(of: word), lower.count == line.count else { continue }
      let rest = lower[found.upperBound...]
      guard let mark = rest.firstIndex(where: { $0 == ":" || $0 == "=" }) else { continue }
      return "\(line.prefix(lower.distance(from: lower.startIndex, to: mark) + 1)) masked"
    }
    return line
  }

  private static func word(_ word: String) -> String {
    if word.contains("@"), word.contains(".") { return "mail-address" }
    if word.hasPrefix("/dev/serial/by-id/") { return adapter(word) }
    // Of a path, the folders tell who lives here; those of ports do not.
    if word.hasPrefix("/"), let slash = word.lastIndex(of: "/"), slash != word.startIndex {
      let isPort = word[..<slash] == "/dev" || word.hasPrefix("/dev/serial/")
      return isPort ? word : "...\(word[slash...])"
    }
    return Host.masked(word)
  }

  /// `usb-MAKER_MODEL_SERIAL-if00-port0` without the serial number.
  private static func adapter(_ path: String) -> String {
    guard let end = path.firstRange(of: "-if")?.lowerBound ?? path.lastIndex(of: ":"),
      let begin = path[..<end].lastIndex(of: "_")
    else { return path }
    return "\(path[...begin])SERIAL\(path[end...])"
  }
}

/// Addresses and names of hosts: those of private networks stay, because they help and tell nobody.
enum Host {
  private static let privateSuffixes = ["local", "lan", "home", "internal", "arpa", "localhost", "invalid", "test", "example"]
  private static let fileSuffixes = ["yaml", "yml", "csv", "sqlite", "md", "json", "txt", "lock", "swift", "service"]

  static func masked(_ word: String) -> String {
    var bare = word.trimmingSuffix(".").trimmingSuffix(":")
    if let colon = bare.lastIndex(of: ":"), bare.firstIndex(of: ":") == colon, Int(bare[bare.index(after: colon)...]) != nil {
      bare = String(bare[..<colon])
    }
    if let bytes = address(bare) { return isPrivate(bytes) ? word : "public-address" }
    if isPublicIPv6(bare) { return "public-address" }
    let labels = bare.split(separator: ".", omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last, last.count >= 2, last.allSatisfy({ $0.isLetter && $0.isASCII }),
      labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } }),
      !privateSuffixes.contains(last.lowercased()), !fileSuffixes.contains(last.lowercased()), last == last.lowercased(),
      Channel(rawValue: String(last)) == nil,
      labels.dropLast().allSatisfy({ !$0.contains { $0.isUppercase } })
    else { return word }
    return "public-host"
  }

  private static func address(_ text: String) -> [UInt8]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let bytes = parts.compactMap { UInt8($0) }
    return parts.count == 4 && bytes.count == 4 ? bytes : nil
  }

  private static func isPrivate(_ bytes: [UInt8]) -> Bool {
    switch (bytes[0], bytes[1]) {
    case (10, _), (127, _), (0, _), (192, 168), (169, 254): true
    case (172, 16...31), (100, 64...127): true
    default: false
    }
  }

  private static func isPublicIPv6(_ text: String) -> Bool {
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    guard groups.count >= 4, groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }) else { return false }
    // A time of day has three groups; a private network begins with fd or fe80.
    let lower = text.lowercased()
    return !lower.hasPrefix("fd") && !lower.hasPrefix("fe80") && lower != "::1"
  }
}

extension Character {
  /// Whether it may stand within a name or an id.
  fileprivate var isPartOfName: Bool { isLetter || isNumber }
}

extension String {
  /// Words and what stands between them, in order; joined they are the text again.
  fileprivate func splitKeepingSeparators() -> [String] {
    var pieces: [String] = []
    var piece = ""
    func isSeparator(_ character: Character) -> Bool { " \t\"'(){}[],;=<>|".contains(character) }
    for character in self {
      if isSeparator(character) {
        if !piece.isEmpty { pieces.append(piece) }
        pieces.append(String(character))
        piece = ""
      } else {
        piece.append(character)
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  fileprivate func trimmingSuffix(_ character: Character) -> String {
    var text = self
    while text.last == character { text.removeLast() }
    return text
  }
}
