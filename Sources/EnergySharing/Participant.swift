public import CommunityModel

/// Who takes part in sharing: a member, or one meter of a member where meters are in different classes of a cascade.
public struct Participant: Sendable, Hashable {
  /// The participant's short name: the member's, or the metering point's.
  public typealias ID = Identifier<Participant>

  /// Its short name.
  public let id: ID
  /// Whose it is; nil for what is used in common.
  public let member: Member.ID?

  /// A participant; see the properties.
  public init(id: ID, member: Member.ID?) {
    self.id = id
    self.member = member
  }

  /// A member with all it uses.
  public init(_ member: Member.ID) { self.init(id: ID(member.text), member: member) }
}
