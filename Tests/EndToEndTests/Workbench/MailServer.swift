import Foundation
import TestSupport

/// A mail server (aiosmtpd) and an HTTP server that keep what they get, from `Support/serve_mail.py`.
final class MailServer: Sendable {
  /// Port of the mail server.
  let port: String
  /// Port of the HTTP server.
  let httpPort: String
  let folder: TemporaryFolder
  private let server: ChildProcess

  /// A server with which goes wrong what `mode` says.
  init(_ mode: String = "take", encryption: String = "none") async throws {
    folder = try TemporaryFolder()
    server = try ChildProcess(
      try await ModbusBench.python.value, [Checkout.script("serve_mail.py"), folder.path, mode, "--tls", encryption])
    try await server.says("http ")
    try await server.says("\n", times: 2)
    let words = server.output.split(whereSeparator: \.isWhitespace).map(String.init)
    (port, httpPort) = (words[1], words[3])
  }

  /// The certificate to trust.
  var certificate: String { folder.file("ca.pem") }

  /// A mail as Python's parser sees it.
  struct Mail: Decodable {
    let envelopeFrom: String
    let envelopeTo: [String]
    let defects: [String]
    let headers: [String: String]
    let names: [String]
    let body: Part

    struct Part: Decodable {
      let type: String
      let id: String?
      let disposition: String?
      let text: String?
      let png: Bool
      let parts: [Part]
    }
  }

  /// The mails that were kept, in the order in which they came.
  func mails() async throws -> [Mail] {
    let read = try await ChildProcess(try await ModbusBench.python.value, [Checkout.script("read_mails.py"), folder.path]).end()
    return try [Mail].read(read.output)
  }

  /// Waits until a mail has been kept.
  func keepsOne() async throws {
    let path = folder.file("1.eml")
    let watch = try FolderWatch(folder.path)
    try await eventually("a mail is kept", within: ChildProcess.patience, watching: watch) {
      FileManager.default.fileExists(atPath: path) ? true : nil
    }
  }

  /// A request over HTTP.
  struct Request: Decodable {
    let method: String
    let path: String
    let headers: [String: String]
    let body: String
  }

  /// The requests, in the order in which they came.
  func requests() throws -> [Request] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("http-") }
    return try (1...max(1, names.count)).prefix(names.count).map {
      try JSONDecoder().decode(Request.self, from: Data(contentsOf: URL(fileURLWithPath: folder.file("http-\($0).json"))))
    }
  }
}

/// A house with a roof whose tenants are written to, and the values of a June day.
struct WrittenHouse {
  let folder: TemporaryFolder
  static let day = "2026-06-18"
  static let members = ["a", "b", "c", "d"]
  static let names = [
    "a": "Frau Yılmaz", "b": "Jörg \"Joe\" Ağaoğlu-Größenwahn von und zu Hinterhof an der Straße", "c": "Cleo Dane",
    "d": "Doro Xaver",
  ]

  /// The house, with `channels` and what else is `decided` in its `summaries.yaml`; all values of the day are there, and everybody has
  /// agreed to the channel `mail`.
  init(
    channels: String, retries: String = "{first: 1 s, longest: 2 s, expiry: 24 h}", entering members: [String] = Self.members,
    deciding decided: String = ""
  ) async throws {
    folder = try TemporaryFolder()
    try folder.write(Self.community, to: "community.yaml")
    try folder.write(
      """
      version: 1
      community: hollow
      organisation: Hollow House eG
      retries: \(retries)
      \(decided)
      sender: {name: Hollow House, address: post@hollow.example, stop_page: "https://hollow.example/stop/"}
      channels:
      \(channels)

      """, to: "summaries.yaml")
    try folder.write("hunter2\n", to: "secret")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("secret"))
    try folder.write(Self.values, to: "values.csv")
    try await expect("import", folder.file("values.csv"))
    for member in members {
      try await expect(
        "member", "add", member, "--name", Self.names[member] ?? "", "--address", "mail=\(member)@example.org", "--frequency",
        "daily",
        "--given")
    }
  }

  /// A channel by a server of this machine.
  static func smtp(_ server: MailServer, encryption: String = "none", timeout: String = "30 s") -> String {
    let login = encryption == "none" ? "" : ", user: energy, password_file: secret, certificates: \(server.certificate)"
    return
      "  - {id: mail, timeout: \(timeout), smtp: {host: localhost, port: \(server.port), encryption: \(encryption)\(login)}}"
  }

  func run(_ arguments: String...) async throws -> ChildProcess.Outcome { try await run(arguments) }

  func run(_ arguments: [String]) async throws -> ChildProcess.Outcome {
    try await start(arguments).end()
  }

  func start(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
    try ChildProcess(
      Checkout.program(.energyOpt), arguments + ["-c", folder.file("community.yaml")], environment: environment)
  }

  /// The variables by which a program finds none of `libraries`: the linker meets empty files of their names first.
  func without(_ libraries: String...) throws -> [String: String] {
    try FileManager.default.createDirectory(atPath: folder.file("absent"), withIntermediateDirectories: true)
    for library in libraries { try folder.write("", to: "absent/\(library)") }
    return ["LD_LIBRARY_PATH": folder.file("absent")]
  }

  /// Runs a step that has to go well.
  @discardableResult
  func expect(_ arguments: String...) async throws -> String {
    let outcome = try await run(arguments)
    guard outcome.status == 0 else { throw Failed(arguments: arguments, errors: outcome.errors + outcome.output) }
    return outcome.output
  }

  /// The summaries of the day.
  func send(_ arguments: String...) async throws -> ChildProcess.Outcome {
    try await run(["summary", "run", "--day", Self.day] + arguments)
  }

  struct Failed: Error, CustomStringConvertible {
    let arguments: [String]
    let errors: String
    var description: String { "\(arguments.joined(separator: " ")): \(errors)" }
  }

  private static var community: String {
    let people = members.map { "  - {id: \($0), name: Member \($0.uppercased()), site: house}" }
    let points = members.map { "  - {id: P-\($0), site: house, member: \($0), measures: consumption}" }
    return """
      version: 1
      community: {id: hollow, name: Hollow House, time_zone: Europe/Berlin}
      sites:
        - {id: house, grid_connection: {import: 50 kW, export: 50 kW}}
      members:
      \(people.joined(separator: "\n"))
      metering_points:
        - {id: ROOF, site: house, measures: generation}
      \(points.joined(separator: "\n"))
      sharing: {rule: dynamic}

      """
  }

  /// 18 June 2026, 24 hours of local time from 22:00 UTC on: the roof gives 500 Wh a quarter hour from 8 to 16 UTC, each member takes another amount.
  private static var values: String {
    var lines = ["time,ROOF.energy_export [Wh]," + members.map { "P-\($0).energy_import [Wh]" }.joined(separator: ",")]
    let formatter = ISO8601DateFormatter()
    let start = Date(timeIntervalSince1970: 1_781_733_600)
    for quarter in 0..<(24 * 4) {
      let time = start.addingTimeInterval(Double(quarter) * 900)
      let isSunny = (40..<72).contains(quarter)
      lines.append(
        "\(formatter.string(from: time)),\(isSunny ? 500 : 0)," + members.indices.map { "\(50 + 10 * $0)" }.joined(separator: ",")
      )
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
