public import CommunityModel
public import MarketTime

/// What makes a delivery the same one however often it is tried: a member gets one message a day, channel and kind.
public struct DeliveryKey: Hashable, Comparable, Sendable {
  /// Who gets it.
  public let member: Member.ID
  /// The day that it is about.
  public let day: LocalDay
  /// The name of the channel in `summaries.yaml`.
  public let channel: String
  /// Why it is sent.
  public let kind: MessageKind
  /// 0 for the first; 1 and more where somebody sends it anew on purpose.
  public let copy: Int

  /// A key; see the properties.
  public init(member: Member.ID, day: LocalDay, channel: String, kind: MessageKind, copy: Int = 0) {
    self.member = member
    self.day = day
    self.channel = channel
    self.kind = kind
    self.copy = copy
  }

  /// By day, then member, channel, kind and copy.
  public static func < (left: DeliveryKey, right: DeliveryKey) -> Bool {
    (left.day, left.member, left.channel, left.kind.rawValue, left.copy)
      < (right.day, right.member, right.channel, right.kind.rawValue, right.copy)
  }

  /// The key's mark, 32 hexadecimal digits: the same for the same key of `community`, whatever machine works it out, so that whoever gets a message
  /// twice can tell (FNV-1a of 128 bits; draft-eastlake-fnv). Tells nobody who the member is.
  public func mark(in community: Community.ID) -> String {
    let words = [community.text, member.text, "\(day)", channel, kind.rawValue, "\(copy)"]
    var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
    for byte in words.joined(separator: "\u{1F}").utf8 {
      hash = (hash ^ UInt128(byte)) &* 0x0000_0000_0100_0000_0000_0000_0000_013B
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
