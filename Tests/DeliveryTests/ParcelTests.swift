import CommunityModel
import Foundation
import MarketTime
import Messages
import Testing

@testable import Delivery

/// A parcel for Ann, with signs that JSON and headers would take for their own.
func parcel(to address: String = "ann@example.org", name: String = "Ann", chat: String? = "49 % \"sun\"\nhouse 74 %") -> Parcel {
  Parcel(
    message: Message(
      recipient: "m05", kind: .summary, language: "en", subject: "49 % sun", text: "Good morning\n", html: "<p>Good morning</p>",
      chat: chat, pictures: [InlinePicture(contentID: "day@x", png: [137, 80, 78, 71])]), name: name, address: address,
    mark: "0123456789abcdef0123456789abcdef", stopToken: "t0ken", date: Timestamp(milliseconds: 1_781_845_200_000))
}

func sender() throws -> MailSender { MailSender(name: "Hollow", address: try MailAddress("post@hollow.example")) }

@Suite("Secrets")
struct SecretTests {
  @Test("are read from files that others may not read, and are in no text")
  func files() throws {
    let folder = NSTemporaryDirectory() + "/energy-opt-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/secret"
    try "hunter2\n".write(toFile: path, atomically: true, encoding: .utf8)
    for (mode, isTaken) in [(0o600, true), (0o640, true), (0o644, false), (0o660, false), (0o604, false)] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
      let secret = try? Secret(file: path)
      #expect((secret != nil) == isTaken, "\(String(mode, radix: 8))")
      #expect(
        secret.map { "\($0) \(String(reflecting: $0)) \(String(describing: Mirror(reflecting: $0).children.map(\.value)))" }
          != "hunter2")
      if let secret { #expect(!"\(secret)\(String(reflecting: secret))".contains("hunter2") && secret.value == "hunter2") }
    }
    #expect(throws: SecretFileError.self) { _ = try Secret(file: folder + "/none") }
    #expect(Secret("hunter2").masked(in: "535 hunter2 is wrong") == "535 (secret) is wrong")
  }
}

@Suite("Templates of webhooks")
struct WebhookTemplateTests {
  @Test("fill their places, in JSON with what would end the text escaped, and keep other braces")
  func filled() throws {
    let template = try WebhookTemplate(#"{"a": {"to": "{address}", "text": "{chat}", "kind": "{kind}"}}"#, isJSON: true)
    #expect(
      template.filled(with: parcel())
        == #"{"a": {"to": "ann@example.org", "text": "49 % \"sun\"\nhouse 74 %", "kind": "summary"}}"#)
    #expect(try WebhookTemplate("{ {} {subject}: {name} {", isJSON: false).filled(with: parcel()) == "{ {} 49 % sun: Ann {")
    #expect(throws: WebhookTemplate.UnknownPlace(name: "adress")) { _ = try WebhookTemplate("{adress}", isJSON: true) }
  }
}

@Suite("Mails as files")
struct FolderChannelTests {
  private let folder = NSTemporaryDirectory() + "/energy-opt-\(UUID().uuidString)"

  @Test("are there once, however often they are delivered, also after somebody has read them")
  func once() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let channel = FolderChannel(folder: folder, form: .maildir, sender: try sender())
    func files(_ part: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)") }
    for _ in 0..<2 {
      guard case .delivered = channel.deliver(parcel()) else { Issue.record("not delivered"); return }
      #expect(try files("new").count == 1 && files("tmp") == [])
    }
    let name = try files("new")[0]
    try FileManager.default.moveItem(atPath: "\(folder)/new/\(name)", toPath: "\(folder)/cur/\(name):2,S")
    #expect(channel.deliver(parcel()) == .delivered("was there already"))
    #expect(try files("new") == [])
    let text = try String(contentsOfFile: "\(folder)/cur/\(name):2,S", encoding: .utf8)
    #expect(text.contains("Message-ID: <0123456789abcdef0123456789abcdef@hollow.example>"))
  }

  @Test("a name that would begin a header is refused for good, and nothing is written")
  func injection() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let channel = FolderChannel(folder: folder, form: .files, sender: try sender())
    guard case .permanent = channel.deliver(parcel(name: "Ann\r\nBcc: all@example.org")) else { Issue.record("taken"); return }
    #expect(!FileManager.default.fileExists(atPath: folder))
    guard case .permanent = channel.deliver(parcel(to: "ann@example.org\nbcc@example.org")) else { Issue.record("taken"); return }
  }

  @Test("a folder that cannot be written is the channel's trouble, not the recipient's")
  func noFolder() throws {
    guard case .channelDown = FolderChannel(folder: "/proc/none", form: .files, sender: try sender()).deliver(parcel()) else {
      Issue.record("taken")
      return
    }
  }
}

@Suite("Mail through the machine's own mail system")
struct SendmailChannelTests {
  /// A program of the shell in the place of sendmail.
  private func deliver(_ script: String, timeout: Duration = .seconds(60)) throws -> (DeliveryResult, String) {
    let folder = NSTemporaryDirectory() + "/energy-opt-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let program = folder + "/sendmail"
    try "#!/bin/sh\n\(script.replacing("FOLDER", with: folder))\n".write(toFile: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let result = SendmailChannel(program: program, sender: try sender(), timeout: timeout).deliver(parcel())
    return (result, (try? String(contentsOfFile: folder + "/out", encoding: .utf8)) ?? "")
  }

  @Test("gets sender, recipient and the whole mail with the line ends of Unix")
  func taken() throws {
    let (result, output) = try deliver("echo \"$@\" >FOLDER/out; cat >>FOLDER/out")
    guard case .delivered = result else { Issue.record("\(result)"); return }
    #expect(output.hasPrefix("-i -f post@hollow.example -- ann@example.org\nFrom: "))
    #expect(!output.contains("\r") && output.hasSuffix("_r--\n"))
  }

  @Test("an exit status says whether it is for good, and who does not end is stopped")
  func refused() throws {
    guard case .permanent = try deliver("cat >/dev/null; exit 67").0 else { Issue.record("67"); return }
    guard case .passing = try deliver("cat >/dev/null; exit 75").0 else { Issue.record("75"); return }
    guard case .passing = try deliver("exit 75").0 else { Issue.record("without reading"); return }
    guard case .doubtful = try deliver("exec tail -f /dev/null", timeout: .milliseconds(200)).0 else {
      Issue.record("stall"); return
    }
    guard case .channelDown = SendmailChannel(program: "/none", sender: try sender()).deliver(parcel()) else {
      Issue.record("none")
      return
    }
  }
}
