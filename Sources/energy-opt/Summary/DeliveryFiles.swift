import ArgumentParser
import CommunityFiles
import CommunityModel
import Console
import Delivery
import Foundation
import Messages
import SQLiteStore

/// The community, what it decided on summaries, and the channels of `summaries.yaml`.
struct DeliveryFiles {
  let file: CommunityFile
  let summaries: SummariesFile
  /// Where `summaries.yaml` lies.
  let path: String

  var community: Community { file.community }

  /// - Throws: `ExitCode` 3 after telling what is wrong.
  init(_ options: CommunityOptions, summaries named: String?) throws {
    file = try options.load()
    let path = named ?? "\(options.folder)/summaries.yaml"
    guard FileManager.default.fileExists(atPath: path) else {
      tell("\(path): no such file; begin with the example in docs/formats/summaries.md")
      throw ExitCode(3)
    }
    let community = file.community
    summaries = try reportingProblems { try SummariesFile(path: path, of: community) }
    self.path = path
  }

  /// The channels, ready to deliver.
  ///
  /// - Throws: `ExitCode` 3 after telling which secret is not readable.
  func channels() throws -> [String: any DeliveryChannel] {
    var channels: [String: any DeliveryChannel] = [:]
    for settings in summaries.delivery.channels { channels[settings.id] = try channel(settings, Self.secret) }
    return channels
  }

  /// Why the channel `id` cannot write to `address`; nil where it can.
  func objection(to address: String, on id: String) throws -> String? {
    guard let settings = summaries.delivery.channels.first(where: { $0.id == id }) else {
      return "there is no such channel in \(path)\(Spelling.hint(for: id, among: summaries.delivery.channels.map(\.id)))"
    }
    // No secret is needed to look at an address.
    return try channel(settings, { _ in Secret("") }).objection(to: address)
  }

  private static func secret(_ path: String) throws -> Secret {
    do {
      return try Secret(file: path)
    } catch {
      tell("\(error)")
      throw ExitCode(3)
    }
  }

  private func channel(_ settings: ChannelSettings, _ secret: (String) throws -> Secret) throws -> any DeliveryChannel {
    switch settings.kind {
    case .smtp(let host, let port, let encryption, let user, let password, let certificates):
      let login = try user.flatMap { user in try password.map { (user: user, password: try secret($0)) } }
      return SMTPChannel(
        server: .init(
          host: host, port: port, encryption: SMTPChannel.Server.Encryption(rawValue: encryption) ?? .starttls, login: login,
          certificates: certificates, timeout: settings.timeout), sender: try sender())
    case .sendmail(let program): return SendmailChannel(program: program, sender: try sender(), timeout: settings.timeout)
    case .maildir(let folder): return FolderChannel(folder: folder, form: .maildir, sender: try sender())
    case .files(let folder): return FolderChannel(folder: folder, form: .files, sender: try sender())
    case .ntfy(let server, let token, let certificates):
      return NtfyChannel(
        server: server, token: try token.map(secret), certificates: certificates, timeout: settings.timeout)
    case .matrix(let server, let token, let certificates):
      return MatrixChannel(server: server, token: try secret(token), certificates: certificates, timeout: settings.timeout)
    case .telegram(let server, let token, let certificates):
      return TelegramChannel(server: server, token: try secret(token), certificates: certificates, timeout: settings.timeout)
    case .webhook(let url, let template, let contentType, let token, let certificates):
      return WebhookChannel(
        url: url, template: try filled(template, contentType, of: settings.id), contentType: contentType,
        token: try token.map(secret), certificates: certificates, timeout: settings.timeout)
    }
  }

  private func filled(_ text: String, _ contentType: String, of channel: String) throws -> WebhookTemplate {
    do {
      return try WebhookTemplate(text, isJSON: contentType.contains("json"))
    } catch {
      tell(
        "\(path): the template of channel '\(channel)' has no place {\(error.name)}"
          + Spelling.hint(for: error.name, among: WebhookTemplate.places))
      throw ExitCode(3)
    }
  }

  private func sender() throws -> MailSender {
    if let sender = summaries.delivery.sender { return sender }
    tell("\(path): nobody is named that mails come from: add 'sender'")
    throw ExitCode(3)
  }
}

/// The options of commands that write to members.
struct DeliveryOptions: ParsableArguments {
  @OptionGroup var files: SummaryOptions

  @Option(
    help: ArgumentHelp("Who sends what when; beside the community's file unless told.", valueName: "summaries.yaml"))
  var summaries: String?

  func load() throws -> DeliveryFiles { try DeliveryFiles(files.options, summaries: summaries) }
}
