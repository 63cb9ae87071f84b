import CommunityModel
import Messages
import Yams

/// An entry of `channels`.
struct ChannelEntry {
  /// Nil where it is wrong, which has been noted.
  let channel: ChannelSettings?

  private static let kinds = ["smtp", "sendmail", "maildir", "files", "ntfy", "matrix", "telegram", "webhook"]

  init(_ node: Node, problems: ProblemList, folder: String) {
    let fields = Fields(node, subject: "a channel", problems: problems)
    let id: Identifier<ChannelSettings>? = fields.identifier("id")
    let timeout = fields.duration("timeout", default: .seconds(60), in: .seconds(1)...Duration.seconds(600), like: "60 s")
    let named = Self.kinds.filter { fields.has($0) }
    let paths = Paths(folder: folder, problems: problems)
    let kind = named.count == 1 ? Self.kind(named[0], fields, paths) : nil
    if named.count != 1, fields.isMapping {
      problems.add("a channel is one of \(Self.kinds.joined(separator: ", "))", at: fields.mark)
    }
    fields.finish()
    guard let id, let kind, let timeout else {
      channel = nil
      return
    }
    channel = ChannelSettings(id: id.text, kind: kind, timeout: timeout)
  }

  /// Names of files and addresses of servers.
  private struct Paths {
    let folder: String
    let problems: ProblemList

    func path(_ text: String) -> String { text.hasPrefix("/") ? text : folder + text }

    func secret(_ fields: Fields, _ key: String) -> String? { fields.optionalText(key).map(path) }

    func certificates(_ fields: Fields) -> String? { fields.optionalText("certificates").map(path) }

    /// An address that begins with https://; on this machine also http://.
    func server(_ fields: Fields, _ key: String, default fallback: String? = nil) -> String? {
      guard let text = fields.text(key, default: fallback, expected: "an address such as https://example.org") else { return nil }
      let isHere = ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { start in
        text.hasPrefix(start) && [nil, ":", "/"].contains(text.dropFirst(start.count).first)
      }
      if (text.hasPrefix("https://") || isHere), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("@") {
        return text.hasSuffix("/") && key == "server" ? String(text.dropLast()) : text
      }
      problems.add(
        "'\(key)' is '\(text)', it must begin with https://, or with http:// for a server on this machine",
        at: fields.node(key)?.mark)
      return nil
    }
  }

  private static func kind(_ name: String, _ fields: Fields, _ paths: Paths) -> ChannelSettings.Kind? {
    switch name {
    case "sendmail": return fields.text("sendmail").map { .sendmail(program: $0) }
    case "maildir": return fields.text("maildir").map { .maildir(folder: paths.path($0)) }
    case "files": return fields.text("files").map { .files(folder: paths.path($0)) }
    default:
      guard let inner = fields.fields(name, subject: "'\(name)'") else { return nil }
      let kind = name == "smtp" ? smtp(inner, paths) : http(name, inner, paths)
      inner.finish()
      return kind
    }
  }

  private enum Encryption: String, CaseIterable {
    case starttls, tls, none
  }

  private static func smtp(_ fields: Fields, _ paths: Paths) -> ChannelSettings.Kind? {
    let host = fields.text("host", expected: "the name of the mail server")
    let encryption = fields.choice("encryption", default: Encryption.starttls)
    let port = fields.integer("port", default: encryption == .tls ? 465 : 587, in: 1...65_535)
    let (user, secret) = (fields.optionalText("user"), paths.secret(fields, "password_file"))
    let certificates = paths.certificates(fields)
    guard let host, let port, let encryption else { return nil }
    if (user == nil) != (secret == nil) {
      paths.problems.add("'user' and 'password_file' go together", at: fields.mark)
    }
    if encryption == .none, !["127.0.0.1", "localhost", "::1"].contains(host) {
      paths.problems.add(
        "without encryption only a server on this machine is spoken to; write 'encryption: starttls' or 'tls'",
        at: fields.place(of: "encryption"))
    }
    if host.contains(where: { "/@? ".contains($0) }) {
      paths.problems.add("'host' is '\(host)', it must be a name such as mail.example.org", at: fields.place(of: "host"))
    }
    return .smtp(
      host: host, port: port, encryption: encryption.rawValue, user: user, secret: secret, certificates: certificates)
  }

  private static func http(_ name: String, _ fields: Fields, _ paths: Paths) -> ChannelSettings.Kind? {
    let certificates = paths.certificates(fields)
    if name == "webhook" {
      let url = paths.server(fields, "url")
      let template = fields.text("template", default: #"{"to": "{address}", "subject": "{subject}", "text": "{text}"}"#)
      let type = fields.text("content_type", default: "application/json")
      let secret = paths.secret(fields, "token_file")
      guard let url, let template, let type else { return nil }
      return .webhook(url: url, template: template, contentType: type, secret: secret, certificates: certificates)
    }
    let server = paths.server(fields, "server", default: name == "telegram" ? "https://api.telegram.org" : nil)
    let secret = paths.secret(fields, "token_file")
    guard let server else { return nil }
    if name == "ntfy" { return .ntfy(server: server, secret: secret, certificates: certificates) }
    guard let secret else {
      paths.problems.add("'\(name)' lacks the key 'token_file': a file with the token", at: fields.mark)
      return nil
    }
    return name == "matrix"
      ? .matrix(server: server, secret: secret, certificates: certificates)
      : .telegram(server: server, secret: secret, certificates: certificates)
  }
}
