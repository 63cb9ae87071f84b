import Glibc
public import Messages

/// Mails as files in a folder: a maildir for mail programs of this machine, or plain files, as for printing letters. The same delivery is the same
/// file, so that it is there once however often it is made.
public struct FolderChannel: DeliveryChannel {
  /// How the folder is.
  public enum Form: Sendable {
    /// `tmp`, `new` and `cur` (maildir(5)).
    case maildir
    /// `DAY-MEMBER-KIND.eml`-like names straight in it.
    case files
  }

  private let folder: String
  private let form: Form
  private let sender: MailSender

  /// Into `folder`, which is made where it is missing.
  public init(folder: String, form: Form, sender: MailSender) {
    self.folder = folder
    self.form = form
    self.sender = sender
  }

  /// What is wrong with a mail address.
  public func objection(to address: String) -> String? { MailAddress.objection(to: address) }

  /// Writes the file, then gives it its name.
  public func deliver(_ parcel: Parcel) -> DeliveryResult {
    let mail: MailText
    do { mail = try parcel.mail(from: sender) } catch { return .permanent("\(error)") }
    for part in form == .maildir ? ["", "/tmp", "/new", "/cur"] : [""] {
      guard mkdir(folder + part, 0o700) == 0 || errno == EEXIST else { return .channelDown(Self.reason(folder + part)) }
    }
    let name = "\(parcel.mark).\(parcel.message.kind.rawValue)"
    if form == .maildir, isRead(name) { return .delivered("was there already") }
    let target = form == .maildir ? "\(folder)/new/\(name)" : "\(folder)/\(name).eml"
    let draft = form == .maildir ? "\(folder)/tmp/\(name)" : "\(folder)/.\(name).part"
    guard write(mail.bytes, to: draft) else { return .channelDown(Self.reason(draft)) }
    guard rename(draft, target) == 0 else { return .channelDown(Self.reason(target)) }
    return .delivered(target)
  }

  /// Whether a mail program has moved the file on, with flags behind its name.
  private func isRead(_ name: String) -> Bool {
    guard let entries = opendir("\(folder)/cur") else { return false }
    defer { closedir(entries) }
    while let entry = readdir(entries) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if found == name || found.hasPrefix(name + ":") { return true }
    }
    return false
  }

  /// Whether `bytes` are on the disk at `path`.
  private func write(_ bytes: [UInt8], to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
    }
    return fsync(descriptor) == 0
  }

  private static func reason(_ path: String) -> String { "\(path): \(String(cString: strerror(errno)))" }
}
